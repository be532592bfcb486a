"""Who is there: sessions end when nobody was there for a while, and nobody goes on whose sign-in is not complete."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from taizhang.access import signing
from taizhang.access.sign_in_rules import SignInRules, sign_in_rules
from taizhang.errors import TaizhangError
from taizhang.http.requests import INTERFACE
from taizhang.office.shared.requests import asks_data, sent_to, to_sign_in

Answer = Callable[[HttpRequest], HttpResponse]
SEEN, BEGAN, TIMED_OUT, SECOND_FACTOR = "seen", "began", "timed_out", "second_factor"
LONGEST_SECONDS = 12 * 3600  # of a session, however busy
_TOUCH_SECONDS = 60  # no more often is a session written for its time alone


def moment() -> int:
    """Return the present second."""
    return int(time.time())


class Presence:
    """Ends sessions that are over, and keeps those alive in which a person asks for something (``uncounted`` views do not count)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and _over(request):
            logout(request)
            request.session[TIMED_OUT] = True
        response = self.answer(request)
        if SESSION_KEY in request.session and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"  # who comes after her finds nothing by going back
        return response

    def process_view(self, request: HttpRequest, view: Any, *arguments: Any) -> None:
        """Note that a person was there."""
        session, present = request.session, moment()
        if SESSION_KEY not in session or getattr(view, "uncounted", False):
            return
        session.setdefault(BEGAN, present)
        if present - session.get(SEEN, 0) >= _TOUCH_SECONDS:
            session[SEEN] = present
            signing.do_see_session(session.session_key or "")


def _over(request: HttpRequest) -> bool:
    session, present = request.session, moment()
    seen, began = int(session.get(SEEN, present)), int(session.get(BEGAN, present))
    return present - seen > settings.SESSION_COOKIE_AGE or present - began > LONGEST_SECONDS


def presence(answer: Answer) -> Any:
    """Return the middleware that ends and keeps sessions."""
    return Presence(answer)


class Gate:
    """Lets nobody further who is not signed in, whose password is not her own yet, or whose second factor is due.

    Views are marked where that is otherwise: ``open_to_all``, ``before_entry``. The data interface knows callers by their tokens too, and
    asks for one itself.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Any, *arguments: Any) -> HttpResponse | None:
        """Send to what is due."""
        if not request.user.is_authenticated:
            open_ = getattr(view, "open_to_all", False) or request.path.startswith(INTERFACE)
            return None if open_ else to_sign_in(request)
        if getattr(view, "before_entry", False):
            return None
        due = due_of(request)
        if due is None:
            return None
        if asks_data(request) and not request.headers.get("HX-Request"):
            from taizhang.office.shared.failing import told

            return told(request, TaizhangError("access.sign_in_unfinished"))
        return sent_to(request, reverse(due))


def due_of(request: Any) -> str | None:
    """Return the view where a sign-in is completed; None when it is complete."""
    user = request.user
    if not user.is_authenticated:
        return None
    if user.must_change_password or rules_of(request).password_over(user):
        return "change-password"
    given = request.session.get(SECOND_FACTOR, False)
    if not given and (user.totp_secret or required(request)):
        return "second-factor"
    return None


def required(request: Any) -> bool:
    """Say whether who asks has to sign in with a second factor: her roles and the rules of signing in say so."""
    return rules_of(request).needs_factor(request.sight.roles)


def rules_of(request: Any) -> SignInRules:
    """Return the rules of signing in that hold for a request, looked up once in it."""
    if not hasattr(request, "sign_in_rules"):
        request.sign_in_rules = sign_in_rules(request.workspace)
    found: SignInRules = request.sign_in_rules
    return found


def gate(answer: Answer) -> Any:
    """Return the middleware that holds back incomplete sign-ins."""
    return Gate(answer)
