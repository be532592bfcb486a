"""Comments written into a copy of the user's own .docx file, which is otherwise left as it is."""

from __future__ import annotations

import copy
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from taizhang.archives import ArchiveLimits, trouble
from taizhang.audit.docx.anchors import Anchor, Anchors
from taizhang.audit.docx.splicing import Names, with_marks
from taizhang.error_catalogue import sentence
from taizhang.errors import Fault, Refusal
from taizhang.files import replacement
from taizhang.reader.documents.docx import Docx, open_docx
from taizhang.reader.documents.docx.package import DAMAGED, relations_part
from taizhang.reader.documents.docx.xmltree import Tree
from taizhang.reader.documents.model import Story
from taizhang.reader.documents.opening import document_bytes
from taizhang.reader.documents.refusing import refuse

_TRANSITIONAL = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
_STRICT = ("http://purl.oclc.org/ooxml/wordprocessingml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships")
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = (
    '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:ind w:left="0" w:right="0" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>'
)
_EXCERPT = 30
_ELSEWHERE: dict[Story, str] = {
    "textbox": "comment.at_textbox",
    "header": "comment.at_header",
    "footer": "comment.at_footer",
    "footnote": "comment.at_footnote",
    "endnote": "comment.at_endnote",
}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on the characters from ``start`` to ``end`` of the text that ``read_document`` gives; each line of ``text`` is a paragraph."""

    start: int
    end: int
    text: str
    author: str = "台账"
    initials: str = "台账"
    moment: datetime | None = None


def write_comments(source: Path, target: Path, comments: Sequence[Comment]) -> None:
    """Write a copy of a .docx file with comments.

    Every other part is copied byte for byte, and the document itself is only added to; comments that are there stay. Text boxes, notes, headers
    and footers take no comments: what concerns them stands at the nearest place of the body and says so.
    Raises ``Refusal`` (``comment.not_docx``, ``comment.same_file``, ``comment.unwritable``, ``comment.no_place``, codes of ``read_document``).
    """
    data = document_bytes(source)
    if target.exists() and target.samefile(source):
        raise _refuse("comment.same_file", target.name)
    if not data.startswith(b"PK"):
        raise _refuse("comment.not_docx", source.name)
    docx = open_docx(data, source.name)
    changed = _changed(docx, comments) if comments else {}
    try:
        with replacement(target) as part:
            _copy(docx, part, changed)
    except OSError as error:
        raise _refuse("comment.unwritable", target.name, reason=error.strerror or error) from error


def _refuse(code: str, name: str, **params: object) -> Refusal:
    return Refusal([Fault(code, {"name": name, **params}, file=name)], "document.refused")


def _copy(docx: Docx, target: Path, changed: Mapping[str, bytes]) -> None:
    """Write the archive again, parts in their order; parts that are new come last."""
    archive, name = docx.package.archive, docx.document.name
    found = trouble(archive, ArchiveLimits())
    if found is not None:
        raise refuse(f"document.{found.kind}", name, size=found.size, limit=found.limit)
    left = dict(changed)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in archive.infolist():
            try:
                content = left.pop(info.filename, None) or archive.read(info)
            except DAMAGED as error:
                raise refuse("document.broken", name) from error
            fresh = copy.copy(info)
            fresh.extra = b""
            new.writestr(fresh, content)
        for part, content in left.items():
            new.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)


def _changed(docx: Docx, comments: Sequence[Comment]) -> dict[str, bytes]:
    """Return the parts that change, by the name under which the archive holds them."""
    package = docx.package
    tree = package.tree(package.main)
    if _TYPES not in package:
        raise refuse("document.broken", docx.document.name)
    word, relation = _STRICT if _STRICT[0].encode() in tree.data[: tree.start_tag(tree.root)[1]] else _TRANSITIONAL
    known = package.related("comments")
    part = known[0].target if known else _new_part(docx)
    existing = package.tree(part) if known else None
    numbered = dict(zip(_free_ids(tree, existing), comments, strict=False))
    anchors, finder = {}, Anchors(docx)
    for identifier, comment in numbered.items():
        anchor = finder.find(comment.start, comment.end)
        if anchor is None:
            raise _refuse("comment.no_place", docx.document.name)
        anchors[identifier] = anchor
    prefix = tree.root.prefix
    names = Names(prefix or "w", "" if prefix else f' xmlns:w="{word}"')
    changed = {package.stored_name(package.main): with_marks(tree, anchors, names, _reference_properties(docx, names.prefix))}
    changed[package.stored_name(part) if known else part] = _comments_part(docx, existing, word, numbered, anchors)
    if not known:
        relations = relations_part(package.main)
        stored = package.stored_name(relations) if relations in package else relations
        changed[stored] = _related(docx, relations, f"{relation}/comments", posixpath.basename(part))
    types = _typed(package.tree(_TYPES), part)
    if types is not None:
        changed[package.stored_name(_TYPES)] = types
    return changed


def _new_part(docx: Docx) -> str:
    folder = posixpath.dirname(docx.package.main)
    names = (posixpath.join(folder, f"comments{number or ''}.xml") for number in range(1000))
    return next(name for name in names if name not in docx.package)


def _free_ids(tree: Tree, existing: Tree | None) -> Iterator[int]:
    taken = set()
    for tag in ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"):
        taken |= {node.attributes.get("w:id", "") for node in tree.root.descendants(tag)}
    if existing is not None:
        taken |= {node.attributes.get("w:id", "") for node in existing.root.children}
    highest = max((int(i) for i in taken if i.isascii() and i.isdigit() and len(i) < 9), default=-1)
    return iter(range(highest + 1, 2**31))


def _reference_properties(docx: Docx, prefix: str) -> str:
    style = docx.styles.named("annotation reference")
    inner = f"<{prefix}:rStyle {prefix}:val={quoteattr(style)}/>" if style else _small(prefix)
    return f"<{prefix}:rPr>{inner}</{prefix}:rPr>"


def _small(prefix: str) -> str:
    return f'<{prefix}:sz {prefix}:val="21"/><{prefix}:szCs {prefix}:val="21"/>'


def _comments_part(docx: Docx, existing: Tree | None, word: str, comments: Mapping[int, Comment], anchors: Mapping[int, Anchor]) -> bytes:
    prefix = (existing.root.prefix if existing is not None else "w") or "w"
    declared = "" if existing is None or existing.root.prefix else f' xmlns:w="{word}"'
    style = docx.styles.named("annotation text")
    written = "".join(
        _comment(identifier, comment, _text(docx, comment, anchors[identifier].story), prefix, declared, style)
        for identifier, comment in comments.items()
    )
    if existing is None:
        return f'{_DECLARATION}<w:comments xmlns:w="{word}">{written}</w:comments>'.encode()
    return _appended(existing, written.encode())


def _text(docx: Docx, comment: Comment, story: Story) -> str:
    """Return the words of a comment; where it stands elsewhere than what it is about, that is said first."""
    if story not in _ELSEWHERE:
        return comment.text
    excerpt = docx.document.text[comment.start : comment.end].replace("\n", " ")[:_EXCERPT]
    return sentence(_ELSEWHERE[story], {"excerpt": excerpt}) + comment.text


def _comment(identifier: int, comment: Comment, text: str, prefix: str, declared: str, style: str) -> str:
    w = prefix
    moment = f' {w}:date="{comment.moment:%Y-%m-%dT%H:%M:%SZ}"' if comment.moment is not None else ""
    who = f" {w}:author={_quoted(comment.author[:255])}{moment} {w}:initials={_quoted(comment.initials[:9])}"
    # Without a style for comments they would look like the report's own paragraphs: first line indented, large, widely spaced.
    paragraph = f"<{w}:pStyle {w}:val={quoteattr(style)}/>" if style else _PLAIN.replace("w:", f"{w}:")
    paragraph = f"<{w}:pPr>{paragraph}</{w}:pPr>"
    run = "" if style else f"<{w}:rPr>{_small(w)}</{w}:rPr>"
    mark = f"<{w}:r>{run}<{w}:annotationRef/></{w}:r>"
    lines = []
    for line in _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        lines.append(f'<{w}:p>{paragraph}{mark}<{w}:r>{run}<{w}:t xml:space="preserve">{escape(line)}</{w}:t></{w}:r></{w}:p>')
        mark = ""
    return f'<{w}:comment{declared} {w}:id="{identifier}"{who}>{"".join(lines)}</{w}:comment>'


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))


def _related(docx: Docx, part: str, kind: str, target: str) -> bytes:
    package = docx.package
    data = package.tree(part) if part in package else None
    taken = {node.attributes.get("Id", "") for node in data.root.children} if data is not None else set()
    identifier = next(name for name in (f"rIdTaizhang{n}" for n in range(1, 100_000)) if name not in taken)
    attributes = f' Id="{identifier}" Type="{kind}" Target="{target}"'
    if data is None:
        return f'{_DECLARATION}<Relationships xmlns="{_RELATIONS}"><Relationship{attributes}/></Relationships>'.encode()
    return _appended(data, f"<{_qualified(data, 'Relationship')}{attributes}/>".encode())


def _typed(types: Tree, part: str) -> bytes | None:
    """Return the content types with that of the comments; None when it is there."""
    name = f"/{part}"
    for node in types.root.children:
        if node.tag == "ct:Override" and node.attributes.get("PartName", "").lower() == name.lower():
            return None
    return _appended(types, f'<{_qualified(types, "Override")} PartName={quoteattr(name)} ContentType="{_CONTENT_TYPE}"/>'.encode())


def _qualified(tree: Tree, name: str) -> str:
    return f"{tree.root.prefix}:{name}" if tree.root.prefix else name


def _appended(tree: Tree, addition: bytes) -> bytes:
    """Return a file's bytes with something added at the end of its outermost element."""
    root, data = tree.root, tree.data
    if not tree.closes_itself(root):
        return data[: root.close] + addition + data[root.close :]
    end = tree.end(root)
    name = re.match(rb"<([^\s/>]+)", data[root.start :])
    assert name is not None  # the parser has seen it
    opened = data[:end].rstrip()[:-2].rstrip()
    return opened + b">" + addition + b"</" + name[1] + b">" + data[end:]
