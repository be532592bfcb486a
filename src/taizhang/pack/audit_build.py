"""Audit rules: checked YAML nodes → definitions, and what must hold between a rule, its check and the pack's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from taizhang.errors import Fault
from taizhang.pack.audit_checks import CHECKS
from taizhang.pack.definitions import AuditCase, AuditExample, AuditRule, Pack, Place
from taizhang.pack.schema import validate
from taizhang.pack.yaml_lines import Node

_WEIGHTS = {"P": 90, "L": 80, "S": 50, "F": 20}


def option_faults(node: Node, file: str) -> list[Fault]:
    """Check ``with`` strictly against what the rule's check is told, with file, line and key."""
    return validate(node.data["with"], CHECKS[node.data["check"].data].options, file, "with")


def build_audit_rule(node: Node, file: str, faults: list[Fault]) -> AuditRule:
    """Build an audit rule; every named case takes what it does not say itself from the rule."""
    p = node.plain()
    told = {"class": p["class"], "says": p["says"], "reads": p.get("reads", ""), "settles": p["settles"], "weight": p.get("weight")}
    cases = {name: _case({**told, **({"weight": None} if "class" in own else {}), **own}) for name, own in p.get("cases", {}).items()}
    for name in cases.keys() - set(CHECKS[p["check"]].cases):
        line = node.data["cases"].data[name].line
        allowed = "、".join(CHECKS[p["check"]].cases) or "-"
        faults.append(
            Fault("definition.audit_case_unknown", {"name": name, "allowed": allowed}, file=file, row=line, column=f"cases.{name}")
        )
    return AuditRule(
        name=p["audit_rule"],
        number=p["number"],
        title=p["title"],
        check=p["check"],
        options=p["with"],
        cases={"": _case(told), **cases},
        about=p.get("about", ""),
        ledger_settles=p.get("ledger_settles", False),
        examples=tuple(_example(e, file) for e in node.data["examples"].data),
        place=Place(file, node.line, {key: value.line for key, value in node.data.items()}),
        option_lines=dict(_lines(node.data["with"], "with")),
    )


def _case(told: dict[str, Any]) -> AuditCase:
    weight = told.get("weight")
    return AuditCase(told["class"], told["says"], told["reads"], told["settles"], _WEIGHTS[told["class"]] if weight is None else weight)


def _example(node: Node, file: str) -> AuditExample:
    d = node.plain()
    return AuditExample(
        text=d["text"],
        finds=tuple(d.get("finds", ())),
        arithmetic=d.get("arithmetic", ""),
        class_=d.get("class"),
        passes=tuple(d.get("passes", ())),
        why=d.get("why", "") or d.get("false_alarm", ""),
        false_alarm="false_alarm" in d,
        year=d.get("year"),
        previous=d.get("previous", ""),
        verdicts=tuple(d.get("verdicts", ())),
        place=Place(file, node.line),
    )


def _lines(node: Node, path: str) -> Iterator[tuple[str, int]]:
    yield path, node.line
    inner = node.data.items() if isinstance(node.data, dict) else enumerate(node.data, start=1) if isinstance(node.data, list) else ()
    for key, value in inner:
        yield from _lines(value, f"{path}.{key}" if isinstance(node.data, dict) else f"{path}[{key}]")


def audit_rule_faults(pack: Pack, rule: AuditRule) -> Iterator[Fault]:
    """Yield what does not hold between a rule, its check and the pack."""
    file = rule.place.file if rule.place else None
    lines = rule.place.keys if rule.place else {}
    for path, name in _parameters(rule.options, CHECKS[rule.check].options, "with"):
        if name not in pack.parameters:
            row = rule.option_lines.get(path)
            yield Fault("definition.unknown_parameter", {"name": name}, file=file, row=row, column=path, value=name)
    yield from _value_faults(rule, file, lines)
    twin = next((r for r in pack.audit_rules.values() if r.number == rule.number and r.name < rule.name), None)
    if twin:
        yield Fault("definition.repeated", {"name": rule.number, "other": twin.name}, file=file, row=lines.get("number"), column="number")
    kinds = {(bool(e.finds), e.false_alarm) for e in rule.examples}
    if not ({found for found, _ in kinds} >= {True, False} and any(alarm for _, alarm in kinds)):
        yield Fault("definition.audit_examples_one_sided", {}, file=file, row=lines.get("examples"), column="examples")
    for example in rule.examples:
        for quote in (*example.finds, *example.passes):
            if quote not in example.text:
                row = example.place.line if example.place else None
                yield Fault("definition.audit_quote_unknown", {"value": quote}, file=file, row=row, column="examples", value=quote)


def _value_faults(rule: AuditRule, file: str | None, lines: Mapping[str, int]) -> Iterator[Fault]:
    gives = CHECKS[rule.check].gives
    for name, case in rule.cases.items():
        if name and case.says == rule.cases[""].says:
            continue
        for shown in sorted({field for _, field, _, _ in Formatter().parse(case.says) if field} - set(gives)):
            column = f"cases.{name}" if name else "says"
            row = lines.get(column.partition(".")[0])
            allowed = "、".join(gives) or "-"
            yield Fault(
                "definition.audit_value_unknown", {"name": shown, "allowed": allowed}, file=file, row=row, column=column, value=shown
            )


def _parameters(data: Any, schema: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    if schema.get("parameter") and isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            inner = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
            if isinstance(inner, dict):
                yield from _parameters(value, inner, f"{path}.{key}")
    elif isinstance(data, list):
        for n, value in enumerate(data, start=1):
            yield from _parameters(value, schema.get("items", {}), f"{path}[{n}]")
