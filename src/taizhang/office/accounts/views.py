"""Accounts for the administrator: who there is, what each may do, and putting right what goes wrong with signing in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from taizhang.access import actions, signing
from taizhang.access.models import Account, SignIn
from taizhang.access.passwords import one_time_password
from taizhang.access.sight import Grant
from taizhang.access.words import Held, browser_in_words, grants_in_words, level_in_words, rights_in_words
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.office.shared.exporting import table_file
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import moment, page
from taizhang.office.shared.presence import rules_of
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.office.signing_in.entering import confirm_password

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack


@dataclass(frozen=True, slots=True)
class Row:
    """One account of the list."""

    account: Account
    held: list[Held]
    seen: datetime | None

    @property
    def roles(self) -> str:
        """The roles and where, in one line."""
        return "；".join(f"{held.role.title if held.role else held.grant.role}（{held.place}）" for held in self.held)


_SORTS: dict[str, Callable[[Row], Any]] = {
    "username": lambda row: row.account.username,
    "name": lambda row: row.account.name,
    "roles": lambda row: row.roles or None,
    "seen": lambda row: row.seen,
    "state": lambda row: not row.account.is_active,
    "factor": lambda row: not row.account.totp_secret,
}


def _rows(request: OfficeRequest, asked: Asked) -> list[Row]:
    found = Account.objects.order_by("username").prefetch_related("grants")
    if asked.get("q"):
        found = found.filter(Q(username__icontains=asked.get("q")) | Q(name__icontains=asked.get("q")))
    if asked.get("role"):
        found = found.filter(pk__in=Account.objects.filter(grants__role=asked.get("role")).values("pk"))
    if asked.get("state"):
        found = found.filter(is_active=asked.get("state") == "open")
    seen = dict(SignIn.objects.values_list("account").annotate(Max("seen_at")))
    rows = [Row(a, grants_in_words(a, request.workspace), seen.get(a.pk) or a.last_login) for a in found]
    return asked.in_order(rows, _SORTS)


@require_GET
@needs("administer")
def accounts(request: OfficeRequest) -> HttpResponse:
    """List the accounts."""
    asked = Asked.of(request)
    rows = _rows(request, asked)
    roles = [(role.name, role.title) for role in request.workspace.pack.roles.values()]
    return page(request, "office/accounts/accounts.html", {"asked": asked, "rows": asked.cut(rows), "total": len(rows), "roles": roles})


@require_GET
@needs("administer")
def export(request: OfficeRequest) -> HttpResponseBase:
    """Write out the list that was asked for."""
    header = [_("账号"), _("姓名"), _("角色"), _("状态"), _("动态验证码"), _("最近登录")]
    rows = (
        [
            row.account.username,
            row.account.name,
            row.roles,
            _("在用") if row.account.is_active else _("已停用"),
            _("已启用") if row.account.totp_secret else _("未启用"),
            moment(row.seen),
        ]
        for row in _rows(request, Asked.of(request))
    )
    return table_file(request, _("账号"), header, rows, what="accounts")


@never_cache
@require_http_methods(["GET", "POST"])
@needs("administer")
def new_account(request: OfficeRequest) -> HttpResponse:
    """Make an account with a role and show its one-time password."""
    fault, status = None, 200
    if request.method == "POST":
        try:
            account, password = _make(request)
        except TaizhangError as error:
            fault, status = error.fault, 422
        else:
            return _one_time(request, account, password)
    values = {**_choices(request), "fault": fault, "given": request.POST}
    return page(request, "office/accounts/new.html", values, status=status)


def _one_time(request: OfficeRequest, account: Account, password: str) -> HttpResponse:
    values = {"account": account, "password": password, "until": rules_of(request).one_time_until(account)}
    return page(request, "office/accounts/one_time_password.html", values)


def _make(request: OfficeRequest) -> tuple[Account, str]:
    from django.db import transaction

    given, by, password = request.POST, request.user.username, one_time_password()
    with transaction.atomic():
        account = actions.do_make_account(
            given.get("username", ""), given.get("name", ""), password, by=by, id_number=given.get("id_number", "")
        )
        if given.get("role"):
            _grant(request, account)
    return account, password


def _choices(request: OfficeRequest) -> dict[str, Any]:
    pack, tree = request.workspace.pack, request.workspace.divisions
    posted = {role.posted for role in pack.roles.values()}
    return {
        "roles": [
            (role, level_in_words(role.posted), rights_in_words(role, pack), _asks_offices(pack, role.name)) for role in pack.roles.values()
        ],
        "places": [(node.code, f"{node.name}（{level_in_words(node.level)}）") for node in tree if node.level in posted],
        "factors": rules_of(request).roles,
        "offices": sorted({ledger.office for ledger in pack.ledgers.values()}),
    }


def _asks_offices(pack: Pack, role: str) -> bool:
    return any("own" in right.ledgers.offices for right in pack.roles[role].rights)


def _account(username: str) -> Account:
    found = Account.objects.filter(username=username).first()
    if found is None:
        raise TaizhangError("access.account_unknown", name=username)
    return found


@require_GET
@needs("administer")
def account(request: OfficeRequest, username: str) -> HttpResponse:
    """Show one account, with what can be done about it."""
    found = _account(username)
    values = {
        "account": found,
        "held": grants_in_words(found, request.workspace),
        "sessions": signing.sessions_of(found),
        "lockouts": signing.lockouts_of(found),
        "own": found.pk == request.user.pk,
        "browser": browser_in_words,
        **_choices(request),
    }
    return page(request, "office/accounts/account.html", values)


def _grant(request: OfficeRequest, found: Account) -> None:
    given, workspace = request.POST, request.workspace
    offices = tuple(office for office in given.getlist("offices") if office)
    grant = Grant(given.get("role", ""), given.get("division", ""), offices)
    actions.do_grant(found, grant, by=request.user.username, pack=workspace.pack, divisions=workspace.divisions)


def _end_grant(request: OfficeRequest, found: Account) -> None:
    grant = Grant(request.POST.get("role", ""), request.POST.get("division", ""))
    actions.do_end_grant(found, grant, by=request.user.username, pack=request.workspace.pack)


def _describe(request: OfficeRequest, found: Account) -> None:
    actions.do_describe_account(found, request.POST.get("name", ""), request.POST.get("id_number", ""), by=request.user.username)


def _close(request: OfficeRequest, found: Account) -> None:
    actions.do_close_account(found, by=request.user.username, pack=request.workspace.pack)


def _open(request: OfficeRequest, found: Account) -> None:
    actions.do_open_account(found, by=request.user.username)


def _reset(request: OfficeRequest, found: Account) -> HttpResponse:
    return _one_time(request, found, actions.do_reset_password(found, by=request.user.username))


def _drop_factor(request: OfficeRequest, found: Account) -> None:
    confirm_password(request)
    signing.do_end_second_factor(found, by=request.user.username, address=request.address)


def _end_sessions(request: OfficeRequest, found: Account) -> None:
    if request.POST.get("number", "").isdecimal():
        signing.do_end_session(found, int(request.POST["number"]), by=request.user.username, address=request.address)
    else:
        signing.do_end_sessions(found, by=request.user.username, address=request.address)


def _lift(request: OfficeRequest, found: Account) -> None:
    signing.do_lift_lockout(found, by=request.user.username, address=request.address)


_ACTS: dict[str, Callable[[OfficeRequest, Account], HttpResponse | None]] = {
    "grant": _grant,
    "end-grant": _end_grant,
    "describe": _describe,
    "close": _close,
    "open": _open,
    "reset-password": _reset,
    "end-second-factor": _drop_factor,
    "end-sessions": _end_sessions,
    "lift-lockout": _lift,
}


@never_cache
@require_POST
@needs("administer")
def change_account(request: OfficeRequest, username: str, act: str) -> HttpResponse:
    """Do one thing with an account."""
    found = _account(username)
    if act not in _ACTS:
        raise TaizhangError("office.not_found", what=act)
    answer = _ACTS[act](request, found)
    if answer is not None:
        return answer
    messages.success(request, _("已办理，并记录在案。"))
    return redirect("account", username)
