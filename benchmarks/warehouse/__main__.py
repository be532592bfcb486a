"""Refresh after a submission of 3 000 rows against a full rebuild, for a county of N entries and one of 2 N.

    python -m benchmarks.warehouse [--entries 2000000] [--double] [--submissions 10] [--folder DIR]

The journal's N entries are loaded by direct SQL (their hashes are empty, nobody verifies them here); the submissions that are
measured go through ``actions.do_record``. Prints the seconds of every refresh, so that one in which segments are merged is seen.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.loader import SHIPPED
from taizhang.warehouse import Warehouse
from taizhang.workspace import Workspace

TOWN = "990128105"
LEDGERS = 10
GOAL = 50
ROWS = 3_000
BATCH = 10_000
TYPES = {
    "no": "text",
    "village": "division",
    "name": "text",
    "person": "id_number",
    "household": "text",
    "programme": "text",
    "for_year": "year",
    "area": "area",
    "amount": "money",
    "heads": "count",
    "done": "yes_no",
    "paid_on": "date",
}


def pack() -> Pack:
    """Return ledgers with twelve columns each."""
    fields = {name: Field(name, name, kind) for name, kind in TYPES.items()}
    names = [f"ledger_{n}" for n in range(LEDGERS)]
    ledgers = {n: Ledger(n, n, 1, "", "event", fields, ("no",), "village", at="paid_on") for n in names}
    return Pack("benchmark", ledgers, {}, {}, {})


def row(number: int) -> dict[str, str]:
    """Return one row of canonical texts."""
    return {
        "no": f"N{number}",
        "village": f"99012810520{number % 5 + 1}",
        "name": f"村民{number % 9973}",
        "person": f"9901281970010{number % 100000:05d}",
        "household": f"H{number // 4}",
        "programme": "稻谷补贴" if number % 3 else "耕地地力补贴",
        "for_year": "2020",
        "area": f"{number % 97}.{number % 9973:04d}1"[:6].rstrip("."),
        "amount": f"{number % 4999}.5",
        "heads": str(number % 7),
        "done": "true",
        "paid_on": f"2020-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
    }


def versions(entries: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows of the table entry_version, submissions of ``BATCH`` rows going round the ledgers."""
    for seq in range(1, entries + 1):
        submission = (seq - 1) // BATCH + 1
        text = json.dumps(row(seq), ensure_ascii=False)
        yield (
            seq,
            submission,
            f"ledger_{submission % LEDGERS}",
            f"N{seq}",
            1,
            "record",
            f"99012810520{seq % 5 + 1}",
            text,
            "表1",
            seq % BATCH,
            b"",
            b"",
        )


def load(workspace: Workspace, entries: int) -> None:
    """Fill the journal by direct SQL."""
    when = "2020-06-01 00:00:00"
    with sqlite3.connect(workspace.path("taizhang.db")) as database:
        database.executemany(
            "INSERT INTO entry_version (seq, submission, ledger, entry, version, op, division, data, sheet, line, previous, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            versions(entries),
        )
        count = -(-entries // BATCH)
        database.executemany(
            "INSERT INTO submission (number, ledgers, status, person, source_kind, source_name, note, created_at, rows, decision, decided_at,"
            " decided_by, reason, first_seq, last_seq, algorithm, rows_hash, previous_hash, hash)"
            " VALUES (?, ?, 'accepted', '李', 'file', '表.xlsx', '', ?, ?, ?, ?, '李', '', ?, ?, 'sha256', '', '', '')",
            ((n, f"ledger_{n % LEDGERS}", when, BATCH, n, when, (n - 1) * BATCH + 1, min(n * BATCH, entries)) for n in range(1, count + 1)),
        )
        database.execute(
            "UPDATE journal_head SET numbers = ?, decisions = ?, position = ?, submission = ?, rows_hash = '', hash = ''",
            (count, count, entries, count),
        )


def submit(number: int) -> None:
    """Record a submission of ``ROWS`` rows: half of them new, half corrections of what was recorded there before."""
    from taizhang.journal import Change, Source, actions, read

    ledger = f"ledger_{(number + 1) % LEDGERS}"
    first = number * BATCH + 1
    old = read.standing(ledger, [f"N{n}" for n in range(first, first + ROWS // 2)])
    names = [*old, *(f"S{number}-{n}" for n in range(ROWS - len(old)))]
    changes = []
    for index, entry in enumerate(names):
        data = json.dumps(row(index) | {"no": entry, "amount": "1.25"}, ensure_ascii=False)
        changes.append(Change(ledger, entry, "record", "990128105201", data, line=index, base=old[entry].seq if entry in old else None))
    actions.do_record("李", Source("file", "新.xlsx"), changes)


def timed(work: Any) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(folder: Path, entries: int, submissions: int) -> tuple[float, float]:
    """Return the mean seconds of a refresh and the seconds of a rebuild."""
    workspace = Workspace.create(folder, town=TOWN, title="县", divisions=SHIPPED / "township" / "divisions.csv")
    workspace.activate()
    workspace.__dict__["pack"] = pack()
    print(f"{entries:,} entries: journal loaded in {timed(lambda: load(workspace, entries)):.1f} s", flush=True)
    warehouse = Warehouse(workspace)
    first = timed(warehouse.refresh)
    seconds = []
    for number in range(submissions):
        submit(number)
        seconds.append(timed(warehouse.refresh))
    rebuild = timed(warehouse.rebuild)
    mean = statistics.mean(seconds)
    size = sum(p.stat().st_size for p in warehouse.folder.rglob("*.parquet")) / 1e6
    print(f"  first refresh {first:.2f} s, rebuild {rebuild:.2f} s ({size:.0f} MB, retired files included)")
    print(f"  refresh of {ROWS} rows: mean {mean:.3f} s, worst {max(seconds):.3f} s: {' '.join(f'{s:.3f}' for s in seconds)}")
    print(f"  rebuild / refresh: {rebuild / mean:.0f} (goal: over {GOAL})", flush=True)
    return mean, rebuild


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=2_000_000)
    parser.add_argument("--double", action="store_true", help="measure twice as many entries too")
    parser.add_argument("--submissions", type=int, default=10)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder when left out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        once, _ = measure(Path(name) / "once", given.entries, given.submissions)
        if given.double:
            twice, _ = measure(Path(name) / "twice", 2 * given.entries, given.submissions)
            print(f"refresh with twice the entries: {twice / once:.2f} times the seconds")


if __name__ == "__main__":
    main()
