"""The other tools, in environments of their own, made at the first run and kept in the user's cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_FRAMES = ("polars~=2.1", "pandas~=3.1", "pyarrow~=26.0", "pandera~=0.35")
_EXPECTATIONS = ("great_expectations~=1.19", "pyarrow~=26.0")
NEEDED = {
    "polars": ("frames", _FRAMES),
    "pandas": ("frames", _FRAMES),
    "pandera": ("frames", _FRAMES),
    "great_expectations": ("expectations", _EXPECTATIONS),
}


def peer_python(peer: str, folder: Path) -> Path | str:
    """Return the Python that has a tool installed, or a sentence that says why there is none."""
    name, packages = NEEDED[peer]
    home = folder / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and _runs(python, peer):
        return python
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
    ):
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "no reason told").splitlines()[-1]
            return f"{' '.join(packages)} cannot be had: {last}"
    return python if _runs(python, peer) else f"{' '.join(packages)} is installed and {peer} cannot be imported"


def _runs(python: Path, peer: str) -> bool:
    return subprocess.run([str(python), "-c", f"import {peer}, pyarrow"], capture_output=True, check=False).returncode == 0
