"""The rules of signing in: set on a page, live at once for who is signed in already, recorded; passwords that end are told before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from support.staff import PASSWORD, hire
from taizhang.access import sign_in_rules
from taizhang.access.models import Account, ReadRecord, SignInRule
from taizhang.access.sight import Grant
from taizhang.clock import now
from taizhang.workspace import Workspace

TOWN, VILLAGE = "990128105", "990128105202"
ADDRESS = "/accounts/sign-in-rules/"
Clients = Callable[..., Client]


@pytest.fixture
def admin(client_of: Clients) -> Client:
    """An administrator."""
    return client_of("administrator", username="guanli")


def by_password(account: Account, password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": account.username, "password": password}).status_code == 302
    return client


def aged(account: Account, days: int) -> Account:
    Account.objects.filter(pk=account.pk).update(password_set_at=now() - timedelta(days=days))
    return account


def roles_of(workspace: Workspace, *but: str) -> list[str]:
    """Return the roles that the pack would have use a second factor, and which to leave out."""
    return [role.name for role in workspace.pack.roles.values() if role.second_factor and role.name not in but]


def test_a_role_needs_a_second_factor_from_the_next_request_on(sqlite_workspace: Workspace, admin: Client) -> None:
    leader = by_password(hire(sqlite_workspace, "lingdao", Grant("leader", TOWN)))
    station = by_password(hire(sqlite_workspace, "nongye", Grant("station", TOWN, ("民政办",))))
    assert [client.get("/ledgers/").status_code for client in (leader, station)] == [200, 302]
    chosen = [*roles_of(sqlite_workspace, "station"), "leader"]
    assert admin.post(ADDRESS, {"roles": chosen, "password_days": ""}).status_code == 302
    assert [client.get("/ledgers/").status_code for client in (leader, station)] == [302, 200]
    assert leader.get("/ledgers/")["Location"] == "/me/second-factor/"
    recorded = ReadRecord.objects.filter(act="sign_in_rules", person="guanli").values_list("what", flat=True)
    assert sorted(recorded) == ["second_factor:leader=1", "second_factor:station=0"]
    admin.post(ADDRESS, {"roles": chosen, "password_days": ""})
    assert ReadRecord.objects.filter(act="sign_in_rules").count() == 2  # nothing changed, nothing recorded


def test_what_was_not_decided_follows_the_pack_and_the_settings(sqlite_workspace: Workspace, admin: Client) -> None:
    held = sign_in_rules.sign_in_rules(sqlite_workspace).roles
    assert [name for name, needed in held.items() if needed] == roles_of(sqlite_workspace)
    admin.post(ADDRESS, {"roles": [*roles_of(sqlite_workspace), "leader"], "password_days": "90"})
    assert set(SignInRule.objects.values_list("name", flat=True)) == {"second_factor:leader", "password_days"}
    page = admin.get(ADDRESS).content.decode()
    assert page.count(" checked") == len(roles_of(sqlite_workspace)) + 1
    assert 'value="90"' in page


def test_the_record_tells_the_rules_in_words(client_of: Clients, admin: Client, sqlite_workspace: Workspace) -> None:
    admin.post(ADDRESS, {"roles": roles_of(sqlite_workspace, "station"), "password_days": "90"})
    admin.post(ADDRESS, {"roles": roles_of(sqlite_workspace), "password_days": "0"})
    page = client_of("inspector", TOWN, "纪委").get("/records/?act=sign_in_rules").content.decode()
    for told in (
        "“站所工作人员”登录不须用动态验证码",
        "“站所工作人员”登录须用动态验证码",
        "密码最多用多少天：90",
        "密码最多用多少天：不限",
    ):
        assert told in page


@pytest.mark.parametrize(
    ("name", "number", "told"),
    [
        *(("password_days", number, "30至730") for number in ("-1", "29", "731", "9" * 5, "九十", "٩٠", "90.5", "x")),
        *(("one_time_hours", number, "1至720") for number in ("0", "721")),
        *(("passwords_kept", number, "1至24") for number in ("0", "25")),
    ],
)
def test_numbers_that_do_not_do_change_nothing(sqlite_workspace: Workspace, admin: Client, name: str, number: str, told: str) -> None:
    answer = admin.post(ADDRESS, {"roles": [], name: number})
    assert answer.status_code == 422
    assert f"不填，或{told}" in answer.content.decode()
    assert f'value="{number}"' in answer.content.decode()
    assert not SignInRule.objects.exists()
    assert not ReadRecord.objects.filter(act="sign_in_rules").exists()


def test_only_who_manages_accounts_sets_them(client_of: Clients) -> None:
    for client in (client_of("leader"), client_of("inspector", TOWN, "纪委")):
        assert client.get(ADDRESS).status_code == client.post(ADDRESS, {"password_days": "90"}).status_code == 403
    assert not SignInRule.objects.exists()


def test_passwords_do_not_age_unless_it_is_set(sqlite_workspace: Workspace) -> None:
    clerk = aged(hire(sqlite_workspace, "cunguan", Grant("village_clerk", VILLAGE)), 5000)
    page = by_password(clerk).get("/").content.decode()
    assert "密码还可用" not in page


def test_a_password_that_has_served_its_time_is_changed_before_anything_else(sqlite_workspace: Workspace, admin: Client) -> None:
    clerk = aged(hire(sqlite_workspace, "cunguan", Grant("village_clerk", VILLAGE)), 91)
    before = by_password(clerk)
    assert before.get("/ledgers/").status_code == 200
    admin.post(ADDRESS, {"roles": roles_of(sqlite_workspace), "password_days": "90"})
    for client in (before, by_password(clerk)):
        assert client.get("/ledgers/")["Location"] == "/me/password/"
    assert "已用满规定的天数" in before.get("/me/password/").content.decode()
    changed = {"old": PASSWORD, "new": "Another one 2027", "again": "Another one 2027"}
    assert before.post("/me/password/", changed)["Location"] == "/"
    assert before.get("/ledgers/").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(("age", "told"), [(75, ""), (76, "密码还可用14天"), (89, "密码还可用1天"), (90, "最后一天")])
def test_the_end_is_told_at_sign_in(sqlite_workspace: Workspace, admin: Client, age: int, told: str) -> None:
    admin.post(ADDRESS, {"roles": roles_of(sqlite_workspace), "password_days": "90"})
    clerk = aged(hire(sqlite_workspace, "cunguan", Grant("village_clerk", VILLAGE)), age)
    client = by_password(clerk)
    page = client.get("/").content.decode()
    assert (told in page) if told else ("密码还可用" not in page)
    assert "密码还可用" not in client.get("/").content.decode()  # once


def test_a_new_password_counts_from_its_day(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = aged(hire(sqlite_workspace, "cunguan"), 400)
    rules = sign_in_rules.SignInRules({}, 90)
    clerk.refresh_from_db()
    assert rules.password_over(clerk)
    from taizhang.access.actions import do_change_password, do_reset_password

    do_change_password(clerk, PASSWORD, "Another one 2027", rules)
    clerk.refresh_from_db()
    assert not rules.password_over(clerk)
    aged(clerk, 400)
    do_reset_password(clerk, by="guanli")
    clerk.refresh_from_db()
    assert isinstance(clerk.password_set_at, datetime)
    assert not rules.password_over(clerk)
