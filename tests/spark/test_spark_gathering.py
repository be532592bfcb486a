"""Gathered rows serve on Spark as they do on DuckDB: the same statement, with Spark's own hash."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from taizhang.comparison import run_rules
from taizhang.pack import load_pack
from taizhang.pack.loader import demonstration_divisions
from taizhang.warehouse import Snapshot

if TYPE_CHECKING:
    from taizhang.warehouse.spark.engine import Spark

OLD, YOUNG = "990128194001050026", "990128196803120018"
ROWS: dict[str, list[dict[str, Any]]] = {
    "payment": [
        {"payee": "吴桂香", "payee_id": person, "programme": "高龄津贴", "for_month": month, "amount": "50"}
        for person in (OLD, YOUNG)
        for month in ("2020-03", "2020-06", *(["2020-06"] if person == YOUNG else []))
    ],
    "payment_elsewhere": [
        {"town_code": "990128106", "payee_id": OLD, "payee": "吴桂香", "programme": "高龄津贴", "for_month": "2020-03", "amount": "60"}
    ],
    "death_record": [{"id_number": OLD, "name": "吴桂香", "died_on": "2020-04-02"}],
}
RULES = ("dup_payment_same_period", "dup_cross_town", "deceased_paid")


def test_the_same_is_found(spark: Spark) -> None:
    pack = load_pack()
    with Snapshot.from_rows(pack, ROWS, demonstration_divisions(), engine=spark) as snapshot:
        snapshot.sizes = {"payment": 10_000_000}
        gathered = [run.rows for run in run_rules(snapshot, RULES, date(2020, 12, 31))]
    with Snapshot.from_rows(pack, ROWS, demonstration_divisions()) as snapshot:
        assert gathered == [run.rows for run in run_rules(snapshot, RULES, date(2020, 12, 31))]
    assert [len(rows) for rows in gathered] == [1, 1, 1]
