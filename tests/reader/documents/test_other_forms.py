"""Plain text, web pages, PDF files, and what LibreOffice converts."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reader.documents.make_documents import docx, p, table
from reader.documents.make_pdf import pdf
from support.work import growth
from taizhang.errors import Refusal
from taizhang.reader.documents import office, read_document, read_document_bytes

REPORT = "公坪镇2020年政府工作报告\r\n\r\n今年种植黄桃1200余亩，实现产值3.5万元。\r\n“两会”…①㎡\r\n"
OFFICE = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_any_encoding(encoding: str) -> None:
    document = read_document_bytes(REPORT.encode(encoding), "报告.txt")
    assert (document.kind, document.text, document.notices) == ("txt", REPORT.replace("\r\n", "\n"), ())
    assert [document.text[part.start : part.end] for part in document.parts] == document.text.split("\n")


def test_short_text_in_gb18030() -> None:
    assert read_document_bytes("12户22人".encode("gb18030"), "a.txt").text == "12户22人"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_few_damaged_bytes_are_repaired_and_told(encoding: str) -> None:
    data = bytearray((REPORT * 40).encode(encoding))
    data[data.index("黄".encode(encoding)) + 1] = 0xFF
    document = read_document_bytes(bytes(data), "a.txt")
    [notice] = document.noticed("repaired")
    assert notice.start is not None
    assert document.text[notice.start] == "�"
    assert abs(notice.start - REPORT.replace("\r\n", "\n").index("黄")) <= 1
    assert "政府工作报告" in document.text


def test_markdown_stays_as_it_is() -> None:
    text = "# 报告\n\n| 村 | 户 |\n|---|---|\n| 甲 | 12 |\n"
    document = read_document_bytes(text.encode(), "a.md")
    assert (document.kind, document.text) == ("md", text)


def test_left_over_bookmark_in_plain_text() -> None:
    document = read_document_bytes("前文[bookmark: _GoBack]种植1200亩\u200b。".encode(), "a.txt")
    [bookmark] = document.noticed("bookmark")
    assert document.text[bookmark.start : bookmark.end] == "[bookmark: _GoBack]"
    [invisible] = document.noticed("invisible")
    assert document.text[invisible.start : invisible.end] == "\u200b"


PAGES = [
    ("<p>种植黄\n桃1200\n亩</p><p>二</p>", "种植黄桃1200 亩\n二"),
    ("<div>甲<div>乙</div>丙<br>丁</div>", "甲\n乙\n丙\n丁"),
    ("<p>甲&nbsp;&lt;3户&#x4e59;&amp;&unknown;</p>", "甲\xa0<3户乙&&unknown;"),
    ("<p>甲<b>1</b>2<span>3</span>户</p>", "甲123户"),
    ("<script>if (1<2) { '<p>不要</p>' }</script><style>p{}</style><p>要</p>", "要"),
    ("<p>3<5，5>3，a<b</p>", "3<5，5>3，a"),
    ("<table><tr><th>村</th><th>户</th></tr><tr><td>甲</td><td><p>1</p><p>2</p></td></tr></table>", "村\t户\n甲\t1 2"),
    ("<table><tr><td rowspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr></table>", "甲\t1\n\t2"),
    ("<table><tr><td>村<td>户<tr><td>甲<td>1</table>后", "村\t户\n甲\t1\n后"),
    ("<table><tr><td><h1>题</h1><p>一段。</p><p>二段。</p></td></tr></table>", "题\n一段。\n二段。"),
    ("<table><tr><td>外</td><td><table><tr><td>内</td><td>1</td></tr></table></td></tr></table>", "外\t内 1"),
    ("<pre>甲\n  乙  丙\n丁</pre>", "甲\n乙 丙\n丁"),
    ("<!-- 注 <p>不</p> --><p title='a>b'>要</p>", "要"),
    ("<p>前<!-- 没有结尾 <b>甲</b></p>", "前 没有结尾 甲"),
    ("<p hidden>密</p><p style='display: none'>密<b>文</b></p><span style='mso-hide:all'>藏</span><p>明", "明"),
    ("<ul><li>一<li>二</ul><p>", "一\n二"),
    ("<p>a<p", "a"),
]


@pytest.mark.parametrize(("page", "text"), PAGES)
def test_web_page(page: str, text: str) -> None:
    document = read_document_bytes(f"<html><head><title>题</title></head><body>{page}</body></html>".encode(), "a.html")
    assert (document.kind, document.text) == ("html", text)
    assert "".join(document.text[part.start : part.end] for part in document.parts) == text.replace("\n", "").replace("\t", "")


def test_web_page_names_its_encoding() -> None:
    page = "<!DOCTYPE html><meta charset=gb2312><h2>报告</h2><p>种植1200亩"
    document = read_document_bytes(page.encode("gb18030"), "a.htm")
    assert document.text == "报告\n种植1200亩"
    assert [part.level for part in document.parts] == [2, 0]


HOSTILE = [
    "<!--",
    "<a ",
    '<a "',
    "<",
    "<table><tr><td>",
    "<tr><td rowspan=999>",
    "&#9",
    "<script>",
    "<p hidden>",
    "<x><table>",
    "</td>",
    "<!a",
    "<?",
    "&",
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_web_page_takes_linear_work(piece: str) -> None:
    short, long = (f"<html>明{piece * (length // len(piece))}".encode() for length in (10_000, 80_000))
    assert growth(lambda page: read_document_bytes(page, "a.html"), short, long) < 8 * 1.3


def test_pdf_lines_are_joined_and_page_numbers_dropped() -> None:
    full = "今年以来全镇种植黄桃1200亩油茶3500余亩实现产值608"
    pages = ["公坪镇工作报告", full, "878.08千元，同比增长。", "（一）产业发展", full, "万元。"], [full, "元，其中黄桃12亩。", "内部资料"]
    data = pdf([*pages[0], "— 1 —"], [*pages[1], "— 2 —"], ["三、打算", full, "亩。", "第 3 页 共 3 页"])
    document = read_document_bytes(data, "a.pdf")
    assert document.text.split("\n") == [
        "公坪镇工作报告",
        f"{full}878.08千元，同比增长。",
        "（一）产业发展",
        f"{full}万元。",
        f"{full}元，其中黄桃12亩。",
        "内部资料",
        "三、打算",
        f"{full}亩。",
    ]
    assert [(n.kind, n.params["count"]) for n in document.notices] == [("page_numbers", 3)]


def test_pdf_running_heads_are_dropped() -> None:
    pages = [["公坪镇人民政府文件", f"{n}组种植黄桃1{n}00亩。", str(n + 1)] for n in range(4)]
    document = read_document_bytes(pdf(*pages), "a.pdf")
    assert document.text == "0组种植黄桃1000亩。\n1组种植黄桃1100亩。\n2组种植黄桃1200亩。\n3组种植黄桃1300亩。"
    assert document.noticed("running")[0].params == {"count": 4, "excerpt": "公坪镇人民政府文件"}


def test_pdf_gaps_between_han_and_digits_are_closed() -> None:
    assert read_document_bytes(pdf(["种植 1200 亩，增长 5.6% 以上，A 级 12 34"]), "a.pdf").text == "种植1200亩，增长5.6%以上，A级12 34"


def test_pdf_without_the_optional_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(Refusal) as caught:
        read_document_bytes(pdf(["甲"]), "报告.pdf")
    assert caught.value.faults[0].code == "document.pdf_missing"
    assert "taizhang[pdf]" in caught.value.faults[0].accepted


@pytest.mark.parametrize(
    ("data", "code"), [(pdf([]), "document.empty"), (b"%PDF-1.7\n%%EOF", "document.broken"), (pdf(["甲"])[:300], "document.broken")]
)
def test_pdf_without_text_or_damaged(data: bytes, code: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refusal) as caught:
        read_document_bytes(data, "a.pdf")
    assert caught.value.faults[0].code == code
    assert capfd.readouterr() == ("", "")


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(400)


@pytest.mark.parametrize(("data", "kind"), [(OLD, "DOC"), (b"{\\rtf1 a}", "RTF")])
def test_without_office_the_way_out_is_told(data: bytes, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "office_program", lambda: None)
    with pytest.raises(Refusal) as caught:
        read_document_bytes(data, "报告.wps")
    [fault] = caught.value.faults
    assert fault.code == "document.office_missing"
    assert kind in fault.message
    assert ".docx" in fault.accepted


def test_old_document_with_a_password() -> None:
    data = bytearray(OLD)
    data[512:524] = b"\xec\xa5\xc1\x00" + bytes(7) + b"\x01"
    with pytest.raises(Refusal) as caught:
        read_document_bytes(bytes(data), "a.doc")
    assert caught.value.faults[0].code == "document.encrypted"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_conversion_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(office, "office_program", lambda: str(program))
    begin = time.perf_counter()
    with pytest.raises(Refusal) as caught:
        office.read_converted(b"{\\rtf1 a}", "a.rtf", "rtf", seconds=0.3)
    assert caught.value.faults[0].code == "document.conversion_slow"
    assert time.perf_counter() - begin < 10


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_conversion_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\necho 'Error: source file could not be loaded'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(office, "office_program", lambda: str(program))
    with pytest.raises(Refusal) as caught:
        read_document_bytes(b"{\\rtf1 a}", "a.rtf")
    assert caught.value.faults[0].code == "document.conversion_failed"
    assert "could not be loaded" in caught.value.faults[0].message


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An option that keeps LibreOffice's settings, which it takes seconds to make, for all conversions."""
    return f"-env:UserInstallation={(tmp_path_factory.mktemp('office') / 'profile').as_uri()}"


@OFFICE
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["doc", "rtf", "odt", "html"])
def test_office_converts(kind: str, profile: str, tmp_path: Path) -> None:
    body = p("公坪镇工作报告") + p("今年种植黄桃1200亩，增长15.6%。") + table(["村", "户数"], ["甲", "12"]) + p("后")
    (tmp_path / "a.docx").write_bytes(docx(body))
    command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    document = read_document(tmp_path / f"a.{kind}")
    assert document.kind == kind
    assert document.text.strip() == "公坪镇工作报告\n今年种植黄桃1200亩，增长15.6%。\n村\t户数\n甲\t12\n后"
    assert [n.kind for n in document.notices] == ([] if kind == "html" else ["converted"])
    assert document.places == ()
