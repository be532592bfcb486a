"""The shelf: rows as they stand, within what a person may see, and questions that find out nothing more."""

from __future__ import annotations

import json
import random

import pytest

from support.households import FORM, OTHER, TOWN, VILLAGE, fill, household, id_number, sight_of
from taizhang.access import tables
from taizhang.access.query import Filter, Query, filters_of
from taizhang.access.shelf import Shelf
from taizhang.errors import Refusal, TaizhangError
from taizhang.intake import import_rows
from taizhang.journal import Change, Source, read
from taizhang.journal.actions import do_record
from taizhang.workspace import Workspace


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    fill(sqlite_workspace, 40)
    return sqlite_workspace


def names(workspace: Workspace, query: Query, role: str = "village_clerk", division: str = VILLAGE, *offices: str) -> list[str]:
    return [row.entry for row in Shelf.of(workspace).rows(sight_of(workspace, "x", role, division, *offices), "household", query).rows]


def refused(workspace: Workspace, query: Query, role: str = "village_clerk", division: str = VILLAGE) -> list[str]:
    with pytest.raises(Refusal) as told:
        names(workspace, query, role, division)
    return [fault.code for fault in told.value.faults]


def test_rows_are_those_of_the_place_and_masked(town: Workspace) -> None:
    shelf = Shelf.of(town)
    found = shelf.rows(sight_of(town), "household", Query(limit=5))
    assert (found.total, len(found.rows)) == (20, 5)
    assert {row.division for row in found.rows} == {VILLAGE}
    first = found.rows[0]
    assert (first.values["head"], first.values["number"], first.ref) == ("张*", "H1", "H1")
    assert list(first.values) == list(town.pack.ledgers["household"].fields)
    with pytest.raises(TaizhangError):
        shelf.rows(sight_of(town, "x", "administrator", TOWN), "household")


def test_filters_read_values_as_their_fields_do(town: Workspace) -> None:
    assert set(names(town, Query((Filter("members", "=", ("三",)),)))) == {f"H{i}" for i in range(1, 21) if i % 5 + 1 == 3}
    assert set(names(town, Query((Filter("contracted_area", ">=", ("0.3公顷",)),)))) == {
        f"H{i}" for i in range(1, 21) if i % 7 + 0.5 >= 4.5
    }
    assert names(
        town, Query((Filter("established_on", "=", ("2001-03",)), Filter("number", "contains", ("H1",)), Filter("members", "<=", ("1",))))
    ) == [
        "H10",
        "H15",
    ]
    assert names(town, Query((Filter("card", "filled"),))) == []
    assert len(names(town, Query((Filter("card", "empty"),)))) == 20
    assert len(names(town, Query((Filter("_division", "=", ("石板村",)),), limit=None), "leader", TOWN)) == 20
    assert names(town, Query((Filter("number", "in", ("H2", "H39")),))) == ["H2"]
    assert len(names(town, Query((Filter("members", "=", (" ",)),)))) == 20, "an empty box asks for nothing"
    assert refused(
        town, Query((Filter("members", "=", ("很多",)), Filter("nothing", "=", ("1",)), Filter("established_on", ">=", ("昨天",))))
    ) == [
        "number.unreadable",
        "query.no_field",
        "date.unreadable",
    ]


def test_personal_values_are_not_found_out_by_asking(town: Workspace) -> None:
    number = id_number(1)
    by_number, by_part = Query((Filter("head_id", "=", (number,)),)), Query((Filter("head_id", "contains", (number[:9],)),))
    assert names(town, by_number) == ["H1"]
    assert set(names(town, Query(text="李四"))) == {f"H{i}" for i in range(2, 21, 4)}
    for query in (by_part, Query(sort=("head_id",)), Query((Filter("head", "contains", ("张",)),))):
        assert refused(town, query) == ["query.personal"]
    assert names(town, Query(text="李")) == []
    assert names(town, Query((Filter("head_id", "contains", (number[:9],)),), sort=("head_id",), unmasked=True, limit=1)) == ["H1"]
    # Whoever may never unmask cannot even ask for a full value.
    assert refused(town, by_number, "leader", TOWN) == ["query.personal"]
    assert names(town, Query(text="李四"), "leader", TOWN) == []
    with pytest.raises(TaizhangError) as told:
        names(town, Query(unmasked=True), "leader", TOWN)
    assert told.value.fault.code == "access.refused" or isinstance(told.value, TaizhangError)


