"""Our own functions of the expression language, written out for Spark inline: no user-defined function has to reach the workers.

Bodies are Spark SQL with arguments in braces; they see dates as DATE or TIMESTAMP_NTZ, years and months as STRING, and run under ANSI rules.
Property tests hold them to plain Python, as they do DuckDB's.
"""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.dialects.spark import Spark as SparkDialect

from taizhang.warehouse.spark import query_functions

MEDIAN = "tz_median"
_MONTHS = "((year({to}) - year({from})) * 12 + month({to}) - month({from}) - CASE WHEN day({to}) < day({from}) THEN 1 ELSE 0 END)"
_FORTH = _MONTHS.replace("{from}", "{a}").replace("{to}", "{b}")
_BACK = _MONTHS.replace("{from}", "{b}").replace("{to}", "{a}")
_ID18, _ID15 = r"{i} RLIKE '^[0-9]{6}[12][0-9]{10}[0-9X]\\z'", r"{i} RLIKE '^[0-9]{15}\\z'"
_TEXT = "CAST({d} AS STRING)"
_MONTH_INDEX = f"(try_cast(left({_TEXT}, 4) AS INT) * 12 + try_cast(substr({_TEXT}, 6, 2) AS INT) - 1 + CAST({{n}} AS INT))"
# A quotient in units of its last place: whole numbers of 38 digits, half away from zero, and what is left over taken off before dividing.
_TOP = "CAST(abs(CAST({a} AS DECIMAL(38,12))) * 1000000000000 AS DECIMAL(38,0))"
_BOTTOM = "CAST(abs(CAST({b} AS DECIMAL(38,12))) * 1000000000000 AS DECIMAL(38,0))"
_DOUBLED = f"(2 * {_TOP} * {{s}} + {_BOTTOM})"
_WHOLE = f"(({_DOUBLED} - {_DOUBLED} % (2 * {_BOTTOM})) / (2 * {_BOTTOM}))"
_SIGN = "(CASE WHEN ({a} < 0) <> ({b} < 0) THEN -1 ELSE 1 END)"

BODIES: dict[str, tuple[str, str]] = {
    "divide": ("a, b, s", f"CASE WHEN {{a}} IS NOT NULL AND {_BOTTOM} <> 0 THEN {_SIGN} * {_WHOLE} END"),
    "months_between": ("a, b", f"CASE WHEN {{b}} >= {{a}} THEN {_FORTH} ELSE -{_BACK} END"),
    "days_between": ("a, b", "datediff(CAST({b} AS DATE), CAST({a} AS DATE))"),
    "month_of": ("d", f"left({_TEXT}, 7)"),
    "year_of": ("d", f"left({_TEXT}, 4)"),
    "month_after": ("d, n", f"CASE WHEN {{n}} IS NOT NULL AND {_TEXT} RLIKE '^[0-9]{{4}}-[0-9]{{2}}' THEN format_string('%04d-%02d', {_MONTH_INDEX} div 12, {_MONTH_INDEX} % 12 + 1) END"),
    "add_days": ("d, n", "date_add(CAST({d} AS DATE), CAST({n} AS INT))"),
    "age": ("a, b", "(year({b}) - year({a}) - CASE WHEN month({b}) * 100 + day({b}) < month({a}) * 100 + day({a}) THEN 1 ELSE 0 END)"),
    "birth_date": ("i", f"CASE WHEN {_ID18} THEN try_cast(concat_ws('-', substr({{i}}, 7, 4), substr({{i}}, 11, 2), substr({{i}}, 13, 2)) AS DATE)"
    f" WHEN {_ID15} THEN try_cast(concat('19', substr({{i}}, 7, 2), '-', substr({{i}}, 9, 2), '-', substr({{i}}, 11, 2)) AS DATE) END"),
    "sex": ("i", f"CASE WHEN {_ID18} OR {_ID15} THEN CASE WHEN CAST(substr({{i}}, CASE WHEN {_ID18} THEN 17 ELSE 15 END, 1) AS INT) % 2 = 1"
    " THEN '男' ELSE '女' END END"),
}  # fmt: skip
_ARGUMENT = re.compile(r"\{([a-z])\}")


class TaizhangSpark(SparkDialect):
    """Spark's dialect, in which the lower of the two middle values can stand in a grouping and in a window.

    Spark's own percentile goes through doubles, so that it is picked out of the sorted values.
    """

    class Tokenizer(SparkDialect.Tokenizer):
        """Names stand in double quotes, as the session is told, and as the rest of every statement has them."""

        IDENTIFIERS = ['"']
        QUOTES = ["'"]

    class Generator(SparkDialect.Generator):  # type: ignore[misc, valid-type]  # made by the dialect's metaclass
        """The generator with our median."""

        def anonymous_sql(self, expression: exp.Anonymous) -> str:
            """Write the median of a group."""
            if expression.name != MEDIAN:
                return str(super().anonymous_sql(expression))
            return _middle(f"collect_list({self.expressions(expression, flat=True)})")

        def window_sql(self, expression: exp.Window) -> str:
            """Write the median of a partition: the window belongs to the values, not to what is picked out of them."""
            function = expression.this
            if not (isinstance(function, exp.Anonymous) and function.name == MEDIAN):
                return str(super().window_sql(expression))
            gathered = expression.copy()
            gathered.set("this", exp.Anonymous(this="collect_list", expressions=function.expressions))
            return _middle(self.sql(gathered))


def _middle(values: str) -> str:
    return f"get(array_sort({values}), (size({values}) - 1) div 2)"


class SparkEngine:
    """Writes checked expressions for Spark."""

    hash_function = "xxhash64"
    dialect = "taizhangspark"

    def function(self, name: str, arguments: list[exp.Expression]) -> exp.Expression:
        """Return one of our own functions, written out."""
        if name == "median":
            return exp.Anonymous(this=MEDIAN, expressions=arguments)
        given = [argument.sql(dialect=self.dialect, comments=False) for argument in arguments]
        if name != "divide":
            return _written(name, given)
        places = int(arguments[2].name)
        whole = _written(name, [*given[:2], str(10**places)])
        text = f"CAST({whole.name} AS DECIMAL({38 - places - 1},0))"
        last_place = f"CAST('{'0.' + '0' * (places - 1) + '1'}' AS DECIMAL({places + 1},{places}))"
        return exp.var(f"({text} * {last_place})" if places else text)

    def rewritten(self, tree: exp.Expression, number: str) -> exp.Expression:
        """Return a SELECT as it is."""
        return tree


def _written(name: str, given: list[str]) -> exp.Expression:
    """Return a body with its arguments in their places, as text that the generator leaves alone."""
    parameters, body = BODIES[name] if name in BODIES else query_functions.BODIES[name]
    values = dict(zip(parameters.split(", "), given, strict=True))
    return exp.var(f"({_ARGUMENT.sub(lambda found: f'({values[found[1]]})', body)})")


ENGINE = SparkEngine()
