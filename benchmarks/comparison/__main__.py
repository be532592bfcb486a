"""The rules of the pack over a city, beside the like in other tools: seconds, processor seconds and peak memory of each way, in one run.

    python -m benchmarks.comparison [--residents 5000000] [--payments N] [--folder DIR] [--only WAY…] [--repeat N] [--growth] [--json FILE]

Each way runs in a fresh process over the same Parquet files; rows are compared. The city is generated (``city.py``) and kept in the folder. Polars,
pandas, Pandera and Great Expectations are installed into environments of their own in the user's cache folder at the first run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.comparison import chart, city
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
GROWTH = (125_000, 1_250_000, 5_000_000)
ALL, LIKE, HAND, CHECK = "ours, all rules", "ours, the rules by hand", "by hand", "ours, check --full"


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


def run(bench: Bench, only: list[str], repeat: int) -> dict[str, Any]:
    """Run the ways turn by turn and return what they took; rows are compared in the first turn."""
    payments = bench.facts["rows"]["payment"]
    by_hand = list(statements())
    ways: dict[str, Any] = {
        ALL: lambda: bench.own("rules"),
        LIKE: lambda: bench.own("rules", *by_hand),
        HAND: lambda: bench.own("hand", *by_hand),
        "ours, ten rules": lambda: bench.own("rules", *FRAMES),
        "Polars": lambda: bench.peer("peer_frames.py", "polars"),
        "pandas": lambda: (
            bench.peer("peer_frames.py", "pandas") if payments <= PANDAS_MOST else {"missing": f"over {PANDAS_MOST:,} payments"}
        ),
        "ours, values": lambda: bench.own("values", *VALUES.values()),
        "Pandera": lambda: (
            bench.peer("peer_checks.py", "pandera") if payments <= CHECKS_MOST else {"missing": f"over {CHECKS_MOST:,} payments"}
        ),
        "Great Expectations": lambda: (
            bench.peer("peer_checks.py", "great_expectations") if payments <= CHECKS_MOST else {"missing": f"over {CHECKS_MOST:,} payments"}
        ),
        CHECK: bench.check,
    }
    taken: dict[str, list[dict[str, Any]]] = {}
    first: dict[str, Any] = {}
    for turn in range(repeat):
        for name, way in ways.items():
            if (only and name not in only) or (turn and name == CHECK):
                continue
            result = way()
            if "missing" in result:
                print(f"{name:24} not run: {result['missing']}", flush=True)
                continue
            first.setdefault(name, result)
            taken.setdefault(name, []).append({k: result[k] for k in ("seconds", "used", "peak", "whole")})
            print(f"{name:24} {result['seconds']:8.2f} s {result['used']:8.2f} processor s {result['peak']:7.0f} MB", flush=True)
    told: dict[str, Any] = {n: {k: median(t[k] for t in each) for k in each[0]} for n, each in taken.items()}
    told["unequal"] = compare(first)
    told["states"] = dict(Counter(r["state"] for r in first[ALL]["rules"].values())) if ALL in first else {}
    told["slowest"] = sorted(((round(r["seconds"], 2), n) for n, r in first.get(ALL, {}).get("rules", {}).items()), reverse=True)[:12]
    return told


def compare(first: dict[str, Any]) -> dict[str, list[str]]:
    """Return, by way, the rules whose rows differ from ours."""
    unequal = {}
    if LIKE in first and HAND in first:
        unequal[HAND] = differing_hand(first[LIKE]["rules"], first[HAND]["rules"])
    for name in ("Polars", "pandas"):
        if name in first and "ours, ten rules" in first:
            unequal[name] = differing_frames(first["ours, ten rules"]["rules"], first[name]["rows"])
    for name in ("Pandera", "Great Expectations"):
        if name in first and "ours, values" in first:
            unequal[name] = differing_values(first["ours, values"]["rules"], first[name]["rows"])
    return unequal


def judge(told: dict[str, Any]) -> None:
    """Print the ratios and whether goals are met."""
    wanted = [
        ("ours ÷ by hand", LIKE, HAND, "≤ 1.2", lambda r: r <= 1.2, False),
        ("Polars ÷ ours", "ours, ten rules", "Polars", "> 1", lambda r: r > 1, True),
        ("pandas ÷ ours", "ours, ten rules", "pandas", "≥ 10", lambda r: r >= 10, True),
        ("Pandera ÷ ours", "ours, values", "Pandera", "> 1", lambda r: r > 1, True),
        ("Great Expectations ÷ ours", "ours, values", "Great Expectations", "> 1", lambda r: r > 1, True),
    ]
    print()
    for label, ours, theirs, goal, met, turned in wanted:
        if ours in told and theirs in told:
            for kind in ("seconds", "used"):
                ratio = told[theirs][kind] / told[ours][kind] if turned else told[ours][kind] / told[theirs][kind]
                print(
                    f"{label:28} {'processor ' if kind == 'used' else ''}seconds {ratio:7.2f}  goal {goal}  {'met' if met(ratio) else 'MISSED'}"
                )
    if ALL in told:
        print(f"{'peak of all rules':28} {told[ALL]['peak']:.0f} MB  goal < 8000 MB  {'met' if told[ALL]['peak'] < 8000 else 'MISSED'}")
    for name, rules in told["unequal"].items():
        print(f"rows of {name}: {'all equal' if not rules else 'UNEQUAL in ' + '、'.join(rules)}")
    print("rules:", told["states"], "slowest:", told["slowest"])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=5_000_000)
    parser.add_argument("--payments", type=int, help="four times the residents when left out")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where cities are kept for the next run; a temporary folder when left out")
    parser.add_argument("--city", type=Path, help="a city that is there already")
    parser.add_argument("--only", nargs="*", default=[], help="these ways only")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument(
        "--growth", action="store_true", help="all rules over cities of 0.5, 5 and 20 million payments, and the chart of it"
    )
    parser.add_argument("--chart", type=Path, default=Path("docs/images/comparison-growth.svg"))
    parser.add_argument("--envs", type=Path, help="where the other tools' environments are kept")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    envs = given.envs or city.default_kept().parent
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        room = Path(temporary)
        folder = given.folder or room

        def made(residents: int, payments: int) -> Path:
            root = folder / f"city-{residents}-{payments}-{given.seed}"
            if not (root / "city.json").exists():
                print(f"building a city of {residents:,} residents and {payments:,} payments", flush=True)
                city.build(root, residents, payments, given.seed, city.default_kept(), keys=False)
            return root

        if given.growth:
            grown = []
            for residents in GROWTH:
                bench = Bench(made(residents, 4 * residents), room, envs)
                told = run(bench, [ALL], given.repeat)
                grown.append({"payments": bench.facts["rows"]["payment"], **told[ALL]})
            results["growth"] = grown
            given.chart.write_text(chart.growth(grown), encoding="utf-8")
            first, last = grown[0], grown[-1]
            more = last["payments"] / first["payments"]
            print(
                f"{more:.0f} times the payments: {last['seconds'] / first['seconds']:.1f} times the seconds, {last['used'] / first['used']:.1f} of the processor"
            )
        else:
            bench = Bench(given.city or made(given.residents, given.payments or 4 * given.residents), room, envs)
            results = {"city": bench.facts} | run(bench, given.only, given.repeat)
            judge(results)
    if given.json:
        given.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
