"""Choosing the language of the interface."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from taizhang.office.shared.middleware import LANGUAGE_COOKIE

_YEAR = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie and go back."""
    back = request.POST.get("back", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(back if safe else "/")
    answer.set_cookie(LANGUAGE_COOKIE, "en" if request.POST.get("language") == "en" else "zh", max_age=_YEAR, httponly=True, samesite="Lax")
    return answer
