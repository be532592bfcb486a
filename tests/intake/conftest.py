"""A small town and three ledgers for the tests of intake, built directly: they do not depend on the shipped pack."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def town() -> ModuleType:
    """The module `town.py` beside this file: LEDGERS, PACK, DIVISIONS, CONTEXT, workspace()."""
    spec = importlib.util.spec_from_file_location("intake_town", HERE / "town.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["intake_town"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def empty_town(town: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace, to be copied: making one runs the migrations, which takes a second."""
    from django.db import connection

    made = town.workspace(tmp_path_factory.mktemp("intake") / "town")
    connection.close()
    return made.root


@pytest.fixture
def workspace(town: ModuleType, empty_town: Path, tmp_path: Path):
    """A new workspace on SQLite whose pack is the test ledgers."""
    from taizhang.workspace import Workspace

    shutil.copytree(empty_town, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    opened.__dict__["pack"] = town.PACK
    return opened
