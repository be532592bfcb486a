"""`python benchmarks/intake/run.py [--rows N] [--repeat N] [--inline] [--json FILE]`: all ways side by side in one run, each in fresh processes."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

READING_LIMIT, READING_TIMES, USUAL_TIMES, PEAK_MB = "calamine", 2.0, 8.0, 600


def run_way(name: str, book: Path, folder: Path) -> dict[str, Any]:
    """Run one way in a fresh process and return what it printed."""
    done = subprocess.run(
        [sys.executable, str(HERE / "ways.py"), name, str(book), str(folder)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(count: int, repeat: int, ways: list[str], *, inline: bool = False) -> dict[str, Any]:
    """Run each way ``repeat`` times, turn by turn (the slow usual way once), and return medians and ratios."""
    import ledger

    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "bench.xlsx"
        ledger.write_workbook(book, count, inline=inline)
        for turn in range(repeat):
            for name in ways:
                if name == "usual" and turn:
                    continue
                runs[name].append(run_way(name, book, Path(folder) / f"{name}{turn}"))
                last = runs[name][-1]
                print(
                    f"{name:<10} {last['seconds']:>8.2f} s  {last['cpu_seconds']:>8.2f} s of processor  {last['peak_mb'] or 0:>6.0f} MB  {last['rows']} rows",
                    file=sys.stderr,
                    flush=True,
                )
    seconds = {name: statistics.median(r["seconds"] for r in found) for name, found in runs.items() if found}
    worked = {name: statistics.median(r["cpu_seconds"] for r in found) for name, found in runs.items() if found}
    peaks = {name: max(r["peak_mb"] or 0 for r in found) for name, found in runs.items() if found}
    mine = seconds["ours"]
    ratios = {f"ours_over_{name}": round(mine / seconds[name], 2) for name in ("calamine", "fastexcel") if name in seconds}
    if "usual" in seconds:
        ratios["usual_over_ours"] = round(seconds["usual"] / mine, 2)
        ratios["usual_over_ours_cpu"] = round(worked["usual"] / worked["ours"], 2)
    if "calamine" in worked:
        # On a busy machine only processor time can be compared; ours uses two cores while it reads.
        ratios["ours_over_calamine_cpu"] = round(worked["ours"] / worked["calamine"], 2)
    machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    return {"rows": count, "columns": 15, "seconds": seconds, "cpu_seconds": worked, "peak_mb": peaks, "ratios": ratios, "machine": machine}


def main() -> None:
    """Measure and print a table; exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--inline", action="store_true", help="texts in their cells, not in the shared table")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--ways", nargs="+", default=["fastexcel", "calamine", "ours", "ours_cold", "usual"])
    options = parser.parse_args()
    found = measure(options.rows, options.repeat, options.ways, inline=options.inline)
    print(f"\n{found['rows']} rows x {found['columns']} columns, median of {options.repeat}\n")
    print("| way | seconds | processor seconds | peak MB |\n|---|---|---|---|")
    for name, seconds in found["seconds"].items():
        print(f"| {name} | {seconds:.2f} | {found['cpu_seconds'][name]:.2f} | {found['peak_mb'][name]:.0f} |")
    ratios, peak = found["ratios"], found["peak_mb"]["ours"]
    goals = {
        f"ours / calamine <= {READING_TIMES}": ratios.get("ours_over_calamine", 0) <= READING_TIMES,
        f"usual / ours >= {USUAL_TIMES}": ratios.get("usual_over_ours", USUAL_TIMES) >= USUAL_TIMES,
        f"peak of ours < {PEAK_MB} MB": peak < PEAK_MB,
    }
    print("\n" + "\n".join(f"{name}: {value}" for name, value in ratios.items()) + "\n")
    print("\n".join(f"{'ok    ' if met else 'MISSED'} {goal}" for goal, met in goals.items()))
    found["goals"] = goals
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    raise SystemExit(0 if all(goals.values()) else 1)


if __name__ == "__main__":
    main()
