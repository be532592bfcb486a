"""After too many wrong passwords or codes: which name is meant, and the page that says when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from taizhang.access import signing
from taizhang.access.actions import normal_username
from taizhang.clock import now
from taizhang.office.shared.pages import page


def username(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the name that a wrong password counts against (asked by axes)."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return normal_username(str(given))


def told(request: Any, response: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None) -> HttpResponse:
    """Answer one who is locked out (asked by axes, and by our own views)."""
    until = signing.locked_until(username(request, credentials), request.address) or now() + signing.lockout_time()
    return page_until(request, until)


def page_until(request: HttpRequest, until: datetime) -> HttpResponse:
    """Say until when; the same to whoever asks, whether the name exists or not."""
    answer = page(request, "office/signing_in/locked.html", {"until": until}, status=429)
    answer["Retry-After"] = str(max(1, int((until - now()).total_seconds())))
    return answer
