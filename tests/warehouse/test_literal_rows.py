"""What an example leaves out is made up as the definition language says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from taizhang.errors import Refusal
from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.divisions import Division, DivisionTree
from taizhang.warehouse import Snapshot

TREE = DivisionTree(
    [Division("990128105", "公坪镇"), Division("990128105201", "銮塘村"), Division("990128105001", "公坪社区")], "990128105"
)


def ledger(name: str, types: dict[str, str], key: tuple[str, ...], **dates: str) -> Ledger:
    return Ledger(name, name, 1, "办", "event", {n: Field(n, n, t) for n, t in types.items()}, key, "village", **dates)  # type: ignore[arg-type]


EVENT = ledger("event", {"no": "text", "village": "division", "on_day": "date", "amount": "money"}, ("no",), at="on_day")
MONTHLY = ledger("monthly", {"village": "division", "month": "month", "amount": "money"}, ("village", "month"), at="month")
ROLL = ledger("roll", {"id": "text", "village": "division", "since": "date", "until": "date"}, ("id",), begins="since", ends="until")
PACK = Pack("test", {x.name: x for x in (EVENT, MONTHLY, ROLL)}, {}, {}, {})


def rows(sql: str, given: dict[str, list[dict[str, Any]]], period: str = "2020") -> list[tuple[Any, ...]]:
    with Snapshot.from_rows(PACK, given, TREE, period) as snapshot:
        return snapshot.fetch(sql, *PACK.ledgers)


def test_missing_dates_divisions_and_keys_are_filled() -> None:
    found = rows("SELECT no, village, _division, on_day, amount FROM event", {"event": [{"amount": 3.1}, {"amount": "1,000元"}]}, "2020Q2")
    community = "990128105001"
    assert found[0] == ("例1", community, community, date(2020, 4, 1), Decimal("3.10"))
    assert found[1] == ("例2", community, community, date(2020, 4, 1), Decimal(1000))
    assert rows("SELECT since, until FROM roll", {"roll": [{}]}) == [(date(1900, 1, 1), None)]


def test_rows_with_made_up_keys_are_different_entries() -> None:
    found = rows("SELECT _entry, month FROM monthly", {"monthly": [{"amount": 1}, {"amount": 2}, {"month": "2020-03"}]})
    assert len({entry for entry, _ in found}) == 3
    assert [month for _, month in found] == ["2020-01", "2020-01", "2020-03"]


def test_a_division_may_be_named() -> None:
    assert rows("SELECT _division FROM event", {"event": [{"village": "銮塘村"}]}) == [("990128105201",)]


def test_ledgers_without_rows_are_empty() -> None:
    assert rows("SELECT * FROM event", {}) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [({"amount": "很多"}, "number.unreadable"), ({"on_day": "2020-02-30"}, "date.unreadable"), ({"village": "不知村"}, "division.unknown")],
)
def test_a_value_that_the_ledger_would_refuse_is_refused(row: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        rows("SELECT 1", {"event": [row]})
    assert [(f.sheet, f.row) for f in refusal.value.faults] == [("event", 1)]
    assert refusal.value.faults[0].code.partition(".")[0] == code.partition(".")[0]


def test_two_rows_with_one_written_key_are_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        rows("SELECT 1", {"event": [{"no": "1"}, {"no": "1"}]})
    assert [f.code for f in refusal.value.faults] == ["example.key_repeated"]
