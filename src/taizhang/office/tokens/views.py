"""One's own tokens: made, shown once, listed, ended; and the interface told operation by operation."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from taizhang.access.models import ApiToken
from taizhang.access.tokens import LONGEST_DAYS, do_end_token, do_make_token, scopes_of
from taizhang.clock import now, today
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.pack.roles import ACTS

_USUAL_DAYS = 90


@needs("interface")
def tokens(request: OfficeRequest) -> HttpResponse:
    """List one's own tokens and make another one; a new token is shown in the answer and never again."""
    token, fault = "", None
    if request.method == "POST":
        try:
            token = _made(request)
        except TaizhangError as error:
            fault = error.fault
    asked = Asked.of(request)
    found = list(ApiToken.objects.filter(account=request.user).order_by("-id"))
    listed = asked.in_order(found, {"title": lambda t: t.title, "created": lambda t: t.created_at, "expires": lambda t: t.expires_at, "used": lambda t: t.used_at})  # fmt: skip
    values = {
        "asked": asked, "tokens": [(one, _state(one), [_(ACTS[s]) for s in one.scopes.split() if s in ACTS]) for one in asked.cut(listed)],
        "total": len(found), "token": token, "fault": fault, "scopes": [(act, _(ACTS[act])) for act in scopes_of(request.sight)],
        "chosen": request.POST.getlist("scopes"), "title": request.POST.get("title", "") if fault else "",
        "usual": request.POST.get("until") if fault else (today() + timedelta(days=_USUAL_DAYS)).isoformat(),
        "first": (today() + timedelta(days=1)).isoformat(), "last": (today() + timedelta(days=LONGEST_DAYS)).isoformat(),
    }  # fmt: skip
    answer = page(request, "office/tokens/tokens.html", values, status=422 if fault else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _made(request: OfficeRequest) -> str:
    try:
        until = date.fromisoformat(request.POST.get("until", ""))
    except ValueError as error:
        raise TaizhangError("api.token_end_unfit") from error
    scopes = request.POST.getlist("scopes")
    return do_make_token(request.user, request.sight, request.POST.get("title", ""), scopes, until, address=request.address)


def _state(one: ApiToken) -> tuple[str, str]:
    if one.ended_at is not None:
        return _("已停用"), ""
    return (_("有效"), "good") if one.expires_at > now() else (_("已到期"), "warn")


@require_POST
@needs("interface")
def end(request: OfficeRequest, number: int) -> HttpResponse:
    """End one of one's tokens."""
    do_end_token(request.user, number, address=request.address)
    messages.success(request, _("令牌已停用。"))
    return HttpResponseRedirect(reverse("tokens"))
