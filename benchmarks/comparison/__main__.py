"""The rules of the pack over a city, beside the like in other tools: seconds, processor seconds and peak memory of each way, in one run.

    python -m benchmarks.comparison --page [FILE] [--folder DIR] [--repeat N] [--json FILE]
    python -m benchmarks.comparison [--residents 5000000] [--payments N] [--folder DIR] [--only WAY…] [--repeat N] [--json FILE]

With ``--page`` four cities are gone through, each with the ways that fit into memory there, and ratios, growth and chart are written into
``docs/performance.md``; without it one city. Each way runs in a fresh process over the same Parquet files; rows are compared. Cities are generated
(``city.py``) and kept in the folder. Polars, pandas, Pandera and Great Expectations are installed into environments of their own in the user's cache folder
at the first run.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.comparison import chart, city, page
from benchmarks.comparison.bench import ALL, CHECKED, EXPECTATIONS, HAND, LIKE, PANDAS, PANDERA, POLARS, TEN, Bench, run

PAGE = Path("docs/performance.md")
CHART = Path("images/comparison-growth.svg")  # beside the page
# residents: ways that fit into memory there. Growth is seen at the cities in which all rules are run.
CITIES = {
    125_000: (ALL,),
    500_000: (LIKE, HAND, TEN, POLARS, PANDAS, CHECKED, PANDERA, EXPECTATIONS),
    1_250_000: (ALL, LIKE, HAND, TEN, POLARS, PANDAS),
    5_000_000: (ALL, LIKE, HAND, TEN, POLARS),
}


def paged(made: Callable[[int, int], Bench], repeat: int, path: Path) -> list[dict[str, Any]]:
    """Go through all cities and write page and chart; the page is looked at before, so that hours are not lost on one without marks."""
    page.rewritten(path.read_text(encoding="utf-8"), "")
    cities = []
    for residents, ways in CITIES.items():
        bench = made(residents, 4 * residents)
        print(f"{residents:,} residents", flush=True)
        told = {"city": bench.facts} | run(bench, ways, repeat)
        page.judge(told)
        cities.append(told)
    image = path.parent / CHART
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_text(chart.growth(page.growing(cities)), encoding="utf-8")
    path.write_text(page.rewritten(path.read_text(encoding="utf-8"), page.section(cities, CHART.as_posix())), encoding="utf-8")
    return cities


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--page", type=Path, nargs="?", const=PAGE, help="all cities, written into this page and its chart")
    parser.add_argument("--residents", type=int, default=5_000_000)
    parser.add_argument("--payments", type=int, help="four times the residents when left out")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where cities are kept for the next run; a temporary folder when left out")
    parser.add_argument("--city", type=Path, help="a city that is there already")
    parser.add_argument("--only", nargs="*", default=[], help="these ways only")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--envs", type=Path, help="where the other tools' environments are kept")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.page and (given.only or given.city):
        parser.error("--page goes through all cities and ways: without --only and --city")
    envs = given.envs or city.default_kept().parent
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        room = Path(temporary)

        def made(residents: int, payments: int) -> Bench:
            root = (given.folder or room) / f"city-{residents}-{payments}-{given.seed}"
            if not (root / "city.json").exists():
                print(f"building a city of {residents:,} residents and {payments:,} payments", flush=True)
                city.build(root, residents, payments, given.seed, city.default_kept(), keys=False)
            return Bench(root, room, envs)

        results: Any
        if given.page:
            results = paged(made, given.repeat, given.page)
        else:
            bench = Bench(given.city, room, envs) if given.city else made(given.residents, given.payments or 4 * given.residents)
            results = {"city": bench.facts} | run(bench, given.only, given.repeat)
            page.judge(results)
    if given.json:
        given.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
