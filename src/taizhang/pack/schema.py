"""The shape of every definition, as one JSON Schema: editors read it, and so does the strict check with line numbers.

Only the few keywords that the check below knows are used: type, enum, pattern, required, properties, patternProperties,
additionalProperties, items, minItems, oneOf (by key present), description.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.errors import Fault
from taizhang.pack.audit_checks import CHECKS
from taizhang.pack.fieldtypes import FIELD_TYPES
from taizhang.pack.yaml_lines import Node

NAME = r"^[a-z][a-z0-9_]{0,62}$"
PERIOD = r"^\d{4}(-(0[1-9]|1[0-2])|Q[1-4]|H[12])?$"


def text(description: str = "") -> dict[str, Any]:
    """Return the schema of a text."""
    return {"type": "string", **({"description": description} if description else {})}


_NAMES = "小写英文字母开头的名称，只用小写字母、数字和_"
ANY_NAME = {"type": "string", "pattern": NAME, "description": _NAMES}
_NUMBER: dict[str, Any] = {"type": "number"}
ANY_DATE = {"type": "string", "format": "date"}
_SCALAR = {"type": ["string", "number", "boolean", "null"]}
ANY_ROW = {"type": "object", "additionalProperties": _SCALAR}
ANY_TITLE = text("中文名称")
_SYSTEM = {"type": "integer", "description": "乡镇业务系统序号"}


def closed(required: list[str], properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the schema of a mapping that has these keys and no others."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False, **more}


def _field_schema() -> dict[str, Any]:
    return closed(
        ["title", "type"],
        {
            "title": ANY_TITLE,
            "type": {"type": "string", "enum": sorted(FIELD_TYPES)},
            "required": {"type": "boolean"},
            "name": {"type": "boolean", "description": "是人的姓名"},
            "personal": {"type": "boolean", "description": "个人信息，默认遮盖"},
            "aliases": {"type": "array", "items": text()},
            "help": text("填写说明"),
            "example": _SCALAR,
            "choices": {"type": "array", "items": _SCALAR, "minItems": 1},
            "to": ANY_NAME,
            "min": _NUMBER,
            "max": _NUMBER,
            "unit": text(),
            "places": {"type": "integer"},
            "default": _SCALAR,
            "continued": {"type": "boolean", "description": "比对登记的记录里由人接着填；不写为只由比对和办理改动"},
        },
    )


def _says_nothing_schema() -> dict[str, Any]:
    return closed(
        ["task", "ledger", "upto"],
        {
            "task": {**ANY_NAME, "description": "引用报送任务的字段"},
            "ledger": {**ANY_NAME, "description": "报送任务里写哪本台账（标题）的字段"},
            "upto": {**ANY_NAME, "description": "报送任务里数据截止日期的字段"},
        },
        description="一行就是一次零报告：截止日期所在的那一期，这个村算报了那本台账",
    )


def _due_schema() -> dict[str, Any]:
    return closed(
        ["every", "after", "basis"],
        {
            "every": {"type": "string", "enum": ["month", "quarter", "half", "year"], "description": "每村多久报一次"},
            "after": {"type": "integer", "description": "期末后几日内报；负数为期末前"},
            "basis": text("依据"),
            "dated": {"type": "string", "enum": ["within", "after"], "description": "记录的日期在本期内，或在下一期内；不写为本期内"},
            "among": {**ANY_NAME, "description": "只要在这本台账有记录的村报；不写为每村都报"},
        },
        description="每村定期报送的期限，只用于事件类台账",
    )


def _ledger_schema() -> dict[str, Any]:
    check = closed(
        ["expect", "title"], {"expect": text(), "title": ANY_TITLE, "severity": {"type": "string", "enum": ["error", "warning"]}}
    )
    example = {
        "type": "object",
        "properties": {
            "accepts": ANY_ROW,
            "stored": ANY_ROW,
            "refuses": ANY_ROW,
            "because": {"type": "object", "additionalProperties": text()},
        },
        "additionalProperties": False,
        "required": [],
    }
    return closed(
        ["ledger", "title", "system", "office", "kind", "division", "key", "fields", "examples"],
        {
            "ledger": ANY_NAME,
            "extends": {"type": "boolean", "description": "在标准包同名台账上增加字段"},
            "title": ANY_TITLE,
            "system": _SYSTEM,
            "office": text("归口办公室"),
            "kind": {"type": "string", "enum": ["register", "event"]},
            "about": text(),
            "at": ANY_NAME,
            "from": ANY_NAME,
            "to": ANY_NAME,
            "division": ANY_NAME,
            "key": {"type": "array", "items": ANY_NAME, "minItems": 1},
            "access": {"type": "string", "enum": ["normal", "personal", "need_to_know"]},
            "catalogue": {"type": "boolean", "description": "短小的目录，许多记录引用其中同一行"},
            "review": {"type": "boolean", "description": "填报须经他人审核才生效；不写为须审核"},
            "written_by": {
                "type": "string",
                "enum": ["people", "comparison"],
                "description": "comparison为只由比对和办理登记，不能填报、导入；不写为由人填报",
            },
            "due": _due_schema(),
            "says_nothing": _says_nothing_schema(),
            "fields": {
                "type": "object",
                "patternProperties": {NAME: _field_schema()},
                "additionalProperties": False,
                "description": _NAMES,
            },
            "checks": {"type": "array", "items": check},
            "examples": {"type": "array", "items": example, "minItems": 2},
        },
    )


def _indicator_schema() -> dict[str, Any]:
    rows = {"type": ["array", "object"], "items": ANY_ROW, "additionalProperties": {"type": "array", "items": ANY_ROW}}
    example = closed(
        ["rows", "gives"],
        {
            "rows": rows,
            "gives": {"type": ["number", "null"]},
            "period": {"type": ["string", "integer"], "pattern": PERIOD, "description": "2020、2020H1、2020Q3、2020-05"},
            "division": {"type": ["string", "integer"]},
            "as_of": ANY_DATE,
        },
    )
    ratio = closed(["of", "to"], {"of": ANY_NAME, "to": ANY_NAME, "places": {"type": "integer"}})
    over = closed(
        ["level", "of", "value"],
        {
            "level": {"type": "string", "enum": ["town", "village", "group"]},
            "of": ANY_NAME,
            "value": {"type": "string", "enum": ["count", "min", "max"]},
            "where": text(),
        },
    )
    return closed(
        ["indicator", "title", "system", "unit", "examples"],
        {
            "indicator": ANY_NAME,
            "title": ANY_TITLE,
            "system": _SYSTEM,
            "unit": text("计量单位"),
            "about": text(),
            "synonyms": {"type": "array", "items": text()},
            "from": ANY_NAME,
            "value": text("sum(x) · count() · count(distinct x) · min(x) · max(x) · latest(x)"),
            "where": text(),
            "when": {"type": "string", "enum": ["at", "upto", "held_at_end", "began", "ended", "held"]},
            "per": ANY_NAME,
            "ratio": ratio,
            "over_divisions": over,
            "examples": {"type": "array", "items": example, "minItems": 2},
        },
    )


def _parameter_schema() -> dict[str, Any]:
    return closed(
        ["parameter", "title", "unit", "values", "examples"],
        {
            "parameter": ANY_NAME,
            "title": ANY_TITLE,
            "unit": text(),
            "basis": text("依据"),
            "values": {
                "type": "object",
                "patternProperties": {r"^\d{4}-\d{2}-\d{2}$": _NUMBER},
                "additionalProperties": False,
                "description": "日期 YYYY-MM-DD",
            },
            "examples": {
                "type": "array",
                "items": closed(["on", "gives"], {"on": ANY_DATE, "gives": {"type": ["number", "null"]}}),
                "minItems": 2,
            },
        },
    )


def _report_schema() -> dict[str, Any]:
    example = closed(["figures", "says"], {"figures": {"type": "object", "additionalProperties": _SCALAR}, "text": text(), "says": text()})
    return closed(
        ["report", "title", "period", "examples"],
        {
            "report": ANY_NAME,
            "title": ANY_TITLE,
            "period": {"type": "string", "enum": ["year", "half", "quarter", "month"]},
            "layout": {"type": "string", "enum": ["gbt9704"]},
            "about": text(),
            "examples": {"type": "array", "items": example, "minItems": 2},
        },
    )


_CLASS = {"type": "string", "enum": ["P", "L", "S", "F"], "description": "P 前后不一致 · L 与台账不符 · S 请核实 · F 表述建议"}


def _audit_rule_schema() -> dict[str, Any]:
    told = {"class": _CLASS, "says": text("告诉拟稿人的话"), "reads": text("若……：依据的读法"), "settles": text("如何核实")}
    told["weight"] = {"type": "integer", "description": "排序，大者在前"}
    quotes = {"type": "array", "items": text("原文摘录"), "minItems": 1}
    verdict = closed(
        ["figure", "verdict"],
        {"figure": text(), "verdict": text(), "indicator": text(), "value": _NUMBER, "unit": text(), "slip": text()},
    )
    example = closed(
        ["text"],
        {
            "text": text("原文"),
            "finds": quotes,
            "arithmetic": text("算式"),
            "class": _CLASS,
            "passes": quotes,
            "why": text("为什么"),
            "false_alarm": text("看似有误而无误之处"),
            "year": {"type": "integer"},
            "previous": text("上年报告"),
            "verdicts": {"type": "array", "items": verdict, "minItems": 1},
        },
    )
    schema = closed(
        ["audit_rule", "number", "title", "class", "check", "with", "says", "settles", "examples"],
        {
            "audit_rule": ANY_NAME,
            "number": {"type": "string", "pattern": r"^[A-F][1-9]\d?$", "description": "A1…F7"},
            "title": ANY_TITLE,
            "about": text(),
            "check": {"type": "string", "enum": sorted(CHECKS)},
            "with": {"type": "object"},
            "ledger_settles": {"type": "boolean", "description": "所涉数字都与台账一致时不再提出"},
            **told,
            "cases": {
                "type": "object",
                "patternProperties": {NAME: closed([], told)},
                "additionalProperties": False,
                "description": _NAMES,
            },
            "examples": {"type": "array", "items": example, "minItems": 3},
        },
    )
    # Editors take the shape of `with` from here; the strict check takes it from CHECKS itself.
    schema["allOf"] = [
        {"if": {"properties": {"check": {"const": name}}}, "then": {"properties": {"with": shape.options}}}
        for name, shape in CHECKS.items()
    ]
    return schema


def definition_schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of definition, by its first key."""
    from taizhang.pack.roles import role_schema
    from taizhang.pack.rule_schema import rule_schema, view_schema

    return {
        "ledger": _ledger_schema(),
        "indicator": _indicator_schema(),
        "parameter": _parameter_schema(),
        "report": _report_schema(),
        "audit_rule": _audit_rule_schema(),
        "view": view_schema(),
        "rule": rule_schema(),
        "role": role_schema(),
    }


