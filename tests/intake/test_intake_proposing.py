"""Ledgers proposed from workbooks: types, key, choices, personal fields, kind; the definition passes the pack's checks and its own examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from taizhang.errors import Refusal
from taizhang.intake.examples import run_examples
from taizhang.intake.proposing import Proposal, propose
from taizhang.intake.sources import read_file
from taizhang.intake.specimens import with_examples
from taizhang.pack import Pack, load_pack
from taizhang.pack.fieldtypes import Context
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.local import check_ledger, read_ledger, save_ledger, to_yaml

IDS = ["990128194001050026", "990128196803120018", "990128195006150039", "990128197502020041"]
NAMES = ["吴桂香", "杨昌文", "龙大山", "李小妹"]
VILLAGES = ["桐木村", "石板村", "枫香村"]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def book(path: Path, rows: list[list[Any]], *, sheet: str = "Sheet1", merge: str = "") -> Path:
    made = Workbook()
    page = made.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    made.save(path)
    return path


def proposed(path: Path, pack: Pack) -> Proposal:
    return propose(read_file(path), pack, Context(divisions=demonstration_divisions(), today=date(2021, 1, 31)))


def passes(proposal: Proposal, pack: Pack) -> str:
    text = to_yaml(with_examples(proposal.definition, pack))
    ledger, faults = check_ledger(pack, text)
    assert [f.message for f in faults] == []
    assert ledger is not None
    results = run_examples(replace(pack, ledgers={**pack.ledgers, ledger.name: ledger}), [ledger.name])
    assert [(r.expected, r.got) for r in results if not r.passed] == []
    assert {e.accepted for e in ledger.examples} == {True, False}
    return text


def types(proposal: Proposal) -> dict[str, str]:
    return {spec["title"]: spec["type"] for spec in proposal.definition["fields"].values()}


def test_payments_are_events(pack: Pack, tmp_path: Path) -> None:
    head = [
        "序号",
        "村名",
        "户主姓名",
        "身份证号",
        "联系电话",
        "改造方式",
        "面积（平方米）",
        "补助金额（万元）",
        "开工日期",
        "是否验收",
        "备注",
    ]
    rows = [
        [n + 1, VILLAGES[n % 3], NAMES[n % 4], IDS[n % 4], f"1380000{n:04d}", ["新建", "维修", "加固"][n % 3], 80 + n, 1.5 + n / 10, date(2020, 3, n + 1), "是" if n % 2 else "否", "无" if n % 5 else None]
        for n in range(12)
    ]  # fmt: skip
    total = ["合计", *[None] * 5, 1000, 30, None, None, None]
    found = proposed(book(tmp_path / "x.xlsx", [["公坪镇2020年危房改造台账"], head, *rows, total], merge="A1:K1"), pack)
    assert types(found) == {
        "村名": "division", "户主姓名": "text", "身份证号": "id_number", "联系电话": "telephone", "改造方式": "choice", "面积": "area",
        "补助金额": "money", "开工日期": "date", "是否验收": "yes_no", "备注": "text",
    }  # fmt: skip
    definition = found.definition
    assert (definition["title"], definition["kind"], found.rows, found.row) == ("危房改造台账", "event", 12, 2)
    fields = {spec["title"]: spec for spec in definition["fields"].values()}
    assert definition["fields"][definition["at"]]["title"] == "开工日期"
    assert [definition["fields"][name]["title"] for name in definition["key"]] == ["身份证号", "开工日期"]
    assert fields["改造方式"]["choices"] == ["新建", "维修", "加固"]
    assert fields["户主姓名"]["personal"]
    assert fields["户主姓名"]["name"]
    assert definition["access"] == "personal"
    text = passes(found, pack)
    assert not [value for value in (*IDS, *NAMES) if value in text]
    # People's values are not shown as samples either.
    assert not [c for c in found.columns.values() for s in c["samples"] if s in (*IDS, *NAMES)]


def test_a_roll_with_begin_and_end_is_a_register(pack: Pack, tmp_path: Path) -> None:
    head = ["合同编号", "村", "承包人", "承包面积(亩)", "年租金(元)", "起始日期", "到期日期"]
    rows = [[f"HT{n:03d}", VILLAGES[n % 3], NAMES[n % 4], 12.5 + n, 3000, f"2020.{n + 1}.1", f"2025年{n + 1}月1日"] for n in range(8)]
    found = proposed(book(tmp_path / "x.xlsx", [head, *rows], sheet="土地承包合同"), pack)
    d = found.definition
    assert (d["title"], d["kind"]) == ("土地承包合同", "register")
    assert [d["fields"][d[k]]["title"] for k in ("from", "to")] == ["起始日期", "到期日期"]
    assert [d["fields"][name]["title"] for name in d["key"]] == ["合同编号"]
    passes(found, pack)


def test_what_is_lacking_is_added_and_told(pack: Pack, tmp_path: Path) -> None:
    rows = [[f"设备{n}", n * 3, f"型号{n}"] for n in range(1, 7)]
    found = proposed(book(tmp_path / "设备清单.xlsx", [["名称", "台数", "规格"], *rows]), pack)
    assert set(found.notes) == {"no_division", "no_dates"}
    assert found.definition["title"] == "设备清单"
    assert types(found)["台数"] == "count"
    assert found.definition["fields"][found.definition["division"]]["type"] == "division"
    passes(found, pack)


@pytest.mark.parametrize(
    ("title", "values", "type_", "more"),
    [
        ("年度", [2019, 2020, 2021], "year", {}),
        ("发放月份", ["2020-01", "2020年2月", "2020-03"], "month", {}),
        ("统一社会信用代码", ["91430000MA4L0Y6H0J"], "credit_code", {}),
        ("网格编码", [914300, 914301], "text", {}),
        ("完成率", ["98%", "75.5%"], "percentage", {}),
        ("参加人数(人)", [3, 5, 8], "count", {"unit": "人", "min": 0}),
        ("海拔", [312.5, 1024.25], "number", {"places": 2}),
        ("温度", [-3, 12], "number", {}),
        ("门牌", ["001", "002", "010"], "text", {}),
        ("银行账号", ["6217000000000000001", "6217000000000000019"], "bank_card", {}),
        ("家庭住址", ["桐木村3组", "桐木村4组"], "text", {"personal": True}),
        ("负责人", ["张三丰", "李四光"], "text", {"name": True}),
        ("报修人", ["王强", "李红", "王强", "李红", "王强", "李红"], "text", {"personal": True}),
        ("值班", ["王强", "李红", "王强", "李红", "王强", "李红"], "text", {"personal": True}),
        ("工作内容说明", ["清理河道" * 40, "修路"], "long_text", {}),
        ("产量(吨)", [1.5, 2], "mass", {"min": 0}),
        ("记录时间", ["2020-01-02 08:30", "2020-01-03 09:00"], "timestamp", {}),
        ("等级", ["甲", "乙", "甲", "乙", "甲", "甲"], "choice", {"choices": ["甲", "乙"]}),
        ("编码", ["A1", "A2", "A3"], "text", {}),
    ],
)
def test_types_of_single_columns(pack: Pack, tmp_path: Path, title: str, values: list[Any], type_: str, more: dict[str, Any]) -> None:
    rows = [[f"D{n}", VILLAGES[n % 3], value] for n, value in enumerate(values)]
    found = proposed(book(tmp_path / "x.xlsx", [["单号", "村", title], *rows]), pack)
    spec = list(found.definition["fields"].values())[2]
    assert spec["type"] == type_
    assert {name: spec.get(name) for name in more} == more


def test_an_empty_workbook_is_refused(pack: Pack, tmp_path: Path) -> None:
    for rows in ([], [["名称", "台数"]]):
        with pytest.raises(Refusal):
            proposed(book(tmp_path / "x.xlsx", rows), pack)


@pytest.mark.slow
def test_a_ledger_is_saved_corrected_and_refused(pack: Pack, tmp_path: Path) -> None:
    overlay, checked = tmp_path / "pack", tmp_path / ".pack-checked"
    overlay.mkdir()
    own = load_pack(overlay, checked=checked)
    found = proposed(
        book(
            tmp_path / "x.xlsx", [["单号", "村", "台数", "日期"], *([f"D{n}", VILLAGES[n % 3], n, date(2020, 1, n + 1)] for n in range(6))]
        ),
        own,
    )
    text = passes(found, own)
    save_ledger(overlay, own, text, checked)
    again = load_pack(overlay, checked=checked)
    assert again.ledgers["local_1"].title == found.definition["title"]
    assert again.ledgers["local_1"].place is not None
    # What is wrong is told and not written.
    data = read_ledger(text)[0]
    assert data is not None
    for change, code in (
        ({"ledger": "household"}, "definition.repeated"),
        ({"ledger": "other_name"}, "definition.renamed"),
        ({"key": ["none"]}, "definition.unknown_field"),
        ({"title": pack.ledgers["household"].title}, "definition.same_title"),
        ({"at": "count_1"}, "definition.unknown_field"),
    ):
        faulty = to_yaml(data | change)
        with pytest.raises(Refusal) as refused:
            save_ledger(overlay, again, faulty, checked, replacing="local_1")
        assert code in {f.code for f in refused.value.faults}, code
    assert (overlay / "ledgers" / "local_1.yaml").read_text(encoding="utf-8") == text
    assert check_ledger(again, "ledger: [")[1][0].code == "definition.unreadable"
