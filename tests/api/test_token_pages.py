"""Tokens are made, shown once, listed and ended on their page; the interface is told on another."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from support.calls import ROOT, VILLAGE
from support.staff import hire, signed_in
from taizhang.access.models import ApiToken
from taizhang.access.sight import Grant
from taizhang.clock import today
from taizhang.workspace import Workspace


@pytest.fixture
def owner(sqlite_workspace: Workspace) -> Client:
    """A clerk who may use the interface."""
    return signed_in(hire(sqlite_workspace, "clerk", Grant("village_clerk", VILLAGE), Grant("interface", VILLAGE)))


def test_a_token_is_shown_once_and_works_until_it_is_ended(owner: Client) -> None:
    until = (today() + timedelta(days=30)).isoformat()
    answer = owner.post("/tokens/", {"title": "县平台", "scopes": ["read", "figures"], "until": until})
    shown = re.search(r'value="(tz_[\w-]+)"', answer.content.decode())
    assert shown
    assert answer["Cache-Control"] == "private, no-store"
    token = shown[1]
    listed = owner.get("/tokens/").content.decode()
    assert "县平台" in listed
    assert token not in listed
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get(f"{ROOT}/me").json()["token"]["scopes"] == ["read", "figures"]
    assert owner.post(f"/tokens/{ApiToken.objects.get().pk}/end/").status_code == 302
    assert program.get(f"{ROOT}/me").status_code == 401
    assert "已停用" in owner.get("/tokens/").content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"title": "x", "scopes": ["read"], "until": "soon"}, "截止日期不对"),
        ({"title": "", "scopes": ["read"], "until": "2099-01-01"}, "名称"),
        ({"title": "x", "scopes": ["accept"], "until": (today() + timedelta(days=3)).isoformat()}, "自己没有的权限"),
    ],
)
def test_what_does_not_do_is_told_and_kept_in_the_form(owner: Client, sent: dict[str, object], words: str) -> None:
    answer = owner.post("/tokens/", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_ends_the_token_of_another(owner: Client, sqlite_workspace: Workspace, caller_of: Callable[..., object]) -> None:
    caller_of("village_clerk", VILLAGE)
    assert owner.post(f"/tokens/{ApiToken.objects.get().pk}/end/").status_code == 404


def test_who_may_not_use_the_interface_has_no_page(sqlite_workspace: Workspace) -> None:
    clerk = signed_in(hire(sqlite_workspace, "clerk", Grant("village_clerk", VILLAGE)))
    assert clerk.get("/tokens/").status_code == 403
    assert "/tokens/" not in clerk.get("/").content.decode()


@pytest.mark.slow
def test_the_interface_is_told_operation_by_operation(owner: Client) -> None:
    told = owner.get("/tokens/interface/").content.decode()
    assert "/api/v1/ledgers/{ledger}/entries" in told
    assert "Idempotency-Key" in told
    assert "/tokens/" in owner.get("/").content.decode()
