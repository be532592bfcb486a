"""The record of reads is only added to, on both databases, whoever asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from taizhang.access.actions import do_record_read, do_unmask
from taizhang.access.models import ReadRecord
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace


def by_sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def test_no_record_is_changed_or_taken_away(workspace: Workspace) -> None:
    do_record_read("clerk", "export", ledger="household", what="2020", rows=3)
    attempts: list[Callable[[], object]] = [
        lambda: ReadRecord.objects.update(person="somebody else"),
        lambda: ReadRecord.objects.all().delete(),
        lambda: ReadRecord(id=ReadRecord.objects.get().id, at=ReadRecord.objects.get().at, person="x", act="y").save(),
        by_sql("UPDATE read_record SET rows = 0"),
        by_sql("DELETE FROM read_record"),
    ]
    if connection.vendor == "postgresql":
        attempts.append(by_sql("TRUNCATE read_record"))
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            attempt()
    kept = ReadRecord.objects.get()
    assert (kept.person, kept.act, kept.ledger, kept.what, kept.rows) == ("clerk", "export", "household", "2020", 3)


def test_nothing_is_seen_unmasked_without_a_purpose(workspace: Workspace) -> None:
    with pytest.raises(TaizhangError) as caught:
        do_unmask("clerk", "  ", "household", ["H1"])
    assert caught.value.fault.code == "access.purpose_missing"
    assert not ReadRecord.objects.exists()
