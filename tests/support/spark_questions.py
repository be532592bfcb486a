"""Many small questions as one statement, since each statement costs Spark a tenth of a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from support.random_expressions import LEDGER, PACK
from taizhang.pack.expression import Expression, parse_expression
from taizhang.warehouse.columns import sql_type
from taizhang.warehouse.spark.engine import Spark, spark_type, text_literal
from taizhang.warehouse.spark.functions import ENGINE


def written(value: Any) -> str:
    """Return a value as Spark's SQL."""
    if isinstance(value, datetime):
        return f"CAST('{value.isoformat(sep=' ')}' AS TIMESTAMP_NTZ)"
    if isinstance(value, date):
        return f"CAST('{value.isoformat()}' AS DATE)"
    if isinstance(value, Decimal):
        return f"CAST('{value:f}' AS DECIMAL(38,{max(0, -int(value.as_tuple().exponent))}))"
    return f"CAST({value} AS BIGINT)" if isinstance(value, int) else text_literal(value)


def called(name: str, arguments: Sequence[Any]) -> str:
    """Return the call of one of our functions."""
    return ENGINE.function(name, [exp.var(written(a)) for a in arguments]).sql(dialect=ENGINE.dialect)


def answers(spark: Spark, questions: Sequence[str]) -> list[Any]:
    """Return what each question gives; all must be of one type."""
    return [a for (a,) in spark.fetch(f"SELECT answer FROM (SELECT explode(array({', '.join(questions)})) AS answer)")] if questions else []


def values_of(spark: Spark, asked: Sequence[tuple[str, Mapping[str, str]]]) -> list[Any]:
    """Return what expressions give over a row each."""
    columns = []
    for i, (text, row) in enumerate(asked):
        expression: Expression = parse_expression(text, LEDGER, PACK)
        typed = ", ".join(f'CAST({text_literal(row.get(n))} AS {spark_type(sql_type(f))}) AS "{n}"' for n, f in LEDGER.fields.items())
        columns.append(f"(SELECT {expression.sql(ENGINE)} FROM (SELECT {typed}) r) AS a{i}")
    return list(spark.fetch(f"SELECT {', '.join(columns)}")[0]) if columns else []
