"""The text as it grows, with the element from which each stretch came."""

from __future__ import annotations

from dataclasses import dataclass

from taizhang.reader.documents.docx.xmltree import Node
from taizhang.reader.documents.model import Part


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters of the text that stand in one element (``leaf``) of one run, from its character ``index`` on."""

    start: int
    end: int
    file: str
    run: Node  # a w:r; of a formula the element that holds the text
    leaf: Node
    index: int


class Gatherer:
    """Pieces of text, their parts and segments. The separator before a line is written together with the line's first character."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._separator = ""
        self.length = 0
        self.segments: list[Segment] = []
        self.parts: list[Part] = []
        self.fresh = False  # a line has been begun and nothing is on it yet
        self.line_start = 0

    @property
    def text(self) -> str:
        """Everything that has been written."""
        return "".join(self._pieces)

    def begin(self, separator: str) -> None:
        """Begin a line (or a paragraph within a cell)."""
        self._separator, self.fresh = separator if self._pieces else "", True

    def flush(self) -> None:
        """Make the line be there even when it stays empty."""
        if self.fresh:
            self.fresh = False
            self._append(self._separator)
            self.line_start = self.length

    def abandon(self) -> None:
        """Forget a line that stayed empty."""
        self.fresh = False

    def write(self, text: str) -> None:
        """Write characters that stand in no element of the file."""
        self.flush()
        self._append(text)

    def copy(self, text: str, file: str, run: Node, leaf: Node, index: int) -> None:
        """Write characters that stand in an element."""
        self.flush()
        self.segments.append(Segment(self.length, self.length + len(text), file, run, leaf, index))
        self._append(text)

    def mark(self) -> tuple[int, int, int]:
        """Return where things stand, for :meth:`since` and :meth:`back_to`."""
        return len(self._pieces), len(self.segments), len(self.parts)

    def since(self, mark: tuple[int, int, int]) -> str:
        """Return what has been written since a mark."""
        return "".join(self._pieces[mark[0] :])

    def back_to(self, mark: tuple[int, int, int]) -> None:
        """Take back everything since a mark."""
        pieces, segments, parts = mark
        self.length -= sum(map(len, self._pieces[pieces:]))
        del self._pieces[pieces:], self.segments[segments:], self.parts[parts:]
        self.fresh = False

    def _append(self, text: str) -> None:
        # An empty piece is kept too: it tells that a first line is there.
        self._pieces.append(text)
        self.length += len(text)
