"""Fields: what a word processor computes and shows in the text. Instructions are no text; page numbers and tables of contents are left out."""

from __future__ import annotations

from dataclasses import dataclass

from taizhang.reader.documents.docx.xmltree import Node

_DROPPED = {"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "TOC"}
_QUIET = _DROPPED | {"HYPERLINK", "REF", "FORMTEXT", "ADDIN", "SEQ", "NOTEREF", "AUTONUM", "LISTNUM", "EQ", ""}


@dataclass(slots=True)
class Field:
    """A field that has begun: its instruction so far, whether its result has begun, where."""

    last: int  # byte at which its end stands, so that an end that is never met does not swallow the rest
    instruction: str = ""
    shows: bool = False
    start: int = 0

    @property
    def name(self) -> str:
        """The instruction's first word."""
        words = self.instruction.split(None, 1)
        name = words[0].upper() if words else ""
        return "=" if name.startswith("=") else name

    @property
    def dropped(self) -> bool:
        """Whether its result is left out of the text."""
        return self.name in _DROPPED

    @property
    def quiet(self) -> bool:
        """Whether nobody needs to know of it."""
        return self.name in _QUIET


def ends_of_fields(root: Node) -> dict[Node, int]:
    """Return for each begin mark the byte at which its end mark stands; a field without an end is not in it."""
    ends: dict[Node, int] = {}
    begun: list[Node] = []
    for mark in root.descendants("w:fldChar"):
        kind = mark.attributes.get("w:fldCharType")
        if kind == "begin":
            begun.append(mark)
        elif kind == "end" and begun:
            ends[begun.pop()] = mark.start
    return ends