def test_a_personal_key_does_not_show_in_addresses(town: Workspace) -> None:
    card = {"id_number": id_number(1), "team": "救援一队", "village": VILLAGE, "name": "张三", "joined_on": "2020-01-05"}
    ledger = town.pack.ledgers["rescue_team_member"]
    data = json.dumps({name: card[name] for name in ledger.fields if name in card}, ensure_ascii=False)
    entry = "|".join(card[name] for name in ledger.key)
    do_record("test", Source("form", "x"), [Change("rescue_team_member", entry, "record", VILLAGE, data)])
    shelf, clerk = Shelf.of(town), sight_of(town)
    [row] = shelf.rows(clerk, "rescue_team_member").rows
    assert id_number(1) not in f"{row} {row.as_dict()}"
    assert row.ref == f"@{row.seq}"
    assert shelf.entry(clerk, "rescue_team_member", row.ref).seq == row.seq
    assert shelf.entry(clerk, "rescue_team_member", entry).entry == row.entry
    for ref in ("@1", "@999999", "@x", "H1", "nobody"):
        with pytest.raises(TaizhangError) as told:
            shelf.entry(clerk, "rescue_team_member", ref)
        assert told.value.fault.code == "access.entry_unknown"


@pytest.mark.slow
@pytest.mark.parametrize("sort", [(), ("members",), ("-members", "number"), ("houses",), ("-contracted_area",), ("-_seq",)])
def test_cursors_walk_through_all_rows_once(town: Workspace, sort: tuple[str, ...]) -> None:
    shelf, who = Shelf.of(town), sight_of(town, "x", "leader", TOWN)
    whole = [row.seq for row in shelf.rows(who, "household", Query(sort=sort, limit=None)).rows]
    walked: list[int] = []
    after = None
    while True:
        page = shelf.rows(who, "household", Query(sort=sort, limit=7, after=after))
        walked += [row.seq for row in page.rows]
        after = page.cursor
        if after is None:
            break
    assert walked == whole
    assert [row.seq for row in shelf.rows(who, "household", Query(sort=sort, limit=7, offset=14)).rows] == whole[14:21]
    with pytest.raises(TaizhangError):
        shelf.rows(who, "household", Query(sort=sort, after="nonsense"))


def test_the_shelf_follows_the_journal(town: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the shelf is what stands in the journal, through changes, withdrawals, new bases and forgotten ones."""
    monkeypatch.setattr(tables, "SMALLEST_GAIN", 15)
    monkeypatch.setattr(tables, "MOST_GAINED", 60)
    shelf, who, chance = Shelf.of(town), sight_of(town, "x", "leader", TOWN), random.Random(5)
    for round_ in range(12):
        standing = read.standing("household")
        changes = []
        for entry in chance.sample(sorted(standing), 6):
            data = {**json.loads(standing[entry].data), "members": str(chance.randrange(9))}
            withdraw = chance.random() < 0.3
            text = "{}" if withdraw else json.dumps(data, ensure_ascii=False)
            changes.append(
                Change("household", entry, "withdraw" if withdraw else "record", data["village"], text, base=standing[entry].seq)
            )
        do_record("test", FORM, changes)
        import_rows(town, {"household": [household(1000 + round_ * 10 + i, OTHER) for i in range(70 if round_ == 8 else 3)]}, "test", FORM)
        now = read.standing("household")
        found = {row.entry: row for row in shelf.stream(who, "household")}
        assert {entry: row.seq for entry, row in found.items()} == {entry: s.seq for entry, s in now.items()}
        assert shelf.count(who, "household") == len(now)
        assert all(row.values["members"] == json.loads(now[entry].data).get("members") for entry, row in found.items())


def test_filters_come_from_addresses() -> None:
    assert filters_of([("number", "H1"), ("members.from", "2"), ("kind", "家庭户"), ("kind", "集体户"), ("card.empty", "1")]) == (
        Filter("number", "=", ("H1",)),
        Filter("members", ">=", ("2",)),
        Filter("kind", "in", ("家庭户", "集体户")),
        Filter("card", "empty", ("1",)),
    )
