"""The other readers."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers import python_with

# emoji 2 renamed what the suite imports.
NEEDED = {"recognizers": ("recognizers-text-suite==1.0.2a2", "emoji<2"), "jionlp": ("jionlp==1.5.31",)}
_PROOFS = {"recognizers": "import recognizers_number_with_unit, recognizers_date_time", "jionlp": "import jionlp"}


def python_of(peer: str, folder: Path) -> Path | str:
    """Return the Python that has a peer installed, or a sentence that says why there is none."""
    return python_with(folder / peer, NEEDED[peer], _PROOFS[peer])
