"""Which columns of a rule's answer repeat a personal field, by following the query back to the ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

from sqlglot import exp

from taizhang.comparison.lineage import Columns, Lineage
from taizhang.comparison.versions import key_field
from taizhang.masking import is_personal
from taizhang.pack.definitions import Ledger, Pack
from taizhang.pack.expression_functions import Kind

# Functions that give back the text they were given, or a part of it; what another function makes of a number is no longer the number.
_THROUGH = frozenset({"part", "joined", "plain_name", "without_blanks", "id_18", "listed", "upper", "lower", "trim"})


@lru_cache(maxsize=512)
def _columns(key: _Key) -> Columns:
    return Lineage(key.pack, partial(_fields, key.pack), _of_texts).rule(key.rule)


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


def _fields(pack: Pack, ledger: Ledger) -> Columns:
    meant = {field.name: key_field(pack, field) or field for field in ledger.fields.values()}
    columns = {name: (field,) for name, field in meant.items() if is_personal(field)}
    key = tuple(columns[part][0] for part in ledger.key if part in columns)
    return {**columns, "_entry": key} if key else columns


def _of_texts(node: exp.Expression, kind: Kind) -> Iterable[exp.Column]:
    return _repeated(node) if kind.name == "text" else ()


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
