"""Rows looked up by key are the rows that a search of the columns finds."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.telephones import DIGITS, PHONE, PHONES, found, give_pack, looked_up, rows_of
from taizhang.pack import load_pack
from taizhang.warehouse import Warehouse, keyed_rows, keys
from taizhang.warehouse.duckdb import functions, segments
from taizhang.warehouse.duckdb.connection import bare
from taizhang.warehouse.keys import NAME, VILLAGE, KeyIndex, key_kinds, key_of, key_prefix
from taizhang.workspace import Workspace

Record = Callable[..., Any]
ROW = st.fixed_dictionaries({}, optional={"phone": st.sampled_from(PHONES)})
SUBMISSIONS = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.none() | ROW, min_size=1), min_size=1, max_size=5)
LOOKUPS = [
    (PHONE, [PHONES[0]]),
    (PHONE, PHONES),
    (VILLAGE, ["990128105201"]),
    (VILLAGE, ["990128105202"]),
    ('"no"', ["a", "f"]),
    (DIGITS, [PHONES[0]]),
    ('"_seq"', ["1", "3"]),
]
_counter = iter(itertools.count())


@pytest.mark.parametrize("value", ["990128194001050026", "", None, "龙大山", "a\x1fb", "'", "0"])
def test_the_engine_and_python_make_the_same_key(value: str | None) -> None:
    connection = bare()
    sql = "SELECT CAST(md5_number_lower(concat($1, CAST($2 AS VARCHAR))) >> 1 AS BIGINT)"
    assert connection.execute(sql, [key_prefix("telephone"), value]).fetchone() == (key_of("telephone", value),)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])  # the index is made of what was refreshed, whichever database that came from
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(submissions=SUBMISSIONS, recent=st.sampled_from([0, 2, 1000]))
def test_what_is_looked_up_is_what_is_found_by_searching(
    new_workspace: Callable[..., Workspace], record: Record, monkeypatch: pytest.MonkeyPatch, submissions: list[dict[str, Any]], recent: int
) -> None:
    made = new_workspace(f"keys{next(_counter)}")
    from taizhang.journal import read as journal

    give_pack(made)
    monkeypatch.setattr(keys, "INDEXED_ROWS", -1)
    monkeypatch.setattr(keys, "_RECENT", recent)
    monkeypatch.setattr(keyed_rows, "INDEXED_ROWS", -1)
    warehouse = Warehouse(made)
    positions = []
    for submission in submissions:
        standing = journal.standing("payment")
        rows = {e: r for e, r in submission.items() if r is not None or e in standing}
        if rows:
            record(rows)
        warehouse.refresh()
        if len(positions) == 1:
            warehouse.index([("payment", DIGITS)])
        positions.append(journal.position())
    wanted = [(*lookup, position) for lookup in LOOKUPS for position in positions]
    by_key = [found(warehouse, *one) for one in wanted]
    last = warehouse.last_change("payment")
    assert last == 0 or looked_up(warehouse, last) is not None
    monkeypatch.setattr(keyed_rows, "READ_ROWS", -1)  # of villages, out of the columns
    assert by_key == [found(warehouse, *one) for one in wanted]
    monkeypatch.setattr(keyed_rows, "INDEXED_ROWS", 100)
    assert by_key == [found(warehouse, *one) for one in wanted]


def test_a_change_is_taken_in_and_a_rebuild_begins_anew(indexed: Warehouse, record: Record) -> None:
    assert looked_up(indexed) == [1, 3]
    record({"9": {"phone": PHONES[0]}, "1": {"phone": PHONES[0]}})
    assert looked_up(indexed, 6) is None
    indexed.refresh()
    assert looked_up(indexed, 6) == [1, 3, 5, 6]
    indexed.rebuild()
    assert looked_up(indexed, 6) == [1, 3, 5, 6]
    assert rows_of(indexed) == [1, 3, 5, 6]


class Held(Executor):
    """An executor that has not got to it yet."""

    def __init__(self) -> None:
        self.work: list[Callable[[], Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.work.append(lambda: fn(*args, **kwargs))
        return Future()


def copied(folder: Path, target: Path, *suffixes: str) -> KeyIndex:
    """Return the index as it lies on the disk."""
    target.mkdir()
    for suffix in suffixes:
        shutil.copyfile(folder / (NAME + suffix), target / (NAME + suffix))
    return KeyIndex(target)


def test_what_was_taken_in_counts_before_it_is_settled_and_is_not_lost_with_the_process(
    indexed: Warehouse, record: Record, tmp_path: Path
) -> None:
    record({"9": {"phone": PHONES[0]}})
    beside = Held()
    indexed.refresh(beside=beside)
    assert looked_up(indexed, 5) == [1, 3, 5]
    killed = copied(indexed.folder, tmp_path / "killed", "", "-wal")
    assert killed.rows(["telephone"], [PHONES[0]], 5, 100) == [1, 3, 5]
    assert copied(indexed.folder, tmp_path / "before", "").rows(["telephone"], [PHONES[0]], 5, 100) == [1, 3]
    with ThreadPoolExecutor(1) as pool:
        pool.submit(beside.work.pop()).result()
    assert copied(indexed.folder, tmp_path / "after", "").rows(["telephone"], [PHONES[0]], 5, 100) == [1, 3, 5]


def test_what_a_submission_brings_stands_apart_until_it_is_much(
    indexed: Warehouse, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted() -> list[int]:
        with closing(sqlite3.connect(indexed.folder / NAME)) as database:
            return [database.execute(f"SELECT count(DISTINCT seq) FROM {table}").fetchone()[0] for table in ("key_row", "recent_key_row")]

    assert counted() == [4, 0]
    monkeypatch.setattr(keys, "_RECENT", 4)
    for entry, apart, seqs in (("5", [4, 1], [1, 3, 5]), ("6", [6, 0], [1, 3, 5, 6])):
        record({entry: {"phone": PHONES[0]}})
        indexed.refresh()
        assert counted() == apart
        assert looked_up(indexed, seqs[-1]) == seqs


def test_an_index_that_another_writes_is_not_made_again(indexed: Warehouse, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_WAIT", 0.01)
    record({"5": {"phone": PHONES[0]}})
    with closing(sqlite3.connect(indexed.folder / NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        indexed.refresh()
        assert looked_up(indexed) == [1, 3]
        assert looked_up(indexed, 5) is None
        assert rows_of(indexed) == [1, 3, 5]  # what it lacks is found in the columns
    record({"6": {"phone": PHONES[0]}})
    indexed.refresh()
    assert looked_up(indexed, 6) == [1, 3, 5, 6]


def test_a_damaged_index_is_none_and_is_made_again(indexed: Warehouse, record: Record) -> None:
    (indexed.folder / NAME).write_bytes(b"no database" * 1000)
    for suffix in ("-wal", "-shm"):
        (indexed.folder / (NAME + suffix)).unlink(missing_ok=True)
    assert looked_up(indexed) is None
    assert rows_of(indexed) == [1, 3]
    record({"9": {"phone": PHONES[0]}})
    indexed.refresh()
    assert looked_up(indexed, 5) == [1, 3, 5]


def test_a_small_ledger_is_read_from_the_columns(indexed: Warehouse, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "INDEXED_ROWS", 10)
    record({"9": {"phone": PHONES[0]}})
    indexed.refresh()
    assert looked_up(indexed, 5) is None
    assert rows_of(indexed) == [1, 3, 5]


def test_what_names_the_same_thing_has_the_same_keys_in_every_ledger() -> None:
    kinds = key_kinds(load_pack())
    assert kinds["payment"]['"payee_id"'] == kinds["resident"]['"id_number"'] == "id_number"
    assert kinds["payment"]['"household"'] == kinds["household"]['"number"']
    assert '"programme"' not in kinds["payment"]  # of which very many rows name the same


def searched(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the expressions that the columns are searched for where all of somebody's payments are wanted by another expression."""
    asked: list[str] = []
    search = keyed_rows.KeyedRows._search

    def noted(self: keyed_rows.KeyedRows, ledger: str, expression: str, values: Any) -> None:
        asked.append(expression)
        search(self, ledger, expression, values)

    with monkeypatch.context() as patch:
        patch.setattr(keyed_rows.KeyedRows, "_search", noted)
        assert [row[0] for row in found(warehouse, DIGITS, [PHONES[0]], warehouse.position)] == rows_of(warehouse)
    return asked


