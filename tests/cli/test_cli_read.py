"""`taizhang read` through the door: no workspace, any document, every figure with what was passed over."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
TEXT = "某镇2021年工作报告\n\n一、工作完成情况\n全年脱贫12户22人，流转土地2700余亩，贯彻“一村一品”。工业总产值3.2亿元，同比增长8%。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报告.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_figures_as_a_table(call: Call, report: Path) -> None:
    done = call("read", report)
    assert done.code == 0
    header, *rows = (line.split("\t") for line in done.out.splitlines())
    assert header == ["位置", "原文", "数值", "单位", "约数", "衡量什么", "口径", "时期"]
    assert [(r[1], r[2], r[3], r[4]) for r in rows] == [
        ("12户", "12", "户", ""), ("22人", "22", "人", ""), ("2700余亩", "2700", "亩", "多于"), ("3.2亿元", "320000000", "元", ""), ("8%", "8", "%", ""),
    ]  # fmt: skip
    assert "数字5个" in done.err
    assert "一村一品" not in done.out
    assert "一村一品" in call("read", report, "--passed").out


def test_json_has_the_keys_of_the_evaluation_files(call: Call, report: Path) -> None:
    found = call("read", report, "--json").json
    assert found["year"] == 2021
    items = found["items"]
    assert all({"start", "end", "text", "value", "unit", "approx", "kind", "measure", "scope"} <= item.keys() for item in items)
    assert all(found["text"][i["start"] : i["end"]] == i["text"] for i in items)
    about = next(i for i in items if i["text"] == "2700余亩")
    assert (about["approx"], about["low"], about["high"], about["low_open"], about["high_open"]) == ("over", "2700", "2800", True, True)
    growth = next(i for i in items if i["kind"] == "change")
    assert any(g["kind"] == "growth" for g in (found["groups"][n] for n in growth["groups"]))
    assert {"kind": "slogan", "text": "“一村一品”"}.items() <= next(p for p in found["passed"] if "一村一品" in p["text"]).items() or any(
        "一村一品" in p["text"] for p in found["passed"]
    )


def test_pasted_text(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    class _Stdin:
        buffer = io.BytesIO("脱贫12户。".encode())

    monkeypatch.setattr(sys, "stdin", _Stdin())
    assert [i["text"] for i in call("read", "-", "--json").json["items"]] == ["12户"]


def test_what_is_no_document_is_refused(call: Call, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_bytes(b"")
    done = call("read", empty)
    assert done.code == 2
    assert "空.txt" in done.err


def test_a_town_adds_its_own_words(at: Call, town: Path, report: Path) -> None:
    report.write_text("修建水窖36口，发放种草籽12袋子，送温暖5篓。", encoding="utf-8")
    assert "5篓" not in [i["text"] for i in at("read", report, "--json").json["items"]]
    folder = town / "pack" / "lexicon"
    folder.mkdir(parents=True)
    (folder / "units.yaml").write_text("classifiers:\n  篓: {class: thing}\n", encoding="utf-8")
    assert "5篓" in [i["text"] for i in at("read", report, "--json").json["items"]]
