"""What styles say about paragraphs and runs: heading level, hidden text, numbering, lines of a table of contents."""

from __future__ import annotations

from dataclasses import dataclass, replace

from taizhang.reader.documents.docx.xmltree import Node


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of one style, with what it inherits."""

    name: str = ""
    level: int = 0  # of a heading, from 1
    hidden: bool | None = None
    list_id: str = ""
    list_level: int | None = None


_PLAIN = Style()


class Styles:
    """The styles of a document by identifier."""

    def __init__(self, root: Node | None) -> None:
        self._nodes: dict[str, Node] = {}
        self._known: dict[str, Style] = {}
        self.default = ""  # identifier of the paragraph style that holds where none is named
        for node in root.children if root is not None else ():
            identifier = node.attributes.get("w:styleId")
            if node.tag == "w:style" and identifier:
                self._nodes.setdefault(identifier, node)
                if node.attributes.get("w:type") == "paragraph" and node.attributes.get("w:default") in ("1", "true", "on"):
                    self.default = identifier

    def __getitem__(self, identifier: str) -> Style:
        known = self._known.get(identifier)
        if known is not None:
            return known
        chain: list[str] = []
        current: str | None = identifier
        while current in self._nodes and current not in chain and current not in self._known:
            chain.append(current)
            current = self._nodes[current].value("w:basedOn")
        style = self._known.get(current or "", _PLAIN)
        for name in reversed(chain):
            style = self._known[name] = self._upon(style, self._nodes[name])
        return style

    def named(self, name: str) -> str:
        """Return the identifier of the style of a name; empty when there is none."""
        return next((i for i, node in self._nodes.items() if (node.value("w:name") or "").lower() == name), "")

    @staticmethod
    def _upon(base: Style, node: Node) -> Style:
        name = node.value("w:name") or ""
        paragraph, run = node.first("w:pPr"), node.first("w:rPr")
        style = replace(base, name=name)
        if paragraph is not None:
            level = outline(paragraph)
            list_id, list_level = paragraph.value("w:numPr", "w:numId"), paragraph.value("w:numPr", "w:ilvl")
            style = replace(
                style,
                level=base.level if level is None else level,
                list_id=base.list_id if list_id is None else list_id,
                list_level=base.list_level if list_level is None else whole(list_level),
            )
        hidden = run.switched("w:vanish") if run is not None else None
        return style if hidden is None else replace(style, hidden=hidden)


def outline(paragraph: Node) -> int | None:
    """Return the heading level that paragraph properties set (body text is 0), or None."""
    value = paragraph.value("w:outlineLvl")
    if value is None:
        return None
    level = whole(value)
    return level + 1 if 0 <= level < 9 else 0


def whole(text: str) -> int:
    """Return a whole number as files write it; 0 for anything else."""
    return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 10 and text.count("-") < 2 else 0
