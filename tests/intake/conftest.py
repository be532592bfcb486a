"""A small town and three ledgers for the tests of intake, built directly: they do not depend on the shipped pack."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
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


@pytest.fixture
def workspace(town: ModuleType, tmp_path: Path):
    """A new workspace on SQLite whose pack is the test ledgers."""
    return town.workspace(tmp_path / "town")


@pytest.fixture(scope="session")
def today() -> date:
    return date(2026, 11, 23)
