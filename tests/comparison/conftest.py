"""A town whose findings are looked at."""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from findings_town import FindingsTown, add_rules

from taizhang.pack import Pack
from taizhang.workspace import Workspace


@pytest.fixture
def town(sqlite_workspace: Workspace, own_pack: Pack) -> FindingsTown:
    """A town with an empty journal and a few rules of its own."""
    add_rules(sqlite_workspace.root)
    sqlite_workspace.__dict__["pack"] = own_pack  # read once for all tests
    return FindingsTown(sqlite_workspace)


@pytest.fixture
def new_town(sqlite_workspace: Workspace, own_pack: Pack, tmp_path: Path) -> Iterator[Callable[[], FindingsTown]]:
    """Return a function that makes another town each time; the one made last is the one in use."""
    from django.db import connections

    add_rules(sqlite_workspace.root)
    count = itertools.count()

    def make() -> FindingsTown:
        for connection in connections.all(initialized_only=True):
            connection.close()
        workspace = Workspace.open(shutil.copytree(sqlite_workspace.root, tmp_path / f"another{next(count)}"))
        workspace.__dict__["pack"] = own_pack
        workspace.activate()
        return FindingsTown(workspace)

    yield make
    for connection in connections.all(initialized_only=True):
        connection.close()
