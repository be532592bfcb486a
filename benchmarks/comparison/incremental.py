"""What a change costs: 3 000 rows of one village's payments in a city that ``benchmarks.comparison.city`` made.

    python -m benchmarks.comparison.incremental CITY [--rows 3000] [--new] [--check]

The city is not touched: its files are linked into a folder of their own. Everything is compared once (and recorded), the rows are changed by an
ordinary submission (with ``--new`` their like comes as the next month's), and what it reaches is compared, the columns being brought up to date first:
``incremental`` is all from the submission to the recorded findings. ``--check`` compares everything once more and holds the findings against it. ``first`` is a
change of one row before, at which the rules are analysed; a workspace keeps that until its pack or the release is another.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.comparison.city import canonical

from taizhang.warehouse import manifest as listing
from taizhang.warehouse.columns import quoted
from taizhang.warehouse.keys import KeyIndex, key_kinds
from taizhang.workspace import Workspace

DAY = date(2021, 1, 5)


def linked(city: Path, place: Path) -> Workspace:
    """Return a workspace with the city's files; what is appended stays in it."""
    for path in city.rglob("*"):
        target = place / path.relative_to(city)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".parquet":
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    _ends(place)
    workspace = Workspace.open(place)
    workspace.activate()
    return workspace


def _found(workspace: Workspace) -> None:
    """Put the rows that the rules find into the journal, which has only some towns' rows, so that the findings can be recorded."""
    from taizhang.comparison import run_rules
    from taizhang.warehouse import Warehouse

    with Warehouse(workspace).snapshot() as snapshot:
        seqs = {
            row[side]
            for run in run_rules(snapshot, None, DAY, delivered=bool)
            for row in run.records()
            for side in ("left", "right")
            if row.get(side)
        }
    _put(workspace, seqs)


def _witnesses(workspace: Workspace) -> None:
    """Put all rows by which what rules take from everything is known into the journal, as it has them outside of this benchmark."""
    from taizhang.comparison.premise_rows import Premises
    from taizhang.warehouse import Warehouse

    warehouse = Warehouse(workspace)
    kinds = {kind for by_column in key_kinds(workspace.pack).values() for kind in by_column.values()}
    values = Premises(warehouse.folder, warehouse.seal).witnesses
    _put(workspace, {int(seq) for seq in KeyIndex(warehouse.folder).rows(sorted(kinds), values, warehouse.position, 1_000_000) or ()})


def _put(workspace: Workspace, seqs: set[int]) -> None:
    """Put rows that stand into the journal out of the columns."""
    from taizhang.warehouse import Warehouse

    rows = []
    warehouse = Warehouse(workspace)
    with warehouse.snapshot() as snapshot:
        for name, ledger in workspace.pack.ledgers.items():
            if not warehouse.last_change(name):
                continue
            texts = ", ".join(f"{canonical(f, quoted(n))} AS {quoted(n)}" for n, f in ledger.fields.items())
            sql = f"SELECT _seq, _submission, _entry, _version, _division, _replaces, {texts} FROM {name} WHERE _seq IN (SELECT unnest(CAST($1 AS BIGINT[])))"
            for seq, sent, entry, version, division, replaces, *values in snapshot.fetch(sql, name, parameters=[sorted(seqs)]):
                data = {n: v for n, v in zip(ledger.fields, values, strict=True) if v is not None}
                rows.append((seq, sent, name, entry, version, division or "", json.dumps(data, ensure_ascii=False), replaces))
    with closing(sqlite3.connect(workspace.path("taizhang.db"))) as database, database:
        database.executemany(
            "INSERT OR REPLACE INTO entry_version (seq, submission, ledger, entry, version, op, division, data, replaces, previous, hash)"
            " VALUES (?, ?, ?, ?, ?, 'record', ?, ?, ?, x'', x'')",
            rows,
        )


def _ends(place: Path) -> None:
    """Put the last row of every ledger into the journal, by which a run tells how old each ledger is."""
    manifest = listing.load(place / "warehouse")
    with closing(sqlite3.connect(place / "taizhang.db")) as database, database:
        (sent,) = database.execute("SELECT max(number) FROM submission").fetchone()
        rows = [(table.last, sent, name) for name, table in manifest.tables.items() if table.last and name != "submission"]
        database.executemany(
            "INSERT OR IGNORE INTO entry_version (seq, submission, ledger, entry, version, op, division, data, previous, hash)"
            " VALUES (?, ?, ?, 'last', 1, 'record', '', '{}', x'', x'')",
            rows,
        )


