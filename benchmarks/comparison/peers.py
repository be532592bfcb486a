"""The tools that comparison is held against."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers import python_with

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
    return python_with(folder / name, packages, f"import {peer}, pyarrow")
