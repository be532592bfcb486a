"""The database is edited by hand, with the triggers gone: ``verify`` names what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from taizhang.journal import Source
from taizhang.journal.hashing import row_text, seal

SOURCE = Source("file", "a.xlsx")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])])
def engine(request: pytest.FixtureRequest) -> str:
    """The same search for faults on both; what differs is how rows are read, which the default run covers elsewhere."""
    return str(request.param)


@pytest.fixture
def journal(workspace: Any, make_change: Callable[..., Any]) -> Callable[..., Any]:
    """A journal of 4 submissions (rows 1–5, 6–10, none because returned, 11–15), its triggers gone; a function that runs SQL on it."""
    from django.db import connection

    from taizhang.journal import actions
    from taizhang.journal.engine import schema
    from taizhang.journal.verify import verify

    for number in range(3):
        if number == 2:
            actions.do_submit("王", SOURCE, [make_change("H99")])
            actions.do_return(3, "李", "重报")
        actions.do_record("王", SOURCE, [make_change(f"H{number}{i}", i) for i in range(5)])
    with connection.cursor() as cursor:
        for statement in schema().without_triggers():
            cursor.execute(statement)
    assert verify() == []

    def run(sql: str, *params: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)

    return run


def found(expect: str | None = None) -> list[tuple[Any, ...]]:
    """What ``verify`` tells: code without its part, row, entry, submission, in short."""
    from taizhang.journal.verify import verify

    faults = verify(expect)
    assert all(fault.message != fault.code for fault in faults)
    places = ("seq", "last", "was", "entry", "submission")
    return [(fault.code.removeprefix("journal."), {k: fault.params[k] for k in places if k in fault.params}) for fault in faults]


def stored(seq: int) -> list[Any]:
    from taizhang.journal.engine import COLUMNS, store

    return list(store().fetch(f"SELECT {', '.join(COLUMNS)} FROM entry_version WHERE seq = %s", (seq,))[0])


def reseal(run: Callable[..., Any], seq: int, previous: bytes | None = None) -> bytes:
    """Give a row the hash that its content wants."""
    import hashlib

    row = stored(seq)
    row[13] = previous or row[13]
    own = hashlib.sha256(row[13] + row_text(*row[:13])).digest()
    run("UPDATE entry_version SET previous = %s, hash = %s WHERE seq = %s", row[13], own, seq)
    return own


ROW_COLUMNS = {
    "data": "{}", "original": "x", "confirmed": "[]", "division": "990128105001", "line": 7, "sheet": "别的", "op": "withdraw", "entry": "H77",
    "ledger": "death", "submission": 1, "replaces": 3, "version": 4, "hash": bytes(32), "previous": bytes(32),
}  # fmt: skip


@pytest.mark.parametrize("seq", [7, 15])
def test_changed_column(journal, seq):
    from taizhang.journal.engine import COLUMNS

    assert set(COLUMNS) - {"seq"} == set(ROW_COLUMNS)
    before = dict(zip(COLUMNS, stored(seq), strict=True))
    for column, value in ROW_COLUMNS.items():
        journal(f"UPDATE entry_version SET {column} = %s WHERE seq = %s", value, seq)
        assert [(code, place["seq"]) for code, place in found()] == [("row_changed", seq)], column
        journal(f"UPDATE entry_version SET {column} = %s WHERE seq = %s", before[column], seq)
    assert found() == []


def test_changed_rows_are_each_named(journal):
    for seq in (1, 5, 6, 12):
        journal("UPDATE entry_version SET data = %s WHERE seq = %s", "{}", seq)
    assert [(code, place["seq"], place["entry"], place["submission"]) for code, place in found()] == [
        ("row_changed", 1, "H00", 1), ("row_changed", 5, "H04", 1), ("row_changed", 6, "H10", 2), ("row_changed", 12, "H21", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(("seq", "entry", "submission"), [(1, "H00", 1), (7, "H11", 2), (10, "H14", 2), (15, "H24", 4)])
def test_changed_with_its_hash(journal, seq, entry, submission):
    journal("UPDATE entry_version SET data = %s WHERE seq = %s", "{}", seq)
    reseal(journal, seq)
    assert found() == [("row_resealed", {"seq": seq, "entry": entry, "submission": submission})]


def test_changed_and_the_rest_of_the_submission_hashed_anew(journal):
    journal("UPDATE entry_version SET data = %s WHERE seq = 7", "{}")
    own = reseal(journal, 7)
    for seq in (8, 9, 10):
        own = reseal(journal, seq, own)
    assert found() == [("row_resealed", {"seq": 10, "entry": "H14", "submission": 2})]


def test_everything_hashed_anew_needs_the_hash_written_down_elsewhere(journal):
    from dataclasses import replace

    from taizhang.journal import models, read

    written_down, early = read.head_hash(), read.submission(1).hash
    journal("UPDATE entry_version SET data = %s WHERE seq = 12", "{}")
    own = reseal(journal, 12)
    for seq in (13, 14, 15):
        own = reseal(journal, seq, own)
    forged = replace(read.submission(4), rows_hash=own.hex())
    forged = replace(forged, hash=seal(forged))
    models.Submission.objects.filter(number=4).update(rows_hash=forged.rows_hash, hash=forged.hash)
    assert {place for place, _ in found()} == {"head_changed"}
    models.JournalHead.objects.update(rows_hash=forged.rows_hash, hash=forged.hash)
    assert found() == found(early) == []
    assert [code for code, _ in found(written_down)] == ["expected_hash"]


@pytest.mark.parametrize(("one", "other"), [(7, 8), (6, 10), (2, 14), (1, 15)])
def test_rows_swapped(journal, one, other):
    for seq, to in ((one, 900), (other, one), (900, other)):
        journal("UPDATE entry_version SET seq = %s WHERE seq = %s", to, seq)
    assert [(code, place["seq"], place["was"]) for code, place in found()] == [("row_moved", one, other), ("row_moved", other, one)]


def test_contents_swapped_but_numbers_and_hashes_left(journal):
    for seq, entry in ((7, "X"), (8, "H11"), (7, "H12")):
        journal("UPDATE entry_version SET entry = %s WHERE seq = %s", entry, seq)
    assert [(code, place["seq"]) for code, place in found()] == [("row_changed", 7), ("row_changed", 8)]


@pytest.mark.parametrize(("first", "last", "submission"), [(1, 1, 1), (7, 7, 2), (5, 6, 1), (6, 10, 2)])
def test_rows_removed(journal, first, last, submission):
    journal("DELETE FROM entry_version WHERE seq BETWEEN %s AND %s", first, last)
    assert found() == [("rows_removed", {"seq": first, "last": last, "submission": submission})]


def renumber(run: Callable[..., Any], since: int, by: int) -> None:
    run("UPDATE entry_version SET seq = seq + 1000 WHERE seq >= %s", since)
    run("UPDATE entry_version SET seq = seq - 1000 + %s WHERE seq >= 1000", by)


def test_row_removed_and_the_rest_renumbered(journal):
    journal("DELETE FROM entry_version WHERE seq = 7")
    renumber(journal, 8, -1)
    assert found() == [
        ("rows_renumbered", {"seq": 7, "last": 14, "was": 8}),
        ("rows_removed", {"seq": 7, "last": 7, "submission": 2}),
    ]


def insert(run: Callable[..., Any], seq: int, like: int, **changed: Any) -> None:
    from taizhang.journal.engine import COLUMNS

    row = dict(zip(COLUMNS, stored(like), strict=True)) | {"seq": seq, "entry": "X1"} | changed
    run(f"INSERT INTO entry_version ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})", *row.values())


@pytest.mark.parametrize("sealed", [True, False])
def test_row_inserted_at_the_end(journal, sealed):
    insert(journal, 16, 15, previous=stored(15)[14])
    if sealed:
        reseal(journal, 16)
    assert found() == [("row_inserted", {"seq": 16, "entry": "X1", "submission": 4})]


@pytest.mark.parametrize("sealed", [True, False])
def test_row_inserted_between(journal, sealed):
    renumber(journal, 8, 1)
    insert(journal, 8, 7, previous=stored(7)[14])
    if sealed:
        reseal(journal, 8)
    told = found()
    assert ("row_inserted", {"seq": 8, "entry": "X1", "submission": 2}) in told
    assert ("rows_renumbered", {"seq": 9, "last": 16, "was": 8}) in told
    assert len(told) == 2


def test_end_cut_off(journal):
    journal("DELETE FROM entry_version WHERE seq >= 13")
    assert found() == [("tail_cut", {"seq": 12, "submission": 4})]


def test_last_submission_removed_with_its_rows(journal):
    from taizhang.journal import read

    written_down = read.head_hash()
    journal("DELETE FROM entry_version WHERE seq >= 11")
    journal("DELETE FROM submission WHERE number = 4")
    assert [(code, place["submission"]) for code, place in found()] == [("submission_removed", 4), ("tail_cut", 2)]
    third = read.submission(3)
    journal("UPDATE journal_head SET numbers = 3, decisions = 3, position = 10, submission = 3, hash = %s, rows_hash = %s",
            third.hash, read.submission(2).rows_hash)  # fmt: skip
    assert found() == []
    assert [code for code, _ in found(written_down)] == ["expected_hash"]


def test_submission_removed_without_its_rows(journal):
    journal("DELETE FROM submission WHERE number = 2")
    assert found() == [("submission_removed", {"submission": 2})]


def test_returned_submission_removed(journal):
    journal("DELETE FROM submission_payload WHERE submission_id = 3")
    journal("DELETE FROM submission WHERE number = 3")
    assert found() == [("submission_removed", {"submission": 3})]


def test_submission_changed(journal):
    from datetime import UTC, datetime

    from taizhang.journal import models

    long_ago = datetime(2019, 1, 1, tzinfo=UTC)
    values = [
        ("person", "赵"), ("decided_by", "赵"), ("source_kind", "api"), ("source_name", "b.xlsx"), ("source_sha256", "00"), ("rows", 4),
        ("decided_at", long_ago), ("created_at", long_ago), ("ledgers", "death"), ("note", "x"), ("reason", "x"), ("rows_hash", "00"),
        ("payload_hash", "00"), ("algorithm", "sm9"), ("previous_hash", "00"), ("previous_hash", "zz"), ("hash", "00"),
    ]  # fmt: skip
    apart = {"number", "decision", "status", "first_seq", "last_seq"}
    assert {column for column, _ in values} == {f.name for f in models.Submission._meta.fields} - apart
    row = models.Submission.objects.filter(number=2)
    before = row.values().get()
    for column, value in values:
        row.update(**{column: value})
        assert found() == [("submission_changed", {"submission": 2})], column
        row.update(**{column: before[column]})
    for column, value in (
        ("decision", 9),
        ("status", "returned"),
        ("status", "pending"),
        ("first_seq", 7),
        ("last_seq", 9),
        ("last_seq", None),
    ):
        row.update(**{column: value})
        assert ("submission_changed", {"submission": 2}) in found(), column
        row.update(**{column: before[column]})
    assert found() == []


def test_submission_changed_with_its_hash(journal):
    from dataclasses import replace

    from taizhang.journal import models, read

    forged = replace(read.submission(2), person="赵")
    models.Submission.objects.filter(number=2).update(person="赵", hash=seal(forged))
    assert found() == [("submission_resealed", {"submission": 2})]


def test_returned_submission_made_pending_again(journal):
    journal("UPDATE submission SET status = 'pending', decision = NULL, decided_at = NULL, hash = NULL WHERE number = 3")
    assert found() == [("submission_changed", {"submission": 3})]


def test_head_edited(journal):
    for column in ("numbers", "decisions", "position", "submission"):
        for by in (-1, 1):
            journal(f"UPDATE journal_head SET {column} = {column} + %s", by)
            told = [code for code, _ in found()]
            # A head that promises more than there is cannot be told from an end that was cut off.
            more = {
                "numbers": "submission_removed",
                "decisions": "submission_removed",
                "position": "tail_cut",
                "submission": "head_changed",
            }
            assert (more[column] if by > 0 else "head_changed") in told, (column, by, told)
            journal(f"UPDATE journal_head SET {column} = {column} - %s", by)
    assert found() == []


def test_head_hash_edited_or_removed(journal):
    journal("UPDATE journal_head SET hash = %s", "00")
    assert [code for code, _ in found()] == ["head_changed"]
    journal("DELETE FROM journal_head")
    assert [code for code, _ in found()] == ["head_missing"]


def test_versions_that_do_not_follow(journal):
    """A row written by a program that forgot the lock: hashed well, but a second version 1 of an entry under another index."""
    from taizhang.journal.verify import _versions

    journal("DROP INDEX entry_version_key")
    journal("UPDATE entry_version SET entry = 'H00' WHERE seq = 12")
    journal("UPDATE entry_version SET version = 2, replaces = 5 WHERE seq = 14")
    assert [(f.code, f.params["seq"]) for f in _versions(15, set())] == [("journal.version_broken", 14), ("journal.version_broken", 12)]


def test_pending_content_edited(journal, make_change):
    from taizhang.errors import TaizhangError
    from taizhang.journal import actions
    from taizhang.journal.payload import pack

    pending = actions.do_submit("王", SOURCE, [make_change("H50", 1)])
    journal("UPDATE submission_payload SET content = %s", pack([make_change("H50", 1_000_000)])[0])
    assert found() == [("payload_broken", {"submission": pending.number})]
    with pytest.raises(TaizhangError) as caught:
        actions.do_accept(pending.number, "李")
    assert caught.value.fault.code == "journal.payload_changed"


def test_no_two_rows_have_the_same_text():
    """Content that is pushed from one column into the next, separators and all, is another content."""
    import itertools

    parts = ["", "a", "\x1f", "a\x1f", "\x1fa", "\x1f\x1f", "1", "None"]
    texts = {}
    for seq, entry, division, sheet in itertools.product((1, 11), parts, parts, [*parts, None]):
        for original in ("", None, "\x1f"):
            row = (seq, 1, "payment", entry, 1, "record", division, "{}", original, None, sheet, None, None)
            assert texts.setdefault(row_text(*row), row) == row
    assert len(texts) == 2 * 8 * 8 * 9 * 3