def json_schema() -> dict[str, Any]:
    """Return one JSON Schema (draft 2020-12) for any pack file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Taizhang pack definition",
        "oneOf": list(definition_schemas().values()),
    }


def _type_of(data: Any) -> str:
    if isinstance(data, bool):
        return "boolean"
    if isinstance(data, int):
        return "integer"
    if isinstance(data, Decimal):
        return "number"
    if isinstance(data, dict):
        return "object"
    if isinstance(data, list):
        return "array"
    return "null" if data is None else "string"


_TYPE_WORDS = {
    "boolean": "true/false",
    "integer": "整数",
    "number": "数",
    "object": "键值表",
    "array": "列表",
    "null": "空",
    "string": "文字",
}


def validate(node: Node, schema: dict[str, Any], file: str, path: str = "") -> list[Fault]:
    """Check a node strictly against a schema; every fault names file, line and key."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    kind = _type_of(node.data)
    if kinds and kind not in kinds and not (kind == "integer" and "number" in kinds):
        wanted = " / ".join(_TYPE_WORDS[k] for k in kinds)
        return [_fault("definition.wrong_type", file, node, path, wanted=wanted, found=_TYPE_WORDS[kind])]
    if schema.get("format") == "date" and not isinstance(node.data, date):
        return [_fault("definition.wrong_type", file, node, path, wanted="日期 YYYY-MM-DD", found=str(node.data))]
    if "enum" in schema and node.data not in schema["enum"]:
        return [_fault("definition.not_allowed", file, node, path, value=node.data, allowed="、".join(map(str, schema["enum"])))]
    if "pattern" in schema and not re.fullmatch(schema["pattern"], str(node.data)):
        return [_fault("definition.malformed", file, node, path, value=node.data, allowed=schema.get("description", ""))]
    if isinstance(node.data, dict):
        return _validate_mapping(node, schema, file, path)
    if isinstance(node.data, list):
        faults = [f for i, item in enumerate(node.data) for f in validate(item, schema.get("items", {}), file, f"{path}[{i + 1}]")]
        if len(node.data) < schema.get("minItems", 0):
            faults.append(_fault("definition.too_few", file, node, path, wanted=schema["minItems"], found=len(node.data)))
        return faults
    return []


def _validate_mapping(node: Node, schema: dict[str, Any], file: str, path: str) -> list[Fault]:
    faults = [
        _fault("definition.key_missing", file, node, f"{path}.{key}" if path else key, key=key)
        for key in schema.get("required", [])
        if key not in node.data
    ]
    known: dict[str, Any] = schema.get("properties", {})
    patterns: dict[str, Any] = schema.get("patternProperties", {})
    other = schema.get("additionalProperties", True)
    for key, value in node.data.items():
        inner = known.get(key) or next((s for p, s in patterns.items() if re.fullmatch(p, key)), None)
        where = f"{path}.{key}" if path else key
        if inner is None and other is False:
            allowed = "、".join(known) or schema.get("description", "")
            faults.append(_fault("definition.key_unknown", file, value, where, key=key, allowed=allowed))
        elif inner is not None or isinstance(other, dict):
            faults += validate(value, inner if inner is not None else other, file, where)
    return faults


def _fault(code: str, file: str, node: Node, path: str, **params: Any) -> Fault:
    value = None if isinstance(node.data, dict | list) else str(node.data)
    return Fault(code, {"path": path, **params}, file=file, row=node.line, column=path, value=value)
