"""What stands within a paragraph: runs and the elements around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from taizhang.reader.documents.docx.fields import Field
from taizhang.reader.documents.docx.gathering import Gatherer
from taizhang.reader.documents.docx.styles import Styles
from taizhang.reader.documents.docx.symbols import INVISIBLE, symbol
from taizhang.reader.documents.docx.xmltree import Node
from taizhang.reader.documents.model import Notice

_LEFT_OVER = re.compile(r"_GoBack|OLE_LINK\d+|_Hlk\d+", re.I)
_AROUND = {"w:hyperlink", "w:smartTag", "w:customXml", "w:bdo", "w:dir", "w:sdtContent", "w:sdt", "w:rubyBase", "w:ruby"}
_PROPERTIES = {"w:rPr", "w:sdtPr", "w:sdtEndPr", "w:smartTagPr", "w:customXmlPr", "w:rt", "w:rubyPr", "w:delText", "w:delInstrText"}
_OBJECTS = {"w:drawing", "w:pict", "w:object"}
_OUTER = " \t\r\n"
_INNER = str.maketrans("\t\r\n", "   ")


@dataclass(slots=True)
class Findings:
    """What is remarkable, as it is met."""

    notices: list[Notice] = field(default_factory=list)
    insertions: int = 0
    deletions: int = 0
    moves: int = 0
    authors: Counter[str] = field(default_factory=Counter)
    hidden: list[tuple[int, str]] = field(default_factory=list)
    invisible: list[int] = field(default_factory=list)
    contents: int = 0
    unread: int = 0
    comments: dict[str, list[int | None]] = field(default_factory=dict)  # by id: start and end

    def changed(self, node: Node) -> None:
        """Count a tracked change."""
        kind = node.tag
        self.insertions += kind == "w:ins"
        self.deletions += kind in ("w:del", "w:cellDel")
        self.moves += kind == "w:moveTo"
        author = node.attributes.get("w:author", "").strip()
        if author:
            self.authors[author] += 1


def chosen(node: Node) -> list[Node]:
    """Return what of an mc:AlternateContent is read: its first choice, or else its fallback."""
    choice = node.first("mc:Choice") or node.first("mc:Fallback")
    return choice.children if choice is not None else []


class InlineReader:
    """Reads runs into a gatherer; knows which field it is in, and collects text boxes and references to notes."""

    def __init__(self, out: Gatherer, styles: Styles) -> None:
        self.out, self.styles = out, styles
        self.findings = Findings()
        self.file = ""
        self.flat = False  # within a cell that shares its line with others
        self.fields: list[Field] = []
        self.field_ends: dict[Node, int] = {}
        self.boxes: list[Node] = []
        self.references: dict[tuple[str, str], Node] = {}
        self.muted = False  # within a table of contents
        self.dropped = False  # something of the paragraph has been left out
        self._hides = False  # the paragraph's style hides its text
        self._in_run: dict[str, Callable[[Node, Node], None]] = {
            "w:t": self._text,
            "w:tab": lambda run, leaf: self._sign(" " if self.flat else "\t", run, leaf),
            "w:ptab": lambda run, leaf: self._sign(" " if self.flat else "\t", run, leaf),
            "w:br": self._break,
            "w:cr": self._break,
            "w:noBreakHyphen": lambda run, leaf: self._sign("-", run, leaf),
            "w:sym": lambda run, leaf: self._sign(symbol(leaf.attributes.get("w:font", ""), leaf.attributes.get("w:char", "")), run, leaf),
            "w:fldChar": self._field_mark,
            "w:instrText": self._instruction,
            "w:footnoteReference": self._reference,
            "w:endnoteReference": self._reference,
            "w:ruby": lambda run, leaf: self.read(leaf.children),
            "mc:AlternateContent": self._alternative,
            **{tag: lambda run, leaf: self._object(leaf) for tag in _OBJECTS},
        }

    def paragraph(self, nodes: list[Node], hides: bool) -> None:
        """Read what a paragraph holds."""
        self._hides = hides
        self.read(nodes)

    def read(self, nodes: list[Node]) -> None:
        """Read runs and what may stand around them."""
        for node in nodes:
            tag = node.tag
            if tag == "w:r":
                self._run(node)
            elif tag in _AROUND:
                self.read(node.children)
            elif tag in ("w:ins", "w:moveTo"):
                self.findings.changed(node)
                self.read(node.children)
            elif tag in ("w:del", "w:moveFrom"):
                self.findings.changed(node)
                self.dropped = True
                self.markers(node)
            elif tag == "w:fldSimple":
                self._simple_field(node)
            elif tag == "mc:AlternateContent":
                self.read(chosen(node))
            elif tag in ("m:oMath", "m:oMathPara"):
                self._formula(node)
            elif tag not in _PROPERTIES:
                self.marker(node)

    def markers(self, node: Node) -> None:
        """Take notice of the markers in something that is not read."""
        for child in node.children:
            self.marker(child)

    def marker(self, node: Node) -> None:
        """Take notice of a bookmark or of the bounds of a comment."""
        if node.tag == "w:bookmarkStart":
            name = node.attributes.get("w:name", "")
            if _LEFT_OVER.fullmatch(name):
                self.findings.notices.append(Notice("bookmark", self.out.length, self.out.length, {"name": name}))
        elif node.tag in ("w:commentRangeStart", "w:commentRangeEnd"):
            bounds = self.findings.comments.setdefault(node.attributes.get("w:id", ""), [None, None])
            bounds[node.tag == "w:commentRangeEnd"] = self.out.length

    def _run(self, run: Node) -> None:
        while self.fields and run.start > self.fields[-1].last:
            self.fields.pop()
        properties = run.first("w:rPr")
        if self._hidden(properties):
            self._hide(run)
            return
        for leaf in run.children:
            handler = self._in_run.get(leaf.tag)
            if handler is not None:
                handler(run, leaf)

    def _hidden(self, properties: Node | None) -> bool:
        if properties is None:
            return self._hides
        switched = properties.switched("w:vanish")
        if switched is None:
            style = properties.value("w:rStyle")
            switched = self.styles[style].hidden if style else None
        return self._hides if switched is None else switched

    def _hide(self, run: Node) -> None:
        self.dropped = True
        text = "".join(leaf.text for leaf in run.children if leaf.tag == "w:t")
        if text.strip():
            at, before = self.findings.hidden[-1] if self.findings.hidden else (-1, "")
            if at == self.out.length:
                self.findings.hidden[-1] = (at, before + text)
            else:
                self.findings.hidden.append((self.out.length, text))
        for leaf in run.children:
            # Marks of fields are often hidden while what they show is not.
            if leaf.tag in ("w:fldChar", "w:instrText"):
                self._in_run[leaf.tag](run, leaf)

    @property
    def silent(self) -> bool:
        """Whether what stands here belongs to an instruction or to a result that is left out."""
        return self.muted or (bool(self.fields) and any(not field.shows or field.dropped for field in self.fields))

    @property
    def in_contents(self) -> bool:
        """Whether what stands here belongs to a table of contents."""
        return self.muted or any(field.name == "TOC" for field in self.fields)

    def _text(self, run: Node, leaf: Node) -> None:
        text = leaf.text
        if not text:
            return
        if self.silent:
            self.dropped = True
            return
        begin = 0
        if (text[0] in _OUTER or text[-1] in _OUTER) and not _preserved(leaf):
            begin = len(text) - len(text.lstrip(_OUTER))
            text = text[: len(text.rstrip(_OUTER))]
            if begin >= len(text):
                return
        if "\n" in text or "\t" in text or "\r" in text:
            text = text.translate(_INNER)
        if text.isascii():
            self.out.copy(text[begin:], self.file, run, leaf, begin)
            return
        for found in INVISIBLE.finditer(text):
            self.findings.invisible.append(self.out.length + found.start() - begin)
            if found.start() > begin:
                self.out.copy(text[begin : found.start()], self.file, run, leaf, begin)
            begin = found.end()
        if begin < len(text):
            self.out.copy(text[begin:], self.file, run, leaf, begin)

    def _sign(self, sign: str, run: Node, leaf: Node) -> None:
        if self.silent:
            self.dropped = True
        else:
            self.out.copy(sign, self.file, run, leaf, 0)

    def _break(self, run: Node, leaf: Node) -> None:
        self._sign(" " if self.flat else "\n", run, leaf)

    def _field_mark(self, run: Node, leaf: Node) -> None:
        kind = leaf.attributes.get("w:fldCharType")
        if kind == "begin" and leaf in self.field_ends:
            self.fields.append(Field(self.field_ends[leaf], start=self.out.length))
        elif kind == "separate" and self.fields:
            self.fields[-1].shows = True
            self.fields[-1].start = self.out.length
        elif kind == "end" and self.fields:
            self._field_ends(self.fields.pop())

    def _instruction(self, run: Node, leaf: Node) -> None:
        if self.fields and not self.fields[-1].shows:
            self.fields[-1].instruction += leaf.text

    def _simple_field(self, node: Node) -> None:
        ended = Field(node.close, node.attributes.get("w:instr", ""), True, self.out.length)
        self.fields.append(ended)
        depth = len(self.fields)
        self.read(node.children)
        del self.fields[depth - 1 :]
        self._field_ends(ended)

    def _field_ends(self, ended: Field) -> None:
        within = any(not field.quiet for field in self.fields)  # the outer one is told
        if not ended.quiet and not within and not self.silent and self.out.length > ended.start:
            instruction = " ".join(ended.instruction.split())
            self.findings.notices.append(Notice("field", ended.start, self.out.length, {"instruction": instruction[:80]}))

    def _reference(self, run: Node, leaf: Node) -> None:
        story = "footnote" if leaf.tag == "w:footnoteReference" else "endnote"
        self.references.setdefault((story, leaf.attributes.get("w:id", "")), run)

    def _alternative(self, run: Node, leaf: Node) -> None:
        for node in chosen(leaf):
            handler = self._in_run.get(node.tag)
            if handler is not None:
                handler(run, node)

    def _object(self, node: Node) -> None:
        stack = [node]
        while stack:
            inner = stack.pop()
            if inner.tag == "w:txbxContent":
                self.boxes.append(inner)
            else:
                stack.extend(reversed(chosen(inner) if inner.tag == "mc:AlternateContent" else inner.children))

    def _formula(self, node: Node) -> None:
        for child in node.children:
            if child.tag == "m:t":
                if child.text and not self.silent:
                    self.out.copy(child.text.translate(_INNER), self.file, child, child, 0)
            elif child.tag == "m:den":
                self.out.write("/")
                self._formula(child)
            elif child.tag == "w:r":
                self._run(child)
            elif child.tag not in ("w:del", "w:moveFrom"):
                self._formula(child)


def _preserved(leaf: Node) -> bool:
    own = leaf.attributes.get("xml:space")
    if own is None:
        own = next((a.attributes["xml:space"] for a in leaf.ancestors() if "xml:space" in a.attributes), None)
    return own == "preserve"
