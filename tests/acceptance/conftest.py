"""A copy of the demonstration town."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from taizhang.workspace import Workspace


@pytest.fixture
def town(built_town: Path, tmp_path: Path) -> Workspace:
    """A copy of the town that a test may change."""
    root = tmp_path / "town"
    shutil.copytree(built_town, root)
    workspace = Workspace.open(root)
    workspace.activate()
    return workspace
