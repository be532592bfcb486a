"""Taizhang's own report, read back and commented."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from taizhang.audit.comments import Comment, write_comments
from taizhang.reader.documents import read_document
from taizhang.report import write_docx
from taizhang.report.model import Block, PrintedFigure, Report, ReportFigure, Sentence

TITLE = "公坪镇2020年政府工作报告"
TEXTS = [
    ("heading", 1, "一、", "产业发展"),
    ("item", 2, "（一）", "黄桃。全镇种植黄桃1200亩，增长5.6%。"),
    ("paragraph", 0, "", "完成投资3.5亿元。"),
] * 40


def _report() -> Report:
    blocks, at = [], len(TITLE) + 1
    for number, (kind, level, mark, text) in enumerate(TEXTS, 1):
        at += len(mark)
        figure = ReportFigure("huangtao_area", "黄桃面积", "亩", Decimal(1200))
        printed = (PrintedFigure(figure, "1200", text.index("1200"), text.index("1200") + 4),) if "1200" in text else ()
        blocks.append(Block(kind, level, mark, (Sentence(number, text, at, printed),)))  # type: ignore[arg-type]
        at += len(text) + 1
    return Report("work_report", TITLE, "2020", "990128105", "公坪镇", 7, "0" * 64, tuple(blocks), dated="2021-01-08")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "报告.docx"
    write_docx(_report(), path)
    return path


def test_own_report_is_read_as_it_was_written(path: Path) -> None:
    document = read_document(path)
    assert document.text == _report().text + "\n2021年1月8日"
    assert document.notices == ()
    levels = {document.text[part.start : part.end]: part.level for part in document.parts}
    assert levels["一、产业发展"] == 1
    assert {part.kind for part in document.parts} == {"body"}  # the footers hold page numbers only


def _comments(path: Path) -> list[Comment]:
    text = read_document(path).text
    places = [at for at in range(len(text)) if text.startswith("1200亩", at)]
    return [Comment(at, at + 5, f"第{n}处：台账中为1180亩。") for n, at in enumerate(places)]


def test_own_report_is_commented(path: Path, tmp_path: Path) -> None:
    comments = _comments(path)
    write_comments(path, tmp_path / "批注.docx", comments)
    document = read_document(tmp_path / "批注.docx")
    assert document.text == read_document(path).text
    assert [document.text[n.start : n.end] for n in document.noticed("comment")] == ["1200亩"] * 40
    assert [n.params["text"] for n in document.noticed("comment")] == [comment.text for comment in comments]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_own_report_shows_its_comments_in_libreoffice(path: Path, tmp_path: Path) -> None:
    comments = _comments(path)
    write_comments(path, tmp_path / "a.docx", comments)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "fodt", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    shown = etree.parse(str(tmp_path / "a.fodt"))
    texts = ["".join(t for p in a.iter("{*}p") for t in p.itertext()).strip() for a in shown.iter(f"{office}annotation")]
    assert texts == [comment.text for comment in comments]
    assert len(list(shown.iter(f"{office}annotation-end"))) == len(comments)
