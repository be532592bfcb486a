"""A word-processing file, opened and read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from taizhang.reader.documents.docx.blocks import BlockReader
from taizhang.reader.documents.docx.gathering import Segment
from taizhang.reader.documents.docx.inline import Findings
from taizhang.reader.documents.docx.numbering import Numbering
from taizhang.reader.documents.docx.package import Package
from taizhang.reader.documents.docx.styles import Styles
from taizhang.reader.documents.docx.xmltree import Node
from taizhang.reader.documents.model import Document, Notice, Place, Story
from taizhang.reader.documents.refusing import refuse

_WORDS = re.compile(r"\w")
_EXCERPT = 40


@dataclass(frozen=True)
class Docx:
    """What a writer of comments needs: the document, the archive, where the text stands, and which run refers to which note."""

    document: Document
    package: Package
    styles: Styles
    segments: tuple[Segment, ...]
    references: dict[tuple[str, str], Node]  # ("footnote", id) → run


def open_docx(data: bytes, name: str) -> Docx:
    """Read a word-processing file.

    Raises ``Refusal`` (``document.broken``, ``document.encrypted``, ``document.entities``, ``document.too_large``,
    ``document.not_a_document``, ``document.empty``).
    """
    package = Package(data, name)
    main = package.main
    if not main:
        raise refuse("document.not_a_document", name, kind=_other_kind(package))
    body = package.tree(main).root.first("w:body")
    if body is None:
        raise refuse("document.broken", name)
    styles = Styles(_root(package, "styles"))
    reader = BlockReader(styles, Numbering(_root(package, "numbering")))
    reader.story("body", main, package.tree(main), body.children)
    _boxes(reader, package, main, "textbox")
    for story in ("footnote", "endnote"):
        _notes(reader, package, story)
    for kind in ("header", "footer"):
        _margins(reader, package, kind)
    text = reader.out.text
    if not text.strip():
        raise refuse("document.empty", name)
    notices = (*_notices(reader.findings, text), *_comments(reader.findings, package, text))
    document = Document(name, "docx", text, tuple(reader.out.parts), notices, tuple(_places(reader.out.segments)))
    return Docx(document, package, styles, tuple(reader.out.segments), reader.inline.references)


def _root(package: Package, kind: str) -> Node | None:
    found = package.related(kind)
    return package.tree(found[0].target).root if found else None


def _boxes(reader: BlockReader, package: Package, file: str, story: Story) -> None:
    # A text box may hold another one: the list grows while it is read.
    boxes = reader.inline.boxes
    while boxes:
        reader.story(story, file, package.tree(file), boxes.pop(0).children)


def _notes(reader: BlockReader, package: Package, story: Story) -> None:
    for relation in package.related(f"{story}s")[:1]:
        tree = package.tree(relation.target)
        notes = {node.attributes.get("w:id", ""): node for node in tree.root.children if node.tag == f"w:{story}"}
        for kind, identifier in list(reader.inline.references):
            if kind == story and identifier in notes:
                reader.story(story, relation.target, tree, notes[identifier].children)
                _boxes(reader, package, relation.target, story)


def _margins(reader: BlockReader, package: Package, kind: Story) -> None:
    """Read headers or footers: each wording once, and none that only holds a page number."""
    seen: set[str] = set()
    for relation in package.related(kind):
        tree, mark, known = package.tree(relation.target), reader.out.mark(), len(reader.findings.notices)
        reader.story(kind, relation.target, tree, tree.root.children)
        _boxes(reader, package, relation.target, kind)
        wording = reader.out.since(mark).strip()
        if wording in seen or not _WORDS.search(wording):
            reader.out.back_to(mark)
            del reader.findings.notices[known:]
        seen.add(wording)


def _places(segments: list[Segment]) -> Iterator[Place]:
    run, before = None, 0
    for segment in segments:
        if segment.run.tag != "w:r":
            continue
        if segment.run is not run:
            run, before = segment.run, 0
        yield Place(segment.start, segment.end, segment.file, segment.run.ordinal, before)
        before += segment.end - segment.start


def _notices(found: Findings, text: str) -> Iterator[Notice]:
    if found.insertions or found.deletions or found.moves:
        counts = {"insertions": found.insertions, "deletions": found.deletions, "moves": found.moves}
        yield Notice("tracked", None, None, {**counts, "authors": "、".join(found.authors)})
    if found.hidden:
        at, first = found.hidden[0]
        params = {"count": len(found.hidden), "excerpt": first[:_EXCERPT], "texts": tuple(t for _, t in found.hidden)}
        yield Notice("hidden", at, at, params)
    if found.contents:
        yield Notice("contents", None, None, {"count": found.contents})
    if found.unread:
        yield Notice("unread", None, None, {"count": found.unread})
    if found.invisible:
        yield Notice("invisible", found.invisible[0], found.invisible[0], {"count": len(found.invisible)})
    for notice in found.notices:
        if notice.start is None or notice.start <= len(text):
            yield notice


def _comments(found: Findings, package: Package, text: str) -> Iterator[Notice]:
    root = _root(package, "comments")
    for node in root.children if root is not None else ():
        if node.tag != "w:comment":
            continue
        start, end = found.comments.get(node.attributes.get("w:id", ""), (None, None))
        if start is not None and end is not None:
            # Where the range begins a paragraph, the line break before it was not written yet.
            start += len(text[start:end]) - len(text[start:end].lstrip("\n\t"))
        lines = ("".join(leaf.text for leaf in paragraph.descendants("w:t")) for paragraph in node.descendants("w:p"))
        params = {"author": node.attributes.get("w:author", ""), "text": "\n".join(lines).strip("\n")}
        yield Notice("comment", start, end if end is not None else start, params)


def _other_kind(package: Package) -> str:
    for folder, kind in (("xl/", "Excel"), ("ppt/", "PowerPoint"), ("ofd.xml", "OFD"), ("meta-inf/", "ODF")):
        if any(part.lower().startswith(folder) for part in package.archive.namelist()):
            return kind
    return "ZIP"
