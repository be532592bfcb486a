"""Refreshing by what was appended gives what a rebuild gives, whatever happens in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.errors import TaizhangError
from taizhang.pack.definitions import Field, Ledger
from taizhang.warehouse import Warehouse, loading, manifest, store
from taizhang.warehouse.duckdb.segments import read
from taizhang.warehouse.lock import locked
from taizhang.workspace import Workspace

Use = Callable[..., None]
Record = Callable[..., Any]


def content(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, as the segments hold them."""
    tables = manifest.load(warehouse.folder).tables
    with duckdb.connect() as connection:
        return {
            name: connection.execute(f"SELECT * FROM {read([warehouse.folder / s.file for s in t.segments])} ORDER BY _seq").fetchall()
            for name, t in tables.items()
            if t.segments
        }


def files(warehouse: Warehouse) -> set[str]:
    return {p.relative_to(warehouse.folder).as_posix() for p in warehouse.folder.rglob("*.parquet")}


def segments(warehouse: Warehouse, table: str = "payment") -> list[manifest.Segment]:
    return manifest.load(warehouse.folder).tables[table].segments


@pytest.fixture
def town(sqlite_workspace: Workspace, payment_ledger: Ledger, use_ledgers: Use) -> Workspace:
    use_ledgers(sqlite_workspace, payment_ledger)
    return sqlite_workspace


def test_columns_are_typed_and_exact(workspace: Workspace, payment_ledger: Ledger, use_ledgers: Use, record: Record) -> None:
    use_ledgers(workspace, payment_ledger)
    full = {"village": "990128105201", "amount": "9999999999999.99", "area": "0.0001", "heads": "12", "done": "true"}
    dates = {"paid_on": "2020-03-01", "seen_at": "2020-03-01T08:30", "for_month": "2020-03"}
    record({"引号\"'|": full | dates, "b": {}})
    warehouse = Warehouse(workspace)
    assert (warehouse.refresh().rows, warehouse.position) == (2, 2)
    rows = warehouse.snapshot().fetch("SELECT * EXCLUDE (_seq) FROM payment ORDER BY _seq", "payment")
    system = (1, "record", None, 1, "990128105201", "表1", 3)
    numbers = (Decimal("9999999999999.99"), Decimal("0.0001"), 12, True)
    assert rows[0] == (
        "引号\"'|",
        *system,
        "引号\"'|",
        "990128105201",
        *numbers,
        date(2020, 3, 1),
        datetime.fromisoformat("2020-03-01T08:30"),
        "2020-03",
    )
    assert rows[1] == ("b", *system, "b", *[None] * 8)


def test_snapshots_show_what_stood_at_a_position_and_at_a_time(
    workspace: Workspace, payment_ledger: Ledger, use_ledgers: Use, record: Record
) -> None:
    use_ledgers(workspace, payment_ledger)
    record({"a": {"amount": "1"}, "b": {"amount": "2"}}, at=datetime(2020, 1, 1, tzinfo=UTC))
    record({"a": {"amount": "5"}, "b": None}, at=datetime(2020, 2, 1, tzinfo=UTC))
    record({"b": {"amount": "7"}}, at=datetime(2020, 3, 1, tzinfo=UTC))
    warehouse = Warehouse(workspace)
    warehouse.refresh()

    def standing(position: int | datetime | None) -> dict[str, int]:
        return {e: int(a) for e, a in warehouse.snapshot(position).fetch("SELECT _entry, amount FROM payment", "payment")}

    assert standing(None) == {"a": 5, "b": 7}
    assert standing(0) == {}
    assert standing(2) == {"a": 1, "b": 2}
    assert standing(datetime(2020, 2, 15, tzinfo=UTC)) == {"a": 5}
    assert standing(datetime(2019, 12, 31, tzinfo=UTC)) == {}
    with pytest.raises(TaizhangError) as error:
        warehouse.snapshot(6)
    assert error.value.fault.code == "warehouse.position_unknown"
    sent = warehouse.snapshot(2).fetch("SELECT number, person, source_kind, source_name, accepted_at FROM submission", "submission")
    assert [(*row[:4], datetime.fromisoformat(row[4])) for row in sent] == [(1, "李", "file", "表.xlsx", datetime(2020, 1, 1, tzinfo=UTC))]


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), st.none() | st.fixed_dictionaries({"amount": st.integers(0, 9).map(str)}), min_size=1),
        min_size=1,
        max_size=6,
    )
)
def test_refreshed_content_is_rebuilt_content(
    new_workspace: Callable[..., Workspace],
    payment_ledger: Ledger,
    use_ledgers: Use,
    record: Record,
    monkeypatch: pytest.MonkeyPatch,
    submissions: list[dict[str, Any]],
) -> None:
    monkeypatch.setattr(loading, "MERGE_COUNT", 2)
    monkeypatch.setattr(loading, "SMALLEST", 1)
    made = new_workspace(f"town{next(_counter)}")
    from taizhang.journal import read as journal  # which needs the workspace's database

    use_ledgers(made, payment_ledger)
    warehouse = Warehouse(made)
    for submission in submissions:
        standing = journal.standing("payment")
        rows = {e: r for e, r in submission.items() if r is not None or e in standing}
        if rows:
            record(rows)
        warehouse.refresh()
    refreshed = content(warehouse)
    warehouse.rebuild()
    assert content(warehouse) == refreshed
    assert [row[0] for row in refreshed.get("payment", [])] == list(range(1, journal.position() + 1))


