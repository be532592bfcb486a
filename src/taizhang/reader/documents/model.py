"""What reading a document gives back: its text, what each stretch of it is, and what is remarkable about the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

T = TypeVar("T", "Part", "Place")
Kind = Literal["docx", "txt", "md", "html", "pdf", "doc", "rtf", "odt", "xml"]
Story = Literal["body", "table", "textbox", "header", "footer", "footnote", "endnote"]
NoticeKind = Literal[
    "tracked", "bookmark", "hidden", "field", "comment", "contents", "unread", "invisible", "repaired", "page_numbers", "running", "converted",
]  # fmt: skip
_CODES: dict[NoticeKind, str] = {
    "tracked": "document.notice_tracked",
    "bookmark": "document.notice_bookmark",
    "hidden": "document.notice_hidden",
    "field": "document.notice_field",
    "comment": "document.notice_comment",
    "contents": "document.notice_contents",
    "unread": "document.notice_unread",
    "invisible": "document.notice_invisible",
    "repaired": "document.notice_repaired",
    "page_numbers": "document.notice_page_numbers",
    "running": "document.notice_running",
    "converted": "document.notice_converted",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text: a paragraph, or a cell of a table. Stretches do not overlap and stand in text order."""

    kind: Story
    start: int
    end: int
    number: str = ""  # printed by automatic numbering, so not in the text: 一、 (1)
    level: int = 0  # of a heading, from 1; 0 where the document does not say
    table: int = 0  # tables, rows and columns count from 1; 0 outside of tables
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person may want to know about the file; no error."""

    kind: NoticeKind
    start: int | None = None  # into the text; None where it concerns the whole file
    end: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of its sentence in the catalogue."""
        return _CODES[self.kind]

    @property
    def message(self) -> str:
        """The sentence, in the language of the session."""
        from taizhang.error_catalogue import sentence

        return sentence(self.code, dict(self.params))

    def as_dict(self) -> dict[str, Any]:
        """Return the notice as plain data for JSON."""
        params = {k: str(v) for k, v in self.params.items()}
        return {"kind": self.kind, "start": self.start, "end": self.end, "message": self.message, "params": params}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of the text stands in a word-processing file: part file, ordinal of the run in it, first character within the run."""

    start: int
    end: int
    file: str
    run: int
    character: int


@dataclass(frozen=True)
class Document:
    """A document as it was read. Offsets are 0-based code points into ``text``, ends exclusive."""

    name: str
    kind: Kind
    text: str
    parts: tuple[Part, ...] = ()
    notices: tuple[Notice, ...] = ()
    places: tuple[Place, ...] = ()  # of word-processing files, in text order

    @cached_property
    def numbers(self) -> Mapping[int, str]:
        """The numbers that automatic numbering prints before paragraphs, by the offset of the paragraph."""
        return {part.start: part.number for part in self.parts if part.number}

    def part_at(self, offset: int) -> Part | None:
        """Return the part in which a character stands; None between parts."""
        return _holding(self.parts, self._part_starts, offset)

    def place_of(self, offset: int) -> tuple[str, int, int] | None:
        """Return part file, run and character of a character of the text; None where none stands in the file."""
        place = _holding(self.places, self._place_starts, offset)
        return None if place is None else (place.file, place.run, place.character + offset - place.start)

    def noticed(self, kind: NoticeKind) -> list[Notice]:
        """Return the notices of one kind."""
        return [notice for notice in self.notices if notice.kind == kind]

    @cached_property
    def _part_starts(self) -> list[int]:
        return _starts(self.parts)

    @cached_property
    def _place_starts(self) -> list[int]:
        return _starts(self.places)


def _starts(spans: Iterable[Part | Place]) -> list[int]:
    return [span.start for span in spans]


def _holding(spans: tuple[T, ...], starts: list[int], offset: int) -> T | None:
    index = bisect_right(starts, offset) - 1
    return spans[index] if index >= 0 and offset < spans[index].end else None
