"""The demonstration town, built once for a whole test run, whatever the number of workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from taizhang.workspace import Workspace


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of the run's own that ``make`` fills the first time that any worker asks for it."""
    base = factory.getbasetemp()
    root = (base.parent if base.name.startswith("popen-") else base) / name
    with FileLock(f"{root}.lock"):
        done = root.with_name(f"{name}.done")
        if not done.exists():
            make(root)
            done.touch()
    return root


def build_town(root: Path) -> None:
    """Build the town with its warehouse."""
    from taizhang.demo.build import build
    from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED
    from taizhang.warehouse.store import Warehouse

    workspace = Workspace.create(root, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=SHIPPED / "township" / "divisions.csv")
    build(workspace)
    Warehouse(workspace).refresh()
    from django.db import connections

    connections.close_all()
