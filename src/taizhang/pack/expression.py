"""Expressions of the pack: SQL over one row, parsed and checked against a list of what is allowed.

The whole language stands in ``docs/definition-language.md`` (last part of Indicator).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import taizhang.pack.expression_codes  # noqa: F401
from taizhang.errors import Fault, Refusal
from taizhang.pack.definitions import Ledger, Parameter, Place
from taizhang.pack.expression_functions import Kind, kind_of_field

if TYPE_CHECKING:
    from sqlglot import exp

LONGEST = 2000
DEEPEST = 60
ROW, PERIOD, REFERENCE = "r", "p", "ref_"


class Definitions(Protocol):
    """What is needed of a pack, so that expressions can be checked while it is still being read."""

    @property
    def ledgers(self) -> Mapping[str, Ledger]:
        """Ledgers by name."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters by name."""


class Engine(Protocol):
    """A writer of SQL for one engine; each engine's folder in the warehouse has one."""

    dialect: str
    hash_function: str  # makes of several values one number, the same of the same values

    def function(self, name: str, arguments: list[exp.Expression]) -> exp.Expression:
        """Return the call of one of our own functions."""

    def rewritten(self, tree: exp.Expression, number: str) -> exp.Expression:
        """Return a query's SELECT of sources that are cheap to read twice in the form that suits the engine best; the rows are the same.

        ``number`` is the column in which each row of what it reads first has a number.
        """


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression.

    ``references`` holds (reference field, field of the ledger that it points to); ``parameters`` names without the colon,
    ``period_start`` and ``period_end`` among them.
    """

    text: str
    tree: exp.Expression
    kind: Kind
    ledger: str | None
    fields: frozenset[str]
    references: frozenset[tuple[str, str]]
    parameters: frozenset[str]
    place: Place | None = field(default=None, compare=False)

    def sql(self, engine: Engine) -> str:
        """Return the expression for an engine.

        Fields are columns of the table alias ``r``, fields behind a reference of ``ref_<reference field>``, parameters of ``p``.
        """
        from sqlglot import exp

        tree = exp.Paren(this=self.tree.copy())
        for node in reversed(list(tree.walk(bfs=True))):
            if isinstance(node, exp.Column):
                node.replace(exp.column(node.name, REFERENCE + node.table if node.table else ROW, quoted=True))
            elif isinstance(node, exp.Placeholder):
                node.replace(exp.column(str(node.this), PERIOD, quoted=True))
            elif isinstance(node, exp.Anonymous):
                node.replace(engine.function(str(node.this), list(node.expressions)))
        return tree.sql(dialect=engine.dialect, comments=False)


def parse_expression(
    text: str,
    ledger: Ledger | None,
    pack: Definitions,
    place: Place | None = None,
    *,
    boolean: bool = False,
    names: Mapping[str, Kind] | None = None,
) -> Expression:
    """Parse and check an expression over one row of ``ledger`` (or over ``names`` alone when there is none).

    ``boolean`` asks for a condition. Raises ``Refusal`` with every fault found, each with the place.
    """
    from taizhang.pack.expression_check import Checker

    try:
        tree = _parse(text)
        kinds = {name: kind_of_field(f.type, f.places) for name, f in ledger.fields.items()} if ledger else {}
        checker = Checker(text, ledger, pack, {**kinds, **(names or {})})
        checked, kind = checker.check(tree)
    except RecursionError:
        raise _refusal([Fault("expression.too_deep", {"text": _short(text), "limit": DEEPEST})], place, text) from None
    except _UnreadableError as error:
        raise _refusal([error.fault], place, text) from None
    faults = checker.faults
    if boolean and not faults and kind.name not in ("boolean", "null"):
        faults.append(_not_boolean(text, kind))
    if faults:
        raise _refusal(faults, place, text)
    return Expression(
        text,
        checked,
        kind,
        ledger.name if ledger else None,
        frozenset(checker.fields),
        frozenset(checker.references),
        frozenset(checker.parameters),
        place,
    )


def _not_boolean(text: str, kind: Kind) -> Fault:
    from taizhang.pack.expression_functions import KIND_WORDS

    return Fault("expression.wrong_kind", {"part": _short(text), "got": KIND_WORDS[kind.name], "wanted": "一个条件（是或否）"})


class _UnreadableError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"


def _refusal(faults: list[Fault], place: Place | None, text: str) -> Refusal:
    where = {"file": place.file, "row": place.line} if place else {}
    return Refusal([f.at(value=_short(text), **where) for f in faults])


def _parse(text: str) -> exp.Expression:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    from taizhang.pack.expression_check import pack_dialect

    if len(text) > LONGEST:
        raise _UnreadableError(Fault("expression.too_long", {"length": len(text), "limit": LONGEST}))
    if any(deep > DEEPEST for deep in _nesting(text)):
        raise _UnreadableError(Fault("expression.too_deep", {"text": _short(text), "limit": DEEPEST}))
    try:
        # Behind WHERE, because a field may be called like a statement (`use`) and SELECT takes a leading colon for an alias.
        statements = sqlglot.parse(f"SELECT 1 WHERE {text}", dialect=pack_dialect())
    except SqlglotError as error:
        reason = str((getattr(error, "errors", None) and error.errors[0].get("description")) or type(error).__name__)  # type: ignore[attr-defined]
        raise _UnreadableError(Fault("expression.unreadable", {"text": _short(text), "reason": reason})) from None
    select = statements[0]
    if len(statements) == 1 and isinstance(select, exp.Select) and {k for k, v in select.args.items() if v} == {"expressions", "where"}:
        found: exp.Expression = select.args["where"].this.copy()
        if len(select.expressions) == 1:
            return found
    raise _UnreadableError(Fault("expression.unreadable", {"text": _short(text), "reason": "不是恰好一个表达式"}))


def _nesting(text: str) -> Iterator[int]:
    deep = 0
    for char in text:
        deep += {"(": 1, ")": -1}.get(char, 0)
        yield deep
