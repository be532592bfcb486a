"""Expressions over one row, in Python: for the checks at intake and for conditions over divisions.

Three-valued as in SQL: None is "unknown". Numbers are exact. A property test holds this and DuckDB's answer together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from sqlglot import exp

from taizhang.pack.definitions import Ledger
from taizhang.pack.expression import Expression
from taizhang.pack.expression_functions import Kind, kind_of_field

Value = Decimal | str | bool | date | None
Row = Mapping[str, Value]
Evaluate = Callable[[Row], Any]

EXACT = Context(prec=120)
_ID = re.compile(r"\d{6}[12]\d{10}[\dX]|\d{15}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_TWELVE = Decimal("1e-12")


def compile_expression(expression: Expression) -> Evaluate:
    """Return a function from a row of values (parameters under ``:name``) to the expression's value.

    Numbers are Decimal, dates date or datetime. The expression must not reach through references.
    """
    if expression.references:
        raise ValueError(f"references need an engine: {expression.text}")
    return _compile(expression.tree)


def compile_check(expression: Expression, ledger: Ledger) -> Callable[[Mapping[str, str | None]], bool | None]:
    """Return a function from a row of canonical texts to whether the condition holds; None when it cannot be said."""
    kinds = {name: kind_of_field(ledger.fields[name].type, ledger.fields[name].places) for name in expression.fields}
    evaluate = compile_expression(expression)

    def check(row: Mapping[str, str | None]) -> bool | None:
        result: bool | None = evaluate({name: value_of(row.get(name), kind) for name, kind in kinds.items()})
        return result

    return check


def value_of(text: str | None, kind: Kind) -> Value:
    """Return a canonical text as a value of its kind."""
    if text is None:
        return None
    if kind.name == "number":
        return Decimal(text)
    if kind.name == "boolean":
        return text == "true"
    if kind.name == "date":
        return datetime.fromisoformat(text) if kind.timed else date.fromisoformat(text)
    return text


def _compile(node: exp.Expression) -> Evaluate:
    if isinstance(node, exp.Cast) and node.to.this != exp.DataType.Type.DATE:
        return _compile(node.this)
    return _COMPILERS[type(node)](node)


def _strict(function: Callable[..., Any], *arguments: exp.Expression) -> Evaluate:
    """Return a call that gives None as soon as one argument is None."""
    compiled = [_compile(a) for a in arguments]
    if len(compiled) == 2:
        first, second = compiled

        def pair(row: Row) -> Any:
            a, b = first(row), second(row)
            return None if a is None or b is None else function(a, b)

        return pair

    def call(row: Row) -> Any:
        values = [c(row) for c in compiled]
        return None if None in values else function(*values)

    return call


def _even(a: Any, b: Any) -> tuple[Any, Any]:
    """A date beside a moment is that day's midnight."""
    if isinstance(a, datetime) != isinstance(b, datetime) and isinstance(a, date) and isinstance(b, date):
        return _moment(a), _moment(b)
    return a, b


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the ledger's times have no zone


def _day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _comparison(test: Callable[[Any, Any], bool]) -> Callable[[exp.Expression], Evaluate]:
    return lambda n: _strict(lambda a, b: test(*_even(a, b)), n.this, n.expression)


def _and(n: exp.Expression) -> Evaluate:
    left, right = _compile(n.this), _compile(n.expression)

    def both(row: Row) -> bool | None:
        a = left(row)
        if a is False:
            return False
        b = right(row)
        return False if b is False else None if a is None or b is None else True

    return both


def _or(n: exp.Expression) -> Evaluate:
    left, right = _compile(n.this), _compile(n.expression)

    def either(row: Row) -> bool | None:
        a = left(row)
        if a is True:
            return True
        b = right(row)
        return True if b is True else None if a is None or b is None else False

    return either


def _in(n: exp.Expression) -> Evaluate:
    subject, options = _compile(n.this), [_compile(e) for e in n.expressions]

    def among(row: Row) -> bool | None:
        value = subject(row)
        if value is None:
            return None
        values = [o(row) for o in options]
        if any(v is not None and _equal(value, v) for v in values):
            return True
        return None if None in values else False

    return among


def _equal(a: Any, b: Any) -> bool:
    a, b = _even(a, b)
    return bool(a == b)


def _distinct(wanted: bool) -> Callable[[exp.Expression], Evaluate]:
    def build(n: exp.Expression) -> Evaluate:
        left, right = _compile(n.this), _compile(n.expression)

        def differ(row: Row) -> bool:
            a, b = left(row), right(row)
            return ((a is None) != (b is None) if a is None or b is None else not _equal(a, b)) is wanted

        return differ

    return build


def _between(n: exp.Expression) -> Evaluate:
    low, high = exp.GTE(this=n.this.copy(), expression=n.args["low"].copy()), exp.LTE(this=n.this.copy(), expression=n.args["high"].copy())
    return _and(exp.And(this=low, expression=high))


def _like(n: exp.Expression) -> Evaluate:
    pattern = re.compile("".join({"%": ".*", "_": "."}.get(c) or re.escape(c) for c in n.expression.name), re.DOTALL)
    return _strict(lambda a: pattern.fullmatch(a) is not None, n.this)


def _is(n: exp.Expression) -> Evaluate:
    inner = _compile(n.this)
    wanted = None if isinstance(n.expression, exp.Null) else bool(n.expression.this)
    return lambda row: inner(row) is wanted


