"""The request as views see it, and who may call a view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse

from taizhang.http.requests import INTERFACE, TownRequest


class OfficeRequest(TownRequest):
    """A request for a page."""


View = Callable[..., HttpResponseBase]


def uncounted(view: View) -> View:
    """Mark a view that a page calls by itself, such as one that polls: it does not count as somebody being there."""
    view.uncounted = True  # type: ignore[attr-defined]
    return view


def open_to_all(view: View) -> View:
    """Mark a view that may be called by who is not signed in; every other one asks for that first, whether it is decorated or not."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return before_entry(view)


def before_entry(view: View) -> View:
    """Mark a view that may be called before a sign-in is complete (a password to change, a second factor to set up)."""
    view.before_entry = True  # type: ignore[attr-defined]
    return view


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page, and back to where she was afterwards; a script is told so instead."""
    if request.headers.get("HX-Request"):
        return sent_to(request, str(redirect_to_login(urlsplit(request.headers.get("HX-Current-URL", "/")).path or "/")["Location"]))
    if asks_data(request):
        from taizhang.errors import Fault

        return JsonResponse(Fault("access.sign_in_needed").as_dict(), status=401)
    return redirect_to_login(_page_of(request))


def _page_of(request: HttpRequest) -> str:
    """Return the page on which somebody is: behind a form that was sent, the one that showed it."""
    if request.method == "GET":
        return request.get_full_path()
    shown = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", shown.path, shown.query, "")) if shown.netloc == request.get_host() else "/"


def asks_data(request: HttpRequest) -> bool:
    """Say whether a script or a program asks, which wants an answer as data and no page."""
    return (
        request.path.startswith(INTERFACE)
        or "application/json" in request.headers.get("Accept", "")
        or request.content_type == "application/json"
    )


def sent_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send to another page: a redirect, or for htmx the order to go there as a whole."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def signed_in(view: View) -> View:
    """Let only people who are signed in call a view; what they may see there is the view's question to ``request.sight``."""

    @functools.wraps(view)
    def wrapped(request: OfficeRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
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
