"""The shape of views and comparison rules."""

from __future__ import annotations

from typing import Any

from taizhang.pack.schema import ANY_DATE, ANY_NAME, ANY_ROW, ANY_TITLE, closed, text

SEVERITIES = {"high": "重要", "medium": "一般", "low": "轻微", "info": "提示"}
GROUPS = {
    "A": "证件号码与数据质量",
    "B": "人员状态与发放",
    "C": "重复与互斥享受",
    "D": "家庭经济与利害关系人",
    "E": "土地、作物、保险、林业、农机",
    "F": "畜禽与防疫",
    "G": "村账、资产与合同",
    "H": "住房、贷款、医保、残疾、就学",
    "I": "完整、公开、时限、值守",
    "J": "报告层面的一致",
}
SUBJECTS = {
    "person": "人",
    "household": "户",
    "group": "村民小组",
    "village": "村（居）",
    "town": "乡镇",
    "plot": "地块",
    "account": "账号",
    "telephone": "电话号码",
    "company": "单位",
    "voucher": "凭证",
    "invoice": "发票",
    "contract": "合同",
    "loan": "贷款",
    "asset": "资产",
    "vehicle": "车辆",
    "machine": "农机",
    "house": "房屋",
    "project": "项目",
    "programme": "补贴项目",
    "batch": "批次",
    "school": "学校",
    "matter": "事项",
    "day": "日期",
    "facility": "设施",
    "ledger": "台账",
    "entry": "记录",
    "indicator": "指标",
}
COLUMNS = ("subject", "name", "programme", "month", "division", "amount", "left", "right")  # what an answer may be asked for by name


def _steps() -> dict[str, Any]:
    step = closed(
        ["step", "title", "select"],
        {"step": ANY_NAME, "title": text("办事人员看得懂的说法"), "select": text("一个 SELECT，读台账、视图或前面的步骤")},
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
            "examples": {"type": "array", "items": _example("finds"), "minItems": 3},
            "plant": {
                "type": "array",
                "items": _planted(),
                "minItems": 1,
                "description": "演示镇里照样放进去的错（taizhang demo --faults）；不写的，用范例换上别的人和号码",
            },
        },
    )
