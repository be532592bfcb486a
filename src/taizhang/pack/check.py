"""What must hold between the definitions of a pack, once each alone has the right shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from taizhang.errors import Fault, Refusal
from taizhang.pack.audit_build import audit_rule_faults
from taizhang.pack.definitions import Aggregate, Field, Indicator, Ledger, OverDivisions, Pack, Place, Ratio
from taizhang.pack.expression import parse_expression
from taizhang.pack.expression_functions import TEXT, Kind
from taizhang.pack.fieldtypes import FIELD_TYPES
from taizhang.pack.roles import role_faults
from taizhang.pack.rule_checks import query_faults

DATED = {"date", "timestamp", "month", "year"}
WHOLE_ROW = "_row"  # in `because`: a fault of the row as a whole
EVENT_WHEN = {"at", "upto"}
REGISTER_WHEN = {"held_at_end", "began", "ended", "held"}
DIVISION_NAMES = {"value": Kind("number", 4), "code": TEXT, "name": TEXT, "kind": TEXT}  # what `over_divisions.where` sees


def check_pack(pack: Pack) -> list[Fault]:
    """Return every fault between definitions."""
    faults = [f for ledger in pack.ledgers.values() for f in _ledger_faults(pack, ledger)]
    faults += [f for indicator in pack.indicators.values() for f in _indicator_faults(pack, indicator)]
    faults += [f for rule in pack.audit_rules.values() for f in audit_rule_faults(pack, rule)]
    faults += role_faults(pack)
    return faults + query_faults(pack)


def ledger_faults(pack: Pack, ledger: Ledger) -> list[Fault]:
    """Return what is wrong with one ledger beside the others of a pack."""
    return list(_ledger_faults(pack, ledger))


def _fault(code: str, place: Place | None, column: str, **params: Any) -> Fault:
    return Fault(code, params, file=place.file if place else None, row=_line(place, column), column=column)


def _line(place: Place | None, column: str) -> int | None:
    return place.keys.get(column.rpartition(".")[2], place.line) if place else None


def _expression_faults(
    text: str,
    ledger: Ledger | None,
    pack: Pack,
    place: Place | None,
    column: str,
    *,
    boolean: bool = False,
    references: bool = True,
    names: dict[str, Kind] | None = None,
) -> list[Fault]:
    try:
        expression = parse_expression(text, ledger, pack, place, boolean=boolean, names=names)
    except Refusal as refusal:
        return [f.at(column=column, row=_line(place, column)) for f in refusal.faults]
    if not references and expression.references:
        return [_fault("definition.reference_in_check", place, column)]
    if not references and expression.parameters:
        return [_fault("definition.parameter_in_check", place, column)]
    return []


def _ledger_faults(pack: Pack, ledger: Ledger) -> Iterator[Fault]:
    for name in ledger.key:
        if name not in ledger.fields:
            yield _fault("definition.unknown_field", ledger.place, "key", name=name, ledger=ledger.name)
    yield from _placing_faults(ledger)
    yield from _date_faults(ledger)
    if ledger.due and ledger.due.among and ledger.due.among not in pack.ledgers:
        yield _fault("definition.unknown_ledger", ledger.place, "due", name=ledger.due.among)
    yield from _says_nothing_faults(pack, ledger)
    titles: dict[str, str] = {}
    for field in ledger.fields.values():
        yield from _field_faults(pack, ledger, field)
        for title in (field.title, *field.aliases):
            if title in titles:
                yield _fault("definition.title_repeated", field.place, field.name, title=title, other=titles[title])
            titles[title] = field.name
    for check in ledger.checks:
        yield from _expression_faults(check.expect, ledger, pack, check.place, "checks", boolean=True, references=False)
    yield from _example_faults(ledger)


def _example_faults(ledger: Ledger) -> Iterator[Fault]:
    for example in ledger.examples:
        for name in {*example.row, *example.stored, *example.because} - ledger.fields.keys() - {WHOLE_ROW}:
            yield _fault("definition.unknown_field", example.place, "examples", name=name, ledger=ledger.name)
    if {e.accepted for e in ledger.examples} != {True, False}:
        yield _fault("definition.examples_one_sided", ledger.place, "examples")


def _date_faults(ledger: Ledger) -> Iterator[Fault]:
    wanted = ("at",) if ledger.kind == "event" else ("from", "to")
    if ledger.due and ledger.kind != "event":
        yield _fault("definition.due_unfit", ledger.place, "due")
    for key, name in {"at": ledger.at, "from": ledger.begins, "to": ledger.ends}.items():
        if (name is not None) != (key in wanted):
            yield _fault("definition.dates_unfit", ledger.place, key, key=key, kind=ledger.kind)
        elif name is not None and name not in ledger.fields:
            yield _fault("definition.unknown_field", ledger.place, key, name=name, ledger=ledger.name)
        elif name is not None and ledger.fields[name].type not in DATED:
            yield _fault("definition.not_a_date", ledger.place, key, name=name)


def _says_nothing_faults(pack: Pack, ledger: Ledger) -> Iterator[Fault]:
    if (said := ledger.says_nothing) is None:
        return
    task = ledger.fields.get(said.task)
    tasks = pack.ledgers.get(task.to or "") if task else None
    for name, named in ((said.task, ledger), (said.ledger, tasks), (said.upto, tasks)):
        if named is None or name not in named.fields:
            yield _fault("definition.unknown_field", ledger.place, "says_nothing", name=name, ledger=named.name if named else ledger.name)
    if tasks and said.upto in tasks.fields and tasks.fields[said.upto].type != "date":
        yield _fault("definition.not_a_date", ledger.place, "says_nothing", name=said.upto)


def _placing_faults(ledger: Ledger) -> Iterator[Fault]:
    field = ledger.fields.get(ledger.division)
    if field is None:
        yield _fault("definition.unknown_field", ledger.place, "division", name=ledger.division, ledger=ledger.name)
    elif field.type != "division":
        yield _fault("definition.not_a_division", ledger.place, "division", name=ledger.division)


def _field_faults(pack: Pack, ledger: Ledger, field: Field) -> Iterator[Fault]:
    given = {
        "choices": bool(field.choices),
        "to": field.to is not None,
        "min": field.min is not None,
        "max": field.max is not None,
        "unit": field.unit is not None,
        "places": field.places is not None,
    }
    for key, present in given.items():
        if present and key not in FIELD_TYPES[field.type].keys:
            yield _fault("definition.field_key_unfit", field.place, f"{field.name}.{key}", key=key, type=field.type)
    if field.type == "choice" and not field.choices:
        yield _fault("definition.key_missing", field.place, field.name, key="choices", path=field.name)
    if field.type == "reference":
        target = pack.ledgers.get(field.to or "")
        if target is None:
            yield _fault("definition.unknown_ledger", field.place, field.name, name=field.to)
        elif len(target.key) != 1:
            yield _fault("definition.reference_unfit", field.place, field.name, name=field.to)


def _indicator_faults(pack: Pack, indicator: Indicator) -> Iterator[Fault]:
    if isinstance(indicator.formula, Aggregate):
        yield from _aggregate_faults(pack, indicator.formula, indicator.place)
    else:
        yield from _derived_faults(pack, indicator, indicator.formula)
    for example in indicator.examples:
        for name, rows in example.rows.items():
            ledger = pack.ledgers.get(name)
            if ledger is None:
                yield _fault("definition.unknown_ledger", example.place, "examples", name=name)
                continue
            for unknown in {key for row in rows for key in row} - ledger.fields.keys():
                yield _fault("definition.unknown_field", example.place, "examples", name=unknown, ledger=name)


def _aggregate_faults(pack: Pack, formula: Aggregate, place: Place | None) -> Iterator[Fault]:
    ledger = pack.ledgers.get(formula.ledger)
    if ledger is None:
        yield _fault("definition.unknown_ledger", place, "from", name=formula.ledger)
        return
    if formula.when not in (EVENT_WHEN if ledger.kind == "event" else REGISTER_WHEN):
        yield _fault("definition.when_unfit", place, "when", when=formula.when, kind=ledger.kind)
    if formula.argument:
        yield from _expression_faults(formula.argument, ledger, pack, place, "value")
    if formula.where:
        yield from _expression_faults(formula.where, ledger, pack, place, "where", boolean=True)
    if formula.per and formula.per not in ledger.fields:
        yield _fault("definition.unknown_field", place, "per", name=formula.per, ledger=ledger.name)


def _derived_faults(pack: Pack, indicator: Indicator, formula: Ratio | OverDivisions) -> Iterator[Fault]:
    if isinstance(formula, OverDivisions) and formula.where:
        yield from _expression_faults(formula.where, None, pack, indicator.place, "over_divisions", boolean=True, names=DIVISION_NAMES)
    inner = (formula.of, formula.to) if isinstance(formula, Ratio) else (formula.of,)
    inner_key = "ratio" if isinstance(formula, Ratio) else "over_divisions"
    for name in inner:
        if name not in pack.indicators:
            yield _fault("definition.unknown_indicator", indicator.place, inner_key, name=name)
        elif _reaches(pack, name, indicator.name, set()):
            yield _fault("definition.circular", indicator.place, inner_key, name=name)


def _reaches(pack: Pack, start: str, goal: str, seen: set[str]) -> bool:
    if start == goal:
        return True
    if start in seen or start not in pack.indicators:
        return False
    seen.add(start)
    formula = pack.indicators[start].formula
    inner = (formula.of, formula.to) if isinstance(formula, Ratio) else (formula.of,) if isinstance(formula, OverDivisions) else ()
    return any(_reaches(pack, name, goal, seen) for name in inner)
