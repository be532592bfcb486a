"""The workspace that this process serves, the sight of an account of it, and what a token leaves of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from taizhang.access.sight import Sight
from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace

if TYPE_CHECKING:
    from taizhang.access.models import ApiToken


def workspace() -> Workspace:
    """Return the active workspace; its pack is read again when a file of it changed."""
    found: Workspace = settings.TAIZHANG_WORKSPACE
    return found.fresh()


def sight_of(workspace: Workspace, user: Any) -> Sight:
    """Return what a user may see: nothing for who is not signed in, or whose account is closed."""
    from taizhang.access.actions import grants_of

    grants = grants_of(user) if user.is_authenticated else []
    return Sight(workspace.pack, workspace.divisions, user.get_username(), grants)


def sight_of_token(workspace: Workspace, token: ApiToken) -> Sight:
    """Return what may be seen with a token: of what its account may see, what the token is for.

    Raises ``TaizhangError`` (``api.token_invalid``, ``api.no_interface``) for one that does not hold, or no longer.
    """
    if token.ended_at is not None or token.expires_at <= now() or not token.account.is_active:
        raise TaizhangError("api.token_invalid")
    whole = sight_of(workspace, token.account)
    if not whole.may("interface"):
        raise TaizhangError("api.no_interface", name=token.account.username)
    return whole.narrowed(token.scopes.split(), token.pk)
