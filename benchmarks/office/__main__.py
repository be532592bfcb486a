"""``python -m benchmarks.office``: pages beside Datasette, their weight, and clerks who save at once.

Options: ``--rows N`` (1 000 000), ``--seconds S`` of load (10; 60 for what is told in docs/performance.md), ``--only pages|weight|saving``, ``--json FILE``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HERE), str(HERE / "tests")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", choices=["pages", "weight", "saving"])
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()

    from taizhang.serving.configuration import configure

    configure("measured on one machine only, of no worth to anybody 0123456789")
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="taizhang-office-", ignore_cleanup_errors=True) as name:
        room = Path(name)
        from benchmarks.office import pages

        if asked.only in (None, "weight"):
            found["weight"] = pages.weigh(room)
            print(json.dumps(found["weight"], ensure_ascii=False, indent=1), flush=True)
        if asked.only in (None, "saving"):
            found["saving"] = _saving(room, asked.seconds)
        if asked.only in (None, "pages"):
            found["pages"] = pages.measure(room, asked.rows, asked.seconds)
            print(json.dumps(found["pages"], ensure_ascii=False, indent=1), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _saving(room: Path, seconds: float) -> dict[str, object]:
    from benchmarks.office.saving import measure

    from support import postgres

    found: dict[str, object] = {"sqlite": measure(room, seconds)}
    print(json.dumps(found["sqlite"], ensure_ascii=False, indent=1), flush=True)
    with postgres.server() as server:
        if server is None:
            found["postgresql"] = {"left_out": postgres.LEFT_OUT}
        else:
            import psycopg

            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute("DROP DATABASE IF EXISTS office_benchmark WITH (FORCE)")
                connection.execute("CREATE DATABASE office_benchmark")
            found["postgresql"] = measure(room, seconds, postgres.database_url(server, "office_benchmark"))
    print(json.dumps(found["postgresql"], ensure_ascii=False, indent=1), flush=True)
    return found


if __name__ == "__main__":
    main()
