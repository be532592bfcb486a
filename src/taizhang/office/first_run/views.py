"""The page that makes the first administrator, and the page of the list of divisions."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from taizhang.access.actions import do_grant, do_make_account, do_record_read
from taizhang.access.models import Account
from taizhang.access.sight import Grant
from taizhang.errors import Refusal, TaizhangError
from taizhang.http import uploads
from taizhang.i18n import _
from taizhang.office.first_run import setup_code
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs, open_to_all
from taizhang.office.signing_in.entering import enter
from taizhang.workspace.divisions import compare_divisions, do_replace_divisions

_SHOWN = 200
_BY = "first-run"


@open_to_all
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def first_run(request: OfficeRequest) -> HttpResponse:
    """Make the first administrator for who has the code that the server's console shows."""
    if not setup_code.is_first_run():
        return redirect("sign-in")
    fault = None
    if request.method == "POST":
        try:
            account = _make_administrator(request)
        except TaizhangError as error:
            fault = error.fault
        else:
            enter(request, account, second_factor=False)
            messages.success(request, _("管理员账号已建好。先核对行政单元名单，再到“账号”里给每个人建账号。"))
            return redirect("divisions")
    given = {name: request.POST.get(name, "") for name in ("code", "username", "name")}
    return page(request, "office/first_run/first_run.html", {"fault": fault, "given": given}, status=422 if fault else 200)


def _make_administrator(request: OfficeRequest) -> Account:
    workspace, given = request.workspace, request.POST
    if not setup_code.fits(workspace, given.get("code", "")):
        raise TaizhangError("access.setup_code_wrong")
    if given.get("password", "") != given.get("again", ""):
        raise TaizhangError("access.passwords_differ")
    role = next(role for role in workspace.pack.roles.values() if role.may("administer", None, ()))
    with transaction.atomic():
        account = do_make_account(
            given.get("username", ""), given.get("name", ""), given.get("password", ""), by=_BY, must_change_password=False
        )
        do_grant(account, Grant(role.name, workspace.town), by=_BY, pack=workspace.pack, divisions=workspace.divisions)
        if not setup_code.spend(workspace):
            raise TaizhangError("access.setup_done")
    return account


@require_http_methods(["GET", "POST"])
@needs("administer")
def divisions(request: OfficeRequest) -> HttpResponse:
    """Show the divisions; take a new list, show what it changes, and put it in place when that is confirmed."""
    workspace = request.workspace
    values: dict[str, object] = {"town": workspace.divisions.get(workspace.town), "title": workspace.settings.title}
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("confirmed"):
                return _replace(request, request.POST["confirmed"])
            values |= _preview(request)
        except Refusal as error:
            values |= {"faults": error.faults[:_SHOWN], "fault_count": len(error.faults)}
            status = 422
        except TaizhangError as error:
            values["fault"] = error.fault
            status = 422
    values |= {"divisions": list(workspace.divisions), "count": len(workspace.divisions)}
    return page(request, "office/first_run/divisions.html", values, status=status)


def _preview(request: OfficeRequest) -> dict[str, object]:
    with uploads.received(request, "file", uploads.TABLES) as upload:
        changes = compare_divisions(request.workspace, upload.path)
        digest = hashlib.sha256(upload.path.read_bytes()).hexdigest()
        # It waits here, under its content's hash, for the confirmation; the server clears the folder when it starts.
        shutil.copyfile(upload.path, _waiting(request, digest))
    return {"changes": changes, "digest": digest, "name": upload.name}


def _waiting(request: OfficeRequest, digest: str) -> Path:
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise TaizhangError("office.form_expired")
    return uploads.incoming(request.workspace) / f"divisions-{digest}.csv"


def _replace(request: OfficeRequest, digest: str) -> HttpResponse:
    path = _waiting(request, digest)
    if not path.is_file():
        raise TaizhangError("office.form_expired")
    changes = do_replace_divisions(request.workspace, path)
    path.unlink(missing_ok=True)
    told = f"divisions: +{len(changes.added)} ~{len(changes.changed)} -{len(changes.gone)}"
    do_record_read(request.user.username, "divisions", what=told, address=request.address)
    messages.success(request, _("行政单元名单已更换。"))
    return redirect("divisions")
