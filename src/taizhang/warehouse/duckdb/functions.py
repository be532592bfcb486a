"""Our own functions of the expression language, written out for DuckDB as macros.

``expression_python`` says the same in Python; a property test holds the two together.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache

from sqlglot import exp

from taizhang.warehouse.duckdb import query_functions
from taizhang.warehouse.duckdb.repeated import narrowed

_CALLED = re.compile(r"\btz_(\w+)", re.IGNORECASE)
_MONTHS = "((year({b}) - year({a})) * 12 + month({b}) - month({a}) - CASE WHEN day({b}) < day({a}) THEN 1 ELSE 0 END)"
_MONTHS_FORTH, _MONTHS_BACK = _MONTHS.format(a="a", b="b"), _MONTHS.format(a="b", b="a")
_TOP = "CAST(abs(CAST(a AS DECIMAL(38,12))) * 1000000000000 AS HUGEINT)"
_BOTTOM = "CAST(abs(CAST(b AS DECIMAL(38,12))) * 1000000000000 AS HUGEINT)"
_SIGN = "(CASE WHEN (a < 0) <> (b < 0) THEN -1 ELSE 1 END)"
_IS_MONTH = "regexp_matches(CAST(d AS VARCHAR), '^[0-9]{4}-[0-9]{2}')"
_MONTH_INDEX = "(TRY_CAST(left(CAST(d AS VARCHAR), 4) AS INTEGER) * 12 + TRY_CAST(substr(CAST(d AS VARCHAR), 6, 2) AS INTEGER) - 1 + CAST(n AS INTEGER))"
_ID18, _ID15 = "regexp_full_match(i, '[0-9]{6}[12][0-9]{10}[0-9X]')", "regexp_full_match(i, '[0-9]{15}')"


class DuckDBFunctions:
    """One row for each function: parameters and body. Bodies see dates as DATE, years and months as VARCHAR."""

    BODIES: dict[str, tuple[str, str]] = {
        "divide": ("a, b, s", f"CASE WHEN {_BOTTOM} = 0 THEN NULL ELSE {_SIGN} * ((2 * {_TOP} * s + {_BOTTOM}) // (2 * {_BOTTOM})) END"),
        "months_between": ("a, b", f"CASE WHEN b >= a THEN {_MONTHS_FORTH} ELSE -{_MONTHS_BACK} END"),
        "days_between": ("a, b", "CAST(b AS DATE) - CAST(a AS DATE)"),
        "month_of": ("d", "left(CAST(d AS VARCHAR), 7)"),
        "year_of": ("d", "left(CAST(d AS VARCHAR), 4)"),
        "month_after": ("d, n", f"CASE WHEN {_IS_MONTH} THEN printf('%04d-%02d', {_MONTH_INDEX} // 12, {_MONTH_INDEX} % 12 + 1) END"),
        "add_days": ("d, n", "CAST(d AS DATE) + CAST(n AS INTEGER)"),
        "age": ("a, b", "year(b) - year(a) - CASE WHEN month(b) * 100 + day(b) < month(a) * 100 + day(a) THEN 1 ELSE 0 END"),
        "birth_date": (
            "i",
            f"CAST(try_strptime(CASE WHEN {_ID18} THEN substr(i, 7, 8) WHEN {_ID15} THEN '19' || substr(i, 7, 6) END, '%Y%m%d') AS DATE)",
        ),
        "sex": (
            "i",
            f"CASE WHEN {_ID18} OR {_ID15} THEN CASE WHEN CAST(substr(i, CASE WHEN {_ID18} THEN 17 ELSE 15 END, 1) AS INTEGER) % 2 = 1"
            " THEN '男' ELSE '女' END END",
        ),
    }


class DuckDBEngine:
    """Writes checked expressions for DuckDB."""

    dialect = "duckdb"
    hash_function = "hash"

    def function(self, name: str, arguments: list[exp.Expression]) -> exp.Expression:
        """Return the call of one of our own functions.

        A quotient is counted in units of its last place and then moved there, because DuckDB divides decimals into doubles.
        """
        if name == "divide":
            places = int(arguments[2].name)
            quotient = exp.Anonymous(this="tz_divide", expressions=[*arguments[:2], exp.Literal.number(10**places)])
            whole = exp.cast(quotient, f"DECIMAL({38 - places - 1},0)", dialect="duckdb")
            last_place = exp.cast(exp.Literal.string(f"1e-{places}"), f"DECIMAL({places + 1},{places})", dialect="duckdb")
            return exp.Paren(this=exp.Mul(this=whole, expression=last_place)) if places else whole
        if name == "median":  # the lower of the two in the middle, which is one of the values; a macro could not stand in a window
            return exp.Anonymous(this="quantile_disc", expressions=[*arguments, exp.Literal.number("0.5")])
        return exp.Anonymous(this=f"tz_{name}", expressions=arguments)

    def rewritten(self, tree: exp.Expression, number: str) -> exp.Expression:
        """Return a SELECT that looks for groups of several rows among a few columns first."""
        return narrowed(tree, number)


ENGINE = DuckDBEngine()


def definitions(used_in: str | None = None) -> list[str]:
    """Return the statements that make the macros in a connection: all, or those that stand in a text, and in what these call."""
    bodies = {**DuckDBFunctions.BODIES, **query_functions.BODIES}
    wanted, waiting = (set(bodies), []) if used_in is None else (set[str](), [used_in])
    while waiting:
        called = {name.lower() for name in _CALLED.findall(waiting.pop())} & bodies.keys() - wanted
        wanted |= called
        waiting += [bodies[name][1] for name in called]
    return [
        f"CREATE MACRO IF NOT EXISTS tz_{name}({parameters}) AS ({body})" for name, (parameters, body) in bodies.items() if name in wanted
    ]


@cache
def fingerprint() -> str:
    """Return what is another when one of the macros is."""
    return hashlib.sha256("".join(definitions()).encode()).hexdigest()[:16]
