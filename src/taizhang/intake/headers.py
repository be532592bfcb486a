"""Finding the heading of a table in a sheet as offices write it, and where its rows begin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from taizhang.errors import Fault
from taizhang.intake.sheets import Sheet, is_blank, letters
from taizhang.intake.titles import Titles, bare, cell_text, heading_key, is_serial, normal
from taizhang.pack.definitions import Ledger

_SEARCHED = 40  # rows from the top
_DEEPEST = 3  # lines of a heading
_WIDEST = 512
_NUMERIC = re.compile(r"[-+\d.,%/:年月日\s]+")
_UNIT_LINE = re.compile(r"(?:^|[\s(,;、。])(?:计量|金额|面积|货币|数量)?单位:([^\s()]+)")


@dataclass(slots=True)
class Header:
    """Where the heading stands (0-based rows, both ends) and which column holds which field."""

    top: int
    bottom: int
    columns: dict[str, int] = field(default_factory=dict)  # field → column
    units: dict[str, str] = field(default_factory=dict)  # field → what its brackets hold
    titles: dict[str, str] = field(default_factory=dict)  # field → heading as written
    repeated: list[tuple[str, int, int]] = field(default_factory=list)  # field, first column, second column
    unknown: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)  # columns of which a person said that they mean no field
    serial: int | None = None
    unit_line: str | None = None

    @property
    def score(self) -> tuple[int, int, int]:
        """More fields first, then fewer unknown headings, then fewer lines."""
        return len(self.columns), -len(self.unknown), -(self.bottom - self.top)


class Grid:
    """The head of a sheet with merged cells opened: every cell knows the text of its merge."""

    def __init__(self, sheet: Sheet) -> None:
        self.height = min(len(sheet.rows), _SEARCHED)
        self.width = min(max(map(len, sheet.rows[: self.height]), default=0), _WIDEST)
        self.text = [[cell_text(cell) for cell in row[: self.width]] + [""] * (self.width - len(row)) for row in sheet.rows[: self.height]]
        self.bottom = [[0] * self.width for _ in range(self.height)]
        self.across = [[1] * self.width for _ in range(self.height)]
        for row in range(self.height):
            self.bottom[row] = [row] * self.width
        for top, left, bottom, right in sheet.merged:
            if top >= self.height or left >= self.width:
                continue
            for row in range(top, min(bottom + 1, self.height)):
                for column in range(left, min(right + 1, self.width)):
                    self.text[row][column] = self.text[top][left]
                    self.bottom[row][column] = bottom
                    self.across[row][column] = right - left + 1

        self._paths: dict[tuple[int, int], list[list[str]]] = {}

    def paths(self, top: int, bottom: int) -> list[list[str]]:
        """Return, for every column, the headings from parent to child, repeats and blanks left out.

        A blank to the right of a parent belongs to that parent when something stands below it (cells that look merged but are not).
        """
        known = self._paths.get((top, bottom))
        if known is not None:
            return known
        lines: list[list[str]] = []
        for row in range(top, bottom + 1):
            line = list(self.text[row])
            if row < bottom:
                for column in range(1, self.width):
                    below = any(self.text[r][column] for r in range(row + 1, bottom + 1))
                    above = row == top or lines[-1][column] == lines[-1][column - 1]
                    if not line[column] and below and above:
                        line[column] = line[column - 1]
            lines.append(line)
        paths: list[list[str]] = []
        for column in range(self.width):
            path: list[str] = []
            for line in lines:
                if line[column] and (not path or path[-1] != line[column]):
                    path.append(line[column])
            paths.append(path)
        self._paths[top, bottom] = paths
        return paths


def find_header(grid: Grid, titles: Titles) -> Header | None:
    """Return the heading that names the most fields of a ledger, or None when nothing looks like one."""
    best: Header | None = None
    named = [any(titles.names(text) for text in set(row) if text) for row in grid.text]
    for bottom in range(grid.height):
        # Of ninety ledgers most know no word of a sheet, and rows of data name no field: they are passed over cheaply.
        if not any(named[max(bottom - _DEEPEST + 1, 0) : bottom + 1]) or not any(grid.text[bottom]) or _beneath(grid, bottom):
            continue
        for top in range(bottom, max(bottom - _DEEPEST, -1), -1):
            found = _match(grid, titles, top, bottom)
            if found.columns and (best is None or found.score > best.score):
                best = found
    if best is None:
        return None
    headings = len(best.columns) + len(best.unknown)
    if len(best.columns) < 2 and headings > 2 and len(titles.ledger.fields) > 1:
        return None
    return best


def _beneath(grid: Grid, row: int) -> bool:
    """A heading does not end in a row where one of its cells goes on below."""
    return any(
        grid.text[row][column] and grid.bottom[row][column] > row and grid.across[row][column] < grid.width for column in range(grid.width)
    )


def _match(grid: Grid, titles: Titles, top: int, bottom: int) -> Header:
    header = Header(top, bottom)
    paths = grid.paths(top, bottom)
    keys = [heading_key(path) if path else "" for path in paths] if titles.said else [""] * len(paths)
    taken = {titles.said[key] for key in keys if titles.said.get(key)}
    for column, (path, key) in enumerate(zip(paths, keys, strict=True)):
        if not path:
            continue
        if key in titles.said:
            name, unit, heading = titles.said[key], bare(normal(path[-1]))[1], path[-1]
            if name is None:
                header.left_out.append(column)
                continue
        else:
            name, unit, heading = _field_of(path, titles)
            if name in taken:
                name = None
        if name is None:
            if header.serial is None and is_serial(path[-1]):
                header.serial = column
            else:
                header.unknown.append((column, path[-1]))
        elif name in header.columns:
            header.repeated.append((name, header.columns[name], column))
        else:
            header.columns[name] = column
            header.titles[name] = heading
            if unit:
                header.units[name] = unit
    return header


def _field_of(path: list[str], titles: Titles) -> tuple[str | None, str | None, str]:
    child = path[-1]
    for parent in reversed(path[:-1]):
        for joined in (parent + child, child + parent):
            name, unit = titles.find(joined)
            if name:
                return name, unit, joined
    name, unit = titles.find(child)
    return name, unit, child


def find_unit_line(grid: Grid, above: int) -> str | None:
    """Return what follows 单位： above a heading (万元, or 万元、亩)."""
    for row in range(above):
        for text in dict.fromkeys(grid.text[row]):
            found = _UNIT_LINE.search(_spaced(text))
            if found:
                return found[1]
    return None


def _spaced(text: str) -> str:
    import unicodedata

    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s*:\s*", ":", re.sub(r"单\s*位", "单位", text))


def header_faults(header: Header, titles: Titles, sheet: Sheet, file: str) -> list[Fault]:
    """Return what is wrong with a heading: repeated, unknown and missing columns."""
    ledger, row = titles.ledger, header.bottom + sheet.base
    place = {"file": file, "sheet": sheet.name, "row": row}
    faults = [
        Fault("column.repeated", {"title": ledger.fields[name].title, "first": letters(first)}, column=letters(second), field=name).at(
            **place
        )
        for name, first, second in header.repeated
    ]
    for column, heading in header.unknown:
        if any(column < len(cells) and not is_blank(cells[column]) for cells in sheet.rows[header.bottom + 1 :]):
            near = titles.nearest(heading)
            params = {
                "heading": heading,
                "nearest": near,
                "hint": f"：与“{near}”相近" if near else "",
                "hint_en": f"; near to “{near}”" if near else "",
            }
            faults.append(Fault("column.unknown", params, "warning", column=letters(column), title=heading, value=heading).at(**place))
    for name, definition in ledger.fields.items():
        if needed(ledger, name) and name not in header.columns and definition.default is None:
            faults.append(Fault("column.missing", {"title": definition.title}, title=definition.title, field=name).at(**place))
    return faults


def needed(ledger: Ledger, name: str) -> bool:
    """Tell whether a field must be filled in every row."""
    return name in ledger.key or ledger.fields[name].required or name == ledger.division


def choose_ledger(sheet: Sheet, grid: Grid, ledgers: Mapping[str, Titles], names: list[str]) -> tuple[Titles, Header] | list[str] | None:
    """Return the ledger that a sheet is for, by the names (of sheet and file) first, then by its headings.

    A list of titles means that the headings fit several ledgers equally well; None that they fit none.
    """
    for text in names:
        for titles in ledgers.values():
            if normal(text) and normal(text) in (normal(titles.ledger.title), normal(titles.ledger.title[:31]), normal(titles.ledger.name)):
                header = find_header(grid, titles)
                if header:
                    return titles, header
    found = []
    for titles in ledgers.values():
        header = find_header(grid, titles)
        if header is None or len(header.columns) < min(2, len(titles.ledger.fields)):
            continue
        missing = sum(needed(titles.ledger, n) and n not in header.columns for n in titles.ledger.fields)
        found.append(((missing == 0, len(header.columns), -len(header.unknown), -missing), titles, header))
    if not found:
        return None
    found.sort(key=lambda item: item[0], reverse=True)
    if len(found) > 1 and found[0][0] == found[1][0]:
        return [titles.ledger.title for score, titles, _ in found if score == found[0][0]]
    return found[0][1], found[0][2]


def likely_header(grid: Grid) -> tuple[int, int] | None:
    """Return the rows that look like a heading when no ledger is known: the first with nearly as many texts as any, and what its merges span."""
    counts = [len({text for text in row if text and not _NUMERIC.fullmatch(text)}) for row in grid.text]
    most = max(counts, default=0)
    if not most:
        return None
    top = next(row for row, count in enumerate(counts) if count * 5 >= most * 3)
    bottom = max(grid.bottom[top][column] for column in range(grid.width) if grid.across[top][column] < grid.width or grid.width == 1)
    spread = any(grid.text[top][column] and grid.across[top][column] > 1 for column in range(grid.width))
    return top, min(max(bottom, top + 1 if spread else top), top + _DEEPEST - 1, grid.height - 1)
