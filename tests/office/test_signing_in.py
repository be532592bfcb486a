"""Signing in by password: who gets in, what is told to who does not, how a session begins and ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from support.staff import PASSWORD, hire
from taizhang.access.actions import do_close_account
from taizhang.access.models import Account, ReadRecord, SignIn
from taizhang.access.sight import Grant
from taizhang.office.shared import presence
from taizhang.workspace import Workspace

CLERK = Grant("village_clerk", "990128105202")


@pytest.fixture
def clerk(sqlite_workspace: Workspace) -> Account:
    """A clerk of a village, whose role asks for no second factor."""
    return hire(sqlite_workspace, "clerk", CLERK)


def sign_in(username: str = "clerk", password: str = PASSWORD, client: Client | None = None, **more: Any) -> Any:
    """Send the form of the sign-in page."""
    address = more.pop("address", "10.0.0.1")
    answer = (client or Client()).post("/sign-in/", {"username": username, "password": password, **more}, REMOTE_ADDR=address)
    return answer


def acts(person: str = "clerk") -> list[str]:
    return [record.act for record in ReadRecord.objects.filter(person=person).order_by("id")]


def test_who_is_not_signed_in_is_asked_to(sqlite_workspace: Workspace) -> None:
    answer = Client().get("/ledgers/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/ledgers/"


def test_a_script_that_is_not_signed_in_is_told_so(sqlite_workspace: Workspace) -> None:
    answer = Client().get("/ledgers/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "access.sign_in_needed")
    piece = Client().get("/ledgers/?page=2", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/ledgers/"})
    assert (piece.status_code, piece["HX-Redirect"]) == (200, "/sign-in/?next=/ledgers/")


def test_a_clerk_sees_no_findings_and_an_inspector_does(client_of: Callable[..., Client]) -> None:
    clerk = client_of("village_clerk", "990128105202").get("/ledgers/").content.decode()
    inspector = client_of("inspector", "990128105", "纪委").get("/ledgers/").content.decode()
    assert "户籍" in clerk
    assert "户籍" in inspector
    assert "疑点" not in clerk
    assert "疑点" in inspector


def test_the_right_password_signs_in_and_that_is_recorded(clerk: Account) -> None:
    client = Client()
    answer = sign_in(client=client, next="/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    shown = client.get("/me/").content.decode()
    assert "桐木村" in shown
    assert "10.0.0.1" in shown
    assert acts() == ["sign_in"]


def test_a_name_may_be_written_in_any_way(clerk: Account) -> None:
    assert sign_in(" ＣLERK ").status_code == 302


def test_nobody_learns_which_names_there_are(clerk: Account, sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(sqlite_workspace, "admin", Grant("administrator", "990128105"))
    do_close_account(hire(sqlite_workspace, "gone", CLERK), by="admin", pack=sqlite_workspace.pack)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: (hashed.append("once"), encode(self, *args))[1])
    answers = []
    for username, password in (("nobody", "x"), ("clerk", "wrong"), ("gone", PASSWORD)):
        hashed.clear()
        answer = sign_in(username, password)
        text = re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
        # The same page after the same work: a name that there is not costs a hash too.
        answers.append((answer.status_code, text, len(hashed)))
        assert "账号或密码不对" in text
    assert len(set(answers)) == 1
    assert acts("nobody") == []  # what was typed as a name may be a password
    assert acts("") == ["sign_in_failed"]  # but that somebody tried is recorded, and costs the same time
    assert acts("clerk") == ["sign_in_failed"]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"]
)
def test_nobody_is_sent_elsewhere(clerk: Account, elsewhere: str) -> None:
    assert sign_in(next=elsewhere)["Location"] == "/"
    client = Client()
    sign_in(client=client)
    assert client.get("/sign-in/", {"next": elsewhere})["Location"] == "/"
    assert client.post("/language/", {"language": "en", "back": elsewhere})["Location"] == "/"


def test_a_planted_session_is_not_the_one_that_is_signed_in(clerk: Account) -> None:
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    sign_in(client=client)
    assert client.cookies["sessionid"].value != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert other.get("/me/").status_code == 302


def test_signing_out_ends_the_session(clerk: Account) -> None:
    client = Client()
    sign_in(client=client)
    kept = client.cookies["sessionid"].value
    assert client.get("/sign-out/").status_code == 405  # a picture on another page cannot sign anybody out
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get("/me/").status_code == 302
    assert SignIn.objects.count() == 0
    assert acts() == ["sign_in", "sign_out"]


def test_what_was_shown_is_not_kept_by_the_browser(clerk: Account) -> None:
    client = Client()
    sign_in(client=client)
    assert "no-store" in client.get("/me/")["Cache-Control"]


# --- lockout -----------------------------------------------------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_the_name_at_that_address(clerk: Account, sqlite_workspace: Workspace) -> None:
    hire(sqlite_workspace, "other", CLERK)
    # However the name is written, it is one name.
    codes = [sign_in(name, "wrong").status_code for name in ("clerk", "Clerk", "CLERK", "ｃlerk", " clerk")]
    assert codes == [200, 200, 200, 200, 429]
    locked = sign_in()
    assert locked.status_code == 429
    assert "请在此时间之后再试" in locked.content.decode()
    assert 0 < int(locked["Retry-After"]) <= 1800
    assert sign_in("other").status_code == 302
    assert sign_in(address="10.0.0.2").status_code == 302


def test_a_name_that_there_is_not_locks_alike(clerk: Account) -> None:
    for _attempt in range(5):
        answer = sign_in("nobody", "wrong")
    assert answer.status_code == 429
    assert sign_in("nobody").status_code == 429


def test_trying_on_does_not_prolong_a_lockout(clerk: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    from axes.models import AccessAttempt

    for _attempt in range(5):
        sign_in(password="wrong")
    before = AccessAttempt.objects.get().attempt_time
    sign_in()
    assert AccessAttempt.objects.get().attempt_time == before


def test_one_who_gets_in_starts_afresh(clerk: Account) -> None:
    for _round in range(3):
        for _attempt in range(4):
            assert sign_in(password="wrong").status_code == 200
        assert sign_in().status_code == 302


def test_one_address_trying_many_names_is_locked(clerk: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taizhang.access.signing._ADDRESS", 6)
    codes = [sign_in(f"name{n}", "wrong").status_code for n in range(8)]
    assert codes == [200] * 6 + [429] * 2
    assert sign_in(address="10.0.0.2").status_code == 302


def test_many_addresses_trying_one_name_lock_it(clerk: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taizhang.access.signing._NAME", 6)
    assert [sign_in(password="wrong", address=f"10.0.1.{n}").status_code for n in range(8)] == [200] * 6 + [429] * 2


def test_only_our_own_proxies_say_where_somebody_is(clerk: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    told = {"X-Forwarded-For": "1.1.1.1, 192.168.7.7"}
    client = Client()
    client.post("/sign-in/", {"username": "clerk", "password": PASSWORD}, headers=told, REMOTE_ADDR="10.0.0.1")
    monkeypatch.setattr(settings, "TAIZHANG_PROXIES", 1)
    client = Client()
    client.post("/sign-in/", {"username": "clerk", "password": PASSWORD}, headers=told, REMOTE_ADDR="10.0.0.1")
    assert [s.address for s in SignIn.objects.order_by("id")] == ["10.0.0.1", "192.168.7.7"]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.1.1:5000", "10.1.1.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("unknown", "10.0.0.1"),
        ("' OR 1=1 --", "10.0.0.1"),
        ("", "10.0.0.1"),
        (",", "10.0.0.1"),
    ],
)
def test_an_address_is_one_whatever_a_proxy_writes(clerk: Account, monkeypatch: pytest.MonkeyPatch, forwarded: str, address: str) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "TAIZHANG_PROXIES", 1)
    form = {"username": "clerk", "password": PASSWORD}
    Client().post("/sign-in/", form, headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert SignIn.objects.get().address == address


def test_a_server_that_knows_no_address_still_signs_in(clerk: Account) -> None:
    assert sign_in(address="").status_code == 302
    assert SignIn.objects.get().address == "0.0.0.0"


# --- time ----------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that lets minutes go by."""
    at = [presence.moment()]
    monkeypatch.setattr(presence, "moment", lambda: at[0])

    def wait(minutes: int) -> None:
        at[0] += minutes * 60

    return wait


