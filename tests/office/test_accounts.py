"""The administrator's pages: accounts, roles, passwords, sessions, lockouts."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from support.staff import PASSWORD, hire, signed_in
from taizhang.access.actions import administrators, do_close_account, do_end_grant, grants_of
from taizhang.access.models import Account, ReadRecord
from taizhang.access.sight import Grant
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace

TOWN = "990128105"
ADMIN = Grant("administrator", TOWN)
CLERK = Grant("village_clerk", "990128105202")


@pytest.fixture
def admin(sqlite_workspace: Workspace) -> Client:
    """A client of the administrator."""
    return signed_in(hire(sqlite_workspace, "admin", ADMIN, name="石磊"))


@pytest.fixture
def clerk(sqlite_workspace: Workspace) -> Account:
    """A clerk of a village."""
    return hire(sqlite_workspace, "clerk", CLERK, name="罗小英")


def did(client: Client, username: str, act: str, **values: Any) -> Any:
    return client.post(f"/accounts/of/{username}/{act}/", values)


def recorded() -> list[str]:
    return [record.what for record in ReadRecord.objects.filter(person="admin").order_by("id")]


def sign_in(username: str, password: str = PASSWORD) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR="10.0.0.1")


def test_accounts_are_listed_filtered_sorted_and_taken_out(admin: Client, clerk: Account, sqlite_workspace: Workspace) -> None:
    hire(sqlite_workspace, "zhan", Grant("station", TOWN, ("民政办",)), name="=周敏")
    page = admin.get("/accounts/").content.decode()
    assert "村（社区）台账员（桐木村）" in page
    assert "站所工作人员（公坪镇）" in page
    filtered = admin.get("/accounts/?role=village_clerk").content.decode()
    assert "罗小英" in filtered
    assert "周敏" not in filtered
    down = admin.get("/accounts/?sort=username&down=1").content.decode()
    assert down.index("/of/zhan/") < down.index("/of/clerk/") < down.index("/of/admin/")
    answer = admin.get("/accounts/export/?q=周")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]][:2] == ["zhan", "'=周敏"]
    assert sheet.max_row == 2
    assert ReadRecord.objects.filter(act="export", what="accounts", rows=1).exists()


def test_an_account_is_made_with_a_role_and_a_password_shown_once(admin: Client, sqlite_workspace: Workspace) -> None:
    page = admin.get("/accounts/new/").content.decode()
    assert "查看、填报、导出、查看个人信息原文：查阅范围为一般、含个人信息的台账" in page
    form = {"username": "Nongye", "name": "杨丽", "role": "station", "division": TOWN, "offices": ["农业综合服务中心", "民政办"]}
    answer = admin.post("/accounts/new/", form)
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.content.decode())
    assert found
    assert "no-cache" in answer["Cache-Control"]
    account = Account.objects.get(username="nongye")
    assert grants_of(account) == [Grant("station", TOWN, ("农业综合服务中心", "民政办"))]
    assert found[1] not in admin.get("/accounts/of/nongye/").content.decode()
    client, _answer = sign_in("nongye", found[1])
    assert client.get("/")["Location"] == "/me/password/"
    again = admin.post("/accounts/new/", form)
    assert again.status_code == 422
    assert "已经有了" in again.content.decode()


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"role": "nobody", "division": TOWN}, "access.role_unknown"),
        ({"role": "village_clerk", "division": TOWN}, "access.division_unfit"),
        ({"role": "village_clerk", "division": "990128105299"}, "access.division_unfit"),
        ({"username": "x"}, "access.username_unfit"),
        ({"username": "a b"}, "access.username_unfit"),
        ({"name": ""}, "access.name_missing"),
    ],
)
def test_what_does_not_do_makes_no_account(admin: Client, form: dict[str, str], code: str) -> None:
    answer = admin.post("/accounts/new/", {"username": "neu", "name": "新人", **form})
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert Account.objects.count() == 1


def test_roles_are_given_and_taken(admin: Client, clerk: Account) -> None:
    session = signed_in(clerk)
    assert "石板村" not in admin.get("/accounts/of/clerk/").content.decode().split("加一个角色")[0]
    assert did(admin, "clerk", "grant", role="village_clerk", division="990128105203").status_code == 302
    assert "石板村" in session.get("/me/").content.decode()
    assert did(admin, "clerk", "end-grant", role="village_clerk", division="990128105202").status_code == 302
    assert grants_of(clerk) == [Grant("village_clerk", "990128105203")]
    assert "桐木村" not in session.get("/me/").content.decode()
    assert recorded()[-2:] == ["clerk + village_clerk 990128105203", "clerk - village_clerk 990128105202"]


def test_a_closed_account_is_out_at_once_and_comes_back_as_it_was(admin: Client, clerk: Account) -> None:
    session, _answer = sign_in("clerk")
    assert session.get("/me/").status_code == 200
    did(admin, "clerk", "close")
    assert session.get("/me/").status_code == 302
    assert sign_in("clerk")[1].status_code == 200
    did(admin, "clerk", "open")
    assert sign_in("clerk")[1].status_code == 302
    clerk.refresh_from_db()
    assert grants_of(clerk) == [CLERK]


def test_a_reset_password_is_shown_once_and_ends_what_is_open(admin: Client, clerk: Account) -> None:
    session, _answer = sign_in("clerk")
    answer = did(admin, "clerk", "reset-password")
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.content.decode())
    assert found
    assert "以前有效" in answer.content.decode()
    assert session.get("/me/").status_code == 302
    assert sign_in("clerk")[1].status_code == 200
    assert sign_in("clerk", found[1])[1].status_code == 302
    assert found[1] not in "".join(recorded())


def test_a_lockout_is_shown_and_lifted(admin: Client, clerk: Account) -> None:
    for _try in range(5):
        sign_in("clerk", "wrong")
    assert sign_in("clerk")[1].status_code == 429
    assert "从10.0.0.1登录暂停到" in admin.get("/accounts/of/clerk/").content.decode()
    did(admin, "clerk", "lift-lockout")
    assert sign_in("clerk")[1].status_code == 302
    assert recorded()[-1] == "clerk: lockout lifted"


def test_sessions_are_shown_and_ended(admin: Client, clerk: Account) -> None:
    first, second, third = (sign_in("clerk")[0] for _n in range(3))
    numbers = re.findall(r'name="number" value="(\d+)"', admin.get("/accounts/of/clerk/").content.decode())
    assert len(numbers) == 3
    did(admin, "clerk", "end-sessions", number=numbers[0])
    assert sorted(c.get("/me/").status_code for c in (first, second, third)) == [200, 200, 302]
    did(admin, "clerk", "end-sessions")
    assert {c.get("/me/").status_code for c in (first, second, third)} == {302}


def test_a_lost_second_factor_is_taken_off(admin: Client, clerk: Account) -> None:
    Account.objects.filter(pk=clerk.pk).update(totp_secret="JBSWY3DPEHPK3PXP")
    refused = [did(admin, "clerk", "end-second-factor", password=given) for given in ("", "wrong")]
    assert all("access.password_wrong" in answer.content.decode() for answer in refused)
    assert sign_in("clerk")[1]["Location"] == "/sign-in/code/"
    assert recorded() == ["", ""]
    did(admin, "clerk", "end-second-factor", password=PASSWORD)
    assert sign_in("clerk")[1]["Location"] == "/"
    assert recorded()[-1] == "clerk: ended"


def test_who_guesses_the_administrators_password_is_locked_out(admin: Client, clerk: Account) -> None:
    Account.objects.filter(pk=clerk.pk).update(totp_secret="JBSWY3DPEHPK3PXP")
    for _try in range(5):
        did(admin, "clerk", "end-second-factor", password="wrong")
    answer = did(admin, "clerk", "end-second-factor", password=PASSWORD)
    assert "access.locked" in answer.content.decode()
    assert sign_in("clerk")[1]["Location"] == "/sign-in/code/"


def test_who_an_account_belongs_to_is_corrected(admin: Client, clerk: Account) -> None:
    did(admin, "clerk", "describe", name="罗晓英", id_number=" 99012819500101007x ")
    clerk.refresh_from_db()
    assert (clerk.name, clerk.id_number) == ("罗晓英", "99012819500101007X")
    assert "99012819500101007X" not in "".join(recorded())
    answer = did(admin, "clerk", "describe", name="罗晓英", id_number="990128195001010070")
    assert answer.status_code == 400
    assert "access.id_number_unfit" in answer.content.decode()


@pytest.mark.parametrize(
    ("act", "values"),
    [("close", {}), ("grant", {"role": "leader", "division": TOWN}), ("end-grant", {"role": "administrator", "division": TOWN})],
)
def test_nobody_changes_what_she_may_do_herself(admin: Client, act: str, values: dict[str, str]) -> None:
    answer = did(admin, "admin", act, **values)
    assert answer.status_code == 400
    assert "access.own_account" in answer.content.decode()
    assert grants_of(Account.objects.get()) == [ADMIN]


def test_there_is_always_an_administrator(sqlite_workspace: Workspace) -> None:
    pack = sqlite_workspace.pack
    first, second = hire(sqlite_workspace, "first", ADMIN), hire(sqlite_workspace, "second", ADMIN)
    do_close_account(second, by="first", pack=pack)
    for attempt in (lambda: do_close_account(first, by="second", pack=pack), lambda: do_end_grant(first, ADMIN, by="second", pack=pack)):
        with pytest.raises(TaizhangError) as caught:
            attempt()
        assert caught.value.fault.code == "access.last_administrator"
    assert [a.username for a in administrators(pack)] == ["first"]
    first.refresh_from_db()
    assert first.is_active


def test_the_administrator_sees_no_entries(admin: Client) -> None:
    assert "户籍" not in admin.get("/ledgers/").content.decode()
    assert admin.get("/ledgers/household/").status_code in (403, 404)
    assert "/ledgers/" not in re.findall(r"<nav.*?</nav>", admin.get("/me/").content.decode(), re.S)[0]


def test_these_pages_are_the_administrators(client_of: Callable[..., Client], clerk: Account) -> None:
    for role, division in (("village_clerk", "990128105202"), ("inspector", TOWN), ("leader", TOWN), ("report_writer", TOWN)):
        client = client_of(role, division, "纪委", username=f"a-{role}")
        assert client.get("/accounts/").status_code == 403
        assert client.get("/accounts/of/clerk/").status_code == 403
        assert did(client, "clerk", "reset-password").status_code == 403
        assert client.post("/accounts/new/", {"username": "evil", "name": "x"}).status_code == 403
    assert not Account.objects.filter(username="evil").exists()


def test_what_there_is_not_is_told(admin: Client, clerk: Account) -> None:
    assert admin.get("/accounts/of/nobody/").status_code == 404
    assert did(admin, "clerk", "nothing").status_code == 404


def test_both_databases_do_alike(workspace: Workspace) -> None:
    admin = signed_in(hire(workspace, "admin", ADMIN))
    answer = admin.post("/accounts/new/", {"username": "neu", "name": "新人", "role": "village_clerk", "division": "990128105202"})
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.content.decode())
    assert found
    codes = [sign_in("neu", "wrong")[1].status_code for _try in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert "暂停到" in admin.get("/accounts/of/neu/").content.decode()
    did(admin, "neu", "lift-lockout")
    session, _answer = sign_in("neu", found[1])
    form = {"old": found[1], "new": "Another one 2027", "again": "Another one 2027"}
    assert session.post("/me/password/", form).status_code == 302
    assert session.get("/me/").status_code == 200
    for query in ("sort=person", "sort=rows&down=1", "act=account&since=2020-01-01&until=2099-01-01", "page=9"):
        assert admin.get(f"/records/?{query}").status_code == 200
    assert admin.get("/accounts/?q=新&sort=seen&down=1&state=open&role=village_clerk").status_code == 200
    did(admin, "neu", "close")
    assert session.get("/me/").status_code == 302
