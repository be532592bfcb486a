"""The .docx file: reopened, its layout against GB/T 9704-2012, and rendered by LibreOffice where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from taizhang.report import Report, write_docx


@pytest.fixture(scope="module")
def path(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docx") / "report.docx"
    write_docx(replace(report, dated="2021-01-08"), path)
    return path


def _part(path: Path, name: str) -> str:
    with ZipFile(path) as archive:
        return archive.read(name).decode("utf-8")


def test_page_and_margins(path: Path) -> None:
    section = Document(str(path)).sections[0]
    near = 0.05  # twips are coarser than tenths of a millimetre
    wanted = {"page_width": 210, "page_height": 297, "top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
    for name, millimetres in wanted.items():
        assert getattr(section, name).mm == pytest.approx(millimetres, abs=near), name
    assert section.page_height - section.top_margin - section.bottom_margin == pytest.approx(Mm(225), abs=Mm(0.1))


def test_grid_of_22_lines_and_28_characters(path: Path) -> None:
    grid = re.search(r"<w:docGrid ([^>]*)/>", _part(path, "word/document.xml"))
    assert grid
    values = dict(re.findall(r'w:(\w+)="([^"]*)"', grid[1]))
    assert values["type"] == "linesAndChars"
    pitch = int(values["linePitch"]) / 20
    assert 28.9 <= pitch <= 29
    assert 22 * pitch <= 225 / 25.4 * 72 < 23 * pitch
    character = 16 + int(values["charSpace"]) / 4096
    width = 156 / 25.4 * 72
    assert int(width / character) == 28


def test_styles(path: Path) -> None:
    styles = Document(str(path)).styles
    faces = {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
        "Heading 3": "仿宋_GB2312",
        "Heading 4": "仿宋_GB2312",
    }
    for name, face in faces.items():
        style = styles[name]
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == face
        assert style.font.size.pt == (22 if name == "Title" else 16)
        assert not style.font.bold
        if name != "Title":
            assert style.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
            assert style.paragraph_format.line_spacing.pt == pytest.approx(28.95)
    levels = [styles[f"Heading {n}"].element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) for n in range(1, 5)]
    assert levels == ["0", "1", "2", "3"]
    assert styles["Title"].paragraph_format.alignment == 1


def test_headings_are_real_and_numbered_in_text(path: Path) -> None:
    headings = [(p.style.name, p.text) for p in Document(str(path)).paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert headings[:4] == [
        ("Title", "公坪镇2020年政府工作报告"),
        ("Heading 1", "一、2020年工作完成情况"),
        ("Heading 2", "（一）坚持脱贫攻坚工作为主线，经济实力取得新突破"),
        ("Heading 2", "（二）坚持走农业产业化道路，农林水牧取得新发展"),
    ]
    assert ("Heading 3", "4.畜牧工作方面") in headings
    assert [t for n, t in headings if n == "Heading 1"] == [
        "一、2020年工作完成情况",
        "二、2021年主要工作计划",
        "三、对政府自身建设的意见和建议",
    ]


def test_text_is_the_reports(path: Path, report: Report) -> None:
    paragraphs = [p.text for p in Document(str(path)).paragraphs]
    assert "\n".join(paragraphs[:-1]) == report.text
    assert paragraphs[-1] == "2021年1月8日"
    last = Document(str(path)).paragraphs[-1].style.element.pPr.find(qn("w:ind"))
    assert last.get(qn("w:rightChars")) == "400"


def test_page_numbers_stand_outside_with_dashes(path: Path) -> None:
    assert "<w:evenAndOddHeaders" in _part(path, "word/settings.xml")
    section = Document(str(path)).sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        xml = paragraph._p.xml
        assert paragraph.text.replace(" ", "") == "—1—"
        assert " PAGE " in xml
        assert f'w:{side}Chars="100"' in xml
        assert f'<w:jc w:val="{side}"/>' in xml
    style = Document(str(path)).styles["Footer"]
    assert (style.font.size.pt, style.element.rPr.rFonts.get(qn("w:ascii"))) == (14, "宋体")


def test_nothing_is_left_over_and_the_language_is_chinese(path: Path) -> None:
    document = _part(path, "word/document.xml")
    assert "bookmark" not in document
    assert "<w:numPr>" not in document
    assert 'w:eastAsia="zh-CN"' in _part(path, "word/styles.xml")
    properties = Document(str(path)).core_properties
    assert (properties.title, properties.language, properties.author) == ("公坪镇2020年政府工作报告", "zh-CN", "公坪镇")
    assert not properties.comments
    assert "altName" in _part(path, "word/fontTable.xml")


def test_equal_reports_give_equal_bytes(report: Report, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_docx(report, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed: the rendering of the .docx is not tried"
)
def test_libreoffice_renders_22_lines_of_28_characters(path: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pdf = PdfReader(tmp_path / "report.pdf")
    assert 6 <= len(pdf.pages) <= 9
    assert (round(float(pdf.pages[0].mediabox.width)), round(float(pdf.pages[0].mediabox.height))) == (595, 842)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))
    for words in ("公坪镇2020年政府工作报告", "流转土地2700余亩", "（五）科教文卫不断完善", "608878.08千元"):
        assert words in text
    second = [line for line in pdf.pages[1].extract_text().splitlines() if line.strip()]
    assert len([line for line in second if "—" not in line]) == 22
    full = [len(re.sub(r"[ ]", "", line)) for line in second if not re.search(r"[0-9]", line)]
    assert max(full) <= 29
    assert max(full) >= 27
    assert [bool(re.search(r"—\s*" + str(n) + r"\s*—", page.extract_text())) for n, page in enumerate(pdf.pages, start=1)] == [True] * len(
        pdf.pages
    )
