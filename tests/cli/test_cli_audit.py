"""`taizhang audit` through the door: alone, against ledgers, against last year's report, several reports at once, and back into Word."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
# The town of conftest paid 稻谷补贴 for 3.2 + 10.05 亩 in 2020: 397.5 元.
DRAFT = "公坪镇2020年工作总结\n\n一、惠农政策\n全年发放稻谷补贴面积{area}，发放稻谷补贴{paid}。受理信访86件，其中农业30件、民政28件、国土20件，共78件。\n"


def _draft(path: Path, area: str = "13.25亩", paid: str = "397.5元") -> Path:
    text = DRAFT.format(area=area, paid=paid)
    if path.suffix == ".docx":
        from docx import Document

        document = Document()
        for line in text.split("\n"):
            document.add_paragraph(line)
        document.save(str(path))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def _verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {item["text"]: item["verdict"]["answer"] for item in found["items"]}


def test_without_a_workspace_the_text_is_held_against_itself(call: Call, tmp_path: Path) -> None:
    found = call("-C", tmp_path, "audit", _draft(tmp_path / "稿.txt"), "--json").json
    assert [(f["number"], f["class"]) for f in found["findings"]] == [("A1", "P")]
    assert found["findings"][0]["class_words"] == "前后不一致"
    assert "78" in found["findings"][0]["arithmetic"]
    assert all("verdict" not in item for item in found["items"])
    assert found["position"] is None


@pytest.mark.slow
def test_against_the_ledgers(at: Call, tmp_path: Path) -> None:
    right = at("audit", _draft(tmp_path / "对.txt"), "--json").json
    verdicts = _verdicts(right)
    assert (verdicts["13.25亩"], verdicts["397.5元"]) == ("agrees", "agrees")
    wrong = at("audit", _draft(tmp_path / "错.txt", area="13.52亩"), "--json").json
    assert _verdicts(wrong)["13.52亩"] == "differs"
    item = next(i for i in wrong["items"] if i["text"] == "13.52亩")
    assert (item["verdict"]["value"], item["verdict"]["proposal"], item["verdict"]["slip"]) == ("13.25", "13.25亩", "transposed")
    assert any(f["class"] == "L" and f["proposal"] == "13.25亩" for f in wrong["findings"])
    assert wrong["position"] == 4


@pytest.mark.slow
def test_a_table_for_people(at: Call, tmp_path: Path) -> None:
    done = at("audit", _draft(tmp_path / "错.txt", area="13.52亩"), "--passed")
    assert done.code == 0
    lines = [line.split("\t") for line in done.out.splitlines()]
    assert ["C7", "与台账不符", "13.52亩", "13.25亩"] in [[x[0], x[1], x[3], x[5]] for x in lines if len(x) == 6]
    assert "与台账不符1" in done.err


def test_comments_go_back_into_the_users_own_file(at: Call, tmp_path: Path) -> None:
    source = _draft(tmp_path / "稿.docx", area="13.52亩")
    before = source.read_bytes()
    target = tmp_path / "批注.docx"
    done = at("audit", source, "-o", target, "--html", tmp_path / "稿.html")
    assert done.code == 0
    assert source.read_bytes() == before
    with zipfile.ZipFile(target) as archive:
        told = archive.read("word/comments.xml").decode()
    assert "13.25亩" in told
    assert "前后不一致" in told
    assert 'class="figure differs"' in (tmp_path / "稿.html").read_text(encoding="utf-8")
    assert at("audit", target, "--json").json["counts"] == at("audit", source, "--json").json["counts"]


def test_only_word_files_can_take_comments(at: Call, tmp_path: Path) -> None:
    done = at("audit", _draft(tmp_path / "稿.txt"), "-o", tmp_path / "批注.docx")
    assert done.code == 1
    assert "稿.txt" in done.err
    assert not (tmp_path / "批注.docx").exists()


def test_last_years_report(call: Call, tmp_path: Path) -> None:
    last, this = tmp_path / "2019.txt", tmp_path / "2020.txt"
    last.write_text("某镇2019年工作报告\n一、工作完成情况\n工业总产值18.1亿元。", encoding="utf-8")
    this.write_text("某镇2020年工作报告\n一、工作完成情况\n工业总产值20亿元，上年为17.8亿元。", encoding="utf-8")
    numbers = {f["number"] for f in call("-C", tmp_path, "audit", this, "--previous", last, "--json").json["findings"]}
    assert "E4" in numbers
    assert "E4" not in {f["number"] for f in call("-C", tmp_path, "audit", this, "--json").json["findings"]}


def test_several_reports_at_once(call: Call, tmp_path: Path) -> None:
    files = [_draft(tmp_path / f"{n}.txt") for n in ("甲", "乙")]
    table = tmp_path / "对照.xlsx"
    done = call("-C", tmp_path, "audit", *files, "--table", table)
    assert done.code == 0
    assert table.is_file()
    assert "甲.txt" in done.out
    assert "乙.txt" in done.out
    assert call("-C", tmp_path, "audit", *files, "--html", tmp_path / "x.html").code != 0


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 400, b"PK\x03\x04broken"])
def test_what_is_no_document_is_refused(call: Call, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(content)
    done = call("-C", tmp_path, "audit", path)
    assert done.code == 2
    assert "坏.docx" in done.err


def test_choices_are_kept(at: Call, tmp_path: Path) -> None:
    draft, links = tmp_path / "稿.txt", tmp_path / "指标对应.json"
    draft.write_text("公坪镇2020年工作总结\n一、惠农政策\n补贴13.25亩。", encoding="utf-8")
    first = at("audit", draft, "--links", links, "--json").json
    assert first["items"][0]["verdict"]["status"] in ("uncertain", "none")
    kept = json.loads(links.read_text(encoding="utf-8"))
    assert [q["text"] for q in kept["open"]] == ["13.25亩"]
    kept["open"][0]["indicator"] = "rice_subsidy_area"
    links.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    again = at("audit", draft, "--links", links, "--json").json
    assert (again["items"][0]["verdict"]["status"], again["items"][0]["verdict"]["answer"]) == ("confirmed", "agrees")
    kept = json.loads(links.read_text(encoding="utf-8"))
    assert [c["indicator"] for c in kept["links"]] == ["rice_subsidy_area"]
    assert kept["open"] == []
