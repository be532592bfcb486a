"""A small XML tree that knows where in the bytes each element stands, so that a file can be added to without being written anew.

No document type declaration is accepted, hence no entities; nothing is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

_BETWEEN = "\n"  # cannot stand in an address of a namespace as that is commonly written
_DEEPEST = 200  # elements within elements; word processors stop far earlier
_NAMESPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/package/2006/content-types": "ct",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
_TEXT = {"w:t", "w:instrText", "m:t"}
_NO_PIECES: list[tuple[str, int, bool]] = []
# Looks only: most elements of a document, and nothing here asks for them.
_LOOKS = {
    "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:u", "w:color", "w:spacing", "w:w", "w:kern", "w:position", "w:sz", "w:szCs",
    "w:highlight", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:lang", "w:eastAsianLayout", "w:caps", "w:smallCaps", "w:strike",
    "w:lastRenderedPageBreak", "w:proofErr", "w:ind", "w:jc", "w:textAlignment", "w:adjustRightInd", "w:snapToGrid", "w:autoSpaceDE",
    "w:autoSpaceDN", "w:bidi", "w:widowControl", "w:keepNext", "w:keepLines", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
    "w:contextualSpacing", "w:pBdr", "w:tabs", "w:tcW", "w:tcBorders", "w:tcMar", "w:vAlign", "w:noWrap", "w:trHeight", "w:cantSplit",
    "w:tblPr", "w:tblGrid", "w:tblPrEx", "w:tblStylePr", "w:latentStyles", "w:docDefaults", "w:pgSz", "w:pgMar", "w:cols", "w:docGrid",
    "w:rsid", "w:uiPriority", "w:qFormat", "w:unhideWhenUsed", "w:semiHidden", "w:next", "w:link",
}  # fmt: skip
_BARE = {"w:p", "w:r", "w:tr", "w:tbl", "w:tc", "w:pPr", "w:rPr"}  # their attributes tell nothing
_ENCODING = re.compile(rb"^<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_TRANSCODED = {"gb2312", "gbk", "gb18030", "utf-16", "utf-16le", "utf-16be"}
_START_TAG = re.compile(rb"<(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+>")


class MalformedXml(Exception):  # noqa: N818 - told to the user under another name
    """The bytes are no XML that is read here."""


class ForbiddenXml(MalformedXml):
    """The XML brings a document type declaration."""


class Node:
    """An element: name with the usual prefix, attributes likewise, children, text where it is text, and its place in the bytes."""

    __slots__ = ("attributes", "children", "close", "ordinal", "parent", "pieces", "prefix", "start", "tag")

    def __init__(self, tag: str, prefix: str, attributes: dict[str, str], parent: Node | None, start: int) -> None:
        self.tag, self.prefix, self.attributes, self.parent = tag, prefix, attributes, parent
        self.children: list[Node] = []
        self.start = start  # of the start tag
        self.close = start  # of the end tag; equal to ``start`` when the element closes itself
        self.ordinal = 0  # among the runs of its file
        # Text, place in the bytes, whether it is in a CDATA section.
        self.pieces: list[tuple[str, int, bool]] = [] if tag in _TEXT else _NO_PIECES

    @property
    def text(self) -> str:
        """The characters directly within."""
        return "".join(piece[0] for piece in self.pieces)

    def first(self, tag: str) -> Node | None:
        """Return the first child of a name."""
        for child in self.children:
            if child.tag == tag:
                return child
        return None

    def value(self, *path: str) -> str | None:
        """Return ``w:val`` of a descendant by the names on the way to it."""
        node: Node | None = self
        for tag in path:
            node = node.first(tag) if node is not None else None
        return None if node is None else node.attributes.get("w:val", "")

    def switched(self, tag: str) -> bool | None:
        """Return an on–off property of a properties element; None when it is not set."""
        value = self.value(tag)
        return None if value is None else value not in ("0", "false", "off")

    def descendants(self, tag: str) -> Iterator[Node]:
        """Yield the elements of a name below this one, in document order."""
        stack = list(reversed(self.children))
        while stack:
            node = stack.pop()
            if node.tag == tag:
                yield node
            stack.extend(reversed(node.children))

    def ancestors(self) -> Iterator[Node]:
        """Yield the elements around this one, innermost first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Tree:
    """The elements of one XML file together with its bytes (always UTF-8)."""

    def __init__(self, data: bytes, root: Node, runs: int) -> None:
        self.data, self.root, self.runs = data, root, runs

    def start_tag(self, node: Node) -> tuple[int, int]:
        """Return the bytes' span of an element's start tag."""
        found = _START_TAG.match(self.data, node.start)
        assert found is not None  # the parser has seen it
        return found.span()

    def end(self, node: Node) -> int:
        """Return where an element's bytes end."""
        return self.start_tag(node)[1] if self.closes_itself(node) else self.data.index(b">", node.close) + 1

    def closes_itself(self, node: Node) -> bool:
        """Tell whether an element is written as one empty-element tag."""
        return node.close == node.start


