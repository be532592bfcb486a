"""Our ways and the statements by hand, each for a process of its own: ``python -m benchmarks.comparison.ways WAY CITY OUT [RULE…]``.

Ways: ``rules`` (rules together over a snapshot), ``check`` (``taizhang check --full``: what is found is recorded), ``hand``
(one statement after the other), ``values`` (the checks of ``checks/rules``). What the process loads before is not part of the seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.comparison.hand import Files, statements

from taizhang.collector import collect_seldom
from taizhang.comparison.model import Limits
from taizhang.comparison.running import run_rules
from taizhang.pack import load_pack
from taizhang.warehouse import Warehouse
from taizhang.workspace import Workspace

DAY = date(2020, 12, 31)
IDENTITY = ("subject", "programme", "month")
COMPARED = (*IDENTITY, "amount", "left")
LIMITS = Limits(rows=1_000_000, seconds=36_000)


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the seconds and the processor seconds of a call, and what it returns."""
    start, used = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - start, time.process_time() - used, result


def rules(root: Path, wanted: list[str], overlay: Path | None = None) -> dict[str, Any]:
    """Run rules together, all whose ledgers are there when none is named."""
    workspace = Workspace.open(root)
    workspace.activate()
    if overlay:
        workspace.__dict__["pack"] = load_pack(overlay)
    pack, warehouse = workspace.pack, Warehouse(workspace)
    workspace.divisions.closure  # noqa: B018 - made at the first look

    def work() -> Any:
        with warehouse.snapshot() as snapshot:
            return run_rules(snapshot, wanted or list(pack.rules), DAY, LIMITS, delivered=lambda name: warehouse.last_change(name) > 0)

    seconds, used, runs = timed(work)
    out = {}
    for run in runs:
        places = {name: run.columns.index(name) for name in COMPARED if name in run.columns}
        rows = [{name: _plain(row[place]) for name, place in places.items()} for row in run.rows]
        out[run.rule] = {
            "state": run.state,
            "total": run.total,
            "seconds": run.seconds,
            "rows": rows,
            "told": run.told.message if run.told else None,
        }
    return {"seconds": seconds, "used": used, "rules": out}


def hand(root: Path, wanted: list[str]) -> dict[str, Any]:
    """Run the statements by hand on one connection, one after the other."""
    written = statements()
    files = Files(root, load_pack())
    connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
    out = {}

    def work() -> None:
        for name in wanted or written:
            began = time.perf_counter()
            found = connection.execute(files.filled(written[name]))
            names = [d[0] for d in found.description or ()]
            rows = [dict(zip(names, map(_plain, row), strict=True)) for row in found.fetchall()]
            out[name] = {"total": len(rows), "seconds": time.perf_counter() - began, "rows": rows}

    seconds, used, _ = timed(work)
    return {"seconds": seconds, "used": used, "rules": out}


def check(root: Path) -> dict[str, Any]:
    """Do what ``taizhang check --full`` does."""
    from taizhang.comparison.checking import check as run_check

    workspace = Workspace.open(root)
    workspace.activate()
    seconds, used, result = timed(lambda: run_check(workspace, day=DAY, person="基准测试", full=True, limits=LIMITS))
    return {"seconds": seconds, "used": used, "findings": len(result.findings())}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else f"{value:.2f}"


def main() -> None:
    """Run one way and write what it gave."""
    collect_seldom()  # as the command line and the server do
    way, root, target, *wanted = sys.argv[1:]
    if way == "values":
        result = rules(Path(root), wanted, Path(__file__).with_name("checks"))
    else:
        result = check(Path(root)) if way == "check" else {"rules": rules, "hand": hand}[way](Path(root), wanted)
    Path(target).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
