"""Backup of a running workspace and its restoration."""

from __future__ import annotations

import json
import threading
import zipfile

import pytest

from taizhang.backup import backup, restore
from taizhang.errors import TaizhangError
from taizhang.journal import Source

SOURCE = Source("file", "a.xlsx")


@pytest.fixture
def town(workspace, make_change):
    from taizhang.journal import actions

    original = workspace.path("名册.xlsx")
    original.write_bytes(b"as it came in")
    actions.do_record("王", Source("file", "名册.xlsx", workspace.store_file(original)), [make_change(f"H{i}", i) for i in range(50)])
    actions.do_submit("王", SOURCE, [make_change("P1", 1)])
    actions.do_submit("王", SOURCE, [make_change("P2", 1)])
    actions.do_return(3, "李", "不符")
    (workspace.path("pack") / "own.yaml").write_text("parameter: 本镇\n", encoding="utf-8")
    (workspace.path("warehouse") / "big.parquet").write_bytes(b"rebuilt")
    return workspace


@pytest.fixture
def elsewhere(new_workspace):
    """Address of an empty database to restore into."""
    return new_workspace("unused", empty=True).database_url


def all_rows():
    from taizhang.journal import models

    return [list(m.objects.values_list().order_by("pk")) for m in (models.EntryVersion, models.Submission, models.JournalHead)]


def refused(code, call, *args, **options):
    with pytest.raises(TaizhangError) as caught:
        call(*args, **options)
    assert caught.value.fault.code == code
    assert str(caught.value) != code
    return caught.value.fault


def test_round_trip(town, elsewhere, tmp_path, make_change):
    from taizhang.journal import actions, read
    from taizhang.journal.verify import verify

    town.activate()
    before = all_rows()
    done = backup(town, tmp_path / "out" / "公坪.zip")
    assert (done.position, done.head_hash) == (50, read.head_hash())
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["公坪.zip"]
    actions.do_record("王", SOURCE, [make_change("H900", 1)])
    restored, faults = restore(done.path, tmp_path / "new", database=elsewhere)
    assert faults == []
    assert restored.root == tmp_path / "new"
    assert all_rows() == before
    assert {p.relative_to(restored.root).as_posix() for p in restored.root.rglob("*") if p.is_file()} - {"taizhang.db"} - {
        "taizhang.db-wal", "taizhang.db-shm",
    } == {"taizhang.toml", "divisions.csv", "pack/own.yaml", next(p for p in zipfile.ZipFile(done.path).namelist() if p.startswith("files/"))}  # fmt: skip
    assert (restored.path("pack") / "own.yaml").read_text(encoding="utf-8") == "parameter: 本镇\n"
    # The restored journal goes on where the old one was: the pending submission too, and the triggers hold.
    assert actions.do_accept(2, "李").last_seq == 51
    assert verify(expect=done.head_hash) == []
    from django.db import DatabaseError, connection

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM entry_version")
    town.activate()
    assert read.standing("payment", ["H900"])


def test_while_imports_go_on(town, elsewhere, tmp_path, make_change):
    """Another thread records all the time; each backup is a journal that verifies."""
    stop, failures = threading.Event(), []

    def write():
        from django.db import connection

        from taizhang.journal import actions

        number = 0
        try:
            while not stop.is_set():
                number += 1
                actions.do_record("赵", SOURCE, [make_change(f"T{number}-{i}", i) for i in range(20)])
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    town.activate()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = backup(town, tmp_path / "a.zip")
    finally:
        stop.set()
        writer.join()
    assert failures == []
    _, faults = restore(done.path, tmp_path / "new", database=elsewhere)
    assert faults == []
    from taizhang.journal import read

    assert read.position() == done.position
    assert (done.position - 50) % 20 == 0


def test_refusals_leave_nothing(sqlite_workspace, tmp_path, make_change):
    from taizhang.journal import actions

    actions.do_record("王", SOURCE, [make_change("H1")])
    done = backup(sqlite_workspace, tmp_path / "a.zip")
    refused("backup.target_exists", backup, sqlite_workspace, tmp_path / "a.zip")
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("x")
    refused("backup.folder_not_empty", restore, done.path, full)
    refused("backup.unreadable", restore, full / "mine.txt", tmp_path / "n1")
    refused("backup.unreadable", restore, tmp_path / "none.zip", tmp_path / "n1")
    refused("backup.other_engine", restore, done.path, tmp_path / "n1", database="postgresql://nobody@localhost/none")
    (tmp_path / "cut.zip").write_bytes(done.path.read_bytes()[:-400])
    refused("backup.unreadable", restore, tmp_path / "cut.zip", tmp_path / "n1")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip", "cut.zip", "full", "town"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert restore(done.path, empty)[1] == []


def rewrite(source, target, change):
    """Write a zip anew, each member through ``change(name, content)`` → list of (name, content)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            for there, content in change(name, old.read(name)):
                new.writestr(there, content)
    return target


def test_edited_archives_are_refused(sqlite_workspace, tmp_path, make_change):
    from taizhang.journal import actions

    actions.do_record("王", SOURCE, [make_change("H1")])
    good = backup(sqlite_workspace, tmp_path / "good.zip").path

    def evil(name, content):
        if name != "manifest.json":
            return [(name, content)]
        manifest = json.loads(content)
        import hashlib

        manifest["members"]["../evil.txt"] = {"size": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}
        return [("../evil.txt", b"evil"), (name, json.dumps(manifest))]

    edits = {
        "changed": lambda n, c: [(n, c + b"\n" if n == "divisions.csv" else c)],
        "dropped": lambda n, c: [] if n == "divisions.csv" else [(n, c)],
        "added": lambda n, c: [(n, c), ("extra.txt", b"x")] if n == "divisions.csv" else [(n, c)],
        "evil": evil,
    }
    for name, edit in edits.items():
        fault = refused("backup.member_changed", restore, rewrite(good, tmp_path / f"{name}.zip", edit), tmp_path / "new")
        assert fault.params["member"] in ("divisions.csv", "extra.txt", "../evil.txt")
    refused(
        "backup.unreadable",
        restore,
        rewrite(good, tmp_path / "b.zip", lambda n, c: [] if n == "manifest.json" else [(n, c)]),
        tmp_path / "new",
    )
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_journal_that_was_edited_is_restored_and_told(sqlite_workspace, tmp_path, make_change):
    from django.db import connection

    from taizhang.journal import actions

    actions.do_record("王", SOURCE, [make_change("H1")])
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER entry_version_no_update")
        cursor.execute("UPDATE entry_version SET data = '{}'")
    done = backup(sqlite_workspace, tmp_path / "a.zip")
    assert [f.code for f in restore(done.path, tmp_path / "new")[1]] == ["journal.row_changed"]
