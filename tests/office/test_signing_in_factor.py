"""The second factor, one-time passwords, changing one's own password, one's own sessions."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from support.staff import PASSWORD, hire
from taizhang.access import signing
from taizhang.access.actions import do_reset_password
from taizhang.access.models import Account, ReadRecord, RecoveryCode, UsedPassword
from taizhang.access.sight import Grant
from taizhang.access.sign_in_rules import SignInRules, do_set_sign_in_rules
from taizhang.clock import now
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace

NEW = "Another one 2027"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], float]:
    """Return a function that moves the clock of codes by seconds and returns the time."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(signing.time, "time", lambda: now[0])

    def move(seconds: int = 0) -> float:
        now[0] += seconds
        return now[0]

    return move


@pytest.fixture
def station(sqlite_workspace: Workspace) -> Account:
    """Somebody whose role asks for a second factor."""
    return hire(sqlite_workspace, "station", Grant("station", "990128105", ("民政办",)))


def by_password(username: str = "station", password: str = PASSWORD, client: Client | None = None, **more: str) -> tuple[Client, Any]:
    made = client or Client()
    return made, made.post("/sign-in/", {"username": username, "password": password, **more}, REMOTE_ADDR="10.0.0.1")


def secret_of(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


def enrolled(client: Client, move: Callable[[int], float]) -> tuple[str, list[str]]:
    """Set up a second factor through its page; return the secret and the recovery codes."""
    page = client.get("/me/second-factor/").content.decode()
    assert "data:image/svg+xml" in page
    secret = secret_of(page)
    answer = client.post("/me/second-factor/", {"code": pyotp.TOTP(secret).at(int(move(0))), "password": PASSWORD})
    codes = re.findall(r"<li><code>([A-Z0-9-]{19})</code></li>", answer.content.decode())
    assert len(codes) == 10
    assert "no-store" in answer["Cache-Control"]
    return secret, codes


def test_a_role_that_sees_a_whole_town_gets_no_further_without_a_second_factor(station: Account, at: Callable[[int], float]) -> None:
    client, answer = by_password()
    assert answer["Location"] == "/"
    for address in ("/", "/ledgers/", "/me/"):
        assert client.get(address)["Location"] == "/me/second-factor/"
    told = client.get("/ledgers/", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["code"]) == (403, "access.sign_in_unfinished")
    assert client.get("/ledgers/", headers={"HX-Request": "true"})["HX-Redirect"] == "/me/second-factor/"
    assert "验证码不对" in client.post("/me/second-factor/", {"code": "000000", "password": PASSWORD}).content.decode()
    assert client.get("/")["Location"] == "/me/second-factor/"
    secret, _codes = enrolled(client, at)
    assert client.get("/ledgers/").status_code == 200
    # The next time the password alone signs nobody in.
    client, answer = by_password(next="/ledgers/")
    assert answer["Location"] == "/sign-in/code/"
    assert client.get("/ledgers/").status_code == 302
    at(30)
    answer = client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).at(int(at(0)))})
    assert answer["Location"] == "/ledgers/"
    assert client.get("/ledgers/").status_code == 200


def test_a_code_counts_once(station: Account, at: Callable[[int], float]) -> None:
    secret, codes = enrolled(by_password()[0], at)
    code = pyotp.TOTP(secret).at(int(at(30)))
    first, second = by_password()[0], by_password()[0]
    assert first.post("/sign-in/code/", {"code": code}).status_code == 302
    refused = second.post("/sign-in/code/", {"code": code})
    assert refused.status_code == 200
    assert "验证码不对，或已经用过" in refused.content.decode()
    # The code before the one that was used is over as well.
    assert second.post("/sign-in/code/", {"code": pyotp.TOTP(secret).at(int(at(0)) - 30)}).status_code == 200
    assert second.post("/sign-in/code/", {"code": codes[0].lower().replace("-", " ")}).status_code == 302
    third = by_password()[0]
    assert third.post("/sign-in/code/", {"code": codes[0]}).status_code == 200
    assert RecoveryCode.objects.count() == 9


def test_recovery_codes_are_kept_as_hashes_and_replaced(station: Account, at: Callable[[int], float]) -> None:
    client = by_password()[0]
    _secret, codes = enrolled(client, at)
    assert not {c.replace("-", "") for c in codes} & {r.hash for r in RecoveryCode.objects.all()}
    assert client.post("/me/second-factor/", {"act": "codes", "password": "wrong"}).status_code == 400
    answer = client.post("/me/second-factor/", {"act": "codes", "password": PASSWORD})
    fresh = re.findall(r"<li><code>([A-Z0-9-]{19})</code></li>", answer.content.decode())
    assert len(fresh) == 10
    other = by_password()[0]
    assert other.post("/sign-in/code/", {"code": codes[1]}).status_code == 200
    assert other.post("/sign-in/code/", {"code": fresh[1]}).status_code == 302


