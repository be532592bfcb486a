"""A real standalone cluster: master, two workers, driver; a worker that is killed on the way costs nothing but time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_rows_are_right_with_two_workers_and_after_one_is_killed() -> None:
    """The driver is a process of its own: a process can have only one Spark."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parents[1])])}
    command = [sys.executable, str(HERE / "cluster_driver.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=environment)
    assert done.returncode == 0, "\n".join(line for line in done.stderr.splitlines() if "Exception" in line or "Error" in line)[:3000]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["workers"] == 2
    assert told["functions"] == told["functions_right"] == 16
    assert told["examples"] == told["examples_passed"] > 8
    assert told["before"] == told["expected"]
    assert told["after"] == told["expected"]
    assert told["executors_lost"] >= 1
