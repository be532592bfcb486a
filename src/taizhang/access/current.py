"""The workspace that this process serves, and the sight of an account of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from taizhang.access.sight import Sight
from taizhang.workspace import Workspace


def workspace() -> Workspace:
    """Return the active workspace; its pack is read again when a file of it changed."""
    found: Workspace = settings.TAIZHANG_WORKSPACE
    return found.fresh()


def sight_of(workspace: Workspace, user: Any) -> Sight:
    """Return what a user may see: nothing for who is not signed in."""
    from taizhang.access.actions import grants_of

    grants = grants_of(user) if user.is_authenticated else []
    return Sight(workspace.pack, workspace.divisions, user.get_username(), grants)
