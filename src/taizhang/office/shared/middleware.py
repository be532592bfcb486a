"""What happens around every view: how much may come, the language, the sight of who asks, and failures told as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from taizhang.access import current
from taizhang.errors import TaizhangError
from taizhang.http.hosts import allowed
from taizhang.http.requests import INTERFACE
from taizhang.http.uploads import SPARE, limit_bytes
from taizhang.i18n import speaking
from taizhang.office.shared import failing

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "language"


def address(answer: Answer) -> Answer:
    """Say where a request comes from: behind proxies of our own (``TAIZHANG_PROXIES`` of them) what they wrote, and nothing before it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        proxies = settings.TAIZHANG_PROXIES
        told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        asked = told[-proxies] if proxies and len(told) >= proxies else ""
        found = _plain_address(asked) or _plain_address(request.META.get("REMOTE_ADDR", "")) or "0.0.0.0"  # noqa: S104 - nothing listens
        request.META["REMOTE_ADDR"] = request.address = found  # type: ignore[attr-defined]
        return answer(request)

    return middleware


def _plain_address(text: str) -> str:
    """Return an address without its port; empty for what is none, which a database would refuse."""
    bare = re.sub(r"^\[(.+)\](:\d+)?$|^([\d.]+):\d+$", lambda match: match[1] or match[3], text)
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""


def language(answer: Answer) -> Answer:
    """Speak Chinese, or English where the visitor chose it; a program chooses by Accept-Language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.headers.get("Accept-Language", "") if request.path.startswith(INTERFACE) else ""
        english = request.COOKIES.get(LANGUAGE_COOKIE, asked).lower().startswith("en")
        with speaking("en" if english else "zh"), translation.override("en" if english else "zh-hans"):
            return answer(request)

    return middleware


def host(answer: Answer) -> Answer:
    """Answer only who calls the office by a name that is allowed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            asked = split_domain_port(request.get_host())[0]
        except DisallowedHost:  # what no host can look like
            asked = ""
        return answer(request) if asked and allowed(asked, settings.TAIZHANG_HOSTS) else failing.wrong_host(request, asked)

    return middleware


def sight(answer: Answer) -> Answer:
    """Give the request its workspace and what the one who asks may see; looked up when first asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        workspace = current.workspace()
        request.workspace = workspace  # type: ignore[attr-defined]
        request.sight = SimpleLazyObject(lambda: current.sight_of(workspace, request.user))  # type: ignore[attr-defined]
        return answer(request)

    return middleware


class Failures:
    """Turn a ``TaizhangError`` into a page, or a piece of one, with its sentence and code; never a traceback."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell our own failures; others stay what they are (a server error, which is logged)."""
        return failing.told(request, error) if isinstance(error, TaizhangError) else None


def failures(answer: Answer) -> Any:
    """Return the middleware that tells failures."""
    return Failures(answer)


class BodyLimit:
    """Middleware that refuses a body that says it is too large, before anything reads it (the check against forged forms would)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Look at the declared length; Django reads no further than that."""
        declared = str(request.META.get("CONTENT_LENGTH") or "0")
        # The interface looks at who calls before it reads on; elsewhere the header would be nothing but a claim.
        known = SESSION_KEY in request.session or (request.path.startswith(INTERFACE) and "Authorization" in request.headers)
        limit = limit_bytes() if known else 0
        if declared.isdigit() and int(declared) <= limit + SPARE:
            return None
        return failing.told(request, TaizhangError("office.upload_too_large", limit=f"{max(limit, SPARE) >> 20} MB"))


def body_limit(answer: Answer) -> Any:
    """Return the middleware that bounds bodies."""
    return BodyLimit(answer)
