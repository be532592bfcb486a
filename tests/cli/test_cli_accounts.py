"""Accounts from the console, the first run's code, the demonstration's staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.calling import Outcome, caller
from taizhang.access.actions import grants_of
from taizhang.access.models import Account, ReadRecord
from taizhang.access.sight import Grant
from taizhang.workspace import Workspace

Call = Callable[..., Outcome]


@pytest.fixture
def at(sqlite_workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that calls ``taizhang -C town`` with arguments."""
    call = caller(capsys, monkeypatch)
    return lambda *arguments: call("-C", sqlite_workspace.root, *arguments)


def password_in(told: Outcome) -> str:
    found = re.search(r"一次性密码：(\S+)", told.out)
    assert found
    return found[1]


def test_an_administrator_is_made_on_the_console(at: Call) -> None:
    told = at("account", "add", "Guanli", "--name", "石磊", "--role", "administrator")
    account = Account.objects.get()
    assert account.check_password(password_in(told))
    assert "72小时内有效" in told.out
    assert account.must_change_password
    assert grants_of(account) == [Grant("administrator", "990128105")]
    listed = at("account", "list", "--json").json
    assert listed == [
        {
            "account": "guanli",
            "name": "石磊",
            "open": True,
            "second_factor": False,
            "roles": [{"role": "administrator", "division": "990128105"}],
        }
    ]
    assert "系统管理员" in at("account", "list").out
    assert all(record.person.startswith("console:") for record in ReadRecord.objects.all())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "x y", "--name", "甲"), "账号名"),
        (("add", "neu", "--name", "甲", "--role", "king"), "没有角色"),
        (("add", "neu", "--name", "甲", "--role", "village_clerk"), "应任职于村（社区）"),
        (("add", "neu", "--name", "甲", "--role", "leader", "--division", "不存在"), "没有行政单元"),
        (("reset", "nobody"), "没有账号"),
    ],
)
def test_what_does_not_do_is_told(at: Call, arguments: tuple[str, ...], told: str) -> None:
    done = at("account", *arguments)
    assert (done.code, told in done.err) == (1, True)
    assert not Account.objects.exists()


def test_who_is_locked_out_comes_back(at: Call) -> None:
    from django.test import Client

    first = password_in(at("account", "add", "guanli", "--name", "石磊", "--role", "administrator"))
    Account.objects.update(totp_secret="JBSWY3DPEHPK3PXP", is_active=False)
    for _try in range(5):
        answer = Client().post("/sign-in/", {"username": "guanli", "password": "wrong"})
    assert answer.status_code == 429
    fresh = password_in(at("account", "reset", "guanli", "--second-factor", "--open"))
    assert fresh != first
    answer = Client().post("/sign-in/", {"username": "guanli", "password": fresh})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_serve_prints_the_code_of_the_first_run_once(at: Call, sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from taizhang.office.first_run import setup_code

    served: list[Any] = []
    monkeypatch.setattr("taizhang.serving.server.serve", lambda workspace, host, port, **more: served.append((host, port, more)))
    told = at("serve", "--port", "8123").out
    assert "http://127.0.0.1:8123/" in told
    found = re.search(r"启动码.*：(\S{19})", told)
    assert found
    assert setup_code.fits(sqlite_workspace, found[1])
    at("account", "add", "guanli", "--name", "石磊")
    assert "启动码" not in at("serve").out
    assert not sqlite_workspace.path(".setup-code").exists()
    assert served == [("127.0.0.1", 8123, {"workers": 2, "jobs": True}), ("127.0.0.1", 8000, {"workers": 2, "jobs": True})]


def test_the_demonstration_shows_its_staff_and_serves(
    sqlite_workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.test import Client

    from taizhang.cli.commands.demo_ import _serve
    from taizhang.demo.staff import PASSWORD, members

    monkeypatch.setattr("taizhang.serving.server.serve", lambda *arguments, **more: None)
    _serve(sqlite_workspace, 8123)
    told = capsys.readouterr().out
    staff = members(sqlite_workspace)
    assert {grant.role for member in staff for grant in member.grants} == set(sqlite_workspace.pack.roles)
    for member in staff:
        assert re.search(rf"{member.username}\t{member.name}\t[^\t]+\t{PASSWORD}", told)
    assert told.rstrip().endswith("http://127.0.0.1:8123/")
    settings = Path(sqlite_workspace.path("taizhang.toml")).read_text(encoding="utf-8")
    assert settings.count('second_factor = "offered"') == 1
    Workspace.open(sqlite_workspace.root).activate()
    client = Client()
    # The password alone brings in even those whose role would ask for a second factor.
    client.post("/sign-in/", {"username": "minzheng", "password": PASSWORD})
    assert client.get("/ledgers/").status_code == 200
