"""The demonstration town, built once for all tests that ask for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from taizhang.workspace import Workspace


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the demonstration town; never written to."""
    from taizhang.demo.build import build
    from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED

    root = tmp_path_factory.mktemp("town") / "gongping"
    workspace = Workspace.create(root, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=SHIPPED / "township" / "divisions.csv")
    build(workspace)
    from taizhang.warehouse.store import Warehouse

    Warehouse(workspace).refresh()
    from django.db import connection

    connection.close()
    return root


@pytest.fixture
def town(built_town: Path, tmp_path: Path) -> Workspace:
    """A copy of the town that a test may change."""
    root = tmp_path / "town"
    shutil.copytree(built_town, root)
    workspace = Workspace.open(root)
    workspace.activate()
    return workspace