def test_wrong_codes_lock_like_wrong_passwords(station: Account, at: Callable[[int], float]) -> None:
    enrolled(by_password()[0], at)
    client = by_password()[0]
    answers = [client.post("/sign-in/code/", {"code": "000000"}, REMOTE_ADDR="10.0.0.1").status_code for _try in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert by_password()[1].status_code == 429


def test_the_code_page_is_for_who_gave_the_password(station: Account, at: Callable[[int], float], monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _codes = enrolled(by_password()[0], at)
    at(30)
    code = pyotp.TOTP(secret).at(int(at(0)))
    assert Client().post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/"
    late = by_password()[0]
    from taizhang.office.shared import presence

    monkeypatch.setattr(presence, "moment", lambda: int(time.time()) + 400)
    assert late.post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/"
    monkeypatch.undo()
    changed = by_password()[0]
    do_reset_password(Account.objects.get(username="station"), by="admin")
    assert changed.post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/"


def test_setting_up_asks_for_the_password_again(station: Account, at: Callable[[int], float]) -> None:
    client = by_password()[0]
    code = pyotp.TOTP(secret_of(client.get("/me/second-factor/").content.decode())).at(int(at(0)))
    for wrong in ({}, {"password": "wrong"}):
        assert "现在的密码不对" in client.post("/me/second-factor/", {"code": code, **wrong}).content.decode()
    assert not Account.objects.get().totp_secret
    answers = [client.post("/me/second-factor/", {"code": code, "password": "wrong"}, REMOTE_ADDR="10.0.0.1") for _try in range(5)]
    assert answers[-1].status_code == 429
    told = client.post("/me/second-factor/", {"code": code, "password": PASSWORD}, REMOTE_ADDR="10.0.0.1")
    assert "已暂停" in told.content.decode()


def test_setting_up_ends_the_other_sessions(station: Account, at: Callable[[int], float]) -> None:
    first, second = by_password()[0], by_password()[0]
    enrolled(first, at)
    assert second.get("/me/second-factor/")["Location"].startswith("/sign-in/")


def test_a_workspace_may_only_offer_it(sqlite_workspace: Workspace, station: Account, at: Callable[[int], float]) -> None:
    path = sqlite_workspace.path("taizhang.toml")
    path.write_text(path.read_text(encoding="utf-8") + '\n[office]\nsecond_factor = "offered"\n', encoding="utf-8")
    client, _answer = by_password()
    assert client.get("/ledgers/").status_code == 200  # the file is read again without a restart
    secret, _codes = enrolled(client, at)
    # Who took it up is asked for it, and may take it off again with the password.
    assert by_password()[1]["Location"] == "/sign-in/code/"
    assert client.post("/me/second-factor/", {"act": "end", "password": PASSWORD})["Location"] == "/me/"
    assert by_password()[1]["Location"] == "/"
    assert secret


def test_where_it_is_required_nobody_takes_it_off(station: Account, at: Callable[[int], float]) -> None:
    client = by_password()[0]
    enrolled(client, at)
    assert client.post("/me/second-factor/", {"act": "end", "password": PASSWORD}).status_code == 400
    assert Account.objects.get().totp_secret


def test_a_setting_that_is_none_is_told(sqlite_workspace: Workspace) -> None:
    path = sqlite_workspace.path("taizhang.toml")
    path.write_text(path.read_text(encoding="utf-8") + '\n[office]\nsecond_factor = "never"\n', encoding="utf-8")
    with pytest.raises(TaizhangError) as caught:
        Workspace.open(sqlite_workspace.root)
    assert caught.value.fault.code == "workspace.settings_unreadable"


# --- passwords ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(sqlite_workspace: Workspace) -> Account:
    """A clerk of a village, whose role asks for no second factor."""
    return hire(sqlite_workspace, "clerk", Grant("village_clerk", "990128105202"), name="罗小英")


def test_a_one_time_password_has_to_be_changed(clerk: Account) -> None:
    given = do_reset_password(clerk, by="admin")
    client, _answer = by_password("clerk", given)
    for address in ("/", "/ledgers/", "/me/"):
        assert client.get(address)["Location"] == "/me/password/"
    change(client, given, NEW)
    assert client.get("/ledgers/").status_code == 200
    assert by_password("clerk", given)[1].status_code == 200
    assert by_password("clerk", NEW)[1].status_code == 302


def test_a_one_time_password_ends_by_itself(clerk: Account, sqlite_workspace: Workspace) -> None:
    given = do_reset_password(clerk, by="admin")

    def sign_in_after(hours: int) -> str:
        Account.objects.update(password_set_at=now() - timedelta(hours=hours))
        client, answer = by_password("clerk", given)
        return "" if client.get("/me/password/").status_code == 200 else answer.content.decode()

    assert sign_in_after(71) == ""
    assert "只在给出后72小时内有效，已经过期" in sign_in_after(73)
    do_set_sign_in_rules(sqlite_workspace, SignInRules({}, one_time_hours=24), by="admin")
    assert "24小时" in sign_in_after(25)
    assert by_password("clerk", "wrong")[1].content.decode().count("过期") == 0  # told to nobody who does not know it
    client = by_password("clerk", do_reset_password(clerk, by="admin"))[0]
    assert client.get("/")["Location"] == "/me/password/"


def test_the_last_passwords_do_not_come_again(clerk: Account, sqlite_workspace: Workspace) -> None:
    do_set_sign_in_rules(sqlite_workspace, SignInRules({}, passwords_kept=3), by="admin")
    client, names = by_password("clerk")[0], [PASSWORD, *(f"Another one {n}" for n in range(3))]
    for old, new in itertools.pairwise(names):
        assert change(client, old, new).status_code == 302
    for used in names[1:3]:
        assert "最近用过的3个密码不能再用" in change(client, names[3], used).content.decode()
    assert change(client, names[3], PASSWORD).status_code == 302  # the fourth from the last
    # What the administrator gives counts for nothing, and opens no way back.
    client = by_password("clerk", given := do_reset_password(clerk, by="admin"))[0]
    for used in (PASSWORD, *names[2:]):
        assert "最近用过的3个密码不能再用" in change(client, given, used).content.decode()
    assert change(client, given, names[1]).status_code == 302
    kept = UsedPassword.objects.values_list("hash", flat=True)
    assert len(kept) == 3
    assert not any(check_password(given, one) for one in kept)


def change(client: Client, old: str, new: str, again: str | None = None) -> Any:
    return client.post("/me/password/", {"old": old, "new": new, "again": new if again is None else again}, REMOTE_ADDR="10.0.0.1")


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("wrong", NEW, NEW, "现在的密码不对"),
        (PASSWORD, NEW, "Another one 2028", "两次填写的新密码不一样"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码与原密码相同"),
        (PASSWORD, "Short 1", "Short 1", "至少"),
        (PASSWORD, "alllowercaseletters", "alllowercaseletters", "四类中的三类"),
        (PASSWORD, "1234567890987", "1234567890987", "四类中的三类"),
    ],
)
def test_a_password_that_does_not_do_is_told_why(clerk: Account, old: str, new: str, again: str, told: str) -> None:
    client = by_password("clerk")[0]
    answer = change(client, old, new, again)
    if told:
        assert answer.status_code == 200
        assert told in answer.content.decode()
    assert by_password("clerk", new if not told else PASSWORD)[1].status_code == 302


def test_changing_the_password_ends_the_other_sessions(clerk: Account) -> None:
    here, elsewhere = by_password("clerk")[0], by_password("clerk")[0]
    assert change(here, PASSWORD, NEW).status_code == 302
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert here.get("/me/").content.decode().count('data-title="来自"') == 1


def test_nobody_guesses_passwords_at_a_desk_left_open(clerk: Account) -> None:
    client = by_password("clerk")[0]
    for _try in range(5):
        answer = change(client, "wrong", NEW)
    assert answer.status_code == 429
    told = change(client, PASSWORD, NEW).content.decode()
    assert "已暂停" in told
    assert by_password("clerk", NEW)[1].status_code == 429


def test_ones_own_sessions_are_listed_and_ended(clerk: Account, sqlite_workspace: Workspace) -> None:
    here, there, more = (by_password("clerk")[0] for _n in range(3))
    other = by_password(hire(sqlite_workspace, "other", Grant("village_clerk", "990128105203")).username)[0]
    shown = here.get("/me/").content.decode()
    numbers = [int(n) for n in re.findall(r"/me/sessions/(\d+)/end/", shown)]
    assert len(numbers) == 2
    assert other.post(f"/me/sessions/{numbers[0]}/end/").status_code == 404  # nobody ends a session of another
    assert here.post(f"/me/sessions/{numbers[0]}/end/").status_code == 302
    assert sorted(c.get("/me/").status_code for c in (there, more)) == [200, 302]
    assert here.post("/me/sessions/end/").status_code == 302
    assert [c.get("/me/").status_code for c in (here, there, more, other)] == [200, 302, 302, 200]
    assert ReadRecord.objects.filter(act="session", person="clerk").count() == 2
