"""The rules over one workspace's Parquet, on DuckDB and on Spark: are the rows the same, and how long does each take?

    python -m benchmarks.spark WORKSPACE [--workers 2] [--cores 1] [--memory 3000] [--kill] [--rules NAME …] [--json FILE]

WORKSPACE is what ``python -m benchmarks.comparison.city`` or ``taizhang demo`` made; nothing is written into it. Where it holds a list of planted faults, they are
looked for. ``--workers 0`` runs Spark within this machine, without a cluster. ``--kill`` kills the first worker (of two) when half of the rules are done, in the middle of the next, and goes on without it. Every answer becomes a
hash of its sorted rows. FILE gets one line for each rule; what it says already is not asked again, so that a run that was broken off can be gone on with.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import resource
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.spark.cluster import Cluster

from taizhang.comparison.model import Limits, RuleRun
from taizhang.comparison.running import run_rules
from taizhang.demo.faults import LIST
from taizhang.pack.definitions import Rule
from taizhang.warehouse import manifest as listing
from taizhang.warehouse.snapshot import Snapshot
from taizhang.warehouse.spark.connection import JAVA_OPTIONS, connect
from taizhang.warehouse.spark.engine import Spark
from taizhang.warehouse.spark.segments import snapshot_of
from taizhang.warehouse.store import Warehouse
from taizhang.workspace import Workspace

DAY = date(2020, 12, 31)
BATCH = 16  # rules that are planned together, on either engine
LANES = 2  # batches at a time on Spark, whose driver plans one while the workers compute the other
COMPARED = ("state", "rows", "hash")
SETTINGS = {
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.extraJavaOptions": JAVA_OPTIONS,
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
}

Answer = dict[str, Any]
Planted = Mapping[str, Sequence[Sequence[Mapping[str, Any]]]]  # by rule: instances, each with the rows that must be found


def planted_in(workspace: Workspace) -> Planted:
    """Return the planted faults of a workspace."""
    path, by_rule = workspace.path(LIST), defaultdict(list)
    for entry in json.loads(path.read_text(encoding="utf-8"))["planted"] if path.exists() else ():
        by_rule[entry["rule"]].append(entry["finds"])
    return by_rule


@dataclass(frozen=True)
class Question:
    """What both engines are asked."""

    names: Sequence[str]
    limits: Limits
    delivered: frozenset[str]
    planted: Planted

    def answers(self, snapshot: Snapshot, names: Sequence[str], begun: Callable[[Rule], None] | None = None) -> Iterator[Answer]:
        """Run rules together and yield what each gave."""
        for run in run_rules(snapshot, names, DAY, self.limits, delivered=self.delivered.__contains__, begun=begun):
            yield {
                "rule": run.rule,
                "state": run.state,
                "rows": run.total,
                "hash": hash_of(run),
                "planted_found": self._found(run),
                "seconds": round(run.seconds, 2),
                "told": run.told.message if run.told else "",
            }

    def _found(self, run: RuleRun) -> int:
        """Return how many of the instances planted for a rule are among its rows."""
        rows = run.records()
        return sum(
            all(any(all(str(row.get(k)) == str(v) for k, v in want.items()) for row in rows) for want in finds)
            for finds in self.planted.get(run.rule, ())
        )


def hash_of(run: RuleRun) -> str:
    """Return a hash of an answer's rows, sorted as texts."""
    digest = hashlib.sha256()
    for line in sorted(repr(row) for row in run.rows):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:16]


class Notes:
    """What is known of each engine's answers; kept in a file where one is given."""

    def __init__(self, path: Path | None) -> None:
        self.path, self._known = path, defaultdict[str, dict[str, Answer]](dict)
        for line in path.read_text(encoding="utf-8").splitlines() if path and path.exists() else ():
            answer = json.loads(line)
            self._known[answer["engine"]][answer["rule"]] = answer

    def of(self, engine: str) -> dict[str, Answer]:
        """Return an engine's answers by rule."""
        return self._known[engine]

    def take(self, engine: str, answers: Iterable[Answer], expected: Mapping[str, Answer] | None = None) -> None:
        """Note answers as they come, and tell those that are not as expected."""
        for answer in answers:
            self._known[engine][answer["rule"]] = answer
            if self.path:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"engine": engine, **answer}, ensure_ascii=False) + "\n")
            if expected and not alike(answer, expected[answer["rule"]]):
                print(f"UNEQUAL {answer} expected {expected[answer['rule']]}", file=sys.stderr)


