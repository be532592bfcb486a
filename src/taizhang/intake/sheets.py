"""What was read out of a file: sheets of cells, with the places that a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from taizhang.errors import Fault

Format = Literal["xlsx", "xls", "ods", "csv", "json"]
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; 0-based, both ends belong to it


@dataclass(slots=True)
class Sheet:
    """One sheet as a grid.

    ``rows[i][j]`` is a cell as the file typed it (text, number, date, truth value, None); the row that a user sees is
    ``i + base``: ``base`` is 1 for grids and 0 for JSON, where the header is made up and the first object is number 1.
    """

    name: str
    rows: list[list[Any]]
    merged: list[Merge] = field(default_factory=list)
    hidden: bool = False
    base: int = 1
    ledger: str | None = None  # JSON says the ledger itself
    later: Callable[[Sheet], bool] | None = None  # adds the lower rows of a large sheet, which are still being read

    def complete(self) -> bool:
        """Wait for the rows that are still being read; False when those before them are others now, too."""
        later, self.later = self.later, None
        return later(self) if later else True


@dataclass(slots=True)
class SourceFile:
    """A file that could be read: its real format (by content) and its sheets; ``faults`` are cells that no reader can take."""

    path: Path
    format: Format
    sheets: list[Sheet]
    faults: list[Fault] = field(default_factory=list)


def letters(index: int) -> str:
    """Return the column letters of a 0-based index.

    >>> letters(0), letters(25), letters(26), letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_index(text: str) -> int:
    """Return the 0-based index of column letters.

    >>> column_index("A"), column_index("AAA")
    (0, 702)
    """
    index = 0
    for char in text:
        index = index * 26 + ord(char) - 64
    return index - 1


def is_blank(cell: Any) -> bool:
    """Tell whether a cell holds nothing that can be seen; zero and False are something."""
    return cell is None or (type(cell) is str and (not cell or cell.isspace()))
