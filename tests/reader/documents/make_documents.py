"""Means to write documents by hand, and the register of awkward ones (``awkward_documents.py``), each with what is expected of it.

A case is a function that returns the file's bytes; what is expected stands above it: the text, how many notices of each kind there are, parameters
of the first notice, numbers that are printed before paragraphs, kinds of parts, or the code of the refusal.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" mc:Ignorable="w14"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = ("comments", "styles", "numbering", "footnotes", "endnotes", "header1", "header2", "footer1", "footer2")


def document_xml(body: str, namespaces: str = _NAMESPACES) -> str:
    """Return the document part around a body."""
    return f"{_HEAD}<w:document {namespaces}><w:body>{body}<w:sectPr/></w:body></w:document>"


def docx(body: str, *, document: str | bytes | None = None, extra: dict[str, bytes] | None = None, **parts: str) -> bytes:
    """Return a .docx file: a body, and other parts by kind with what stands within their outermost element."""
    roots = {"comments": "comments", "styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    files: dict[str, str | bytes] = {}
    overrides = relations = ""
    for kind, inner in parts.items():
        word = kind.rstrip("12")
        root = roots.get(word, "hdr" if word == "header" else "ftr")
        files[f"word/{kind}.xml"] = f"{_HEAD}<w:{root} {_NAMESPACES}>{inner}</w:{root}>"
        media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{word}+xml"
        overrides += f'<Override PartName="/word/{kind}.xml" ContentType="{media}"/>'
        relations += f'<Relationship Id="r{kind}" Type="{R}/{word}" Target="{kind}.xml"/>'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
            f'ContentType="{main}"/>{overrides}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{R}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        if relations:
            archive.writestr(
                "word/_rels/document.xml.rels", f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
            )
        archive.writestr("word/document.xml", document_xml(body) if document is None else document)
        for name, content in {**files, **(extra or {})}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def p(*runs: str, properties: str = "") -> str:
    """Return a paragraph of runs; a run that is no XML is text."""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    """Return a run of text."""
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def field_of(instruction: str, result: str) -> str:
    """Return a complex field."""
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    return f'{marks["begin"]}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>{marks["separate"]}{result}{marks["end"]}'


def table(*rows: list[str]) -> str:
    """Return a table of cells; a cell that is no XML is text."""
    lines = ("".join(cell(content) for content in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{line}</w:tr>" for line in lines) + "</w:tbl>"


def cell(content: str, properties: str = "") -> str:
    """Return a cell."""
    if content.startswith("<w:tc>"):
        return content
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if properties else ''}{content if content.startswith('<') else p(content)}</w:tc>"


def changed(kind: str, inner: str, author: str = "张三") -> str:
    """Return a tracked change."""
    return f'<w:{kind} w:id="9" w:author="{author}" w:date="2020-12-01T08:00:00Z">{inner}</w:{kind}>'


def box(*paragraphs: str, twice: bool = True) -> str:
    """Return a run with a text box, as a choice and (if ``twice``) once more as a fallback, like word processors write it."""
    inner = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    new = f"<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
    if not twice:
        return f"<w:r>{old}</w:r>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>'
    )


def level(index: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    """Return a level of a list."""
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def lists(*levels: str, numbers: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    """Return lists with one abstract list."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{numbers}'


def numbered(text: str, index: int = 0, name: int = 1) -> str:
    """Return a paragraph of a list."""
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{name}"/></w:numPr>')


@dataclass(frozen=True)
class Case:
    """A file, its name, and what is expected."""

    name: str
    make: Callable[[], bytes]
    text: str = ""
    notices: dict[str, int] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)  # of the first notice
    numbers: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    refused: str = ""


CASES: list[Case] = []


def case(name: str, text: str = "", **expected: Any) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Add a case."""

    def add(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append(Case(name, make, text, **expected))
        return make

    return add
