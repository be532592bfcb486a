"""Views and comparison rules: checked YAML nodes → definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from taizhang.errors import Fault
from taizhang.pack.definitions import PersonColumns, Place, Rule, RuleExample, RulePlant, StepDefinition, View
from taizhang.pack.yaml_lines import Node

YEAR_END = date(2020, 12, 31)


def build_view(node: Node, file: str, faults: list[Fault]) -> View | None:
    """Build a view; None when it does not say its query once."""
    steps = _steps(node, file, faults)
    if steps is None:
        return None
    p = node.plain()
    return View(
        name=p["view"],
        title=p["title"],
        steps=steps,
        about=p.get("about", ""),
        examples=tuple(_example(e, file, "gives") for e in node.data["examples"].data),
        place=_place(node, file),
    )


def build_rule(node: Node, file: str, faults: list[Fault]) -> Rule | None:
    """Build a rule; None when it does not say its query once."""
    steps = _steps(node, file, faults)
    if steps is None:
        return None
    p = node.plain()
    examples = tuple(_example(e, file, "finds") for e in node.data["examples"].data)
    return Rule(
        name=p["rule"],
        number=p["number"],
        title=p["title"],
        group=p["group"],
        severity=p["severity"],
        basis=p["basis"],
        about=p["about"],
        subject=p["subject"],
        steps=steps,
        says=p["says"],
        reference=tuple(p.get("reference", ())),
        needs=tuple(p["needs"]),
        columns=p.get("columns", {}),
        examples=examples,
        plant=_plants(node, file, examples, faults),
        place=_place(node, file),
    )


def _place(node: Node, file: str) -> Place:
    return Place(file, node.line, {key: value.line for key, value in node.data.items()})


def _steps(node: Node, file: str, faults: list[Fault]) -> tuple[StepDefinition, ...] | None:
    d = node.data
    if ("select" in d) == ("steps" in d):
        faults.append(Fault("definition.query_unclear", {}, file=file, row=node.line, column="steps"))
        return None
    if "select" in d:
        return (StepDefinition("answer", d["title"].data, d["select"].data, _place(node, file)),)
    return tuple(_step(step, file) for step in d["steps"].data)


def _step(node: Node, file: str) -> StepDefinition:
    d = node.data
    person = PersonColumns(**d["person"].plain()) if "person" in d else None
    return StepDefinition(d["step"].data, d["title"].data, d["select"].data, _place(node, file), person)


def _plants(node: Node, file: str, examples: Sequence[RuleExample], faults: list[Fault]) -> tuple[RulePlant, ...]:
    out = []
    for given in node.data["plant"].data if "plant" in node.data else ():
        p: dict[str, Any] = given.plain()
        number, finds, place = p.get("example"), tuple(p.get("finds", ())), Place(file, given.line)
        if (number is None) == ("rows" not in p) or (number is None and not finds) or (number is not None and number > len(examples)):
            faults.append(Fault("definition.plant_unclear", {}, file=file, row=given.line, column="plant"))
        elif number is None:
            out.append(RulePlant(RuleExample(p["rows"], finds, place=place), renamed=False))
        else:
            out.append(RulePlant(replace(examples[number - 1], finds=finds or examples[number - 1].finds, place=place), renamed=True))
    return tuple(out)


def _example(node: Node, file: str, gives: str) -> RuleExample:
    d: dict[str, Any] = node.plain()
    told = d.get("false_alarm", False)
    return RuleExample(
        rows=d["rows"],
        finds=tuple(d[gives]),
        as_of=d.get("as_of", YEAR_END),
        false_alarm=bool(told),
        why=d.get("why", "") or (told if isinstance(told, str) else ""),
        place=Place(file, node.line),
    )
