"""The town of the intake tests: 公坪镇 with two villages, and ledgers with every kind of field that intake has to handle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from taizhang.pack.definitions import Field, Ledger, LedgerExample, Pack, RowCheck
from taizhang.pack.divisions import Division, DivisionTree, write_divisions
from taizhang.pack.fieldtypes import Context

TOWN = "990128105"
NODES = [
    Division("99", "测试省"),
    Division("9901", "测试市"),
    Division("990128", "测试县"),
    Division(TOWN, "公坪镇"),
    Division(f"{TOWN}001", "公坪社区"),
    Division(f"{TOWN}201", "銮塘村"),
    Division(f"{TOWN}202", "桐木村"),
    *(Division(f"{TOWN}001{n:02d}", f"{n}组") for n in range(1, 4)),
]
DIVISIONS = DivisionTree(NODES, TOWN)
CONTEXT = Context(divisions=DIVISIONS, today=date(2026, 11, 23))


def _fields(*fields: Field) -> dict[str, Field]:
    return {field.name: field for field in fields}


SUBSIDY = Ledger(
    name="subsidy",
    title="稻谷补贴",
    system=11,
    office="农业综合服务中心",
    kind="event",
    at="paid_on",
    division="village",
    key=("for_year", "household", "programme"),
    about="每户每年一行，发放后登记。",
    fields=_fields(
        Field("village", "村", "division", aliases=("村名", "行政村", "所在村")),
        Field("household", "户编号", "reference", to="household", aliases=("户号",)),
        Field("payee", "领款人", "text", is_name=True, aliases=("姓名", "户主姓名")),
        Field("payee_id", "身份证号", "id_number", personal=True, aliases=("公民身份号码", "身份证号码")),
        Field("programme", "补贴项目", "choice", choices=("稻谷补贴", "耕地地力补贴")),
        Field("for_year", "所属年度", "year", aliases=("年度",)),
        Field("declared", "申报面积", "area", min=Decimal(0)),
        Field("area", "核实面积", "area", required=True, min=Decimal(0), aliases=("面积",)),
        Field("amount", "补贴金额", "money", required=True, min=Decimal(0), aliases=("金额",)),
        Field("paid_on", "发放日期", "date", required=True),
        Field("card", "银行卡号", "bank_card", personal=True, aliases=("一卡通账号",)),
        Field("phone", "联系电话", "telephone", personal=True),
        Field("poor", "是否脱贫户", "yes_no"),
        Field("remark", "备注", "text"),
    ),
    checks=(
        RowCheck("amount <= area * 500", "金额与面积相称", "warning"),
        RowCheck("area <= declared or declared is null", "核实面积不大于申报面积"),
    ),
    examples=(
        LedgerExample(
            {
                "village": "公坪社区", "household": "H001", "payee": "张三", "programme": "稻谷补贴", "for_year": 2020, "area": "3.2亩",
                "amount": "416", "paid_on": "2020年6月5日",
            },
            True,
        ),
    ),
)  # fmt: skip

HOUSEHOLD = Ledger(
    name="household",
    title="农户名册",
    system=1,
    office="党政综合办公室",
    kind="register",
    begins="since",
    division="village",
    key=("number",),
    fields=_fields(
        Field("village", "村", "division", aliases=("村组", "村名")),
        Field("number", "户编号", "text", aliases=("户号",)),
        Field("head", "户主", "text", is_name=True, required=True, aliases=("户主姓名",)),
        Field("people", "人口数", "count", min=Decimal(0), aliases=("家庭人口",)),
        Field("income", "年收入", "money"),
        Field("grain", "粮食产量", "mass"),
        Field("share", "覆盖率", "percentage"),
        Field("since", "登记日期", "date"),
        Field("note", "说明", "long_text"),
    ),
)

PIGS = Ledger(
    name="pig_immunisation",
    title="生猪免疫",
    system=5,
    office="动物防疫站",
    kind="event",
    at="done_on",
    division="place",
    key=("code",),
    fields=_fields(
        Field("code", "免疫编号", "text"),
        Field("place", "场点所在村", "division"),
        Field("heads", "免疫头数", "count", required=True, min=Decimal(1), unit="头"),
        Field("done_on", "免疫日期", "date", required=True),
        Field("vaccine", "疫苗", "choice", choices=("口蹄疫", "猪瘟"), default="口蹄疫"),
    ),
)

LEDGERS = {ledger.name: ledger for ledger in (SUBSIDY, HOUSEHOLD, PIGS)}
PACK = Pack("test", LEDGERS, {}, {}, {})


def workspace(root: Path):
    """Make a workspace for the town; its pack is PACK."""
    from taizhang.workspace import Workspace

    listed = root.parent / "divisions.csv"
    write_divisions(listed, NODES)
    made = Workspace.create(root, town=TOWN, title="公坪镇", divisions=listed)
    made.__dict__["pack"] = PACK
    return made
