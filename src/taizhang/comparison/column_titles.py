"""What the columns of a rule's answer are called: as the rule says, as every answer calls them, or as the field of a ledger that they repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from taizhang.comparison.lineage import Columns, rule_columns
from taizhang.i18n import N_, _
from taizhang.pack.field_titles import titled
from taizhang.pack.fieldtypes import unit_of
from taizhang.pack.queries import queries_of

if TYPE_CHECKING:
    from taizhang.pack.definitions import Field, Ledger, Pack, Rule
    from taizhang.pack.expression_functions import Kind

# What every answer may name; other columns are a rule's own.
_COLUMNS: Mapping[str, str] = {
    "subject": N_("对象"),
    "name": N_("姓名或名称"),
    "programme": N_("补贴项目"),
    "month": N_("月份"),
    "division": N_("村"),
    "amount": N_("数额（元）"),
    "severity": N_("程度"),
    "sources": N_("出自的台账"),
    "left": N_("疑点行流水号"),
    "right": N_("对照行流水号"),
}
_SAME = (exp.Min, exp.Max, exp.Sum, exp.Coalesce, exp.Paren)  # of several values of a field they give one of its kind
_FUNCTIONS = frozenset({"listed", "joined", "shown", "plain_name", "without_blanks", "trim"})


def column_titles(pack: Pack, rule: Rule) -> dict[str, str]:
    """Return the titles of all columns, with the units of their numbers; a column that nothing names keeps its own name."""
    repeated = rule_columns(pack, rule.name, _fields, _given_back)
    names = [*queries_of(pack).rule(rule).answer.columns]
    return {name: _title(name, rule.columns.get(name, ""), repeated.get(name, ())) for name in names}


def _title(name: str, said: str, fields: tuple[Field, ...]) -> str:
    if said or name in _COLUMNS:
        return said or _(_COLUMNS[name])
    titles, units = {field.title for field in fields}, {unit_of(field) for field in fields}
    if len(titles) != 1:
        return name
    return titled(fields[0]) if len(units) == 1 else fields[0].title


def _fields(_pack: Pack, ledger: Ledger) -> Columns:
    return {name: (field,) for name, field in ledger.fields.items()}


def _given_back(node: exp.Expression, kind: Kind | None = None) -> Iterable[exp.Column]:
    """Return the columns that an expression gives back; none when it makes something else of one of them."""
    if isinstance(node, exp.Column):
        return [node]
    if isinstance(node, exp.Alias):
        return _given_back(node.this)
    if isinstance(node, _SAME) or (isinstance(node, exp.Anonymous) and str(node.this).lower() in _FUNCTIONS):
        parts = [part for part in node.iter_expressions() if not isinstance(part, exp.Literal)]
        found = [list(_given_back(part)) for part in parts]
        return [column for columns in found for column in columns] if all(found) else []
    return []
