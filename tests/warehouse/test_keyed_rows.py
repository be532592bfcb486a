"""Rows looked for by key: what is too much is not read, what was read is not read again, what nobody needs stays out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.telephones import LEDGER, PHONE, PHONES, give_pack
from taizhang.pack.definitions import Field, Pack
from taizhang.warehouse import Warehouse, keyed_rows, keys
from taizhang.warehouse.keyed_rows import TooManyRowsError
from taizhang.warehouse.keys import VILLAGE, KeyIndex, key_kinds
from taizhang.workspace import Workspace

Record = Callable[..., Any]


def test_what_was_too_much_is_read_when_it_is_asked_for_again(
    new_workspace: Callable[..., Workspace], record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = new_workspace("toomuch")
    give_pack(made)
    monkeypatch.setattr(keyed_rows, "INDEXED_ROWS", -1)
    record({entry: {"phone": PHONES[0]} for entry in "abc"} | {"d": {"phone": PHONES[1]}})
    warehouse = Warehouse(made)
    warehouse.refresh()
    rows = warehouse.keyed_rows(warehouse.position, warehouse.connect(), most=2)
    for _ in range(2):
        with pytest.raises(TooManyRowsError):
            rows.having([("payment", PHONE)], PHONES[:2])
    ((_ledger, found),) = rows.having([("payment", PHONE)], PHONES[1:2])
    assert len(found) == 1
    assert rows.seq("payment", "d") in found


def test_more_rows_than_are_worth_it_are_not_looked_up(indexed: Warehouse) -> None:
    rows = indexed.keyed_rows(indexed.position, indexed.connect(), 1)
    with pytest.raises(keyed_rows.TooManyRowsError):
        rows.having([("payment", PHONE)], [PHONES[0]])


def test_what_is_too_much_with_what_was_read_before_is_not_taken_out_of_the_columns(
    indexed: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from taizhang.journal import Change, Source, actions

    texts = {entry: f'{{"no": "{entry}", "phone": "{PHONES[2]}"}}' for entry in ("8", "9")}
    actions.do_record("李", Source("file", "表.xlsx"), [Change("payment", e, "record", "990128105202", text) for e, text in texts.items()])
    indexed.refresh()
    monkeypatch.setattr(keyed_rows, "READ_ROWS", -1)
    connection = indexed.connect()
    rows = indexed.keyed_rows(indexed.position, connection, most=5)
    rows.having([("payment", PHONE)], [PHONES[2]])
    before = connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone()
    with pytest.raises(TooManyRowsError):
        rows.having([("payment", VILLAGE)], ["990128105201"])
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == before


def test_a_row_that_stands_no_more_is_asked_for_once(indexed: Warehouse, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    from taizhang.journal import read

    record({"0": {"phone": PHONES[0], "paid_on": "2020-05-01"}})
    indexed.refresh()
    asked_for: list[int] = []
    ask = read.standing_rows
    monkeypatch.setattr(read, "standing_rows", lambda seqs, upto: asked_for.extend(seqs) or ask(seqs, upto))
    rows = indexed.keyed_rows(indexed.position, indexed.connect())
    for expression, value in ((PHONE, PHONES[0]), (VILLAGE, "990128105201")):
        rows.having([("payment", expression)], [value])
    assert sorted(asked_for) == [1, 2, 3, 4, 5]


def test_an_entry_that_was_read_is_not_looked_up_by_its_key_but_what_refers_to_it_is(
    sqlite_workspace: Workspace, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = replace(LEDGER, fields={**LEDGER.fields, "instead_of": Field("instead_of", "代替", "reference", to="payment")})
    sqlite_workspace.__dict__["pack"] = Pack("test", {"payment": ledger}, {}, {}, {})
    monkeypatch.setattr(keys, "INDEXED_ROWS", -1)
    monkeypatch.setattr(keyed_rows, "INDEXED_ROWS", -1)
    record({"a": {"phone": PHONES[0]}, "b": {"phone": PHONES[1], "instead_of": "a"}, "c": {"phone": PHONES[1]}})
    warehouse = Warehouse(sqlite_workspace)
    warehouse.refresh()
    asked: list[set[str]] = []
    look_up = KeyIndex.rows

    def noted(self: KeyIndex, kinds: Any, values: Any, upto: int, most: int) -> list[int] | None:
        asked.append(set(values))
        return look_up(self, kinds, values, upto, most)

    rows = warehouse.keyed_rows(warehouse.position, warehouse.connect())
    assert rows.having([("payment", PHONE)], [PHONES[0]]) == [("payment", {1})]
    monkeypatch.setattr(KeyIndex, "rows", noted)
    assert rows.having([("payment", '"no"')], ["a"]) == [("payment", {1})]
    assert asked == []
    assert rows.having([("payment", '"no"')], ["a", "c"]) == [("payment", {1, 3})]
    assert asked == [{"c"}]
    assert rows.having([("payment", '"instead_of"')], ["a"]) == [("payment", {2})]


@pytest.mark.slow
def test_the_one_key_of_a_ledger_is_the_text_of_its_entries(built_town: Path, tmp_path: Path) -> None:
    shutil.copytree(built_town, tmp_path / "town")
    town = Workspace.open(tmp_path / "town")
    town.activate()
    kinds, warehouse = key_kinds(town.pack), Warehouse(town)
    warehouse.refresh()
    named = {
        name: ledger.key[0]
        for name, ledger in town.pack.ledgers.items()
        if keys.own_key(name) in kinds[name].values() and len(ledger.key) == 1
    }
    with warehouse.snapshot() as snapshot:
        counted = {
            name: snapshot.fetch(
                f'SELECT count(*), count(*) FILTER (_entry IS DISTINCT FROM CAST("{key}" AS VARCHAR)) FROM "{name}"', name
            )[0]
            for name, key in named.items()
        }
    assert sum(rows for rows, _other in counted.values()) > 1000
    assert {name: other for name, (_rows, other) in counted.items() if other} == {}


def test_columns_that_nobody_needs_are_empty_and_those_that_nobody_names_are_not_there(indexed: Warehouse) -> None:
    connection = indexed.connect()
    rows = indexed.keyed_rows(indexed.position, connection)
    rows.having([("payment", PHONE)], [PHONES[0]])
    rows.need({"payment": ["no", "phone"]}, {"payment": ["no"]})
    found = connection.execute(f'SELECT * EXCLUDE (_division) FROM "{rows.tables({"payment": ()})["payment"]}" ORDER BY _seq')
    assert [column[0] for column in found.description] == ["_seq", "no", "phone"]
    assert found.fetchall() == [(1, "0", None), (3, "2", None)]


def test_a_table_may_have_no_field(indexed: Warehouse) -> None:
    connection = indexed.connect()
    rows = indexed.keyed_rows(indexed.position, connection)
    rows.having([("payment", PHONE)], [PHONES[0]])
    rows.need({"payment": ["_seq"]}, {})
    assert connection.execute(f'SELECT _seq FROM "{rows.tables({"payment": ()})["payment"]}" ORDER BY 1').fetchall() == [(1,), (3,)]
