"""Paragraphs and tables of one story after another: body, text boxes, notes, headers, footers."""

from __future__ import annotations

from collections.abc import Iterator

from taizhang.reader.documents.docx.fields import ends_of_fields
from taizhang.reader.documents.docx.gathering import Gatherer
from taizhang.reader.documents.docx.inline import InlineReader, chosen
from taizhang.reader.documents.docx.numbering import Numbering
from taizhang.reader.documents.docx.styles import Style, Styles, outline, whole
from taizhang.reader.documents.docx.xmltree import Node, Tree
from taizhang.reader.documents.model import Part, Story

_AROUND = {"w:customXml", "w:ins", "w:moveTo", "w:sdtContent"}
_NOWHERE = (0, 0, 0)
_TEXT_PARAGRAPHS, _TEXT_CHARACTERS = 4, 200


class BlockReader:
    """Reads stories one after another into one text."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.out = Gatherer()
        self.inline = InlineReader(self.out, styles)
        self.findings = self.inline.findings
        self._styles, self._numbering = styles, numbering
        self._story: Story = "body"
        self._where = _NOWHERE  # table, row, column
        self._tables = 0
        self._cell_start = 0
        self._continued = False  # the end of the last paragraph is deleted: the next one goes on in its line

    def story(self, kind: Story, file: str, tree: Tree, nodes: list[Node]) -> None:
        """Read a story."""
        self._story, self._where, self._continued = kind, _NOWHERE, False
        if self.inline.file != file:
            self.inline.file = file
            self.inline.field_ends = ends_of_fields(tree.root) if b"fldChar" in tree.data else {}
        self.inline.fields.clear()
        self.blocks(nodes)
        if self._continued and not self.out.fresh:
            self._add_part(self.out.line_start)
        self.out.abandon()

    def blocks(self, nodes: list[Node]) -> None:
        """Read paragraphs, tables and what may stand around them."""
        for node in nodes:
            tag = node.tag
            if tag == "w:p":
                self._paragraph(node)
            elif tag == "w:tbl":
                self._table(node)
            elif tag == "w:sdt":
                self._control(node)
            elif tag in _AROUND:
                self.blocks(node.children)
            elif tag == "mc:AlternateContent":
                self.blocks(chosen(node))
            elif tag in ("w:altChunk", "w:subDoc"):
                self.findings.unread += 1
            else:
                self.inline.marker(node)

    def _control(self, node: Node) -> None:
        properties, content = node.first("w:sdtPr"), node.first("w:sdtContent")
        gallery = properties.value("w:docPartObj", "w:docPartGallery") if properties is not None else None
        before = self.inline.muted
        self.inline.muted = before or gallery == "Table of Contents"
        if content is not None:
            self.blocks(content.children)
        self.inline.muted = before

    def _paragraph(self, node: Node) -> None:
        out, inline = self.out, self.inline
        properties = node.first("w:pPr")
        style = self._style(properties)
        muted = inline.muted
        inline.muted = muted or style.name.lower().startswith("toc ")
        contents, silent, inline.dropped = inline.in_contents, inline.silent, False
        if not self._continued:
            out.begin("\n" if not inline.flat else " " if out.length > self._cell_start else "")
        inline.paragraph(node.children, bool(style.hidden))
        self._continued = self._mark_deleted(properties)
        contents = (contents or inline.in_contents) and inline.dropped
        inline.muted = muted
        if inline.flat:
            out.abandon()
        elif self._continued:
            return
        elif out.fresh and (inline.dropped or silent):
            out.abandon()
            self.findings.contents += contents
        else:
            out.flush()
            self._add_part(out.line_start, self._number(properties, style), self._level(properties, style))

    def _add_part(self, start: int, number: str = "", level: int = 0) -> None:
        table, row, column = self._where
        kind: Story = "table" if table and self._story == "body" else self._story
        self.out.parts.append(Part(kind, start, self.out.length, number, level, table, row, column))

    def _style(self, properties: Node | None) -> Style:
        named = properties.value("w:pStyle") if properties is not None else None
        return self._styles[named or self._styles.default]

    def _level(self, properties: Node | None, style: Style) -> int:
        own = outline(properties) if properties is not None else None
        return style.level if own is None else own

    def _number(self, properties: Node | None, style: Style) -> str:
        """Return the number that is printed before a paragraph; lists count on by it."""
        own = properties.first("w:numPr") if properties is not None else None
        name, level = (own.value("w:numId"), own.value("w:ilvl")) if own is not None else (None, None)
        if name is None:
            named = properties.value("w:pStyle") if properties is not None else None
            tied = self._numbering.of_style(named or self._styles.default)
            name = style.list_id
            if name and name != "0" and tied is not None and level is None and style.list_level is None:
                return self._numbering.next(name, tied[1])
        if not name or name == "0":
            return ""
        return self._numbering.next(name, whole(level) if level is not None else style.list_level or 0)

    def _mark_deleted(self, properties: Node | None) -> bool:
        run = properties.first("w:rPr") if properties is not None else None
        deleted = False
        for change in run.children if run is not None else ():
            if change.tag in ("w:ins", "w:del", "w:moveTo", "w:moveFrom"):
                self.findings.changed(change)
                deleted = deleted or change.tag in ("w:del", "w:moveFrom")
        return deleted

    def _table(self, node: Node) -> None:
        where = self._where
        nested = self.inline.flat
        if not nested:
            self._tables += 1
        table = self._tables
        for number, row in enumerate(_within(node, "w:tr"), 1):
            if self._row_is_there(row):
                self._row(row, table, number, nested)
            else:
                self.inline.dropped = True
        self._where = where

    def _row_is_there(self, row: Node) -> bool:
        properties = row.first("w:trPr")
        there = True
        for child in properties.children if properties is not None else ():
            if child.tag in ("w:ins", "w:del"):
                self.findings.changed(child)
                there = there and child.tag == "w:ins"
        return there

    def _row(self, row: Node, table: int, number: int, nested: bool) -> None:
        properties = row.first("w:trPr")
        column = 1 + whole(properties.value("w:gridBefore") or "0") if properties is not None else 1
        cells: list[tuple[Node, int]] = []
        for cell in _within(row, "w:tc"):
            cells.append((cell, column))
            settings = cell.first("w:tcPr")
            column += max(1, whole(settings.value("w:gridSpan") or "1")) if settings is not None else 1
        if nested:
            for cell, _ in cells:
                self._cell(cell)
        elif len(cells) == 1 or any(_holds_text(cell) for cell, _ in cells):
            # A table that only draws a frame around text: the text keeps its lines.
            for cell, column in cells:
                self._where = (table, number, column)
                self._cell(cell)
        elif cells:
            self._line_of_cells(cells, table, number)

    def _line_of_cells(self, cells: list[tuple[Node, int]], table: int, number: int) -> None:
        out = self.out
        out.begin("\n")
        out.flush()
        self.inline.flat = True
        for index, (cell, column) in enumerate(cells):
            if index:
                out.write("\t")
            self._cell_start = start = out.length
            self._cell(cell)
            self._where = (table, number, column)
            self._continued = False
            self._add_part(start)
        self.inline.flat = False

    def _cell(self, cell: Node) -> None:
        settings = cell.first("w:tcPr")
        if settings is not None:
            for merge in ("w:vMerge", "w:hMerge"):
                if settings.value(merge) in ("", "continue"):
                    return
            removed = settings.first("w:cellDel")
            if removed is not None:
                self.findings.changed(removed)
                return
        self.blocks(cell.children)


def _holds_text(cell: Node) -> bool:
    """Tell whether a cell holds a text and not a value: several paragraphs, and long ones."""
    paragraphs = sum(child.tag == "w:p" for child in cell.children)
    return paragraphs > _TEXT_PARAGRAPHS and sum(len(leaf.text) for leaf in cell.descendants("w:t")) > _TEXT_CHARACTERS


def _within(node: Node, tag: str) -> Iterator[Node]:
    """Yield rows or cells, also those within content controls and the like."""
    for child in node.children:
        if child.tag == tag:
            yield child
        elif child.tag == "w:sdt" or child.tag in _AROUND:
            yield from _within(child, tag)