def batches(names: Sequence[str]) -> list[Sequence[str]]:
    """Return names in groups."""
    return [names[first : first + BATCH] for first in range(0, len(names), BATCH)]


def alike(one: Answer, other: Answer) -> bool:
    """Say whether two answers are the same rows."""
    return all(one[key] == other[key] for key in COMPARED)


class Killer:
    """Kills the cluster's first worker soon after the rule that comes after ``left`` others has begun."""

    def __init__(self, cluster: Cluster, left: int) -> None:
        self.cluster, self.left, self._begun = cluster, left, itertools.count()

    def __call__(self, rule: Rule) -> None:
        """Count a rule that begins, in whichever lane."""
        if next(self._begun) == self.left:
            threading.Timer(1, self.cluster.kill_worker, [0]).start()
            print(f"a worker is killed during {rule.name}", flush=True)


def on_spark(given: argparse.Namespace, label: str, question: Question, warehouse: Warehouse, notes: Notes) -> float:
    """Ask Spark what it was not asked yet, and return the seconds."""
    expected = notes.of("duckdb")
    # The light ones first, so that a run that is broken off has said the most.
    listed = sorted(question.names, key=lambda name: expected[name]["seconds"])
    names = [name for name in listed if name not in notes.of(label)]
    with ExitStack() as stack:
        killer = None
        if given.workers:
            cluster = stack.enter_context(Cluster(given.workers, given.cores, f"{given.memory}m"))
            session = connect(cluster.url, SETTINGS | {"spark.executor.memory": f"{given.memory - 400}m"})
            killer = Killer(cluster, max(0, len(names) - len(listed) // 2)) if given.kill else None
        else:
            session = connect(f"local[{given.cores}]", SETTINGS | {"spark.driver.memory": f"{given.memory}m"})
        stack.callback(session.stop)
        session.range(10).count()
        began = time.perf_counter()

        def ask(batch: Sequence[str]) -> list[Answer]:
            with snapshot_of(warehouse, Spark(session.newSession()), warehouse.position) as there:
                return list(question.answers(there, batch, killer))

        with ThreadPoolExecutor(LANES) as pool:
            for answers in pool.map(ask, batches(names)):
                notes.take(label, answers, expected)
        return time.perf_counter() - began


def main() -> int:
    """Run both engines and compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cores", type=int, default=1, help="of each worker")
    parser.add_argument("--memory", type=int, default=3000, help="of each worker, in megabytes")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--rules", nargs="*")
    parser.add_argument("--seconds", type=float, default=600, help="limit for one rule")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    workspace = Workspace.open(given.workspace)
    workspace.activate()
    from taizhang.journal import read

    warehouse = Warehouse(workspace)
    if warehouse.position != read.position():
        parser.error("the columns are behind the journal: `taizhang warehouse refresh` first")
    delivered = frozenset(name for name, table in listing.load(warehouse.folder).tables.items() if table.rows)
    names = given.rules or list(workspace.pack.rules)
    question = Question(names, Limits(given.seconds, 1_000_000), delivered, planted_in(workspace))
    notes = Notes(given.json)
    began = time.perf_counter()
    with warehouse.snapshot(warehouse.position) as here:
        for batch in batches([name for name in names if name not in notes.of("duckdb")]):
            notes.take("duckdb", question.answers(here, batch))
    ours = notes.of("duckdb")
    tell("DuckDB", time.perf_counter() - began, question, ours, ours)
    label = f"spark-{given.workers}" + ("-kill" if given.kill else "")
    seconds = on_spark(given, label, question, warehouse, notes)
    tell(label, seconds, question, notes.of(label), ours)
    return 0 if all(alike(notes.of(label)[name], ours[name]) for name in names) else 1


def tell(label: str, seconds: float, question: Question, answers: Mapping[str, Answer], expected: Mapping[str, Answer]) -> None:
    """Print what one engine gave."""
    known = [name for name in question.names if name in answers]
    applies = sum(answers[name]["state"] == "ran" for name in known)
    equal = sum(alike(answers[name], expected[name]) for name in known)
    found, planted = sum(answers[name]["planted_found"] for name in known), sum(map(len, question.planted.values()))
    rows, told = sum(answers[name]["rows"] for name in known), sum(answers[name]["seconds"] for name in known)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{label}: {seconds:.0f} s now, {told:.0f} s in the rules; {applies} of {len(known)} rules apply, {rows} rows, {equal} alike;"
        f" {found} of {planted} planted faults found; load {os.getloadavg()[0]:.1f}, driver's Python {peak} MB",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
