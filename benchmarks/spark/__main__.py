"""The rules over one city's Parquet, on DuckDB and on a standalone cluster of Spark: are the rows the same, and how long does each take?

    python -m benchmarks.spark CITY [--workers 2] [--cores 1] [--memory 3000] [--kill] [--rules NAME …] [--json FILE]

CITY is what ``python -m benchmarks.comparison.city`` made; nothing is written into it. ``--kill`` kills the first worker (of two) half way and goes on
without it. Every answer becomes a hash of its sorted rows. FILE gets one line for each rule as it ends, so that a run that is broken off has still said something;
DuckDB's lines in it are used again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.spark.cluster import Cluster

from taizhang.comparison.model import Limits, RuleRun
from taizhang.comparison.running import run_rules
from taizhang.warehouse import manifest as listing
from taizhang.warehouse.snapshot import Snapshot
from taizhang.warehouse.spark.connection import connect
from taizhang.warehouse.spark.engine import Spark
from taizhang.warehouse.spark.segments import snapshot_of
from taizhang.warehouse.store import Warehouse
from taizhang.workspace import Workspace

DAY = date(2020, 12, 31)
BATCH = 8  # rules that are planned together, on either engine
SETTINGS = {"spark.sql.shuffle.partitions": "4", "spark.driver.memory": "2g", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"}


def hash_of(run: RuleRun) -> str:
    """Return a hash of an answer's rows, sorted as texts."""
    digest = hashlib.sha256()
    for line in sorted(repr(row) for row in run.rows):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:16]


def answers(snapshot: Snapshot, names: Sequence[str], limits: Limits, delivered: set[str]) -> Iterator[dict[str, Any]]:
    """Run rules and yield what each gave."""
    for first in range(0, len(names), BATCH):
        for run in run_rules(snapshot, names[first : first + BATCH], DAY, limits, delivered=delivered.__contains__):
            told = run.told.message if run.told else ""
            yield {
                "rule": run.rule,
                "state": run.state,
                "rows": run.total,
                "hash": hash_of(run),
                "seconds": round(run.seconds, 2),
                "told": told,
            }


def with_engine(name: str, found: Iterator[dict[str, Any]], out: Path | None, expected: dict[str, Any] | None = None) -> dict[str, Any]:
    """Gather the answers of one engine, writing and comparing each as it comes."""
    gathered = {}
    for answer in found:
        gathered[answer["rule"]] = answer
        same = expected is None or all(expected[answer["rule"]][key] == answer[key] for key in ("state", "rows", "hash"))
        line = {"engine": name, **answer, **({} if expected is None else {"same": same})}
        if out:
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if not same:
            print(f"UNEQUAL {answer} expected {expected[answer['rule']] if expected else ''}", file=sys.stderr)
    return gathered


def known(path: Path | None, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return DuckDB's answers out of a file that an earlier run wrote; nothing when one is missing."""
    if path is None or not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = {line["rule"]: line for line in lines if line["engine"] == "duckdb"}
    return found if set(names) <= found.keys() else {}


def main() -> int:
    """Run both engines and compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("city", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1, help="of each worker")
    parser.add_argument("--memory", type=int, default=3000, help="of each worker, in megabytes")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--rules", nargs="*")
    parser.add_argument("--seconds", type=float, default=600, help="limit for one rule")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    workspace = Workspace.open(given.city)
    workspace.activate()
    warehouse = Warehouse(workspace)
    names = given.rules or list(workspace.pack.rules)
    delivered = {name for name, table in listing.load(warehouse.folder).tables.items() if table.rows}
    limits = Limits(given.seconds, 1_000_000)
    began = time.perf_counter()
    ours = known(given.json, names)
    if not ours:
        with warehouse.snapshot(warehouse.position) as here:
            ours = with_engine("duckdb", answers(here, names, limits, delivered), given.json)
        print(f"DuckDB: {len(ours)} rules, {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    names = sorted(
        names, key=lambda name: ours[name]["seconds"]
    )  # the light ones first, so that a run that is broken off has said the most
    began = time.perf_counter()
    with Cluster(given.workers, given.cores, f"{given.memory}m") as cluster:
        session = connect(cluster.url, SETTINGS | {"spark.executor.memory": f"{given.memory - 400}m"})
        session.range(10).count()
        print(f"cluster of {given.workers}: {time.perf_counter() - began:.0f} s to start", flush=True)
        began = time.perf_counter()
        half = names[: len(names) // 2] if given.kill else names
        with snapshot_of(warehouse, Spark(session), warehouse.position) as there:
            label = f"spark-{given.workers}" + ("-kill" if given.kill else "")
            theirs = with_engine(label, answers(there, half, limits, delivered), given.json, ours)
            if given.kill:
                cluster.kill_worker(0)
                theirs |= with_engine(label, answers(there, names[len(half) :], limits, delivered), given.json, ours)
        seconds = time.perf_counter() - began
        session.stop()
    equal = sum(all(ours[n][key] == theirs[n][key] for key in ("state", "rows", "hash")) for n in theirs)
    applies = sum(ours[n]["state"] == "ran" for n in ours)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{label}: {seconds:.0f} s, load {os.getloadavg()[0]:.1f}; {equal} of {len(theirs)} rules alike ({applies} apply), driver's Python {peak} MB"
    )
    return 0 if equal == len(ours) else 1


if __name__ == "__main__":
    sys.exit(main())
