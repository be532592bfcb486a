"""The other readers, in environments of their own outside the project, made at the first run and kept in the user's cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# emoji 2 renamed what the suite imports.
NEEDED = {"recognizers": ("recognizers-text-suite==1.0.2a2", "emoji<2"), "jionlp": ("jionlp==1.5.31",)}
_PROOFS = {"recognizers": "import recognizers_number_with_unit, recognizers_date_time", "jionlp": "import jionlp"}


def cache_folder() -> Path:
    """Return where environments are kept when nothing else is said."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "taizhang-benchmarks"


def python_of(peer: str, folder: Path) -> Path | str:
    """Return the Python that has a peer installed, or a sentence that says why there is none."""
    home = folder / peer
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and _runs(python, peer):
        return python
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDED[peer]],
    ):
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "no reason told").splitlines()[-1]
            return f"{' '.join(NEEDED[peer])} cannot be had: {last}"
    return python if _runs(python, peer) else f"{' '.join(NEEDED[peer])} is installed and cannot be imported"


def _runs(python: Path, peer: str) -> bool:
    return subprocess.run([str(python), "-c", _PROOFS[peer]], capture_output=True, check=False).returncode == 0
