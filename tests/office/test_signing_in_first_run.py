"""The first run: whoever reads the server's console makes the first administrator, and looks over the divisions."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.staff import hire, signed_in
from taizhang.access.actions import grants_of
from taizhang.access.models import Account, ReadRecord
from taizhang.access.sight import Grant
from taizhang.office.first_run import setup_code
from taizhang.workspace import Workspace

PASSWORD = "Taizhang first 1"


def made(code: str, client: Client | None = None, **more: str) -> Any:
    form = {"code": code, "username": "guanli", "name": "石磊", "password": PASSWORD, "again": PASSWORD, **more}
    return (client or Client()).post("/first-run/", form)


def test_the_code_of_the_console_makes_the_first_administrator(sqlite_workspace: Workspace) -> None:
    code = setup_code.make(sqlite_workspace)
    assert code
    path = sqlite_workspace.path(".setup-code")
    assert code.replace("-", "") not in path.read_text(encoding="ascii")
    assert path.stat().st_mode & 0o077 == 0
    client = Client()
    assert client.get("/sign-in/")["Location"] == "/first-run/"
    assert "首次设置" in client.get("/first-run/").content.decode()
    refused = made("AAAA-BBBB-CCCC-DDDD", client)
    assert refused.status_code == 422
    assert "启动码不对" in refused.content.decode()
    assert made(code.lower().replace("-", ""), client)["Location"] == "/divisions/"
    account = Account.objects.get()
    assert grants_of(account) == [Grant("administrator", "990128105")]
    assert not path.exists()
    # An administrator signs in with a second factor; nobody makes a second first one.
    assert client.get("/divisions/")["Location"] == "/me/second-factor/"
    assert Client().get("/first-run/")["Location"] == "/sign-in/"
    assert made(code, username="evil")["Location"] == "/sign-in/"
    assert Account.objects.count() == 1
    assert setup_code.make(sqlite_workspace) is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"again": "Taizhang first 2"}, "两次填写的新密码不一样"),
        ({"password": "short", "again": "short"}, "密码不合要求"),
        ({"username": "a b"}, "账号名"),
        ({"name": " "}, "没有填姓名"),
    ],
)
def test_what_does_not_do_is_told_and_makes_nobody(sqlite_workspace: Workspace, wrong: dict[str, str], told: str) -> None:
    code = setup_code.make(sqlite_workspace) or ""
    answer = made(code, **wrong)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert Account.objects.count() == 0
    assert made(code).status_code == 302


def test_without_a_code_nobody_is_made(sqlite_workspace: Workspace) -> None:
    assert made("").status_code == 422
    old = setup_code.make(sqlite_workspace) or ""
    setup_code.make(sqlite_workspace)
    assert made(old).status_code == 422


# --- divisions ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(sqlite_workspace: Workspace) -> Client:
    """A client of the administrator."""
    return signed_in(hire(sqlite_workspace, "admin", Grant("administrator", "990128105")))


def sent(client: Client, text: str) -> Any:
    return client.post("/divisions/", {"file": SimpleUploadedFile("名单.csv", text.encode("utf-8-sig"))})


def list_of(workspace: Workspace) -> str:
    return workspace.path("divisions.csv").read_text(encoding="utf-8")


def test_a_new_list_is_shown_before_it_is_put_in_place(administrator: Client, sqlite_workspace: Workspace) -> None:
    before = list_of(sqlite_workspace)
    new = before.replace("990128105205,白岩村", "990128105205,白云村") + "990128105206,新村,2021-01-01,,\n"
    answer = sent(administrator, new)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "白岩村 → 白云村" in page
    assert "990128105206" in page
    assert list_of(sqlite_workspace) == before
    digest = page.split('name="confirmed" value="')[1].split('"')[0]
    assert administrator.post("/divisions/", {"confirmed": digest})["Location"] == "/divisions/"
    assert list_of(sqlite_workspace) == "\ufeff" + new
    assert sqlite_workspace.fresh().divisions["990128105206"].name == "新村"
    assert ReadRecord.objects.filter(act="divisions").get().what == "divisions: +1 ~1 -0"
    # What was confirmed once waits no longer.
    assert administrator.post("/divisions/", {"confirmed": digest}).status_code == 422


def test_all_faults_of_a_list_are_told_at_once(administrator: Client, sqlite_workspace: Workspace) -> None:
    answer = sent(
        administrator, "code,name,valid_from,valid_to,successor\n99x,甲,,,\n990128105201,乙,2020-13-01,,\n990128105202,丙,,,990128\n"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "名单有3处错" in page
    assert "99x" in page
    assert sent(administrator, "code,name,,,\n99,示范省,,,\n").content.decode().count("990128105") >= 1


def test_entries_keep_their_places(administrator: Client, sqlite_workspace: Workspace, make_change: Any) -> None:
    from taizhang.journal.actions import do_submit
    from taizhang.journal.records import Source

    new = list_of(sqlite_workspace).replace("990128105205,白岩村,,,\n", "").replace("桐木村", "梧桐村")
    assert sent(administrator, new).status_code == 200
    do_submit("clerk", Source("form", "form"), [make_change("H1")])
    page = sent(administrator, new).content.decode()
    assert "名单有2处错" in page
    assert "不能去掉" in page
    assert "不能直接改名" in page


@pytest.mark.parametrize("digest", ["../../taizhang", "0" * 63, "g" * 64, "0" * 64])
def test_only_what_was_shown_is_put_in_place(administrator: Client, sqlite_workspace: Workspace, digest: str) -> None:
    before = list_of(sqlite_workspace)
    assert administrator.post("/divisions/", {"confirmed": digest}).status_code == 422
    assert list_of(sqlite_workspace) == before


def test_the_list_is_the_administrators(sqlite_workspace: Workspace) -> None:
    clerk = signed_in(hire(sqlite_workspace, "clerk", Grant("village_clerk", "990128105202")))
    assert clerk.get("/divisions/").status_code == 403
    assert sent(clerk, list_of(sqlite_workspace)).status_code == 403
