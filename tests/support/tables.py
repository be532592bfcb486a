"""Cases in plain text: tab-separated lines, to which anybody can add one."""

from __future__ import annotations

from pathlib import Path


def table(path: Path) -> list[list[str]]:
    """Return the cells of every line; lines with # are remarks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
