"""From the text of a step to the parsed SELECTs that it is made of, in sqlglot's words; nothing of it is trusted yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot import parser as plain
from sqlglot.errors import SqlglotError

from taizhang.errors import Fault
from taizhang.pack.expression import DEEPEST
from taizhang.pack.expression_check import PackDialect
from taizhang.pack.query import LONGEST
from taizhang.pack.query_functions import OWN_AGGREGATES, QUERY, VALUE_ON

_OURS = {*QUERY, *OWN_AGGREGATES, VALUE_ON}


class QueryDialect(PackDialect):
    """The pack's dialect, in which the functions of queries keep their names too."""

    class Parser(PackDialect.Parser):
        """The parser without foreign functions that are called like ours."""

        FUNCTIONS = {name: build for name, build in PackDialect.Parser.FUNCTIONS.items() if name.lower() not in _OURS}

        def _parse_expression(self) -> Any:
            """Read `:name` after SELECT as a parameter: DuckDB's own parser takes the colon for a name in front (`x: 1`)."""
            return plain.Parser._parse_expression(self)


class UnreadableError(Exception):
    """A text that is not one statement; ``start`` is where in it."""

    def __init__(self, code: str, start: int = 0, **params: object) -> None:
        super().__init__(code)
        self.fault = Fault(code, params)
        self.start = start


def parse_selects(text: str) -> list[exp.Expression]:
    """Return the SELECTs of a step, several when they are joined by UNION ALL.

    Raises ``UnreadableError``, or ``RecursionError`` for what is nested too deeply.
    """
    if len(text) > LONGEST:
        raise UnreadableError("query.too_long", length=len(text), limit=LONGEST)
    if _nesting(text) > DEEPEST:
        raise RecursionError
    try:
        statements = [s for s in sqlglot.parse(text, dialect=QueryDialect) if s is not None]
    except SqlglotError as error:
        raise _unreadable(text, error) from None
    if len(statements) != 1:
        raise UnreadableError("query.several_statements", max(text.find(";"), 0), count=len(statements))
    return list(_parts(statements[0]))


def _unreadable(text: str, error: SqlglotError) -> UnreadableError:
    details = getattr(error, "errors", None)
    if not details:
        return UnreadableError("query.unreadable", reason=str(error).splitlines()[0][:80] if str(error) else type(error).__name__)
    first = details[0]
    lines = text.split("\n")
    line, column = int(first.get("line") or 1), int(first.get("col") or 1)
    start = sum(len(earlier) + 1 for earlier in lines[: line - 1]) + column - len(first.get("highlight") or "")
    return UnreadableError("query.unreadable", min(max(start, 0), max(len(text) - 1, 0)), reason=str(first.get("description"))[:120])


def _nesting(text: str) -> int:
    deep = deepest = 0
    for bracket in re.findall("[()]", text):
        deep += 1 if bracket == "(" else -1
        deepest = max(deepest, deep)
    return deepest


def _parts(tree: Any) -> Iterator[exp.Expression]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Union):
            if {k for k, v in node.args.items() if v} - {"this", "expression"}:
                raise UnreadableError("query.union_not_all", start_of(node.expression) or 0)
            waiting += [node.expression, node.this]
        else:
            yield node


def start_of(node: exp.Expression) -> int | None:
    """Return where in the text a node begins, as far as its names tell."""
    found = [int(n.meta["start"]) for n in node.walk() if n._meta and "start" in n._meta]
    return min(found, default=None)
