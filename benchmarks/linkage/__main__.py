"""Linkage of two lists whose truth is known: ours, Splink and the number alone, in one run.

    python -m benchmarks.linkage [--persons 1000000] [--seed 7] [--folder DIR] [--ours] [--febrl] [--json FILE]

The lists are generated (``persons.py``) and kept in the folder. Each way runs in a connection of its own on the same lists. Splink and
recordlinkage are needed for this benchmark only.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
from benchmarks.linkage import febrl, lists, persons, ways

IN_TURN = [ways.SAME_NUMBER, ways.OURS, ways.SPLINK, ways.OURS, ways.SPLINK_PINYIN, ways.OURS, ways.SPLINK]
GOALS = {"recall of two": 0.98, "precision": 0.999, "F1": 0.9995, "part of Splink's time": 1 / 3}


def measure(folder: Path, chosen: list[str]) -> dict[str, Any]:
    """Run the ways on the lists of a folder and print what they reach; of a way that runs more than once the median of its seconds counts."""
    results: dict[str, Any] = {}
    seconds: dict[str, list[tuple[float, float]]] = {}
    for way in chosen:
        connection = duckdb.connect()
        lists.load(connection, folder)
        if "Splink" in way:
            ways.prepare_for_splink(connection)
        ran = ways.WAYS[way](connection)
        seconds.setdefault(way, []).append((ran.seconds, ran.used))
        if way in results:
            print(f"\n{way}, again: {ran.seconds:.1f} s, {ran.used:.1f} processor seconds", flush=True)
            results[way] |= dict(zip(("seconds", "processor seconds"), map(median, zip(*seconds[way], strict=True)), strict=True))
            continue
        results[way] = {"seconds": ran.seconds, "processor seconds": ran.used, **ran.notes, "scores": {}}
        print(f"\n{way}: {ran.seconds:.1f} s, {ran.used:.1f} processor seconds {ran.notes or ''}", flush=True)
        for label, table in ran.tables.items():
            found = lists.scores(connection, table)
            results[way]["scores"][label] = {
                name: {"recall": round(s.recall, 5), "precision": round(s.precision, 5), "F1": round(s.f1, 5)} for name, s in found.items()
            }
            print(f"  {label}")
            for name, score in found.items():
                print(
                    f"    {name:28} recall {score.recall:.4f}  precision {score.precision:.5f}  F1 {score.f1:.5f}"
                    f"   ({score.right:,} right, {score.wrong:,} wrong, {score.missed:,} missed)",
                    flush=True,
                )
    return results


def judge(results: dict[str, Any]) -> None:
    """Print the goals and whether they are met."""
    mine = results[ways.OURS]["scores"][ways.OURS]
    both = "two fields: number and name"
    peers = [s["all"]["F1"] for way in results if way == ways.SPLINK for s in results[way]["scores"].values()]
    told = [
        ("recall, two fields damaged", mine["two fields"]["recall"], GOALS["recall of two"], 1),
        ("precision there", mine["two fields"]["precision"], GOALS["precision"], 1),
        ("recall, number and name damaged", mine[both]["recall"], GOALS["recall of two"], 1),
        ("precision there", mine[both]["precision"], GOALS["precision"], 1),
        ("F1 of all", mine["all"]["F1"], GOALS["F1"], 1),
    ]
    if peers:
        told.append(("F1 of all, over Splink's best", mine["all"]["F1"], max(peers), 1))
        for kind in ("seconds", "processor seconds"):
            told.append(
                (f"part of Splink's {kind}", results[ways.OURS][kind] / results[ways.SPLINK][kind], GOALS["part of Splink's time"], -1)
            )
    print()
    for name, value, goal, sign in told:
        print(f"{name:36} {value:.5f}  goal {'≥' if sign > 0 else '≤'} {goal:.5f}  {'met' if (value - goal) * sign >= 0 else 'MISSED'}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where lists are kept for the next run; a temporary folder when left out")
    parser.add_argument("--ours", action="store_true", help="without Splink")
    parser.add_argument("--strange", action="store_true", help="lists that have few persons in common: 5 % of each")
    parser.add_argument("--febrl", action="store_true", help="only FEBRL 4")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)) / f"{given.persons}-{given.seed}{'-strange' if given.strange else ''}"
        if not given.febrl:
            if not (folder / "truth.csv").exists():
                persons.write(folder, given.persons, given.seed, **({"only_left": 0.95, "strangers": 0.95} if given.strange else {}))
            results = measure(folder, [ways.SAME_NUMBER, ways.OURS] if given.ours else IN_TURN)
            judge(results)
    if not given.ours:
        results["FEBRL 4"] = febrl.measure()
    if given.json:
        given.json.write_text(
            json.dumps({"persons": given.persons, "seed": given.seed, "results": results}, ensure_ascii=False, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
