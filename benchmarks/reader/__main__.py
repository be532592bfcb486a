"""Ours beside other readers, growth with length, awkward texts, a document of ten pages and its audit: each in fresh processes, in one run.

    python -m benchmarks.reader [--only PART ...] [--repeat N] [--peers DIR] [--jionlp] [--json FILE]

Goals are held against processor seconds: hardly anything here waits or runs beside itself, so on a machine with nothing else to do they are the seconds
that pass (which are told too), and on a busy one they are what can be compared.

Other readers are installed into environments of their own (--peers; by default in the user's cache folder); where that cannot be done, the run
says so and goes on without. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.peers import cache_folder
from benchmarks.reader import documents, peers, texts

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LENGTH = 4_000
MOST_SECONDS, TIMES_FASTER, GROWTH, AWKWARD_GROWTH, AUDIT_SECONDS = 0.020, 50, 1.5, 2.0, 1.0
LENGTHS = (4_000, 40_000, 400_000, 1_000_000)
SHORT, LONG, PATIENCE = 62_500, 1_000_000, 300
UNITS = ("recognizers_units", "recognizers_units_by_paragraph")
DATES = ("recognizers_dates", "recognizers_dates_by_paragraph")
Found = dict[str, Any]
Goals = dict[str, bool]


def run(python: Path | str, script: str, *arguments: str | Path, patience: float | None = None) -> Found | None:
    """Run a script in a fresh process and return what it printed; None when it took too long."""
    command = [str(python), str(HERE / script), *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=patience, env=_environment())
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))), "PYTHONUTF8": "1"}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def beside(folder: Path, options: argparse.Namespace) -> tuple[Found, Goals]:
    """Measure our reading and that of others on one text, turn by turn."""
    file = folder / "report.txt"
    file.write_text(texts.report(LENGTH), encoding="utf-8")
    pythons: dict[str, Path | str] = {"ours": sys.executable}
    wanted = {"recognizers": (*UNITS, *DATES), **({"jionlp": ("jionlp",)} if options.jionlp else {})}
    missing = []
    for peer, ways in wanted.items():
        found = peers.python_of(peer, options.peers)
        if isinstance(found, Path):
            pythons |= dict.fromkeys(ways, found)
        else:
            missing.append(found)
    runs: dict[str, list[Found]] = {name: [] for name in pythons}
    for _ in range(options.repeat):
        for name, python in pythons.items():
            # Ours is short: a single reading would measure the machine's mood.
            done = run(python, "ways.py", name, file, "9" if name == "ours" else "1")
            assert done is not None
            runs[name].append(done)
            _say(f"{name:<32} {done['cpu_seconds'] * 1000:>9.1f} ms  loaded in {done['load']:.2f} s  {done['found']} found")
    medians = {name: statistics.median(r["cpu_seconds"] for r in done) for name, done in runs.items()}
    passed = {name: statistics.median(r["seconds"] for r in done) for name, done in runs.items()}
    loads = {name: statistics.median(r["load"] for r in done) for name, done in runs.items()}
    ours = medians["ours"]
    goals = {f"ours <= {MOST_SECONDS * 1000:.0f} ms for {LENGTH} characters": ours <= MOST_SECONDS}
    result: Found = {
        "cpu_seconds": medians,
        "seconds": passed,
        "load": loads,
        "found": {n: r[-1]["found"] for n, r in runs.items()},
        "missing": missing,
    }
    if UNITS[0] in medians:
        theirs = min(medians[n] for n in UNITS) + min(medians[n] for n in DATES)
        result |= {
            "recognizers_faster_way": theirs,
            "times_faster": theirs / ours,
            "times_faster_units": min(medians[n] for n in UNITS) / ours,
        }
        goals[f"Recognizers (units and dates, its faster way) / ours >= {TIMES_FASTER}"] = result["times_faster"] >= TIMES_FASTER
    print(
        f"\nReading {LENGTH} characters, median of {options.repeat}\n\n| way | processor ms | ms | loading, s | found |\n|---|---|---|---|---|"
    )
    for name, seconds in medians.items():
        print(f"| {name} | {seconds * 1000:.1f} | {passed[name] * 1000:.1f} | {loads[name]:.2f} | {result['found'][name]} |")
    for sentence in missing:
        print(f"\nNOT COMPARED: {sentence}")
    if "times_faster" in result:
        print(f"\nRecognizers, units and dates, its faster way: {theirs:.2f} s, {result['times_faster']:.0f} times ours")
    return result, goals


def growth(folder: Path, options: argparse.Namespace) -> tuple[Found, Goals]:
    """Measure ours on longer and longer texts."""
    seconds = {}
    for length in LENGTHS:
        file = folder / f"{length}.txt"
        file.write_text(texts.report(length), encoding="utf-8")
        runs = [run(sys.executable, "ways.py", "ours", file, "9" if length <= LENGTH else "1") for _ in range(options.repeat)]
        seconds[length] = statistics.median(r["cpu_seconds"] for r in runs if r is not None)
        _say(f"{length:>9} characters {seconds[length]:.3f} s")
    each = {length: taken / length * 1e6 for length, taken in seconds.items()}
    print("\n| characters | processor seconds | µs per character |\n|---|---|---|")
    for length, taken in seconds.items():
        print(f"| {length} | {taken:.3f} | {each[length]:.2f} |")
    worst = max(each.values()) / each[LENGTH]
    return {"cpu_seconds": seconds, "worst_growth": worst}, {f"seconds per character grow less than {GROWTH} times": worst < GROWTH}


def awkward(folder: Path, options: argparse.Namespace) -> tuple[Found, Goals]:
    """Measure ours on texts that are hard on a reader: sixteen times the text may take little more than sixteen times the seconds."""
    found: Found = {}
    file = folder / "awkward.txt"
    print(f"\n| awkward text | processor seconds for {SHORT} characters | for {LONG} | growth per character |\n|---|---|---|---|")
    for name, make in texts.AWKWARD.items():
        taken: list[float | None] = []
        for length in (SHORT, LONG):
            file.write_text(make(length), encoding="utf-8", newline="")
            done = run(sys.executable, "ways.py", "ours", file, patience=PATIENCE) if None not in taken else None
            taken.append(done["cpu_seconds"] if done else None)
        short, long = taken
        # Some milliseconds are the clock's and the allocator's own.
        times = None if short is None or long is None else (long - 0.02) / LONG / (max(short, 0.02) / SHORT)
        found[name] = {"short": short, "long": long, "growth": times}
        shown = [f"over {PATIENCE}" if t is None else f"{t:.2f}" for t in taken]
        print(f"| {name} | {shown[0]} | {shown[1]} | {'?' if times is None else f'{max(times, 0):.1f}'} |", flush=True)
    bad = [name for name, one in found.items() if one["growth"] is None or one["growth"] > AWKWARD_GROWTH]
    worst = max((one["long"] for one in found.values() if one["long"] is not None), default=0)
    print(f"\nslowest: {worst:.1f} s for {LONG} characters; not linear: {'、'.join(bad) or 'none'}")
    return found, {f"awkward texts stay linear (growth per character <= {AWKWARD_GROWTH:.0f})": not bad}


def document(folder: Path, options: argparse.Namespace) -> tuple[Found, Goals]:
    """Measure opening and reading a document of ten pages, and auditing one against the ledgers of the demonstration town."""
    length = documents.PAGE * documents.PAGES
    _say("building the demonstration town")
    written = documents.write_town(folder)
    whole = written + "\n" + texts.report(max(length - len(written), 0) + 200, seed=3).partition("\n")[2]
    documents.write_documents(folder, whole[:length])
    runs: dict[str, list[Found]] = {"opened": [], "audited": []}
    for _ in range(options.repeat):
        for name, done in runs.items():
            one = run(sys.executable, "documents.py", name, folder)
            assert one is not None
            done.append(one)
            _say(f"{name:<10} {one['cpu_seconds'] * 1000:.0f} ms {one}")
    medians = {name: statistics.median(r["cpu_seconds"] for r in done) for name, done in runs.items()}
    passed = statistics.median(r["seconds"] for r in runs["audited"])
    last = runs["audited"][-1]
    print(
        f"\n.docx of {documents.PAGES} pages ({last['characters']} characters, {last['found']} figures)\n\n| way | processor ms |\n|---|---|"
    )
    print(f"| open | {statistics.median(r['opening'] for r in runs['opened']) * 1000:.0f} |")
    print(f"| open and read | {medians['opened'] * 1000:.0f} |")
    print(
        f"| open, read, link ({last['linked']} linked), ask the ledgers, run the rules ({last['findings']} findings) | {medians['audited'] * 1000:.0f} |"
    )
    print(f"\nthe audit in seconds that passed: {passed:.2f}")
    return {"cpu_seconds": medians, "audit_seconds": passed, "last": last}, {
        f"a full audit of {documents.PAGES} pages < {AUDIT_SECONDS:.0f} s once loaded": medians["audited"] < AUDIT_SECONDS
    }


PARTS: dict[str, Callable[[Path, argparse.Namespace], tuple[Found, Goals]]] = {
    "beside": beside, "growth": growth, "awkward": awkward, "document": document,
}  # fmt: skip


def main() -> None:
    """Measure and print tables; exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--peers", type=Path, default=cache_folder())
    parser.add_argument("--jionlp", action="store_true", help="compare with JioNLP too (270 MB)")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    goals: Goals = {}
    found: Found = {"machine": {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}}
    found["at"] = datetime.now().astimezone().isoformat(timespec="minutes")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only:
            found[name], met = PARTS[name](Path(folder), options)
            goals |= met
    print("\n" + "\n".join(f"{'ok    ' if met else 'MISSED'} {goal}" for goal, met in goals.items()))
    found["goals"] = goals
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    raise SystemExit(0 if all(goals.values()) else 1)


if __name__ == "__main__":
    main()
