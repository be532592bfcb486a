"""Putting the marks of comments into a document's bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from taizhang.audit.docx.anchors import Anchor, Point
from taizhang.reader.documents.docx.xmltree import Node, Tree

_BLANK = " \t\r\n"
_PRESERVE = b' xml:space="preserve"'


@dataclass(frozen=True, slots=True)
class Names:
    """How elements of the document's own namespace are written: prefix, and its declaration where the file has none of use."""

    prefix: str
    declaration: str = ""

    def start(self, name: str, rest: str = "") -> str:
        """Return a start tag without its closing bracket."""
        return f"<{self.prefix}:{name}{self.declaration}{rest}"


@dataclass(slots=True)
class _Marks:
    point: Point
    ends: list[tuple[int, int]] = field(default_factory=list)  # where the comment began, its id
    starts: list[tuple[int, int]] = field(default_factory=list)  # where it will end, its id


def with_marks(tree: Tree, anchors: Mapping[int, Anchor], names: Names, reference: str) -> bytes:
    """Return the document's bytes with the marks of comments, by id.

    ``reference`` are the run properties of the mark that shows the comment. Nothing but insertions is done.
    """
    inserted = _insertions(tree, _gathered(anchors), names, reference)
    pieces, at = [], 0
    for byte, addition in sorted(inserted.items()):
        pieces += [tree.data[at:byte], addition]
        at = byte
    return b"".join([*pieces, tree.data[at:]])


def _gathered(anchors: Mapping[int, Anchor]) -> list[_Marks]:
    places: dict[int, _Marks] = {}
    for identifier, anchor in anchors.items():
        places.setdefault(anchor.start.byte, _Marks(anchor.start)).starts.append((anchor.end.byte, identifier))
        places.setdefault(anchor.end.byte, _Marks(anchor.end)).ends.append((anchor.start.byte, identifier))
    return [places[byte] for byte in sorted(places)]


def _insertions(tree: Tree, places: Sequence[_Marks], names: Names, reference: str) -> dict[int, bytes]:
    inserted: dict[int, bytes] = {}
    cuts: dict[Node, list[Point]] = defaultdict(list)
    for marks in places:
        if marks.point.leaf is not None:
            cuts[marks.point.leaf].append(marks.point)
    spaced = {leaf: _Spacing(leaf, points) for leaf, points in cuts.items()}
    for leaf, spacing in spaced.items():
        if spacing.needed[0]:
            inserted[tree.start_tag(leaf)[1] - 1] = _PRESERVE
    for marks in places:
        point = marks.point
        written = "".join(_written(marks, names, reference)).encode()
        if point.run is not None:
            closing, opening = _split_run(tree, point.run)
            if point.leaf is not None:
                ends, begins = spaced[point.leaf].split(tree, point)
                closing, opening = ends + closing, opening + begins
            written = closing + written + opening
        inserted[point.byte] = written
    return inserted


def _written(marks: _Marks, names: Names, reference: str) -> Iterator[str]:
    same = {identifier for _, identifier in marks.ends} & {identifier for _, identifier in marks.starts}
    for _, identifier in sorted(marks.ends, reverse=True):
        if identifier not in same:
            yield from _end(identifier, names, reference)
    for _, identifier in sorted(marks.starts, key=lambda item: (-item[0], item[1])):
        yield names.start("commentRangeStart", f' {names.prefix}:id="{identifier}"/>')
        if identifier in same:
            yield from _end(identifier, names, reference)


def _end(identifier: int, names: Names, reference: str) -> Iterator[str]:
    yield names.start("commentRangeEnd", f' {names.prefix}:id="{identifier}"/>')
    mark = f'<{names.prefix}:commentReference {names.prefix}:id="{identifier}"/>'
    yield f"{names.start('r', '>')}{reference}{mark}</{names.prefix}:r>"


def _split_run(tree: Tree, run: Node) -> tuple[bytes, bytes]:
    """Return what ends a run and what begins its other half: the same start tag and properties."""
    start, end = tree.start_tag(run)
    properties = run.first("w:rPr")
    copied = tree.data[properties.start : tree.end(properties)] if properties is not None else b""
    return _end_tag(run, b"r"), tree.data[start:end] + copied


def _end_tag(node: Node, name: bytes) -> bytes:
    prefix = node.prefix.encode() + b":" if node.prefix else b""
    return b"</" + prefix + name + b">"


class _Spacing:
    """Which pieces of a text element, once it is cut, must say that their blanks count."""

    def __init__(self, leaf: Node, points: list[Point]) -> None:
        self._leaf = leaf
        bounds = [point.character for point in points]
        self._index = {character: index for index, character in enumerate(bounds)}
        self._says = "xml:space" in leaf.attributes
        edges = [0, *bounds, len(leaf.text)]
        pieces = [leaf.text[a:b] for a, b in pairwise(edges)]
        last = len(pieces) - 1
        self.needed = [not self._says and _counts(piece, index > 0, index < last) for index, piece in enumerate(pieces)]

    def split(self, tree: Tree, point: Point) -> tuple[bytes, bytes]:
        """Return what ends the piece before a cut and what begins the piece after it."""
        start, end = tree.start_tag(self._leaf)
        tag = tree.data[start:end]
        if self.needed[self._index[point.character] + 1]:
            tag = tag[:-1] + _PRESERVE + b">"
        in_cdata = any(cdata and byte <= point.byte < byte + len(text.encode()) for text, byte, cdata in self._leaf.pieces if cdata)
        ends, begins = (b"]]>", b"<![CDATA[") if in_cdata else (b"", b"")
        return ends + _end_tag(self._leaf, b"t"), tag + begins


def _counts(piece: str, cut_before: bool, cut_after: bool) -> bool:
    if not piece.strip(_BLANK):
        # Blanks at an outer edge are not shown; alone between two cuts they are.
        return cut_before and cut_after
    return (cut_before and piece[0] in _BLANK) or (cut_after and piece[-1] in _BLANK)
