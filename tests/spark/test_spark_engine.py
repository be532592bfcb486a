"""Spark behind the face of an engine: tables, limits, what is told when something is missing."""

from __future__ import annotations

import builtins
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from taizhang.errors import TaizhangError
from taizhang.warehouse.engine import TooSlowError
from taizhang.warehouse.spark import connection
from taizhang.warehouse.spark.engine import Spark

TYPES = {"n": "BIGINT", "text": "VARCHAR", "money": "DECIMAL(18,2)", "day": "DATE", "at": "TIMESTAMP", "yes": "BOOLEAN", "none": "VARCHAR"}
ROW = ("7", '它\'s \\n "x"\n', "12.30", "2020-02-29", "2020-02-29T08:30", "true", None)
VALUES = (7, '它\'s \\n "x"\n', Decimal("12.30"), date(2020, 2, 29), datetime(2020, 2, 29, 8, 30), True, None)  # noqa: DTZ001


@pytest.mark.parametrize("count", [1, 300])
def test_rows_come_back_as_they_were_written(spark: Spark, count: int) -> None:
    spark.write("written", TYPES, [ROW] * count)
    assert spark.fetch("SELECT * FROM written") == [VALUES] * count
    spark.write("written", TYPES, [])
    assert spark.fetch("SELECT * FROM written") == []
    spark.write("written", TYPES, [ROW])
    assert spark.fetch("SELECT count(*) FROM written") == [(1,)]


def test_what_does_not_fit_is_an_error(spark: Spark) -> None:
    spark.write("unfit", {"n": "BIGINT"}, [("x",)])
    with pytest.raises(Exception, match="CAST_INVALID_INPUT") as raised:
        spark.fetch("SELECT * FROM unfit")
    code, reason = spark.stopped(raised.value) or ("", "")  # type: ignore[arg-type]
    assert code == "comparison.failed"
    assert "CAST_INVALID_INPUT" in reason
    assert spark.stopped(ValueError()) is None


def test_a_made_table_is_made_once_and_forgotten(spark: Spark) -> None:
    spark.make("made", "SELECT rand() AS x")
    assert spark.fetch("SELECT * FROM made") == spark.fetch("SELECT * FROM made")
    spark.drop("made")
    with pytest.raises(Exception, match="made"):
        spark.fetch("SELECT * FROM made")


def test_few_rows_are_asked_in_one_task(spark: Spark) -> None:
    """Nothing is moved between tasks; and the session of the small questions sends no table to all of them."""
    few = Spark(spark.session.newSession())
    few.fit(10)
    for name in ("one", "other"):
        few.write(name, {"n": "BIGINT", "text": "VARCHAR"}, [("1", "a"), ("2", "b"), ("2", "c")])
    sql = "SELECT one.n, count(*) AS c FROM one JOIN other ON one.n = other.n GROUP BY one.n ORDER BY one.n"
    assert few.fetch(sql) == [(1, 1), (2, 4)]
    assert "Exchange" not in few.session.sql(sql)._jdf.queryExecution().executedPlan().toString()


def test_many_rows_keep_the_settings_of_the_session(spark: Spark) -> None:
    many = Spark(spark.session.newSession())
    before = many.session.conf.get("spark.sql.autoBroadcastJoinThreshold")
    many.session.conf.set("spark.sql.shuffle.partitions", "8")
    many.fit(100_000_000)
    assert many.session.conf.get("spark.sql.shuffle.partitions") == "8"
    assert many.session.conf.get("spark.sql.autoBroadcastJoinThreshold") == before


def test_what_takes_too_long_is_stopped(spark: Spark) -> None:
    with pytest.raises(TooSlowError), spark.time_limit(1):
        spark.fetch("SELECT count(*) FROM range(1000000) a JOIN range(1000000) b ON a.id % 7 = b.id % 7 AND a.id + b.id > 3")
    with spark.time_limit(60):
        assert spark.fetch("SELECT 1") == [(1,)]


def test_missing_java_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(TaizhangError) as raised:
        connection.connect("local[1]")
    assert raised.value.fault.code == "spark.java_missing"


def test_missing_pyspark_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(TaizhangError) as raised:
        connection.connect("local[1]")
    assert raised.value.fault.code == "spark.missing"
    assert "taizhang[spark]" in raised.value.fault.message or "taizhang[spark]" in str(raised.value.fault.as_dict())
