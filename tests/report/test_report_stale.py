"""Stale sentences: what a correction changes in a report that was already written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from taizhang.errors import TaizhangError
from taizhang.pack.definitions import ReportDefinition
from taizhang.report import Report, as_json, read_saved, stale, write_docx, write_html

WRITERS = {
    "docx": lambda report, path: write_docx(report, path),
    "html": lambda report, path: write_html(report, {}, path),
    "json": lambda report, path: path.write_text(json.dumps(as_json(report), ensure_ascii=False), encoding="utf-8"),
}


@pytest.fixture(params=list(WRITERS), scope="module")
def written(request: pytest.FixtureRequest, report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("written") / f"report.{request.param}"
    WRITERS[request.param](report, path)
    return path


def test_a_written_report_reads_back_whole(written: Path, report: Report) -> None:
    saved = read_saved(written)
    assert saved.report == report
    assert saved.edited == ()


def test_nothing_is_stale_when_only_the_journal_has_grown(written: Path, definition: ReportDefinition, town: Any) -> None:
    result = stale(written, definition, town.having(position=99).source)
    assert (result.stale, result.still_true, result.template_changed) == ((), (), False)
    assert (result.old_position, result.new_position) == (7, 99)


def test_a_correction_names_its_sentence_and_figure(written: Path, definition: ReportDefinition, town: Any) -> None:
    result = stale(written, definition, town.having(position=8, rice_subsidy_area="6871.01").source)
    (sentence,) = result.stale
    assert sentence.old == "二是按时完成稻谷补贴核实申报面积6869.51亩，发放耕地地力补贴与稻谷补贴合计89.3万元。"
    assert sentence.new == sentence.old.replace("6869.51", "6871.01")
    assert [m.as_dict() for m in sentence.moved] == [
        {"indicator": "rice_subsidy_area", "title": "rice_subsidy_area", "unit": "亩", "old": "6869.51", "new": "6871.01"}
    ]
    assert result.still_true == ()


def test_a_moved_figure_whose_printed_form_holds_is_told_apart(written: Path, definition: ReportDefinition, town: Any) -> None:
    result = stale(written, definition, town.having(land_transferred="2735", farmland_subsidy_paid="893000").source)
    assert result.stale == ()
    assert [[m.indicator for m in s.moved] for s in result.still_true] == [["land_transferred"], ["farmland_subsidy_paid"]]


def test_a_branch_that_turns_is_stale_although_its_figure_was_not_printed(written: Path, definition: ReportDefinition, town: Any) -> None:
    result = stale(written, definition, town.having(reservoirs_damaged="1").source)
    (sentence,) = result.stale
    assert "均无破损" in sentence.old
    assert "其中一座有破损" in sentence.new
    assert [(m.old.value, m.new.value) for m in sentence.moved if m.old and m.new] == [(0, 1)]


def test_sentences_that_come_and_go_are_told(report: Report, definition: ReportDefinition, town: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    WRITERS["json"](report, path)
    result = stale(path, definition, town.having(melon_area="0", melon_output="0", beautiful_village_projects="0").source)
    told = {(s.old, s.new) for s in result.stale}
    assert ("西瓜种植800亩，总产量1600吨。", "") in told
    assert ("完成了美丽乡村建设1处，为公坪社区銮塘沿河一线。", "") in told
    assert all("柑橘" not in s.old or "黄桃" in s.old for s in result.stale)


def test_a_changed_template_is_told(report: Report, definition: ReportDefinition, town: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    path = tmp_path / "a.json"
    WRITERS["json"](report, path)
    changed = replace(definition, text=definition.text.replace("平安建设扎实推进。", "平安建设走深走实。"))
    result = stale(path, changed, town.source)
    assert result.template_changed
    assert [(s.old, s.new, s.moved) for s in result.stale] == [("平安建设扎实推进。", "平安建设走深走实。", ())]


def test_a_sentence_edited_by_hand_is_told(report: Report, definition: ReportDefinition, town: Any, tmp_path: Path) -> None:
    path, edited = tmp_path / "a.docx", tmp_path / "b.docx"
    write_docx(report, path)
    with ZipFile(path) as old, ZipFile(edited, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace("7746亩".encode(), "7764亩".encode()) if name == "word/document.xml" else content)
    result = stale(edited, definition, town.source)
    assert [s.text for s in report.sentences if s.number in result.edited] == [
        "我镇完成水稻、黄桃保险面积7746亩、收取农户自交保费126000元。"
    ]


def test_a_report_saved_again_by_a_word_processor_is_still_ours(report: Report, tmp_path: Path) -> None:
    from docx import Document

    path = tmp_path / "a.docx"
    write_docx(report, path)
    document = Document(str(path))
    document.add_paragraph("附注")
    document.save(str(path))
    assert read_saved(path).report == report


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"{}",
        b'{"format": "taizhang-report/1"}',
        b"[1]",
        b"<html></html>",
        b"PK\x03\x04rubbish",
        b"\xff\xfe\x00",
        b"[" * 100000,
    ],
)
def test_a_foreign_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.docx"
    path.write_bytes(content)
    with pytest.raises(TaizhangError) as caught:
        read_saved(path)
    assert caught.value.fault.code == "report.not_ours"
    assert "foreign.docx" in str(caught.value)


def test_a_foreign_word_file_is_refused(tmp_path: Path) -> None:
    from docx import Document

    path = tmp_path / "foreign.docx"
    Document().save(str(path))
    with pytest.raises(TaizhangError) as caught:
        read_saved(path)
    assert caught.value.fault.code == "report.not_ours"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TaizhangError) as caught:
        read_saved(tmp_path / "none.docx")
    assert caught.value.fault.code == "report.unreadable"


def test_another_report_is_refused(report: Report, tmp_path: Path, town: Any) -> None:
    path = tmp_path / "a.json"
    WRITERS["json"](report, path)
    with pytest.raises(TaizhangError) as caught:
        stale(path, ReportDefinition("county_annual", "x", "year", "x"), town.source)
    assert caught.value.fault.code == "report.other_report"
