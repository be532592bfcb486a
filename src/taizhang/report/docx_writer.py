"""The report as a word-processing file in official layout, with its figures' origin inside."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from taizhang.pack.periods import Period
from taizhang.report import layout
from taizhang.report.model import Block, Report, as_json
from taizhang.report.saved import METADATA_NAMESPACE

_ITEM_ID = "{7A1D2E64-5B0C-4C1E-9F57-7461697A6801}"
_CUSTOM_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_Paragraph = dict[str, dict[str, Any]]  # properties of a paragraph: element → attributes


def write_docx(report: Report, path: Path) -> None:
    """Write the report as .docx after GB/T 9704-2012; equal reports give equal bytes.

    Raises ``OSError`` when the file cannot be written.
    """
    document = Document()
    _page(document)
    _styles(document)
    _settings(document)
    _footers(document)
    document.add_paragraph(report.title, style="Title")
    for block in report.blocks:
        _block(document, block)
    if report.dated:
        day = date.fromisoformat(report.dated)
        document.add_paragraph(f"{day.year}年{day.month}月{day.day}日", style="Date Line")
    _properties(document, report)
    _fonts(document)
    _metadata(document, report)
    buffer = BytesIO()
    document.save(buffer)
    path.write_bytes(_deterministic(buffer.getvalue()))


def _page(document: DocumentObject) -> None:
    section = document.sections[0]
    properties = section._sectPr
    for tag in ("w:pgSz", "w:pgMar", "w:cols", "w:docGrid"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    size = _element("w:pgSz", w=layout.PAGE_WIDTH, h=layout.PAGE_HEIGHT)
    margins = _element(
        "w:pgMar", top=layout.TOP, right=layout.RIGHT, bottom=layout.BOTTOM, left=layout.LEFT,
        header=layout.twips(15), footer=layout.FOOTER_DISTANCE, gutter=0,
    )  # fmt: skip
    grid = _element("w:docGrid", type="linesAndChars", linePitch=layout.LINE_PITCH, charSpace=layout.CHARACTER_SPACE)
    for child in (size, margins, _element("w:cols", space=720), grid):
        properties.append(child)


def _styles(document: DocumentObject) -> None:
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    run.clear()
    for child in (
        _fonts_element(layout.BODY),
        *_size(layout.BODY_HALF_POINTS),
        _element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
    ):
        run.append(child)
    body: _Paragraph = {"w:spacing": {"before": 0, "after": 0, "line": layout.LINE_PITCH, "lineRule": "exact"}, "w:jc": {"val": "both"}}
    indent: _Paragraph = {"w:ind": {"firstLineChars": 200, "firstLine": 2 * layout.CHARACTER_PITCH}}
    _style(document, "Normal", layout.BODY, layout.BODY_HALF_POINTS, body | indent)
    title: _Paragraph = {
        "w:spacing": {"before": 0, "after": layout.TITLE_SPACE_AFTER, "line": layout.TITLE_LINE, "lineRule": "exact"},
        "w:ind": {"firstLineChars": 0, "firstLine": 0},
        "w:jc": {"val": "center"},
    }
    _style(document, "Title", layout.TITLE, layout.TITLE_HALF_POINTS, title)
    for level, face in enumerate(layout.HEADINGS):
        _style(document, f"Heading {level + 1}", face, layout.BODY_HALF_POINTS, body | indent | _outline(level), keep_next=True)
        name = f"Item Heading {level + 1}"
        styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        _face(styles[name].element, face, layout.BODY_HALF_POINTS)
    styles.add_style("Date Line", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    right: _Paragraph = {
        "w:ind": {"rightChars": 400, "right": 4 * layout.CHARACTER_PITCH, "firstLineChars": 0, "firstLine": 0},
        "w:jc": {"val": "right"},
    }
    _style(document, "Date Line", layout.BODY, layout.BODY_HALF_POINTS, body | right)
    _style(document, "Footer", layout.DIGITS, layout.NUMBER_HALF_POINTS, _flush())


def _flush() -> _Paragraph:
    return {"w:ind": {"firstLineChars": 0, "firstLine": 0}}


def _outline(level: int) -> _Paragraph:
    return {"w:outlineLvl": {"val": level}}


def _style(
    document: DocumentObject, name: str, face: layout.Face, half_points: int, paragraph: _Paragraph, *, keep_next: bool = False
) -> None:
    element = document.styles[name].element
    properties = element.get_or_add_pPr()
    properties.clear()
    order = ["w:keepNext", "w:keepLines", "w:widowControl", "w:kinsoku", "w:overflowPunct", "w:autoSpaceDE", "w:autoSpaceDN"]
    switches = {"w:widowControl": 0, "w:kinsoku": 1, "w:overflowPunct": 1, "w:autoSpaceDE": 0, "w:autoSpaceDN": 0}
    if keep_next:
        switches |= {"w:keepNext": 1}
    for tag in order:
        if tag in switches:
            properties.append(_element(tag, val=switches[tag]))
    # The measures above are the grid's own; snapping to it as well makes LibreOffice give a 16 pt character two cells of 15.8 pt.
    properties.append(_element("w:snapToGrid", val=0))
    for tag in ("w:spacing", "w:ind", "w:jc", "w:outlineLvl"):
        if tag in paragraph:
            properties.append(_element(tag, **paragraph[tag]))
    _face(element, face, half_points)


def _face(style: Any, face: layout.Face, half_points: int) -> None:
    run = style.get_or_add_rPr()
    run.clear()
    off = [_element(tag, val=0) for tag in ("w:b", "w:bCs", "w:i", "w:iCs")]
    closer = layout.BODY_TIGHTER if half_points == layout.BODY_HALF_POINTS else 0
    for child in (
        _fonts_element(face),
        *off,
        _element("w:color", val="000000"),
        _element("w:spacing", val=closer),
        _element("w:kern", val=0),
    ):
        run.append(child)
    for child in _size(half_points):
        run.append(child)


def _fonts_element(face: layout.Face) -> Any:
    latin = face.name if face is layout.DIGITS else layout.LATIN
    return _element("w:rFonts", ascii=latin, hAnsi=latin, eastAsia=face.name, cs=layout.LATIN, hint="eastAsia")


def _size(half_points: int) -> tuple[Any, Any]:
    return _element("w:sz", val=half_points), _element("w:szCs", val=half_points)


def _settings(document: DocumentObject) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    settings = document.settings.element
    for tag in ("w:themeFontLang", "w:characterSpacingControl"):
        for old in settings.findall(qn(tag)):
            settings.remove(old)
    anchor = settings.find(qn("w:compat"))
    spacing = _element("w:characterSpacingControl", val="compressPunctuation")
    if anchor is not None:
        anchor.addprevious(spacing)
    language = _element("w:themeFontLang", val="en-US", eastAsia="zh-CN")
    after = next(
        (e for e in (settings.find(qn(t)) for t in ("w:clrSchemeMapping", "w:shapeDefaults", "w:decimalSymbol")) if e is not None), None
    )
    if after is not None:
        after.addprevious(language)


def _footers(document: DocumentObject) -> None:
    section = document.sections[0]
    # One blank character of size 4 to the outer edge: odd pages right, even pages left.
    sides = ((section.footer, "right", "rightChars"), (section.even_page_footer, "left", "leftChars"))
    for footer, side, characters in sides:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        properties = paragraph._p.get_or_add_pPr()
        properties.append(_element("w:ind", **{characters: 100, side: layout.NUMBER_HALF_POINTS * 10, "firstLineChars": 0, "firstLine": 0}))
        properties.append(_element("w:jc", val=side))
        paragraph.add_run("— ")
        for kind in ("begin", None, "separate", "number", "end"):
            run = paragraph.add_run("1" if kind == "number" else "")
            if kind is None:
                instruction = OxmlElement("w:instrText")
                instruction.set(qn("xml:space"), "preserve")
                instruction.text = " PAGE "
                run._r.append(instruction)
            elif kind != "number":
                run._r.append(_element("w:fldChar", fldCharType=kind))
        paragraph.add_run(" —")


def _block(document: DocumentObject, block: Block) -> None:
    if block.kind == "heading":
        document.add_paragraph(block.number + block.text, style=f"Heading {block.level}")
    elif block.kind == "item":
        paragraph = document.add_paragraph(style="Normal")
        first, rest = block.sentences[0].text, "".join(s.text for s in block.sentences[1:])
        paragraph.add_run(block.number + first, style=f"Item Heading {block.level}")
        if rest:
            paragraph.add_run(rest)
    else:
        document.add_paragraph(block.text, style="Normal")


def _properties(document: DocumentObject, report: Report) -> None:
    properties = document.core_properties
    # The moment of writing would make two equal reports differ: the period's end stands for it.
    moment = datetime.combine(Period.parse(report.period).end, datetime.min.time())
    properties.title, properties.author, properties.last_modified_by = report.title, report.division_name, "台账"
    properties.subject, properties.keywords, properties.comments = report.name, report.period, ""
    properties.language, properties.category, properties.revision = "zh-CN", "政府工作报告", 1
    properties.created = properties.modified = moment
    properties.last_printed = moment
    properties.identifier = f"{report.name}/{report.division}/{report.period}/{report.position}"


def _fonts(document: DocumentObject) -> None:
    """Name like fonts for machines that lack the official ones."""
    faces = dict.fromkeys([layout.BODY, layout.TITLE, *layout.HEADINGS, layout.DIGITS])
    fonts = "".join(
        f'<w:font w:name="{escape(f.name)}"><w:altName w:val="{escape(f.alternative)}"/><w:charset w:val="86"/>'
        f'<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for f in faces
    )
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            relation.target_part._blob = xml.encode()


def _metadata(document: DocumentObject, report: Report) -> None:
    """Put the report's data into a custom XML part, which word processors carry along when the file is saved again."""
    text = escape(json.dumps(as_json(report), ensure_ascii=False, sort_keys=True))
    package = document.part.package
    item = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<report xmlns="{METADATA_NAMESPACE}">{text}</report>'
    properties = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        f'<ds:datastoreItem ds:itemID="{_ITEM_ID}" xmlns:ds="{_CUSTOM_PROPERTIES}">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{METADATA_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    for relation_id, relation in list(document.part.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.CUSTOM_XML:
            del document.part.rels[relation_id]
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    item_part = Part(PackURI("/customXml/item1.xml"), "application/xml", item.encode(), package)
    properties_part = Part(PackURI("/customXml/itemProps1.xml"), kind, properties.encode(), package)
    item_part.relate_to(properties_part, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    document.part.relate_to(item_part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _deterministic(data: bytes) -> bytes:
    """Write the archive again in a fixed order and with fixed times."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 0, 0
            new.writestr(info, old.read(name))
    return buffer.getvalue()


def _element(tag: str, **attributes: Any) -> Any:
    element = parse_xml(f"<{tag} {nsdecls('w')}/>")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element