def test_what_the_index_is_asked_for_is_no_longer_searched_for(indexed: Warehouse, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    assert searched(indexed, monkeypatch) == [DIGITS]
    rows = indexed.keyed_rows(indexed.position, indexed.connect())
    lacking = rows.lacking([("payment", expression) for expression in (DIGITS, PHONE, VILLAGE, '"_seq"', '"_entry"')])
    assert lacking == {("payment", DIGITS)}
    indexed.index(lacking)
    assert searched(indexed, monkeypatch) == []
    record({"9": {"phone": PHONES[0]}})
    indexed.refresh()
    assert searched(indexed, monkeypatch) == []
    indexed.rebuild()
    assert searched(indexed, monkeypatch) == [DIGITS]


def test_of_a_function_that_is_another_now_nothing_is_looked_up(
    indexed: Warehouse, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that was made by another release knows other values."""
    indexed.index([("payment", DIGITS)])
    assert searched(indexed, monkeypatch) == []
    for module in (functions, segments):
        monkeypatch.setattr(module, "fingerprint", lambda: "of another release")
    assert searched(indexed, monkeypatch) == [DIGITS]
    record({"9": {"phone": PHONES[0]}})
    indexed.refresh()
    assert searched(indexed, monkeypatch) == []


def asked(warehouse: Warehouse) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(warehouse.folder / NAME)) as database:
        return set(database.execute("SELECT ledger, expression FROM asked"))


def test_what_cannot_be_looked_up_any_more_is_forgotten(indexed: Warehouse, record: Record) -> None:
    indexed.index([("payment", 'TZ_WITHOUT_BLANKS("gone")'), ("payment", "TZ_UNKNOWN(phone)"), ("gone", PHONE)])
    record({"9": {"phone": PHONES[0]}})
    indexed.refresh()
    assert {expression for _ledger, expression, _kind in KeyIndex(indexed.folder).reach()} == {PHONE, VILLAGE, '"no"'}
    assert asked(indexed) == {("gone", PHONE)}
    assert rows_of(indexed) == [1, 3, 5]