def _case(n: exp.Expression) -> Evaluate:
    subject = _compile(n.this) if n.this is not None else None
    branches = [(_compile(b.this), _compile(b.args["true"])) for b in n.args["ifs"]]
    default = _compile(n.args["default"])

    def choose(row: Row) -> Any:
        value = subject(row) if subject else None
        for condition, result in branches:
            met = condition(row)
            if (met is True) if subject is None else (value is not None and met is not None and _equal(value, met)):
                return result(row)
        return default(row)

    return choose


def _first(n: exp.Expression) -> Evaluate:
    options = [_compile(e) for e in (n.this, *n.expressions)]
    return lambda row: next((v for o in options if (v := o(row)) is not None), None)


def _extreme(pick: Callable[..., Any]) -> Callable[[exp.Expression], Evaluate]:
    def build(n: exp.Expression) -> Evaluate:
        options = [_compile(e) for e in (n.this, *n.expressions)]

        def choose(row: Row) -> Any:
            values = [v for o in options if (v := o(row)) is not None]
            if any(isinstance(v, datetime) for v in values):
                values = [_moment(v) for v in values]
            return pick(values) if values else None

        return choose

    return build


def _round(n: exp.Expression) -> Evaluate:
    step = Decimal(1).scaleb(-int(n.args["decimals"].name))
    return _strict(lambda a: a.quantize(step, ROUND_HALF_UP, EXACT), n.this)


def _divide(a: Decimal, b: Decimal, places: Decimal) -> Decimal | None:
    if b == 0:
        return None
    top, bottom = (int(abs(v).quantize(_TWELVE, ROUND_HALF_UP, EXACT).scaleb(12, EXACT)) for v in (a, b))
    if bottom == 0:
        return None
    whole = (2 * top * 10 ** int(places) + bottom) // (2 * bottom)
    return Decimal(-whole if (a < 0) != (b < 0) else whole).scaleb(-int(places), EXACT)


def _months_between(a: date, b: date) -> Decimal:
    if _even(a, b)[1] < _even(a, b)[0]:
        return -_months_between(b, a)
    return Decimal((b.year - a.year) * 12 + b.month - a.month - (b.day < a.day))


def _month_after(day: date | str, n: Decimal) -> str | None:
    match = _MONTH.match(_text(day))
    if not match:
        return None
    index = int(match[1]) * 12 + int(match[2]) - 1 + int(n)
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _text(day: date | str) -> str:
    return day if isinstance(day, str) else day.isoformat()


def _birth_date(number: str) -> date | None:
    if not _ID.fullmatch(number):
        return None
    text = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _sex(number: str) -> str | None:
    if not _ID.fullmatch(number):
        return None
    return "男" if int(number[16 if len(number) == 18 else 14]) % 2 else "女"


_OWN: dict[str, Callable[..., Any]] = {
    "divide": _divide,
    "months_between": _months_between,
    "days_between": lambda a, b: Decimal((_day(b) - _day(a)).days),
    "month_of": lambda d: _text(d)[:7],
    "year_of": lambda d: _text(d)[:4],
    "month_after": _month_after,
    "add_days": lambda d, n: _day(d) + timedelta(days=int(n)),
    "age": lambda a, b: Decimal(b.year - a.year - ((b.month, b.day) < (a.month, a.day))),
    "birth_date": _birth_date,
    "sex": _sex,
}


def _constant(n: exp.Expression) -> Evaluate:
    value: Value = n.name if n.is_string else Decimal(n.name)
    return lambda row: value


def _literal_day(n: exp.Expression) -> Evaluate:
    value = date.fromisoformat(n.this.name)
    return lambda row: value


def _boolean(n: exp.Expression) -> Evaluate:
    value = bool(n.this)
    return lambda row: value


def _named(prefix: str) -> Callable[[exp.Expression], Evaluate]:
    def build(n: exp.Expression) -> Evaluate:
        name = prefix + (n.name or str(n.this))
        return lambda row: row.get(name)

    return build


_COMPILERS: dict[type[exp.Expression], Callable[[exp.Expression], Evaluate]] = {
    exp.Column: _named(""),
    exp.Placeholder: _named(":"),
    exp.Literal: _constant,
    exp.Boolean: _boolean,
    exp.Null: lambda n: lambda row: None,
    exp.Paren: lambda n: _compile(n.this),
    exp.Cast: _literal_day,
    exp.Neg: lambda n: _strict(EXACT.minus, n.this),
    exp.Abs: lambda n: _strict(EXACT.abs, n.this),
    exp.Not: lambda n: _strict(lambda a: not a, n.this),
    exp.And: _and,
    exp.Or: _or,
    exp.Add: lambda n: _strict(EXACT.add, n.this, n.expression),
    exp.Sub: lambda n: _strict(EXACT.subtract, n.this, n.expression),
    exp.Mul: lambda n: _strict(EXACT.multiply, n.this, n.expression),
    exp.EQ: _comparison(lambda a, b: a == b),
    exp.NEQ: _comparison(lambda a, b: a != b),
    exp.LT: _comparison(lambda a, b: a < b),
    exp.LTE: _comparison(lambda a, b: a <= b),
    exp.GT: _comparison(lambda a, b: a > b),
    exp.GTE: _comparison(lambda a, b: a >= b),
    exp.NullSafeEQ: _distinct(False),
    exp.NullSafeNEQ: _distinct(True),
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like,
    exp.Case: _case,
    exp.Coalesce: _first,
    exp.Least: _extreme(min),
    exp.Greatest: _extreme(max),
    exp.Round: _round,
    exp.Length: lambda n: _strict(lambda a: Decimal(len(a)), n.this),
    exp.StartsWith: lambda n: _strict(lambda a, b: a.startswith(b), n.this, n.expression),
    exp.Anonymous: lambda n: _strict(_OWN[str(n.this)], *n.expressions),
}
