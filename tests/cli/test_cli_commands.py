"""All other commands through the door: what they print, what they end with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
Book = Callable[..., Path]
Rows = list[list[Any]]
AREA = ("figures", "rice_subsidy_area")


def _cells(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


# --- init, ledgers, template -------------------------------------------------------------------------------------------------------------


def test_init(call: Call, tmp_path: Path) -> None:
    from taizhang.pack.loader import SHIPPED

    divisions = SHIPPED / "township" / "divisions.csv"
    root = tmp_path / "新镇"
    done = call("init", root, "--town", "990128105000", "--divisions", divisions)
    assert (done.code, done.out) == (0, f"已新建工作区：{root.resolve()}\n")
    assert 'title = "公坪镇"' in (root / "taizhang.toml").read_text(encoding="utf-8")
    assert call("-C", root, "verify").code == 0
    again = call("init", root, "--town", "990128105", "--divisions", divisions)
    assert again.code == 1
    assert "不是空目录" in again.err
    stranger = call("init", tmp_path / "b", "--town", "110101001", "--divisions", divisions)
    assert stranger.code == 1
    assert "110101001" in stranger.err
    assert not (tmp_path / "b").exists()


def test_init_with_a_faulty_list(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("code,name\n12,对\n123,错\n", encoding="utf-8")
    done = call("init", tmp_path / "a", "--town", "12", "--divisions", path)
    assert done.code == 2
    assert "名单.csv 3" in done.err


def test_ledgers(at: Call, call: Call, tmp_path: Path) -> None:
    listed = _cells(at("ledgers").out)
    assert listed[0] == ["台账", "代码", "归口", "系统"]
    assert ["稻谷与耕地地力补贴", "grain_subsidy", "农业综合服务中心", "11"] in listed
    assert len(listed) == len(at("ledgers", "--json").json) + 1
    fields = at("ledgers", "grain_subsidy", "--json").json
    assert {"field": "payee_id", "title": "领款人身份证号", "type": "id_number", "required": True, "personal": True} in fields
    assert call("-C", tmp_path, "ledgers").out == at("ledgers").out  # the shipped pack needs no workspace


def test_template_needs_no_workspace(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("template", "grain_subsidy")
    assert done.out == "稻谷与耕地地力补贴.xlsx\n"
    assert (tmp_path / "稻谷与耕地地力补贴.xlsx").stat().st_size > 5000
    unknown = call("template", "稻谷台账")
    assert (unknown.code, "稻谷台账" in unknown.err) == (1, True)
    unwritten = call("template", "finding")
    assert (unwritten.code, "“疑点”由比对和办理登记" in unwritten.err) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["稻谷与耕地地力补贴.xlsx"]


# --- figures -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "value"),
    [
        (["--period", "2020"], "13.25"),
        (["--period", "2019"], "2"),
        (["--period", "2020H1"], "10.05"),
        (["--period", "2020Q3"], "3.2"),
        (["--period", "2020-03"], "10.05"),
        (["--period", "2020-04"], "0"),
        (["--period", "2020", "--division", "銮塘村"], "10.05"),
        (["--period", "2020", "--division", "990128105001"], "3.2"),
        (["--period", "2020", "--division", "公坪社区3组"], "3.2"),
        (["--period", "2020", "--as-of", "2020-06-30"], "10.05"),
        (["--period", "2020", "--known-at", "0"], "0"),
        (["--period", "2020", "--known-at", "1"], "3.2"),
        (["--period", "2020", "--known-at", "2000-01-01"], "0"),
        (["--period", "2020", "--known-at", "2999-01-01T08:00"], "13.25"),
    ],
)
def test_figures(at: Call, options: list[str], value: str) -> None:
    done = at(*AREA, *options, "--json")
    assert done.code == 0, done.err
    assert [f["value"] for f in done.json] == [value]


def test_figures_as_a_table(at: Call) -> None:
    header, *rows = _cells(at("figures", "rice_subsidy_area", "rice_subsidy_per_mu", "--period", "2020", "--period", "2019").out)
    assert header == ["指标", "代码", "行政单元", "时期", "数值", "单位", "分子/分母"]
    assert rows[0] == ["稻谷补贴核实申报面积", "rice_subsidy_area", "公坪镇", "2020", "13.25", "亩", ""]
    assert {(r[1], r[3], r[4], r[6]) for r in rows} >= {
        ("rice_subsidy_per_mu", "2020", "30", "397.5/13.25"),
        ("rice_subsidy_per_mu", "2019", "30", "60/2"),
    }


def test_figures_of_all_divisions_add_up(at: Call) -> None:
    found = {f["division"]: f["value"] for f in at(*AREA, "--period", "2020", "--division", "all", "--json").json}
    assert found["990128105"] == "13.25"
    assert found["99012810500103"] == found["990128105001"] == "3.2"
    assert (found["990128105201"], found["990128105202"]) == ("10.05", "0")


@pytest.mark.slow
def test_all_indicators(at: Call) -> None:
    found = at("figures", "--period", "2020", "--json").json
    pack = at("pack", "check", "--json").json
    assert len(found) == len({f["indicator"] for f in found}) == pack["indicators"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["figures", "no_such", "--period", "2020"], "no_such"),
        (["figures", "--period", "二〇二〇"], "二〇二〇"),
        (["figures", "--period", "2020", "--division", "无此村"], "无此村"),
        (["figures", "--period", "2020", "--as-of", "昨天"], "昨天"),
        (["figures", "--period", "2020", "--known-at", "早先"], "早先"),
        (["figures", "--period", "2020", "--known-at", "999999"], "999999"),
        (["trace", "no_such", "--period", "2020"], "no_such"),
        (["trace", "rice_subsidy_area", "--period", "2020-99"], "2020-99"),
        (["report", "no_such", "--period", "2020"], "no_such"),
        (["report", "subsidy_note", "--period", "2020Q1x"], "2020Q1x"),
        (["report", "subsidy_note", "--period", "2020", "-o", "a.pdf"], "a.pdf"),
        (["submission", "accept", "99"], "99"),
        (["submission", "return", "99", "--reason", "错"], "99"),
        (["ledgers", "no_such"], "no_such"),
        (["pack", "test", "no_such"], "no_such"),
    ],
)
def test_unknown_things_fail_in_one_sentence(at: Call, arguments: list[str], said: str) -> None:
    done = at(*arguments)
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("错误：")
    assert said in done.err
    assert said in json.dumps(at(*arguments, "--json").json if "--json" in _options(at, arguments) else said, ensure_ascii=False)


def _options(at: Call, arguments: list[str]) -> str:
    command = [a for a in arguments[:2] if arguments[0] in ("submission", "pack")] or arguments[:1]
    return str(at(*command, "--help").out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"], ["figures"], ["report", "subsidy_note"], ["import"], ["submission", "accept", "第一"],
        ["submission", "return", "1"], ["trace", "--period", "2020"], ["--nosuch"], ["init", "x"], ["pack", "nosuch"],
    ],
)  # fmt: skip
def test_what_was_typed_wrongly(at: Call, arguments: list[str]) -> None:
    done = at(*arguments)
    assert done.code == 2
    assert done.err.startswith("错误：")


@pytest.mark.parametrize(
    "arguments",
    [
        ["figures", "--period", "2020"], ["verify"], ["trace", "rice_subsidy_area", "--period", "2020"], ["submission", "list"],
        ["warehouse", "refresh"], ["report", "township_annual", "--period", "2020"], ["backup", "b.zip"],
    ],
)  # fmt: skip
def test_missing_workspace(call: Call, tmp_path: Path, arguments: list[str]) -> None:
    done = call("-C", tmp_path, *arguments)
    assert done.code == 1
    assert "不是台账工作区" in done.err
    assert "taizhang init" in done.err
    assert list(tmp_path.iterdir()) == []


def test_broken_settings(at: Call, town: Path) -> None:
    (town / "taizhang.toml").write_text("[workspace\n", encoding="utf-8")
    done = at("verify")
    assert (done.code, "taizhang.toml" in done.err) == (1, True)


# --- trace -------------------------------------------------------------------------------------------------------------------------------


def test_trace_masks_unless_a_purpose_is_given(at: Call, town: Path) -> None:
    masked = at("trace", "rice_subsidy_area", "--period", "2020", "--json")
    assert masked.code == 0
    for personal in ("张三", "李四", "990128196503120011", "13900000001"):
        assert personal not in masked.out
    shown = at("trace", "rice_subsidy_area", "--period", "2020", "--unmask", "核对举报", "--json")
    assert "张三" in shown.out
    assert "990128196503120011" in shown.out
    from taizhang.access.models import ReadRecord

    (kept,) = ReadRecord.objects.all()  # the masked trace left none
    assert (kept.act, kept.purpose, kept.what) == ("unmask", "核对举报", "trace rice_subsidy_area 2020 990128105")
    assert kept.person


def test_trace_names_file_sheet_and_line(at: Call) -> None:
    found = at("trace", "rice_subsidy_area", "--period", "2020", "--json").json
    rows = found["rows"]
    assert [(r["contribution"], r["sheet"], r["line"], r["submission"]["source_name"]) for r in rows] == [
        ("3.2", "稻谷与耕地地力补贴", 2, "补贴.xlsx"),
        ("10.05", "稻谷与耕地地力补贴", 3, "补贴.xlsx"),
    ]
    assert rows[0]["submission"]["person"] == "王会计"


def test_trace_as_text(at: Call) -> None:
    done = at("trace", "rice_subsidy_area", "--period", "2020", "--division", "銮塘村")
    lines = done.out.splitlines()
    assert lines[0] == "稻谷补贴核实申报面积 2020 銮塘村：10.05亩（流水位置4）"
    assert lines[-1] == "共1行，合计10.05"
    assert "补贴.xlsx 稻谷与耕地地力补贴 3" in lines[2]
    ratio = at("trace", "rice_subsidy_per_mu", "--period", "2020").out.splitlines()
    assert ratio[0].endswith("30元/亩（流水位置4）")
    assert [line for line in ratio if line.startswith("  共")] == ["  共2行，合计397.5", "  共2行，合计13.25"]


def test_trace_page_by_page(at: Call) -> None:
    first, second = (at("trace", "rice_subsidy_area", "--period", "2020", "--limit", "1", "--offset", n, "--json").json for n in (0, 1))
    assert [r["contribution"] for r in first["rows"] + second["rows"]] == ["3.2", "10.05"]
    assert first["count"] == second["count"] == 2


# --- report ------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def correction(book: Book, good_rows: Rows) -> Path:
    """The same file with 3.2 mu corrected to 5.2."""
    good_rows[0][7:10] = ["5.2", "30", "156"]
    return book("更正.xlsx", good_rows)


def test_report_on_the_screen(at: Call) -> None:
    done = at("report", "subsidy_note", "--period", "2020")
    assert done.code == 0
    assert "发放稻谷补贴13.25亩，共397.5元。领取补贴2户。" in done.out
    assert "发放稻谷补贴10.05亩" in at("report", "subsidy_note", "--period", "2020", "--as-of", "2020-06-30").out
    assert "本年无稻谷补贴。" in at("report", "subsidy_note", "--period", "2020", "--known-at", "0").out


@pytest.mark.parametrize("ending", [pytest.param("docx", marks=pytest.mark.slow), "html", pytest.param("json", marks=pytest.mark.slow)])
def test_report_written_then_stale_after_a_correction(at: Call, tmp_path: Path, correction: Path, ending: str) -> None:
    path = tmp_path / f"报告.{ending}"
    done = at("report", "subsidy_note", "--period", "2020", "-o", path)
    assert done.code == 0, done.err
    assert done.out.split("\t") == [str(path), path.resolve().as_uri() + "\n"]
    fresh = at("report", "--stale", path)
    assert fresh.code == 0
    assert fresh.out.startswith("0句已不成立")
    assert at("import", correction).code == 0
    stale = at("report", "--stale", path)
    assert stale.code == 0
    assert "已不成立：发放稻谷补贴13.25亩，共397.5元。" in stale.out
    assert "应改为：发放稻谷补贴15.25亩，共457.5元。" in stale.out
    assert "稻谷补贴核实申报面积\t13.25\t15.25\t亩" in stale.out
    told = at("report", "--stale", path, "--json")
    assert (told.code, len(told.json["stale"])) == (0, 1)


def test_report_forms_hold_what_they_say(at: Call, tmp_path: Path) -> None:
    from docx import Document

    paths = [tmp_path / f"报告.{ending}" for ending in ("docx", "html", "json")]
    assert at("report", "subsidy_note", "--period", "2020", *(x for p in paths for x in ("-o", p)), "--dated", "2021-01-05").code == 0
    document = Document(str(paths[0]))
    assert "公坪镇2020年补贴情况" in [p.text for p in document.paragraphs]
    assert any("13.25亩" in p.text for p in document.paragraphs)
    page = paths[1].read_text(encoding="utf-8")
    assert "13.25亩" in page
    assert "990128196503120011" not in page
    assert "张三" not in page
    assert json.loads(paths[2].read_text(encoding="utf-8"))["title"] == "公坪镇2020年补贴情况"


def test_stale_of_a_file_that_is_no_report(at: Call, tmp_path: Path) -> None:
    path = tmp_path / "别的.docx"
    path.write_bytes(b"no report")
    done = at("report", "--stale", path)
    assert (done.code, "别的.docx" in done.err) == (1, True)


# --- warehouse, pack ---------------------------------------------------------------------------------------------------------------------


def test_warehouse(at: Call, town: Path) -> None:
    assert at("warehouse", "refresh").out == "数据仓已到流水位置4，写入4行。\n"
    assert at("warehouse", "refresh", "--json").json == {"from": 4, "to": 4, "rows": 0}
    before = at(*AREA, "--period", "2020").out
    for path in (town / "warehouse").rglob("*.parquet"):
        path.unlink()
    assert at("warehouse", "rebuild", "--json").json == {"from": 0, "to": 4, "rows": 4}
    assert at(*AREA, "--period", "2020").out == before


def test_pack_check(at: Call) -> None:
    assert at("pack", "check").out.startswith("没有问题：")


@pytest.mark.slow
def test_pack_check_tells_faults_of_definitions_and_of_the_lexicon(at: Call, town: Path) -> None:
    shipped = at("pack", "check", "--json").json["lexicon"]
    local = town / "pack" / "lexicon" / "verbs.yaml"
    local.parent.mkdir(parents=True)
    local.write_text("telling: [疏伐]\n", encoding="utf-8")
    assert at("pack", "check").out.endswith(f"、{shipped + 1}个词表文件。\n")
    local.write_text("telling: 疏伐\ntelings: []\n", encoding="utf-8")
    (town / "pack" / "bad.yaml").write_text("parameter: x\ntitle: 甲\nunit: 元\nvalue: 3\n", encoding="utf-8")
    done = at("pack", "check")
    assert done.code == 2
    told = [line.split("\t")[0] for line in done.err.splitlines() if line.startswith("pack/bad.yaml")]
    assert told == ["pack/bad.yaml 1 values", "pack/bad.yaml 1 examples", "pack/bad.yaml 4 value"]
    done = at("pack", "check", "--json")
    assert done.code == 2
    faults = [(f["file"], f["row"], f["column"]) for f in done.json["faults"]]
    assert [f for f in faults if f[0] == "pack/bad.yaml"][2] == ("pack/bad.yaml", 4, "value")
    words = "pack/lexicon/verbs.yaml"
    assert [f for f in faults if f[0] != "pack/bad.yaml"] == [(words, 1, "telling"), (words, 2, "telings")]


def test_pack_schema_of_a_lexicon_file(at: Call) -> None:
    assert "measures" in at("pack", "schema", "units").json["properties"]
    assert at("pack", "schema", "unit").code == 1


@pytest.mark.slow
def test_pack_test(at: Call, town: Path) -> None:
    done = at("pack", "test", "rice_subsidy_area", "subsidy_note", "grain_subsidy", "collective_income_target")
    assert (done.code, done.out) == (0, "样例10个，未通过0个。\n")
    (town / "pack" / "bad.yaml").write_text(
        "parameter: x\ntitle: 甲\nunit: 元\nvalues: {2020-01-01: 3}\nexamples: [{on: 2020-01-01, gives: 4}, {on: 2019-01-01, gives: null}]\n",
        encoding="utf-8",
    )
    failed = at("pack", "test", "x")
    assert failed.code == 1
    assert _cells(failed.out)[1] == ["x", "pack/bad.yaml", "1", "4", "3"]
    assert at("pack", "test", "x", "--json").json["failed"][0]["got"] == "3"


def test_pack_docs_and_schema(at: Call, tmp_path: Path) -> None:
    printed = at("pack", "docs").out
    assert "### 稻谷与耕地地力补贴 `grain_subsidy`" in printed
    path = tmp_path / "字典.md"
    assert at("pack", "docs", "-o", path).code == 0
    assert path.read_text(encoding="utf-8") == printed
    assert at("pack", "schema").json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
