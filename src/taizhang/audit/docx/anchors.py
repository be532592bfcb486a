"""Where in a word-processing file the marks of a comment may stand.

Marks stand between runs of the body. A run is split where a comment begins or ends inside of it. What lies in a text box, a formula or a form
field is commented as a whole, a note at its reference, a header or footer at the document's beginning: word processors take no comments there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from taizhang.reader.documents.docx import Docx, Segment
from taizhang.reader.documents.docx.xmltree import Node
from taizhang.reader.documents.model import Story

_ALLOWED = {"w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdt", "w:sdtContent", "w:fldSimple", "w:bdo", "w:dir"}
_WHOLE_CONTROLS = {"w:text", "w:dropDownList", "w:comboBox", "w:date", "w:dataBinding", "w:picture"}


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the document's bytes: between elements, between the children of ``run``, or within its text element ``leaf``."""

    byte: int
    run: Node | None = None  # to be split here
    leaf: Node | None = None  # to be split at ``character``
    character: int = 0


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a comment begins and ends, and what it is about where that is not in the body itself."""

    start: Point
    end: Point
    story: Story = "body"


class Anchors:
    """Finds the anchors of stretches of a document's text."""

    def __init__(self, docx: Docx) -> None:
        self._docx = docx
        self._main = docx.package.main
        self._tree = docx.package.tree(self._main)
        self._starts = [segment.start for segment in docx.segments]
        self._known: dict[Node, tuple[Node, bool]] = {}
        self._counted: dict[tuple[Node, int], tuple[int, int]] = {}  # by piece of text: characters and where the next one's bytes are

    def find(self, start: int, end: int) -> Anchor | None:
        """Return the anchor of a stretch; None when the body has nothing to which a comment could be tied."""
        segments = self._docx.segments
        if not segments:
            return None
        first, last = self._ends(start, end)
        head, tail = segments[first], segments[last]
        story = self._story(head)
        if story in ("header", "footer"):
            return self._at_the_beginning(story)
        if story != "body":
            node = self._holder(head, story)
            return Anchor(self._before(node), self._after(node), story) if node is not None else self._at_the_beginning(story)
        while self._story(tail) != "body":
            last -= 1
            tail = segments[last]
        return Anchor(
            self._start(head, min(max(start, head.start), head.end - 1)), self._end(tail, min(max(end, tail.start + 1), tail.end))
        )

    def _ends(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last segment of a stretch; where it has no character of the file, the nearest one before it."""
        segments = self._docx.segments
        first = max(0, bisect_right(self._starts, start) - 1)
        if segments[first].end <= start and first + 1 < len(segments) and segments[first + 1].start < end:
            first += 1
        return first, max(first, bisect_left(self._starts, end) - 1)

    def _story(self, segment: Segment) -> Story:
        if segment.file != self._main:
            part = self._docx.document.part_at(segment.start)
            kind = "header" if part is None else part.kind
            return "header" if kind in ("body", "table") else kind
        return "textbox" if self._outer(segment.run)[1] else "body"

    def _holder(self, segment: Segment, story: Story) -> Node | None:
        """Return what in the body stands for a text box or a note."""
        if story == "textbox":
            return self._outer(segment.run)[0]
        note = next((a for a in segment.run.ancestors() if a.tag == f"w:{story}"), None)
        run = self._docx.references.get((story, note.attributes.get("w:id", ""))) if note is not None else None
        return self._outer(run)[0] if run is not None else None

    def _outer(self, run: Node) -> tuple[Node, bool]:
        """Return the run-level element of the body that holds a run (mostly itself), and whether a text box lies between."""
        known = self._known.get(run)
        if known is None:
            box = None
            for around in run.ancestors():
                if around.tag == "w:txbxContent":
                    box = around
            holder = next((a for a in box.ancestors() if a.tag == "w:r"), None) if box is not None else None
            known = self._known[run] = (_run_level(holder or run), holder is not None)
        return known

    def _at_the_beginning(self, story: Story) -> Anchor | None:
        for segment in self._docx.segments:
            if self._story(segment) == "body":
                return Anchor(self._start(segment, segment.start), self._end(segment, segment.start + 1), story)
        body = self._tree.root.first("w:body")
        paragraph = next(body.descendants("w:p"), None) if body is not None else None
        if paragraph is None or self._tree.closes_itself(paragraph):
            return None
        point = Point(paragraph.close)
        return Anchor(point, point, story)

    def _start(self, segment: Segment, offset: int) -> Point:
        run, whole = self._unit(segment)
        if whole:
            return self._before(run)
        character = segment.index + offset - segment.start
        content = [child for child in run.children if child.tag != "w:rPr"]
        if character > 0:
            return self._within(run, segment.leaf, character)
        return self._before(run) if segment.leaf is content[0] else Point(segment.leaf.start, run)

    def _end(self, segment: Segment, offset: int) -> Point:
        run, whole = self._unit(segment)
        if whole:
            return self._after(run)
        leaf, character = segment.leaf, segment.index + offset - segment.start
        if leaf.tag == "w:t" and character < len(leaf.text):
            return self._within(run, leaf, character)
        following = run.children.index(leaf) + 1
        return Point(run.children[following].start, run) if following < len(run.children) else self._after(run)

    def _unit(self, segment: Segment) -> tuple[Node, bool]:
        """Return the element that is commented, and whether it cannot be split."""
        node = self._outer(segment.run)[0]
        return node, node is not segment.run or segment.leaf.parent is not node

    def _before(self, node: Node) -> Point:
        return Point(node.start)

    def _after(self, node: Node) -> Point:
        return Point(self._tree.end(node))

    def _within(self, run: Node, leaf: Node, character: int) -> Point:
        before = 0
        for text, byte, _ in leaf.pieces:
            offset = character - before
            if offset < len(text):
                # Counted on from the place asked for before: mostly they are asked for in text order.
                known, at = self._counted.get((leaf, byte), (0, byte))
                if offset < known:
                    known, at = 0, byte
                at += len(text[known:offset].encode())
                self._counted[leaf, byte] = (offset, at)
                return Point(at, run, leaf, character)
            before += len(text)
        raise AssertionError("no such character")  # callers stay below the text's length


def _run_level(node: Node) -> Node:
    """Return the outermost element around a run (or the run) beside which a mark may stand."""
    level = node
    for around in node.ancestors():
        if around.tag == "w:p":
            return level
        if around.tag not in _ALLOWED or (around.tag == "w:sdt" and _is_whole(around)):
            level = around
    return node


def _is_whole(control: Node) -> bool:
    properties = control.first("w:sdtPr")
    return properties is not None and any(child.tag in _WHOLE_CONTROLS or child.tag.endswith("}checkbox") for child in properties.children)
