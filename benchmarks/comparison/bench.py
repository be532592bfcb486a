"""The ways over one city: ours, the statements by hand and other tools, each in a fresh process; rows are compared."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.comparison.hand import Files, statements
from benchmarks.comparison.peers import peer_python
from benchmarks.comparison.ways import COMPARED

from taizhang.pack import load_pack

FRAMES = (
    "dup_payment_same_period", "deceased_paid", "moved_out_paid", "dup_household_program", "dup_cross_town", "tekun_and_dibao", "plot_double_claimed",
    "phone_shared_many", "id_birth_mismatch", "dual_pension",
)  # fmt: skip
VALUES = {"payment": "benchmark_payment_values", "resident": "benchmark_resident_values"}
PANDAS_MOST, CHECKS_MOST = 12_000_000, 3_000_000  # payments beyond which a way would not fit into memory
ALL, LIKE, HAND, CHECK = "ours, all rules", "ours, the rules by hand", "by hand", "ours, check --full"
TEN, POLARS, PANDAS = "ours, ten rules", "Polars", "pandas"
CHECKED, PANDERA, EXPECTATIONS = "ours, values", "Pandera", "Great Expectations"


class Bench:
    """The ways over one city."""

    def __init__(self, root: Path, room: Path, envs: Path) -> None:
        self.root, self.room, self.envs = root, room, envs
        self.facts = json.loads((root / "city.json").read_text(encoding="utf-8"))
        files = Files(root, load_pack())
        listed = {
            name: {"all": files.of(name), "replacing": files.of(name, replacing=True)} for name, t in files.tables.items() if t.segments
        }
        self.files = room / "files.json"
        self.files.write_text(json.dumps(listed), encoding="utf-8")

    def own(self, way: str, *rules: str, root: Path | None = None) -> dict[str, Any]:
        """Run one of our ways."""
        return self._measured(
            [sys.executable, "-m", "benchmarks.comparison.ways", way, str(root or self.root), str(self.room / "out.json"), *rules]
        )

    def peer(self, script: str, way: str) -> dict[str, Any]:
        """Run another tool in its own environment."""
        python = peer_python(way, self.envs)
        if isinstance(python, str):
            return {"missing": python}
        return self._measured([str(python), str(Path(__file__).with_name(script)), way, str(self.files), str(self.room / "out.json")])

    def check(self) -> dict[str, Any]:
        """Run ``check --full`` on a copy, since it records what it finds; the columns are shared by links."""
        copy = self.room / "copy"
        shutil.copytree(self.root, copy, copy_function=lambda a, b: os.link(a, b) if a.endswith(".parquet") else shutil.copy2(a, b))
        try:
            return self.own("check", root=copy)
        finally:
            shutil.rmtree(copy)

    def _measured(self, command: list[str]) -> dict[str, Any]:
        began = time.perf_counter()
        errors = self.room / "errors.txt"
        with errors.open("w") as stream:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stream)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if status:
            last = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or [f"ended with status {status}"]
            return {"missing": last[0][:300]}
        out = self.room / "out.json"
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        out.unlink()
        return result | {"whole": time.perf_counter() - began, "peak": usage.ru_maxrss / 1024}


def differing_hand(ours: dict[str, Any], hand: dict[str, Any]) -> list[str]:
    """Return the rules whose rows are not those of the statement by hand, in all columns that both give."""
    return [name for name, told in hand.items() if _shown(told["rows"], told["rows"]) != _shown(ours[name]["rows"], told["rows"])]


def _shown(rows: list[dict[str, Any]], like: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    names = sorted(like[0]) if like else sorted(rows[0]) if rows else []
    return Counter(tuple(row.get(name) for name in names) for row in rows)


def differing_frames(ours: dict[str, Any], rows: dict[str, list[list[Any]]]) -> list[str]:
    """Return the rules whose rows another tool gives otherwise."""
    wrong = []
    for name, listed in rows.items():
        columns = [i for i, c in enumerate(COMPARED) if any(row[i] is not None for row in listed)]
        mine = Counter(tuple(row.get(COMPARED[i]) for i in columns) for row in ours[name]["rows"])
        if mine != Counter(tuple(row[i] for i in columns) for row in listed):
            wrong.append(name)
    return wrong


def differing_values(ours: dict[str, Any], rows: dict[str, list[int]]) -> list[str]:
    """Return the ledgers in which other rows fail than ours."""
    return [ledger for ledger, listed in rows.items() if sorted(row["left"] for row in ours[VALUES[ledger]]["rows"]) != listed]


def _ways(bench: Bench) -> dict[str, Callable[[], dict[str, Any]]]:
    payments = bench.facts["rows"]["payment"]
    by_hand = list(statements())

    def peer(script: str, tool: str, most: int | None = None) -> Callable[[], dict[str, Any]]:
        if most and payments > most:
            return lambda: {"missing": f"over {most:,} payments"}
        return lambda: bench.peer(script, tool)

    return {
        ALL: lambda: bench.own("rules"),
        LIKE: lambda: bench.own("rules", *by_hand),
        HAND: lambda: bench.own("hand", *by_hand),
        TEN: lambda: bench.own("rules", *FRAMES),
        POLARS: peer("peer_frames.py", "polars"),
        PANDAS: peer("peer_frames.py", "pandas", PANDAS_MOST),
        CHECKED: lambda: bench.own("values", *VALUES.values()),
        PANDERA: peer("peer_checks.py", "pandera", CHECKS_MOST),
        EXPECTATIONS: peer("peer_checks.py", "great_expectations", CHECKS_MOST),
        CHECK: bench.check,
    }


def run(bench: Bench, only: Collection[str], repeat: int) -> dict[str, Any]:
    """Run the ways turn by turn, all when none is named; rows are compared in the first turn.

    Returns ``ways`` (by way the medians of ``seconds``, ``used`` as processor seconds, ``peak`` in MB), ``missing`` (why a way was not run), ``unequal``
    (by way the rules whose rows are not ours), ``states`` and ``slowest`` of all rules.
    """
    taken: dict[str, list[dict[str, Any]]] = {}
    first: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for turn in range(repeat):
        for name, way in _ways(bench).items():
            if (only and name not in only) or (turn and name == CHECK):
                continue
            result = way()
            if "missing" in result:
                missing[name] = result["missing"]
                print(f"{name:24} not run: {result['missing']}", flush=True)
                continue
            first.setdefault(name, result)
            taken.setdefault(name, []).append({k: result[k] for k in ("seconds", "used", "peak", "whole")})
            print(f"{name:24} {result['seconds']:8.2f} s {result['used']:8.2f} processor s {result['peak']:7.0f} MB", flush=True)
    return {
        "ways": {n: {k: median(t[k] for t in each) for k in each[0]} for n, each in taken.items()},
        "missing": missing,
        "unequal": compare(first),
        "states": dict(Counter(r["state"] for r in first[ALL]["rules"].values())) if ALL in first else {},
        "slowest": sorted(((round(r["seconds"], 2), n) for n, r in first.get(ALL, {}).get("rules", {}).items()), reverse=True)[:12],
    }


def compare(first: dict[str, Any]) -> dict[str, list[str]]:
    """Return, by way, the rules whose rows differ from ours."""
    unequal = {}
    if LIKE in first and HAND in first:
        unequal[HAND] = differing_hand(first[LIKE]["rules"], first[HAND]["rules"])
    for name in (POLARS, PANDAS):
        if name in first and TEN in first:
            unequal[name] = differing_frames(first[TEN]["rules"], first[name]["rows"])
    for name in (PANDERA, EXPECTATIONS):
        if name in first and CHECKED in first:
            unequal[name] = differing_values(first[CHECKED]["rules"], first[name]["rows"])
    return unequal