def parse(data: bytes) -> Tree:
    """Parse an XML file.

    Raises ``MalformedXml``, and ``ForbiddenXml`` for a document type declaration.
    """
    data = _as_utf8(data)
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: it declares an encoding that there is not
        raise MalformedXml(str(error)) from error
    if builder.root is None:
        raise MalformedXml("no element")
    return Tree(data, builder.root, builder.runs)


def _as_utf8(data: bytes) -> bytes:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        declared = _ENCODING.match(data)
        encoding = declared[1].decode().lower() if declared else ""
    if encoding not in _TRANSCODED:
        return data
    try:
        return _DECLARATION.sub("", data.decode(encoding).lstrip("\ufeff"), count=1).encode()
    except UnicodeError as error:
        raise MalformedXml(str(error)) from error


class _Builder:
    def __init__(self) -> None:
        self.parser = parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        parser.namespace_prefixes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartCdataSectionHandler = self._cdata_start
        parser.EndCdataSectionHandler = self._cdata_end
        parser.StartDoctypeDeclHandler = self._doctype
        self.root: Node | None = None
        self.current: Node | None = None
        self.runs = self.depth = 0
        self.cdata = False
        self._passed = 0  # how deep within an element that is not kept
        self._names: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}

    def _name(self, raw: str) -> str:
        """Return a name with its usual prefix, and remember with it the prefix of the file."""
        first, *rest = raw.split(_BETWEEN)
        uri, local, prefix = (first, *rest, "")[:3] if rest else ("", first, "")
        known = _NAMESPACES.get(uri)
        tag = self._names[raw] = f"{known}:{local}" if known else f"{{{uri}}}{local}" if uri else local
        self._prefixes[raw] = prefix
        return tag

    def _start(self, raw: str, attributes: dict[str, str]) -> None:
        tag = self._names.get(raw) or self._name(raw)
        if self._passed or tag in _LOOKS:
            self._passed += 1
            return
        parent = self.current
        named: dict[str, str] = {}
        if attributes and tag not in _BARE:
            names = self._names
            for name, value in attributes.items():
                named[names.get(name) or self._name(name)] = value
        node = self.current = Node(tag, self._prefixes[raw], named, parent, self.parser.CurrentByteIndex)
        self.depth += 1
        if parent is None:
            self.root = node
        else:
            if self.depth > _DEEPEST:
                raise MalformedXml("too deep")
            parent.children.append(node)
        if tag == "w:r":
            node.ordinal = self.runs
            self.runs += 1

    def _end(self, raw: str) -> None:
        if self._passed:
            self._passed -= 1
            return
        node = self.current
        assert node is not None
        node.close = self.parser.CurrentByteIndex
        self.current = node.parent
        self.depth -= 1

    def _characters(self, text: str) -> None:
        node = self.current
        if node is not None and node.tag in _TEXT:
            node.pieces.append((text, self.parser.CurrentByteIndex, self.cdata))

    def _cdata_start(self) -> None:
        self.cdata = True

    def _cdata_end(self) -> None:
        self.cdata = False

    def _doctype(self, *_: object) -> None:
        raise ForbiddenXml("document type declaration")
