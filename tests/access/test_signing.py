"""Codes count once whoever is quicker; passwords and their one-time kind; how sessions are told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from support.staff import hire
from taizhang.access import signing
from taizhang.access.models import Account, RecoveryCode
from taizhang.access.passwords import check_password_rules, one_time_password
from taizhang.access.words import browser_in_words
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace


def at_once(do: Callable[[], object], times: int = 6) -> int:
    """Do something from several threads, each with a connection of its own; return how often it was not refused."""
    from django.db import connections

    def attempt(_number: int) -> bool:
        try:
            do()
        except TaizhangError as error:
            if error.fault.code != "access.code_wrong":
                raise
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(times) as pool:
        return sum(pool.map(attempt, range(times)))


def test_of_many_with_the_same_code_one_gets_in(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_800_000_000]
    monkeypatch.setattr(signing.time, "time", lambda: float(now[0]))
    account, secret = hire(workspace, "zhou"), signing.new_secret()
    codes = signing.do_begin_second_factor(account, signing.hidden(account, secret), pyotp.TOTP(secret).at(now[0]))
    now[0] += 30
    code = pyotp.TOTP(secret).at(now[0])
    assert at_once(lambda: signing.do_take_code(Account.objects.get(), code)) == 1
    assert at_once(lambda: signing.do_take_code(Account.objects.get(), codes[3])) == 1
    assert RecoveryCode.objects.count() == 9


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch, drift: int) -> None:
    monkeypatch.setattr(signing.time, "time", lambda: 1_800_000_000.0)
    account, secret = hire(sqlite_workspace, "zhou"), signing.new_secret()
    Account.objects.update(totp_secret=signing.hidden(account, secret))
    account.refresh_from_db()
    assert signing.do_take_code(account, pyotp.TOTP(secret).at(1_800_000_000 + drift * 30)) == "code"


@pytest.mark.parametrize("code", ["", "0", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 10_000, "\x00" * 6])
def test_what_is_no_code_is_refused(sqlite_workspace: Workspace, code: str) -> None:
    account = hire(sqlite_workspace, "zhou")
    for kept in ("", signing.hidden(account, signing.new_secret())):
        account.totp_secret = kept
        with pytest.raises(TaizhangError) as caught:
            signing.do_take_code(account, code)
        assert caught.value.fault.code == "access.code_wrong"
        with pytest.raises(TaizhangError):
            signing.do_begin_second_factor(account, "", code)


def test_a_one_time_password_keeps_the_rules() -> None:
    made = {one_time_password() for _n in range(200)}
    assert len(made) == 200
    for password in made:
        check_password_rules(password, None)
        assert not set(password) & set("0Oo1lI")


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge 126 · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17 · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/122.0 Mobile Safari/537.36 MicroMessenger/8.0.49", "微信 8 · Android"),
        ("curl/8.0", "curl/8.0"),
        ("", "—"),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_short(agent: str, told: str) -> None:
    assert browser_in_words(agent) == told
