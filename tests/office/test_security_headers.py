"""What every answer says to the browser, forged forms, and Django's own list for a server on the net."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from support.staff import PASSWORD, hire
from taizhang.access.sight import Grant
from taizhang.http import hosts
from taizhang.workspace import Workspace

EXPECTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("address", ["/sign-in/", "/me/", "/ledgers/", "/no-such-page/", "/accounts/"])
def test_every_answer_is_guarded(client_of: Callable[..., Client], address: str) -> None:
    answer = client_of("village_clerk", "990128105202").get(address)
    assert {name: answer.get(name) for name in EXPECTED} == EXPECTED
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    for part in ("object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert part in policy


def test_cookies_are_not_for_scripts_nor_for_other_sites(sqlite_workspace: Workspace) -> None:
    hire(sqlite_workspace, "clerk", Grant("village_clerk", "990128105202"))
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"username": "clerk", "password": PASSWORD})
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert not session["max-age"]  # it goes with the browser
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.parametrize(
    "address", ["/sign-in/", "/sign-out/", "/me/password/", "/accounts/new/", "/first-run/", "/divisions/", "/language/"]
)
def test_a_forged_form_is_refused_in_words(sqlite_workspace: Workspace, address: str) -> None:
    account = hire(sqlite_workspace, "admin", Grant("administrator", "990128105"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    session = client.session
    session["second_factor"] = True
    session.save()
    answer = client.post(address, {"username": "evil"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "页面已过期，没有保存" in answer.content.decode()
    assert client.get("/me/").status_code == 200


@pytest.mark.usefixtures("sqlite_workspace")
def test_only_names_that_are_allowed_are_answered() -> None:
    known = ("testserver", "TESTSERVER:8000", "127.0.0.1:8000", "10.1.2.3", "172.31.0.9:81", "192.168.1.20:8000", "[::1]:8000", "[fd12::1]")
    client = Client()
    for host in known:
        assert [client.get(path, headers={"Host": host}).status_code for path in ("/first-run/", "/api/v1/ledgers")] == [200, 401], host
    strange = (
        "evil.example",
        "testserver.evil.example",
        "127.0.0.1.evil.example",
        "0.0.0.0",
        "172.32.0.9",
        "8.8.8.8",
        "[2001:db8::1]",
        "<b>",
    )
    for host in strange:
        page, call = (client.get(path, headers={"Host": host}) for path in ("/first-run/", "/api/v1/ledgers"))
        assert (page.status_code, call.status_code, call.json()["code"]) == (400, 400, "office.host_refused"), host
        assert "TAIZHANG_HOSTS" in page.content.decode()
        assert "<b>" not in page.content.decode()


def test_a_server_answers_by_its_own_names_and_those_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Gongping-PC.lan")
    monkeypatch.setenv("TAIZHANG_HOSTS", "taizhang.example .gov.example")
    hosts.allow("203.0.113.7")
    hosts.allow("0.0.0.0")
    for host in ("localhost", "gongping-pc", "gongping-pc.lan", "gongping-pc.local", "taizhang.example", "a.gov.example", "203.0.113.7"):
        assert hosts.allowed(host, hosts.names()), host
    for host in ("0.0.0.0", "203.0.113.8", "lan", "example"):
        assert not hosts.allowed(host, hosts.names()), host


DEPLOYED = """
import sys
from taizhang.workspace import Workspace
from taizhang.serving.configuration import configure_for
configure_for(Workspace.open(sys.argv[1]))
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
from django.conf import settings
from django.test import Client
plain, secure = Client().get("/sign-in/"), Client().get("/sign-in/", headers={"X-Forwarded-Proto": "https"})
print(plain.status_code, plain["Location"], secure.status_code, secure["Strict-Transport-Security"])
print(secure.cookies.get("csrftoken", {}).get("secure"), settings.SESSION_COOKIE_SECURE, settings.DEBUG)
"""


@pytest.mark.slow
def test_behind_https_djangos_own_list_finds_nothing(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    hire(sqlite_workspace, "admin", Grant("administrator", "990128105"))
    environment = {**os.environ, "TAIZHANG_HTTPS": "1", "TAIZHANG_HOSTS": "testserver"}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # tests with a browser set it for their own process
    command = [sys.executable, "-W", "error::DeprecationWarning:taizhang", "-c", DEPLOYED, str(sqlite_workspace.root)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "no issues" in lines[0]
    assert lines[1] == "301 https://testserver/sign-in/ 200 max-age=31536000; includeSubDomains; preload"
    assert lines[2] == "True True False"
    key = sqlite_workspace.path(".secret-key")
    assert len(key.read_text(encoding="ascii")) >= 50
    assert key.stat().st_mode & 0o077 == 0
