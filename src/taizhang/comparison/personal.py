"""Which columns of a rule's answer repeat a personal field, by following the query back to the ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from taizhang.comparison.lineage import Columns, rule_columns
from taizhang.comparison.versions import key_field
from taizhang.masking import is_personal
from taizhang.pack.definitions import Ledger, Pack
from taizhang.pack.expression_functions import Kind

# Functions that give back the text they were given, or a part of it; what another function makes of a number is no longer the number.
_THROUGH = frozenset({"part", "joined", "plain_name", "without_blanks", "id_18", "listed", "upper", "lower", "trim"})


def personal_columns(pack: Pack, rule: str) -> Columns:
    """Return the personal fields that each text column of a rule's answer may repeat; columns without are left out."""
    return rule_columns(pack, rule, _fields, _of_texts) if rule in pack.rules else {}


def _fields(pack: Pack, ledger: Ledger) -> Columns:
    meant = {field.name: key_field(pack, field) or field for field in ledger.fields.values()}
    columns = {name: (field,) for name, field in meant.items() if is_personal(field)}
    key = tuple(columns[part][0] for part in ledger.key if part in columns)
    return {**columns, "_entry": key} if key else columns


def _of_texts(node: exp.Expression, kind: Kind) -> Iterable[exp.Column]:
    return _texts_in(node) if kind.name == "text" else ()


def _texts_in(node: exp.Expression) -> Iterator[exp.Column]:
    """Yield the columns whose text an expression gives back."""
    if isinstance(node, exp.Column):
        yield node
    elif isinstance(node, exp.Anonymous) and str(node.this).lower() not in _THROUGH:
        return
    elif isinstance(node, exp.If):
        yield from _texts_in(node.args["true"])
    elif isinstance(node, exp.Predicate):
        return
    else:
        for child in node.iter_expressions():
            yield from _texts_in(child)
