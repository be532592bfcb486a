"""Rows looked up by key are the rows that a search of the columns finds."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.pack.definitions import Ledger
from taizhang.warehouse import Warehouse, keyed_rows, keys
from taizhang.warehouse.duckdb.connection import bare
from taizhang.warehouse.keys import NAME, KeyIndex, key_of, key_prefix
from taizhang.workspace import Workspace

Record = Callable[..., Any]
MONTHS = ["2020-01", "2020-02", "2020-12"]
ROW = st.fixed_dictionaries({"amount": st.integers(0, 9).map(str)}, optional={"for_month": st.sampled_from(MONTHS)})
SUBMISSIONS = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.none() | ROW, min_size=1), min_size=1, max_size=5)
_counter = iter(itertools.count())


def give_rule(workspace: Workspace, ledger: Ledger) -> None:
    """Give a workspace a pack of one ledger with a rule that falls apart by month."""
    from taizhang.pack.definitions import Pack

    rule: Any = SimpleNamespace(name="r", per={ledger.name: "for_month"})
    workspace.__dict__["pack"] = Pack("test", {ledger.name: ledger}, {}, {}, {})
    workspace.pack.rules["r"] = rule


def rows_of(warehouse: Warehouse, wanted: list[str | None], position: int | None = None) -> list[tuple[Any, ...]]:
    with warehouse.snapshot(position, {"payment": ("for_month", frozenset(wanted))}) as snapshot:
        return snapshot.fetch("SELECT * FROM payment ORDER BY _seq", "payment")


@pytest.mark.parametrize("value", ["990128194001050026", "", None, "龙大山", "a\x1fb", "'", "0"])
def test_the_engine_and_python_make_the_same_key(value: str | None) -> None:
    connection = bare()
    sql = "SELECT CAST(md5_number_lower(concat($1, CAST($2 AS VARCHAR))) >> 1 AS BIGINT)"
    assert connection.execute(sql, [key_prefix("payment", "payee"), value]).fetchone() == (key_of("payment", "payee", value),)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(submissions=SUBMISSIONS, wanted=st.lists(st.sampled_from([*MONTHS, None]), min_size=1, unique=True))
def test_what_is_looked_up_is_what_is_found_by_searching(
    new_workspace: Callable[..., Workspace],
    payment_ledger: Ledger,
    record: Record,
    monkeypatch: pytest.MonkeyPatch,
    submissions: list[dict[str, Any]],
    wanted: list[str | None],
) -> None:
    made = new_workspace(f"keys{next(_counter)}")
    from taizhang.journal import read as journal

    give_rule(made, payment_ledger)
    monkeypatch.setattr(keys, "INDEXED_ROWS", -1)
    warehouse = Warehouse(made)
    positions = []
    for submission in submissions:
        standing = journal.standing("payment")
        rows = {e: r for e, r in submission.items() if r is not None or e in standing}
        if rows:
            record(rows)
        warehouse.refresh()
        positions.append(journal.position())
    looked_up = [rows_of(warehouse, wanted, position) for position in positions]
    last = warehouse.last_change("payment")
    assert last == 0 or KeyIndex(warehouse.folder).rows("payment", "for_month", wanted, last, 100) is not None
    KeyIndex(warehouse.folder).forget()
    assert looked_up == [rows_of(warehouse, wanted, position) for position in positions]


@pytest.fixture
def indexed(sqlite_workspace: Workspace, payment_ledger: Ledger, record: Record, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse of four payments in two months, with an index."""
    give_rule(sqlite_workspace, payment_ledger)
    monkeypatch.setattr(keys, "INDEXED_ROWS", -1)
    record({str(n): {"for_month": MONTHS[n % 2]} for n in range(4)})
    warehouse = Warehouse(sqlite_workspace)
    warehouse.refresh()
    return warehouse


def looked_up(warehouse: Warehouse, upto: int = 4) -> list[int] | None:
    return KeyIndex(warehouse.folder).rows("payment", "for_month", [MONTHS[0]], upto, 100)


def test_a_change_is_taken_in_and_a_rebuild_begins_anew(indexed: Warehouse, record: Record) -> None:
    assert looked_up(indexed) == [1, 3]
    record({"9": {"for_month": MONTHS[0]}, "1": {"for_month": MONTHS[0]}})
    assert looked_up(indexed, 6) is None
    indexed.refresh()
    assert looked_up(indexed, 6) == [1, 3, 5, 6]
    indexed.rebuild()
    assert looked_up(indexed, 6) == [1, 3, 5, 6]


def test_a_damaged_index_is_none_and_is_made_again(indexed: Warehouse, record: Record) -> None:
    (indexed.folder / NAME).write_bytes(b"no database" * 1000)
    for suffix in ("-wal", "-shm"):
        (indexed.folder / (NAME + suffix)).unlink(missing_ok=True)
    assert looked_up(indexed) is None
    assert [row[0] for row in rows_of(indexed, [MONTHS[0]])] == [1, 3]
    record({"9": {"for_month": MONTHS[0]}})
    indexed.refresh()
    assert looked_up(indexed, 5) == [1, 3, 5]


def test_a_small_ledger_and_too_many_rows_are_read_from_the_columns(
    indexed: Warehouse, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyed_rows, "MOST_ROWS", 1)
    assert [row[0] for row in rows_of(indexed, [MONTHS[0]])] == [1, 3]
    monkeypatch.setattr(keys, "INDEXED_ROWS", 10)
    record({"9": {"for_month": MONTHS[0]}})
    indexed.refresh()
    assert looked_up(indexed, 5) is None
    assert [row[0] for row in rows_of(indexed, [MONTHS[0]])] == [1, 3, 5]
