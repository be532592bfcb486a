"""Other tools in environments of their own outside the project, made at the first run and kept in the user's cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def cache_folder() -> Path:
    """Return where environments are kept when nothing else is said."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "taizhang-benchmarks"


def python_with(home: Path, packages: Sequence[str], proof: str) -> Path | str:
    """Return the Python of an environment that has packages, or a sentence that says why there is none.

    ``proof`` is the statement that runs when all is there.
    """
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and _runs(python, proof):
        return python
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
    ):
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "no reason told").splitlines()[-1]
            return f"{' '.join(packages)} cannot be had: {last}"
    return python if _runs(python, proof) else f"{' '.join(packages)} is installed, and fails at: {proof}"


def _runs(python: Path, proof: str) -> bool:
    return subprocess.run([str(python), "-c", proof], capture_output=True, check=False).returncode == 0
