"""What must hold between a view or rule, its query and the pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from string import Formatter

from taizhang.errors import Fault, Refusal
from taizhang.pack.definitions import Pack, Place, Rule, RuleExample, View
from taizhang.pack.expression_functions import KIND_WORDS, Kind
from taizhang.pack.queries import Queries, queries_of
from taizhang.pack.query import Query

# What a column of an answer must be when it is there; `subject` and `left` must be there.
_ANSWER = {"subject": "text", "name": "text", "programme": "text", "month": "text", "division": "text", "severity": "text", "amount": "number", "left": "whole", "right": "whole"}  # fmt: skip


def query_faults(pack: Pack) -> list[Fault]:
    """Return every fault of views and rules; what several rules would repeat of one view is told once."""
    if not pack.views and not pack.rules:
        return []
    queries = queries_of(pack)
    faults = [f for view in pack.views.values() for f in _view_faults(queries, view)]
    faults += [f for rule in pack.rules.values() for f in _rule_faults(queries, rule)]
    told: dict[tuple[object, ...], Fault] = {}
    for fault in faults:
        told.setdefault((fault.code, fault.file, fault.row, fault.column, fault.value, fault.message), fault)
    return list(told.values())


def _fault(code: str, place: Place | None, column: str, **params: object) -> Fault:
    row = place.keys.get(column.partition(".")[0], place.line) if place else None
    return Fault(code, params, file=place.file if place else None, row=row, column=column)


def _view_faults(queries: Queries, view: View) -> Iterator[Fault]:
    try:
        query = queries.view(view.name)
    except Refusal as refusal:
        yield from refusal.faults
        return
    for example in view.examples:
        yield from _example_faults(queries, query, example)


def _rule_faults(queries: Queries, rule: Rule) -> Iterator[Fault]:
    yield from _shape_faults(rule)
    try:
        query = queries.rule(rule)
    except Refusal as refusal:
        yield from refusal.faults
        return
    yield from _answer_faults(rule, query)
    yield from _ledger_faults(queries, rule, query)
    for example in rule.examples:
        yield from _example_faults(queries, query, example)
    for example in _planted(rule):
        yield from _example_faults(queries, query, example, "plant")


def _planted(rule: Rule) -> Iterator[RuleExample]:
    """Yield what is said under ``plant`` itself; the rows of an example that is planted under other names are told of as the example's."""
    for plant in rule.plant:
        if not plant.renamed:
            yield plant.example
        elif plant.example.finds not in [example.finds for example in rule.examples]:
            yield replace(plant.example, rows={})


def _shape_faults(rule: Rule) -> Iterator[Fault]:
    found, alarms = {bool(e.finds) for e in rule.examples if not e.false_alarm}, [e for e in rule.examples if e.false_alarm]
    if found != {True, False} or not alarms:
        yield _fault("definition.rule_examples_one_sided", rule.place, "examples")
    for alarm in alarms:
        if alarm.finds:
            yield _fault("definition.false_alarm_finds", alarm.place, "examples")


def _answer_faults(rule: Rule, query: Query) -> Iterator[Fault]:
    columns = query.answer.columns
    place = query.answer.place
    for name, wanted in _ANSWER.items():
        kind = columns.get(name)
        if kind is None and name in ("subject", "left"):
            yield _fault("definition.answer_column_missing", place, "select", name=name)
        elif kind is not None and not _fits(kind, wanted):
            yield _fault("definition.answer_column_unfit", place, "select", name=name, got=KIND_WORDS[kind.name], wanted=KIND_WORDS[wanted])
    for name in rule.columns.keys() - columns.keys():
        yield _fault("query.column_unknown", rule.place, "columns", alias=rule.title, name=name, known="、".join(columns))
    try:
        shown = [field for _, field, _, _ in Formatter().parse(rule.says) if field is not None]
    except ValueError:
        yield _fault("definition.says_malformed", rule.place, "says").at(value=rule.says)
        return
    for name in dict.fromkeys(shown):
        if name not in columns:
            yield _fault("definition.says_unknown", rule.place, "says", name=name, known="、".join(columns))


def _fits(kind: Kind, wanted: str) -> bool:
    return kind.name == "number" and kind.scale == 0 if wanted == "whole" else kind.name == wanted


def _ledger_faults(queries: Queries, rule: Rule, query: Query) -> Iterator[Fault]:
    read = queries.ledgers_of(query)
    for key, names in (("needs", rule.needs), ("reference", rule.reference)):
        for name in names:
            if name not in queries.ledgers:
                yield _fault("definition.unknown_ledger", rule.place, key, name=name)
            elif name not in read:
                yield _fault("definition.ledger_unread", rule.place, key, key=key, name=name, known="、".join(sorted(read)))


def _example_faults(queries: Queries, query: Query, example: RuleExample, key: str = "examples") -> Iterator[Fault]:
    read = queries.ledgers_of(query)
    for name, rows in example.rows.items():
        ledger = queries.ledgers.get(name)
        if ledger is None:
            yield _fault("definition.unknown_ledger", example.place, key, name=name)
            continue
        if name not in read:
            yield _fault("definition.ledger_unread", example.place, key, key=key, name=name, known="、".join(sorted(read)))
        for unknown in sorted({key for row in rows for key in row} - ledger.fields.keys()):
            yield _fault("definition.unknown_field", example.place, key, name=unknown, ledger=name)
    for unknown in sorted({key for row in example.finds for key in row} - query.answer.columns.keys()):
        yield _fault(
            "query.column_unknown", example.place, key, alias=query.answer.title, name=unknown, known="、".join(query.answer.columns)
        )
