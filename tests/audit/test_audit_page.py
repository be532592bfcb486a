"""The audit as a page and as a table: figures coloured by what the ledgers say, nothing of the document becomes markup or a formula."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.pages import Tags
from taizhang.audit import Audit, Auditor
from taizhang.audit.html_writer import page
from taizhang.audit.table import write_table
from taizhang.pack import load_pack
from taizhang.reader.documents import read_document_bytes

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&<!--"
TEXT = (
    "某镇2021年工作报告\n\n一、工作完成情况\n全年受理信访86件，其中农业30件、民政28件、国土20件，合计78件。"
    "入园率100%，入学率100%，小学升初中率100%，巩固率100%，初中升高中率10%。脱贫12户22人。\n"
)


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(load_pack())


def _audit(auditor: Auditor, text: str) -> Audit:
    return auditor.audit(read_document_bytes(text.encode(), "报告.txt"))


def test_every_figure_is_a_link_to_its_card_and_every_finding_has_its_places(auditor: Auditor) -> None:
    audit = _audit(auditor, TEXT)
    reader = Tags(page(audit))
    figures = [str(a["data-figure"]) for tag, a in reader.tags if tag == "a" and "data-figure" in a]
    assert list(dict.fromkeys(figures)) == [str(q.number) for q in audit.reading.quantities]
    assert audit.result.findings
    places = {n for _, a in reader.tags if "data-findings" in a for n in str(a["data-findings"]).split()}
    buttons = [str(a["data-finding"]) for tag, a in reader.tags if tag == "button" and "data-finding" in a]
    assert buttons == [str(i) for i in range(len(audit.result.findings))]
    assert {b for b, f in zip(buttons, audit.result.findings, strict=True) if f.spans} <= places
    ids = [a["id"] for _, a in reader.tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_the_text_stands_whole_on_the_page(auditor: Auditor) -> None:
    audit = _audit(auditor, TEXT)
    main = re.search(r"</p>\n(.*)</main>", page(audit), re.DOTALL)
    assert main
    shown = re.sub(r"<[^>]+>", "", main[1]).replace("&quot;", '"')
    assert shown.split() == TEXT.split()


def test_what_the_document_says_never_becomes_markup(auditor: Auditor) -> None:
    quiet = {tag for tag, _ in Tags(page(_audit(auditor, TEXT))).tags}
    text = page(_audit(auditor, TEXT.replace("脱贫", EVIL + "脱贫").replace("某镇", EVIL)))
    assert {tag for tag, _ in Tags(text).tags} <= quiet
    assert "<script>alert" not in text
    for tag, attributes in Tags(text).tags:
        assert tag not in ("link", "img", "iframe", "object", "embed")
        assert not any(name.startswith("on") or name in ("style", "src") for name in attributes)


def test_several_reports_in_one_workbook(auditor: Auditor, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    one = _audit(auditor, TEXT)
    other = auditor.audit(read_document_bytes("=1+1镇2021年工作报告\n脱贫15户30人。".encode(), "=cmd.txt"))
    write_table([one, other], tmp_path / "对照.xlsx")
    book = load_workbook(tmp_path / "对照.xlsx")
    assert book.sheetnames == ["各报告对照", "全部数字", "问题", "报告"]
    rows = {(r[0], r[1]): r[2:] for r in book["各报告对照"].iter_rows(min_row=2, values_only=True)}
    assert rows["脱贫户数", "户"] == (2, 12, 15)
    assert rows["脱贫人数", "人"] == (2, 22, 30)
    assert book["全部数字"].max_row == 1 + len(one.reading.quantities) + len(other.reading.quantities)
    assert book["问题"].max_row == 1 + len(one.result.findings) + len(other.result.findings)
    for sheet in book:
        for row in sheet.iter_rows():
            assert not any(cell.data_type == "f" for cell in row)