_counter = iter(range(10**9))


def test_a_refresh_reads_only_what_is_new(town: Workspace, record: Record) -> None:
    warehouse = Warehouse(town)
    record({str(n): {} for n in range(10)})
    assert warehouse.refresh().rows == 10
    before = segments(warehouse)
    record({"x": {}})
    result = warehouse.refresh()
    assert (result.from_position, result.to_position, result.rows) == (10, 11, 1)
    assert segments(warehouse)[:1] == before
    assert warehouse.refresh().rows == 0


def test_small_segments_are_merged_in_tiers(town: Workspace, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MERGE_COUNT", 3)
    monkeypatch.setattr(loading, "SMALLEST", 1)
    warehouse = Warehouse(town)
    sizes = []
    for n in range(13):
        record({str(n): {}})
        warehouse.refresh()
        sizes.append([s.rows for s in segments(warehouse)])
    assert sizes[:9] == [[1], [1, 1], [3], [3, 1], [3, 1, 1], [3, 3], [3, 3, 1], [3, 3, 1, 1], [9]]
    assert sizes[12] == [9, 3, 1]
    assert len(content(warehouse)["payment"]) == 13


def test_a_refresh_that_dies_leaves_the_state_before_it(town: Workspace, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = Warehouse(town)
    record({"a": {"amount": "1"}})
    warehouse.refresh()
    before = content(warehouse)
    record({"b": {"amount": "2"}})

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(manifest, "save", die)
        with pytest.raises(KeyboardInterrupt):
            warehouse.refresh()
    assert (warehouse.position, content(warehouse)) == (1, before)
    orphans = files(warehouse) - {s.file for t in ("payment", "submission") for s in segments(warehouse, t)}
    assert len(orphans) == 2
    warehouse.refresh()
    assert not files(warehouse) & orphans
    assert [row[0] for row in content(warehouse)["payment"]] == [1, 2]


def test_a_torn_manifest_means_a_rebuild(town: Workspace, record: Record) -> None:
    warehouse = Warehouse(town)
    record({"a": {}, "b": {}})
    warehouse.refresh()
    full = content(warehouse)
    path = warehouse.folder / manifest.NAME
    path.write_text(path.read_text(encoding="utf-8")[:50], encoding="utf-8")
    assert warehouse.refresh().rows == 2
    assert content(warehouse) == full


def test_a_changed_ledger_is_read_again_and_the_others_are_not(
    town: Workspace, payment_ledger: Ledger, use_ledgers: Use, record: Record
) -> None:
    other = replace(payment_ledger, name="other")
    use_ledgers(town, payment_ledger, other)
    record({"a": {"amount": "1", "note": "记"}})
    record({"a": {"amount": "1"}}, ledger="other")
    warehouse = Warehouse(town)
    warehouse.refresh()
    kept = segments(warehouse, "other")
    use_ledgers(town, replace(payment_ledger, fields={**payment_ledger.fields, "note": Field("note", "说明", "text")}), other)
    assert warehouse.refresh().rebuilt == ("payment",)
    assert segments(warehouse, "other") == kept
    assert warehouse.snapshot().fetch("SELECT note FROM payment", "payment") == [("记",)]
    refreshed = content(warehouse)
    warehouse.rebuild()
    assert content(warehouse) == refreshed


def test_rows_of_a_ledger_that_the_pack_gains_later_are_found(
    town: Workspace, payment_ledger: Ledger, use_ledgers: Use, record: Record
) -> None:
    record({"a": {}}, ledger="later")
    record({"b": {}})
    warehouse = Warehouse(town)
    warehouse.refresh()
    use_ledgers(town, payment_ledger, replace(payment_ledger, name="later"))
    assert warehouse.refresh().rebuilt == ("later",)
    assert warehouse.snapshot().fetch("SELECT _entry FROM later", "later") == [("a",)]


def test_a_warehouse_of_another_journal_is_rebuilt(
    new_workspace: Callable[..., Workspace], payment_ledger: Ledger, use_ledgers: Use, record: Record
) -> None:
    first = new_workspace("first")
    use_ledgers(first, payment_ledger)
    record({"a": {}})
    Warehouse(first).refresh()
    second = new_workspace("second")
    use_ledgers(second, payment_ledger)
    record({"b": {}})
    (second.root / "warehouse").rmdir()
    (first.root / "warehouse").rename(second.root / "warehouse")
    warehouse = Warehouse(second)
    assert warehouse.refresh().from_position == 0
    assert warehouse.snapshot().fetch("SELECT _entry FROM payment", "payment") == [("b",)]


def test_an_open_snapshot_survives_a_rebuild(town: Workspace, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "IN_MEMORY_ROWS", 0)
    warehouse = Warehouse(town)
    record({"a": {}})
    warehouse.refresh()
    snapshot = warehouse.snapshot()
    record({"b": {}})
    warehouse.rebuild()
    warehouse.refresh()
    assert snapshot.fetch("SELECT _entry FROM payment", "payment") == [("a",)]


def test_a_snapshot_opens_no_other_file_and_keeps_its_settings(town: Workspace, record: Record) -> None:
    record({"a": {}})
    warehouse = Warehouse(town)
    warehouse.refresh()
    snapshot = warehouse.snapshot()
    with pytest.raises(duckdb.Error, match="disabled"):
        snapshot.connection.execute("SELECT * FROM read_text($1)", [str(town.path("taizhang.toml"))])
    with pytest.raises(duckdb.Error, match="locked"):
        snapshot.connection.execute("SET enable_external_access = true")


def kept(warehouse: Warehouse) -> list[Path]:
    return sorted(warehouse.folder.glob("division-*.kept"))


def known(workspace: Workspace) -> dict[str, str]:
    with Warehouse(workspace).snapshot() as snapshot:
        return dict(snapshot.fetch("SELECT code, name FROM division"))


def test_the_table_of_divisions_is_kept_until_the_list_is_another(town: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = known(town)
    (first,) = kept(Warehouse(town))
    with monkeypatch.context() as patch:
        patch.setattr(store, "division_rows", None)  # nothing is made anew
        assert known(Workspace.open(town.root)) == before
    path = town.path("divisions.csv")
    path.write_text(path.read_text(encoding="utf-8").replace(before["990128105201"], "新名村"), encoding="utf-8")
    assert known(Workspace.open(town.root)) == before | {"990128105201": "新名村"}
    (second,) = kept(Warehouse(town))
    assert second != first


@pytest.mark.parametrize("damage", [b"", b"PAR1 no table", None])
def test_a_kept_table_that_cannot_be_read_or_written_is_made_anew(town: Workspace, damage: bytes | None) -> None:
    before = known(town)
    (path,) = kept(Warehouse(town))
    path.unlink()
    if damage is None:
        path.mkdir()
    else:
        path.write_bytes(damage)
    assert known(Workspace.open(town.root)) == before


def test_the_lock_keeps_a_second_refresh_out_and_a_dead_owner_does_not(town: Workspace) -> None:
    path = town.path("warehouse", "refresh.lock")
    hold = f"from taizhang.warehouse.lock import locked\nfrom pathlib import Path\nwith locked(Path({str(path)!r})):\n print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline().strip() == "held"
        with pytest.raises(TaizhangError) as error, locked(path, patience=0.1):
            pass
        assert error.value.fault.code == "warehouse.busy"
        owner.kill()
        owner.wait()
        with locked(path, patience=5):
            pass


def test_a_ledger_in_memory_has_the_columns_that_were_asked_for_so_far(town: Workspace) -> None:
    warehouse = Warehouse(town)
    warehouse.refresh()
    with warehouse.snapshot() as snapshot:

        def names() -> set[str]:
            return {row[0] for row in snapshot.engine.fetch("DESCRIBE payment")}

        snapshot.require("payment", placed=False, columns={"payment": ["amount"]})
        assert names() == {"_seq", "_division", "amount"}
        snapshot.require("payment", placed=False, columns={"payment": ()})
        assert names() == {"_seq", "_division", "amount"}
        snapshot.require("payment", placed=False, columns={"payment": ["area"]})
        assert names() == {"_seq", "_division", "amount", "area"}
        assert names() < {row[0] for row in snapshot.fetch("DESCRIBE payment", "payment")}
