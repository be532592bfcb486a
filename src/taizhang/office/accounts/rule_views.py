"""The rules of signing in, which the administrator sets."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from taizhang.access.sign_in_rules import NUMBERS, TOLD_DAYS, SignInRules, do_set_sign_in_rules, sign_in_rules, unfit
from taizhang.errors import TaizhangError
from taizhang.i18n import N_, _
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs

_HELP = {
    "password_days": N_(
        "不填为不限。等级保护测评一般要求90天以内；定期强制更换容易让人取有规律的密码，没有要求就不必设。可填{least}至{most}天，到期前{told}天起在登录时提醒。"
    ),
    "one_time_hours": N_("管理员给的密码，从给出时起算。不填为{default}小时；可填{least}至{most}。"),
    "passwords_kept": N_("连现在用的一个在内。不填为{default}个；可填{least}至{most}。"),
}


@require_http_methods(["GET", "POST"])
@needs("administer")
def rules(request: OfficeRequest) -> HttpResponse:
    """Show the rules and set them; they hold from the next request on, whoever is signed in already."""
    workspace, fault = request.workspace, None
    if request.method == "POST":
        chosen = set(request.POST.getlist("roles"))
        try:
            wanted = SignInRules(
                {name: name in chosen for name in workspace.pack.roles}, **{name: _number(request, name) for name in NUMBERS}
            )
            do_set_sign_in_rules(workspace, wanted, by=request.user.username, address=request.address)
        except TaizhangError as error:
            fault = error.fault
        else:
            messages.success(request, _("登录规则已改，马上生效，并记录在案。"))
            return redirect("sign-in-rules")
    held = sign_in_rules(workspace)
    given = request.POST if fault else {name: getattr(held, name) or "" for name in NUMBERS}
    values = {
        "fault": fault,
        "roles": [(role, held.roles[role.name]) for role in workspace.pack.roles.values()],
        "numbers": [(name, bounds, given.get(name, ""), _HELP[name]) for name, bounds in NUMBERS.items()],
        "told": TOLD_DAYS,
    }
    return page(request, "office/accounts/rules.html", values, status=422 if fault else 200)


def _number(request: OfficeRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if text and not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise unfit(name)
    return int(text) if text else NUMBERS[name].default
