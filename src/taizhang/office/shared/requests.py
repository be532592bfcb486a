"""The request as views see it, and who may call a view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from taizhang.access.models import Account
from taizhang.access.sight import Sight

if TYPE_CHECKING:
    from taizhang.workspace import Workspace


class OfficeRequest(HttpRequest):
    """A request of somebody who is signed in; the middleware fills it in."""

    user: Account
    sight: Sight
    workspace: Workspace

    @property
    def address(self) -> str:
        """Where it came from."""
        return str(self.META.get("REMOTE_ADDR", ""))


View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Let only people who are signed in call a view; what they may see there is the view's question to ``request.sight``."""

    @functools.wraps(view)
    def wrapped(request: OfficeRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return wrapped


def needs(act: str) -> Callable[[View], View]:
    """Let only people call a view whose role allows a function (see ``pack.roles.FUNCTIONS``)."""

    def decorate(view: View) -> View:
        @signed_in
        @functools.wraps(view)
        def wrapped(request: OfficeRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.sight.check(act)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate
