"""Rows of the journal by number, on each database: more of them than one statement takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from taizhang.journal import Source
from taizhang.workspace import Workspace


def test_many_rows_by_number(workspace: Workspace, make_change: Callable[..., Any]) -> None:
    from taizhang.journal import read
    from taizhang.journal.actions import do_record

    do_record("王会计", Source("api", "试验"), [make_change(f"H{n}", n) for n in range(1, 1203)])
    found = read.versions([*range(1, 1203), 7, 5000])
    assert sorted(found) == list(range(1, 1203))
    assert found[7] == read.version(7)
    assert read.versions([]) == {}
