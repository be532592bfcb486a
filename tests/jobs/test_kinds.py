"""A worker knows every kind of job by its name, wherever an earlier version kept its function."""

from __future__ import annotations

import subprocess
import sys

KINDS = ("import-check", "import-send", "import-mark", "review-foresee", "compare", "report", "audit", "interface-import")
_WORKER = """
import sys
from taizhang.serving.configuration import configure
configure("a key for this test only, of no worth to anybody")
import taizhang.serving.urls
from taizhang.jobs.registry import kind_of
print(*(kind_of(name, "taizhang.office.gone").module for name in sys.argv[1:]))
"""


def test_a_job_of_an_earlier_version_finds_its_kind() -> None:
    done = subprocess.run([sys.executable, "-c", _WORKER, *KINDS], capture_output=True, text=True, check=True)
    assert len(done.stdout.split()) == len(KINDS)
