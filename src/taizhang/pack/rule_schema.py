"""The shape of views and comparison rules."""

from __future__ import annotations

from typing import Any

from taizhang.i18n import N_
from taizhang.pack.schema import ANY_DATE, ANY_NAME, ANY_ROW, ANY_TITLE, NAME, closed, text

SEVERITIES = {"high": N_("重要"), "medium": N_("一般"), "low": N_("轻微"), "info": N_("提示")}
GROUPS = {
    "A": N_("证件号码与数据质量"),
    "B": N_("人员状态与发放"),
    "C": N_("重复与互斥享受"),
    "D": N_("家庭经济与利害关系人"),
    "E": N_("土地、作物、保险、林业、农机"),
    "F": N_("畜禽与防疫"),
    "G": N_("村账、资产与合同"),
    "H": N_("住房、贷款、医保、残疾、就学"),
    "I": N_("完整、公开、时限、值守"),
    "J": N_("报告层面的一致"),
}
SUBJECTS = {
    "person": N_("人"),
    "household": N_("户"),
    "group": N_("村民小组"),
    "village": N_("村（居）"),
    "town": N_("乡镇"),
    "plot": N_("地块"),
    "account": N_("账号"),
    "telephone": N_("电话号码"),
    "company": N_("单位"),
    "voucher": N_("凭证"),
    "invoice": N_("发票"),
    "contract": N_("合同"),
    "loan": N_("贷款"),
    "asset": N_("资产"),
    "vehicle": N_("车辆"),
    "machine": N_("农机"),
    "house": N_("房屋"),
    "project": N_("项目"),
    "programme": N_("补贴项目"),
    "batch": N_("批次"),
    "school": N_("学校"),
    "matter": N_("事项"),
    "day": N_("日期"),
    "facility": N_("设施"),
    "ledger": N_("台账"),
    "entry": N_("记录"),
    "indicator": N_("指标"),
}
SEVERITY = "severity"  # the column by which a row weighs more or less than its rule
# What an answer may be asked for by name.
COLUMNS = ("subject", "name", "programme", "month", "division", "amount", SEVERITY, "left", "right")


def _steps() -> dict[str, Any]:
    step = closed(
        ["step", "title", "select"],
        {
            "step": ANY_NAME,
            "title": text("办事人员看得懂的说法"),
            "select": text("一个 SELECT，读台账、视图或前面的步骤"),
            "person": closed(
                ["number", "name"],
                {"number": ANY_NAME, "name": ANY_NAME},
                description="身份证号和姓名两列；每行也列在同一人认定所说的另一个号码之下",
            ),
        },
    )
    return {"type": "array", "items": step, "minItems": 1}


def _example(gives: str) -> dict[str, Any]:
    rows = {"type": "object", "additionalProperties": {"type": "array", "items": ANY_ROW}}
    told = {"type": ["string", "boolean"], "description": "看似疑点而不是之处"}
    found = {"type": "array", "items": ANY_ROW, "description": "查出的各行；每行只写要核对的列"}
    return closed(["rows", gives], {"rows": rows, gives: found, "as_of": ANY_DATE, "false_alarm": told, "why": text()})


def _planted() -> dict[str, Any]:
    rows = {"type": "object", "additionalProperties": {"type": "array", "items": ANY_ROW}}
    found = {"type": "array", "items": ANY_ROW, "minItems": 1, "description": "应当查出的疑点：subject、programme、month"}
    example = {"type": "integer", "minimum": 1, "description": "第几个范例，换上别的人和号码；不写rows"}
    return closed([], {"example": example, "rows": rows, "finds": found, "why": text()})


def view_schema() -> dict[str, Any]:
    """Return the shape of a view."""
    return closed(
        ["view", "title", "examples"],
        {
            "view": ANY_NAME,
            "title": ANY_TITLE,
            "about": text(),
            "select": text("只有一步时写在这里"),
            "steps": _steps(),
            "examples": {"type": "array", "items": _example("gives"), "minItems": 2},
        },
    )


def rule_schema() -> dict[str, Any]:
    """Return the shape of a comparison rule."""
    names = {"type": "array", "items": ANY_NAME}
    return closed(
        ["rule", "number", "title", "group", "severity", "basis", "about", "subject", "needs", "says", "examples"],
        {
            "rule": ANY_NAME,
            "number": {"type": "integer", "description": "在规则目录中的序号"},
            "title": ANY_TITLE,
            "group": {"type": "string", "enum": list(GROUPS), "description": "、".join(f"{k} {v}" for k, v in GROUPS.items())},
            "severity": {"type": "string", "enum": list(SEVERITIES)},
            "basis": text("依据的法规、通知"),
            "about": text("什么是真的疑点，什么是已知的误报"),
            "subject": {"type": "string", "enum": list(SUBJECTS), "description": "subject 列指的是什么"},
            "reference": {**names, "description": "由别处交来的台账；截止日期早于所属月份的，降低一级"},
            "needs": {**names, "description": "缺了就不能比对的台账；只看疑点核查一类本系统自己登记的台账的，写 []"},
            "select": text("只有一步时写在这里"),
            "steps": _steps(),
            "says": text("疑点的一句话；{列名}处填值"),
            "columns": {
                "type": "object",
                "patternProperties": {NAME: text()},
                "additionalProperties": False,
                "description": "规则自己算出的列叫什么，带计量单位；照搬台账字段的列不用写",
            },
            "examples": {"type": "array", "items": _example("finds"), "minItems": 3},
            "plant": {
                "type": "array",
                "items": _planted(),
                "minItems": 1,
                "description": "演示镇里照样放进去的错（taizhang demo --faults）；不写的，用范例换上别的人和号码",
            },
        },
    )
