"""The request as both faces see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from taizhang.access.models import Account
from taizhang.access.sight import Sight

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

INTERFACE = "/api/"  # where programs ask; whatever lies elsewhere is a page


class TownRequest(HttpRequest):
    """A request of somebody who is known; what is around every view fills it in."""

    user: Account
    sight: Sight
    workspace: Workspace
    address: str  # where it came from
