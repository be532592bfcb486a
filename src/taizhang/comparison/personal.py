"""Which columns of a rule's answer repeat a personal field, by following the query back to the ledgers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sqlglot import exp

from taizhang.comparison.versions import key_field
from taizhang.masking import is_personal
from taizhang.pack.definitions import Field, Pack
from taizhang.pack.queries import queries_of
from taizhang.pack.query import Query, Step

Columns = Mapping[str, tuple[Field, ...]]
# Functions that give back the text they were given, or a part of it; what another function makes of a number is no longer the number.
_THROUGH = frozenset({"part", "joined", "plain_name", "without_blanks", "id_18", "listed", "upper", "lower", "trim"})


@lru_cache(maxsize=512)
def _columns(key: _Key) -> Columns:
    return _answer(key.pack, queries_of(key.pack).rule(key.pack.rules[key.rule]))


class _Key:
    """A rule of a pack by the pack's identity, so that a cache can hold what is found out about it."""

    def __init__(self, pack: Pack, rule: str) -> None:
        self.pack, self.rule = pack, rule

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.pack is other.pack and self.rule == other.rule

    def __hash__(self) -> int:
        return hash((id(self.pack), self.rule))


def personal_columns(pack: Pack, rule: str) -> Columns:
    """Return the personal fields that each text column of a rule's answer may repeat; columns without are left out."""
    return _columns(_Key(pack, rule)) if rule in pack.rules else {}


def _answer(pack: Pack, query: Query) -> Columns:
    known: dict[str, Columns] = {}
    for step in query.steps:
        known[step.name] = _step(pack, step, known)
    return known[query.answer.name]


def _step(pack: Pack, step: Step, known: Mapping[str, Columns]) -> Columns:
    found: dict[str, dict[Field, None]] = {}
    names = list(step.columns)
    for select in step.tree.find_all(exp.Select):
        tables = {table.alias_or_name: _table(pack, table.name, known) for table in select.find_all(exp.Table)}
        for name, item in zip(names, select.expressions, strict=True):
            if step.columns[name].name == "text":
                for column in _repeated(item):
                    fields = tables.get(column.table, {}).get(column.name, ())
                    found.setdefault(name, {}).update(dict.fromkeys(fields))
    return {name: tuple(fields) for name, fields in found.items() if fields}


def _table(pack: Pack, name: str, known: Mapping[str, Columns]) -> Columns:
    if name in known:
        return known[name]
    if name in pack.views:
        return _answer(pack, queries_of(pack).view(name))
    ledger = pack.ledgers.get(name)
    if ledger is None:
        return {}
    meant = {field.name: key_field(pack, field) or field for field in ledger.fields.values()}
    columns = {name: (field,) for name, field in meant.items() if is_personal(field)}
    key = tuple(columns[part][0] for part in ledger.key if part in columns)
    return {**columns, "_entry": key} if key else columns


def _repeated(node: exp.Expression) -> Iterator[exp.Column]:
    """Yield the columns whose text an expression gives back."""
    if isinstance(node, exp.Column):
        yield node
    elif isinstance(node, exp.Anonymous) and str(node.this).lower() not in _THROUGH:
        return
    elif isinstance(node, exp.If):
        yield from _repeated(node.args["true"])
    elif isinstance(node, exp.Predicate):
        return
    else:
        for child in node.iter_expressions():
            yield from _repeated(child)
