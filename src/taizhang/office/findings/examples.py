"""The worked examples of a rule, told in the words of the ledgers: what is found, what is not, and what only looks like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taizhang.comparison.column_titles import column_titles
from taizhang.comparison.telling import shown
from taizhang.pack.field_titles import titled

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack, Rule
    from taizhang.pack.divisions import DivisionTree
    from taizhang.pack.rule_definitions import RuleExample


@dataclass(frozen=True, slots=True)
class Told:
    """One example: the rows by ledger, what is found in them, and why."""

    kind: str  # found, nothing, alarm
    why: str
    tables: list[tuple[str, list[str], list[list[str]]]]
    finds: list[list[tuple[str, str]]]


def told(pack: Pack, rule: Rule, divisions: DivisionTree) -> list[Told]:
    """Return the worked examples of a rule: those that are found first, then known false alarms."""
    kinds = ["found", "alarm", "nothing"]
    return sorted((_told(pack, rule, example, divisions) for example in rule.examples), key=lambda one: kinds.index(one.kind))


def _told(pack: Pack, rule: Rule, example: RuleExample, divisions: DivisionTree) -> Told:
    titles = column_titles(pack, rule)
    kind = "found" if example.finds else "alarm" if example.false_alarm else "nothing"
    tables = [_table(pack, name, rows, divisions) for name, rows in example.rows.items() if rows]
    finds = [[(titles[name], _plain(value, divisions)) for name, value in row.items()] for row in example.finds]
    return Told(kind, example.why, tables, finds)


def _table(pack: Pack, name: str, rows: Sequence[Mapping[str, Any]], divisions: DivisionTree) -> tuple[str, list[str], list[list[str]]]:
    ledger = pack.ledgers.get(name)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    titles = [titled(ledger.fields[column]) if ledger and column in ledger.fields else column for column in columns]
    return ledger.title if ledger else name, titles, [[_plain(row.get(column), divisions) for column in columns] for row in rows]


def _plain(value: Any, divisions: DivisionTree) -> str:
    text = "" if value is None else shown(value)
    node = divisions.get(text)
    return node.name if node else text