def test_nobody_there_for_half_an_hour_ends_the_session(clerk: Account, later: Callable[[int], None]) -> None:
    client = Client()
    sign_in(client=client)
    for _quarter in range(4):
        later(15)
        assert client.get("/me/").status_code == 200
    later(31)
    assert client.get("/me/")["Location"] == "/sign-in/?next=/me/"
    assert "已自动退出" in client.get("/sign-in/").content.decode()
    assert "已自动退出" not in client.get("/sign-in/").content.decode()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    clerk: Account, later: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from taizhang.office.shared.requests import uncounted
    from taizhang.office.signing_in import own_views

    monkeypatch.setattr(own_views.me, "uncounted", True, raising=False)
    client = Client()
    sign_in(client=client)
    for _minute in range(3):
        later(10)
        assert client.get("/me/").status_code == 200
    later(2)
    assert client.get("/me/").status_code == 302
    assert uncounted(lambda request: None).uncounted  # type: ignore[arg-type, return-value, attr-defined]


def test_a_session_ends_with_the_day(clerk: Account, later: Callable[[int], None]) -> None:
    client = Client()
    sign_in(client=client)
    for _round in range(28):
        later(25)
        assert client.get("/me/").status_code == 200
    later(25)
    assert client.get("/me/").status_code == 302


def test_a_session_is_not_written_for_every_page(clerk: Account) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    sign_in(client=client)
    with CaptureQueriesContext(connection) as queries:
        client.get("/me/")
    assert not [q["sql"] for q in queries if q["sql"].split()[0] in ("UPDATE", "INSERT")]
