"""Checked YAML nodes → definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from taizhang.errors import Fault
from taizhang.pack.definitions import (
    Aggregate,
    Due,
    Field,
    Indicator,
    IndicatorExample,
    Ledger,
    LedgerExample,
    OverDivisions,
    Parameter,
    Place,
    Ratio,
    ReportDefinition,
    RowCheck,
    SaysNothing,
)
from taizhang.pack.fieldtypes import FIELD_TYPES
from taizhang.pack.yaml_lines import Node

_VALUE = re.compile(r"^\s*(sum|count|min|max|latest)\s*\(\s*(distinct\b)?(.*)\)\s*$", re.IGNORECASE | re.DOTALL)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _place(node: Node, file: str) -> Place:
    return Place(file, node.line, {key: value.line for key, value in node.data.items()})


def _cell_text(value: Any) -> str:
    return "" if value is None else str(value)


def build_field(name: str, node: Node, file: str) -> Field:
    """Build one field of a ledger from its checked node."""
    d = node.plain()
    return Field(
        name=name,
        title=d["title"],
        type=d["type"],
        required=d.get("required", False),
        is_name=d.get("name", False),
        personal=d.get("personal", False) or FIELD_TYPES[d["type"]].personal,
        aliases=tuple(d.get("aliases", ())),
        help=d.get("help", ""),
        example=_cell_text(d.get("example")),
        choices=tuple(str(c) for c in d.get("choices", ())),
        to=d.get("to"),
        min=_decimal(d.get("min")),
        max=_decimal(d.get("max")),
        unit=d.get("unit"),
        places=d.get("places"),
        default=None if d.get("default") is None else str(d["default"]),
        continued=d.get("continued", False),
        place=_place(node, file),
    )


def _ledger_example(node: Node, file: str, faults: list[Fault]) -> LedgerExample | None:
    d = node.plain()
    if ("accepts" in d) == ("refuses" in d):
        faults.append(Fault("definition.example_unclear", {}, file=file, row=node.line, column="examples"))
        return None
    accepted = "accepts" in d
    return LedgerExample(
        d["accepts"] if accepted else d["refuses"], accepted, d.get("stored", {}), d.get("because", {}), Place(file, node.line)
    )


def build_ledger(node: Node, file: str, faults: list[Fault]) -> Ledger:
    """Build a ledger; key fields become required."""
    d = node.data
    p = node.plain()
    key = tuple(p["key"])
    fields = {name: build_field(name, value, file) for name, value in d["fields"].data.items()}
    for name in key:
        if name in fields:
            fields[name] = _required(fields[name])
    checks = tuple(
        RowCheck(
            c.data["expect"].data, c.data["title"].data, c.data["severity"].data if "severity" in c.data else "error", Place(file, c.line)
        )
        for c in (d["checks"].data if "checks" in d else [])
    )
    examples = [_ledger_example(e, file, faults) for e in d["examples"].data]
    return Ledger(
        name=p["ledger"],
        title=p["title"],
        system=p["system"],
        office=p["office"],
        kind=p["kind"],
        fields=fields,
        key=key,
        division=p["division"],
        at=p.get("at"),
        begins=p.get("from"),
        ends=p.get("to"),
        about=p.get("about", ""),
        access=p.get("access", "normal"),
        catalogue=p.get("catalogue", False),
        review=p.get("review", True),
        written_by=p.get("written_by", "people"),
        due=Due(**p["due"]) if "due" in p else None,
        says_nothing=SaysNothing(**p["says_nothing"]) if "says_nothing" in p else None,
        checks=checks,
        examples=tuple(e for e in examples if e),
        place=_place(node, file),
    )


def _required(field: Field) -> Field:
    from dataclasses import replace

    return replace(field, required=True)


def _formula(node: Node, file: str, faults: list[Fault]) -> Aggregate | Ratio | OverDivisions | None:
    p = node.plain()
    kinds = [k for k in ("value", "ratio", "over_divisions") if k in p]
    if len(kinds) != 1:
        faults.append(Fault("definition.formula_unclear", {}, file=file, row=node.line, column="value"))
        return None
    if kinds == ["ratio"]:
        return Ratio(p["ratio"]["of"], p["ratio"]["to"], p["ratio"].get("places", 2))
    if kinds == ["over_divisions"]:
        over = p["over_divisions"]
        return OverDivisions(over["level"], over["of"], over["value"], over.get("where"))
    match = _VALUE.match(p["value"])
    if not match or not p.get("from") or not p.get("when"):
        line = node.data["value"].line
        code = "definition.value_malformed" if not match else "definition.formula_unclear"
        faults.append(Fault(code, {"value": p["value"]}, file=file, row=line, column="value", value=p["value"]))
        return None
    function, distinct, argument = match[1].lower(), bool(match[2]), match[3].strip()
    counts = function == "count"
    if (distinct and not counts) or (bool(argument) != (distinct or not counts)):
        line = node.data["value"].line
        faults.append(Fault("definition.value_malformed", {"value": p["value"]}, file=file, row=line, column="value", value=p["value"]))
        return None
    name: Any = "count_distinct" if distinct else function
    return Aggregate(p["from"], name, argument or None, p.get("where"), p["when"], p.get("per"))


def _rows_of(value: Any, ledger: str | None) -> dict[str, list[dict[str, Any]]]:
    if isinstance(value, list):
        return {ledger: value} if ledger else {}
    return dict(value)


def build_indicator(node: Node, file: str, faults: list[Fault]) -> Indicator | None:
    """Build an indicator; None when its formula cannot be read."""
    p = node.plain()
    formula = _formula(node, file, faults)
    if formula is None:
        return None
    ledger = formula.ledger if isinstance(formula, Aggregate) else None
    examples = []
    for e in node.data["examples"].data:
        x = e.plain()
        if isinstance(x["rows"], list) and x["rows"] and ledger is None:
            faults.append(Fault("definition.example_rows_unclear", {}, file=file, row=e.line, column="examples"))
            continue
        examples.append(
            IndicatorExample(
                rows=_rows_of(x["rows"], ledger),
                gives=_decimal(x["gives"]),
                period=str(x.get("period", "2020")),
                division=None if x.get("division") is None else str(x["division"]),
                as_of=x.get("as_of"),
                place=Place(file, e.line),
            )
        )
    return Indicator(
        name=p["indicator"],
        title=p["title"],
        system=p["system"],
        unit=p["unit"],
        formula=formula,
        about=p.get("about", ""),
        synonyms=tuple(p.get("synonyms", ())),
        examples=tuple(examples),
        place=_place(node, file),
    )


def build_parameter(node: Node, file: str, faults: list[Fault]) -> Parameter:
    """Build a parameter, its values in order of date."""
    p = node.plain()
    values: list[tuple[date, Decimal]] = []
    for key, value in node.data["values"].data.items():
        try:
            values.append((date.fromisoformat(key), Decimal(str(value.data))))
        except ValueError:
            path = f"values.{key}"
            faults.append(Fault("definition.malformed", {"path": path, "value": key}, file=file, row=value.line, column=path, value=key))
    return Parameter(
        name=p["parameter"],
        title=p["title"],
        unit=p["unit"],
        values=tuple(sorted(values)),
        basis=p.get("basis", ""),
        examples=tuple((e["on"], _decimal(e["gives"])) for e in p["examples"]),
        place=_place(node, file),
    )


def build_report(node: Node, file: str, text: str) -> ReportDefinition:
    """Build a report from its YAML and the text beside it."""
    p = node.plain()
    return ReportDefinition(
        name=p["report"],
        title=p["title"],
        period=p["period"],
        text=text,
        layout=p.get("layout", "gbt9704"),
        about=p.get("about", ""),
        examples=tuple(p["examples"]),
        place=_place(node, file),
    )


Builder = Callable[[Node, str, list[Fault]], Any]
BUILDERS: Mapping[str, Builder] = {"ledger": build_ledger, "indicator": build_indicator, "parameter": build_parameter}
