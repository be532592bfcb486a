"""The tables refuse what the actions never do, and Django's models say what the tables are."""

from __future__ import annotations

import pytest

from taizhang.journal import Source

SOURCE = Source("file", "a.xlsx")


@pytest.fixture
def run(workspace, make_change):
    from django.db import connection

    from taizhang.journal import actions

    actions.do_record("王", SOURCE, [make_change("H1"), make_change("H2")])
    actions.do_submit("王", SOURCE, [make_change("H3")])

    def run(sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return run


def tables():
    from taizhang.journal import models

    return [list(m.objects.values()) for m in (models.EntryVersion, models.Submission, models.SubmissionPayload, models.JournalHead)]


def test_update_and_delete_are_refused(run, engine):
    from django.db import DatabaseError

    before = tables()
    attempts = [
        "UPDATE entry_version SET data = '{}'",
        "UPDATE entry_version SET data = '{}' WHERE seq = 2",
        "UPDATE entry_version SET hash = hash",
        "DELETE FROM entry_version WHERE seq = 2",
        "DELETE FROM entry_version",
        "UPDATE submission SET person = '赵' WHERE number = 1",
        "UPDATE submission SET person = '赵', status = 'accepted' WHERE number = 2",
        "UPDATE submission SET source_sha256 = 'x', status = 'accepted' WHERE number = 2",
        "UPDATE submission SET payload_hash = NULL, status = 'accepted' WHERE number = 2",
        "UPDATE submission SET status = 'pending' WHERE number = 1",
        "UPDATE submission SET status = 'returned' WHERE number = 1",
        "UPDATE submission SET reason = 'x' WHERE number = 2",
        "DELETE FROM submission",
        "UPDATE submission_payload SET content = content",
        "DELETE FROM submission_payload",
        "DELETE FROM journal_head",
        "INSERT INTO journal_head SELECT 2, numbers, decisions, position, submission, rows_hash, hash FROM journal_head",
        "INSERT INTO entry_version SELECT seq + 10, submission, ledger, entry, version, op, division, data, original, confirmed, sheet, line, "
        "replaces, previous, hash FROM entry_version",
    ]
    if engine == "postgresql":
        attempts += [f"TRUNCATE {table} CASCADE" for table in ("entry_version", "submission", "submission_payload", "journal_head")]
    for sql in attempts:
        with pytest.raises(DatabaseError):
            run(sql)
        assert tables() == before, sql


def test_the_same_edits_succeed_without_triggers(run):
    """So that the test before cannot pass for another reason."""
    from taizhang.journal.engine import schema

    for statement in schema().without_triggers():
        run(statement)
    run("UPDATE entry_version SET data = '{}' WHERE seq = 2")
    run("DELETE FROM submission_payload")
    run("DELETE FROM submission WHERE number = 2")
    run("DELETE FROM entry_version")
    assert [len(rows) for rows in tables()] == [0, 1, 0, 1]


def test_models_agree_with_tables(workspace):
    from django.core.management import call_command
    from django.db import connection

    from taizhang.journal import models
    from taizhang.journal.engine import COLUMNS

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    with connection.cursor() as cursor:
        for model in (models.Submission, models.SubmissionPayload, models.EntryVersion, models.JournalHead):
            cursor.execute(f"SELECT * FROM {model._meta.db_table} LIMIT 0")
            assert [column[0] for column in cursor.description] == [f.column for f in model._meta.fields]
    assert tuple(f.column for f in models.EntryVersion._meta.fields) == COLUMNS


def test_the_journal_lies_in_its_own_order(sqlite_workspace):
    """``seq`` must be SQLite's row number itself: a separate index for it costs a third of the writing speed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'entry_version'")
        assert cursor.fetchall() == [("entry_version_key",)]
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)
