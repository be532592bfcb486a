"""The rules of signing in, which the administrator sets."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from taizhang.access.sign_in_rules import DAYS, TOLD_DAYS, SignInRules, do_set_sign_in_rules, sign_in_rules
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs


@require_http_methods(["GET", "POST"])
@needs("administer")
def rules(request: OfficeRequest) -> HttpResponse:
    """Show the rules and set them; they hold from the next request on, whoever is signed in already."""
    workspace, fault = request.workspace, None
    days = ""
    if request.method == "POST":
        chosen, days = set(request.POST.getlist("roles")), request.POST.get("days", "").strip() or "0"
        try:
            if not (days.isascii() and days.isdecimal() and len(days) < 5):
                raise TaizhangError("access.password_days_unfit", least=DAYS[0], most=DAYS[1])
            wanted = SignInRules({name: name in chosen for name in workspace.pack.roles}, int(days))
            do_set_sign_in_rules(workspace, wanted, by=request.user.username, address=request.address)
        except TaizhangError as error:
            fault = error.fault
        else:
            messages.success(request, _("登录规则已改，马上生效，并记录在案。"))
            return redirect("sign-in-rules")
    held = sign_in_rules(workspace)
    values = {
        "fault": fault, "roles": [(role, held.roles[role.name]) for role in workspace.pack.roles.values()],
        "days": days if fault else held.password_days or "", "least": DAYS[0], "most": DAYS[1], "told": TOLD_DAYS,
    }  # fmt: skip
    return page(request, "office/accounts/rules.html", values, status=422 if fault else 200)
