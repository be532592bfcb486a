"""Callers of the data interface on an empty town."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.calls import TOWN, Caller, caller
from taizhang.access.sight import Grant
from taizhang.workspace import Workspace


@pytest.fixture
def caller_of(sqlite_workspace: Workspace) -> Callable[..., Caller]:
    """Return a function (role, division, *offices, scopes=None, username=role) → caller."""

    def make(role: str, division: str = TOWN, *offices: str, scopes: list[str] | None = None, username: str = "") -> Caller:
        return caller(sqlite_workspace, username or role, Grant(role, division, offices), scopes=scopes)

    return make