@contextmanager
def timed(found: dict[str, Any], name: str) -> Iterator[None]:
    """Keep seconds and processor seconds under a name."""
    wall, used = time.perf_counter(), time.process_time()
    yield
    found[name] = {"s": round(time.perf_counter() - wall, 3), "cpu_s": round(time.process_time() - used, 3)}


def change(workspace: Workspace, village: str, rows: int, new: str | None = None) -> int:
    """Change the amount of payments of a village by a cent each, or add ``new`` ones like them for the next month, in one submission; return how many."""
    from taizhang.journal import read
    from taizhang.journal.actions import do_record
    from taizhang.journal.records import Change, Source

    with workspace_rows(workspace, village, rows) as entries:
        standing = read.standing("payment", entries)
    changes = []
    for entry, stands in standing.items():
        data = json.loads(stands.data)
        if new:
            entry = f"{entry}-{new}"
            data |= {"number": entry, "for_month": "2021-01", "paid_on": "2021-01-04", "batch": f"{data['batch']}-{new}"}
        else:
            data["amount"] = format((Decimal(data["amount"]) + Decimal("0.01")).normalize(), "f")
        base = None if new else stands.seq
        changes.append(Change("payment", entry, "record", data["village"], json.dumps(data, ensure_ascii=False), base=base))
    do_record("演示", Source("file", "更正.xlsx"), changes)
    return len(changes)


@contextmanager
def workspace_rows(workspace: Workspace, village: str, rows: int) -> Iterator[list[str]]:
    """Yield entries of payments in a village."""
    from taizhang.warehouse import Warehouse

    with Warehouse(workspace).snapshot() as snapshot:
        found = snapshot.fetch(f"SELECT _entry FROM payment WHERE _division LIKE '{village}%' ORDER BY _seq LIMIT {rows}", "payment")
        yield [entry for (entry,) in found]


def measure(city: Path, rows: int, new: bool, checked: bool) -> dict[str, Any]:
    """Return the figures of one city."""
    from taizhang.comparison.checking import check

    facts = json.loads((city / "city.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = {"city": {name: facts[name] for name in ("residents", "payments", "towns", "position")}}
    with tempfile.TemporaryDirectory(dir=city.parent, prefix="incremental-") as folder:
        workspace = linked(city, Path(folder) / "city")
        _found(workspace)
        with timed(found, "whole"):
            whole = check(workspace, day=DAY, person="演示", full=True)
        found["findings"] = len(whole.standing)
        check(workspace, day=DAY, person="演示")  # rules over the ledgers of comparison itself
        change(workspace, facts["village"], 1, "first" if new else None)
        with timed(found, "first"):  # what is worked out once for a pack and a release is worked out here
            check(workspace, day=DAY, person="演示")
        _witnesses(workspace)
        found["new" if new else "changed"] = change(workspace, facts["village"], rows, "2021" if new else None)
        with timed(found, "incremental"):
            after = check(workspace, day=DAY, person="演示")
        ways = [r.how for r in after.rules]
        found["rules"] = {way: ways.count(way) for way in ("keyed", "full", "unchanged")}
        found["whole_rules"] = [r.stamp.rule.name for r in after.rules if r.how == "full"]
        found["reached"] = max((r.reached.size for r in after.rules if r.reached), default=0)
        found["ratio"] = round(found["whole"]["s"] / found["incremental"]["s"], 1)
        found["cpu_ratio"] = round(found["whole"]["cpu_s"] / found["incremental"]["cpu_s"], 1)
        if checked:
            check(workspace, day=DAY, person="演示")  # what the run itself wrote
            again = check(workspace, day=DAY, person="演示", full=True)
            found["differs"] = [r.stamp.rule.name for r in again.rules if r.new or r.changed or r.closed]
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("city", type=Path)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--new", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    print(json.dumps(measure(options.city, options.rows, options.new, options.check), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
