"""Who may call, and how failures are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from support.calls import ROOT, TOWN, VILLAGE, Caller
from support.staff import hire, signed_in
from taizhang.access.current import sight_of
from taizhang.access.models import ApiToken, ReadRecord
from taizhang.access.sight import Grant
from taizhang.access.tokens import do_end_token, do_make_token, scopes_of
from taizhang.api.actions import MOST_FAILURES
from taizhang.clock import now, today
from taizhang.errors import TaizhangError
from taizhang.workspace import Workspace

Callers = Callable[..., Caller]


def test_a_token_tells_who_it_is(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    me = clerk.get("/me")
    assert me["username"] == "village_clerk"
    assert me["functions"] == ["figures"]
    assert "household" in me["ledgers"]["write"]
    assert "finding" not in me["ledgers"]["read"]
    assert me["token"]["title"] == "a program"


def test_scopes_narrow_what_the_account_may_do(caller_of: Callers) -> None:
    reader = caller_of("village_clerk", VILLAGE, scopes=["read"])
    assert reader.get("/me")["functions"] == []
    assert set(reader.get("/me")["ledgers"]) == {"read"}
    assert reader.get("/indicators", status=403)["code"] == "access.refused"


@pytest.mark.parametrize(("header", "code"), [(None, "api.unauthenticated"), ("Bearer tz_none", "api.token_invalid"), ("Basic eDp5", "api.token_invalid")])  # fmt: skip
def test_who_shows_no_good_token_is_refused(sqlite_workspace: Workspace, header: str | None, code: str) -> None:
    answer = Client().get(f"{ROOT}/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == code


def test_tokens_end(sqlite_workspace: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    kept = ApiToken.objects.get()
    assert clerk.token not in (kept.hash, kept.scopes, kept.title)
    ApiToken.objects.update(expires_at=now() - timedelta(seconds=1))
    clerk.get("/me", status=401)
    ApiToken.objects.update(expires_at=now() + timedelta(days=1))
    clerk.get("/me")
    clerk.account.is_active = False
    clerk.account.save()
    clerk.get("/me", status=401)
    clerk.account.is_active = True
    clerk.account.save()
    do_end_token(clerk.account, kept.id)
    clerk.get("/me", status=401)
    with pytest.raises(TaizhangError, match="没有这个令牌"):
        do_end_token(clerk.account, kept.id)


def test_an_account_without_the_interface_role_has_no_tokens(sqlite_workspace: Workspace) -> None:
    account = hire(sqlite_workspace, "clerk", Grant("village_clerk", VILLAGE))
    with pytest.raises(TaizhangError, match="权限"):
        do_make_token(account, sight_of(sqlite_workspace, account), "x", ["read"], today() + timedelta(days=3))


def test_losing_the_role_ends_the_use_of_its_tokens(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    clerk.account.grants.filter(role="interface").delete()  # type: ignore[attr-defined]
    assert clerk.get("/me", status=403)["code"] == "api.no_interface"


@pytest.mark.parametrize(
    ("title", "scopes", "days", "code"),
    [
        (" ", ["read"], 3, "api.token_title_missing"),
        ("x", [], 3, "api.token_scopes_missing"),
        ("x", ["accept"], 3, "api.token_scope_refused"),
        ("x", ["administer"], 3, "api.token_scope_refused"),
        ("x", ["read"], 0, "api.token_end_unfit"),
        ("x", ["read"], 400, "api.token_end_unfit"),
    ],
)
def test_tokens_that_are_not_made(sqlite_workspace: Workspace, title: str, scopes: list[str], days: int, code: str) -> None:
    account = hire(sqlite_workspace, "clerk", Grant("village_clerk", VILLAGE), Grant("interface", VILLAGE))
    with pytest.raises(TaizhangError) as told:
        do_make_token(account, sight_of(sqlite_workspace, account), title, scopes, today() + timedelta(days=days))
    assert told.value.fault.code == code


def test_no_token_holds_what_makes_accounts(sqlite_workspace: Workspace) -> None:
    account = hire(sqlite_workspace, "boss", Grant("administrator", TOWN), Grant("interface", VILLAGE))
    assert scopes_of(sight_of(sqlite_workspace, account)) == []


def test_wrong_tokens_are_counted_by_address_and_slowed(caller_of: Callers) -> None:
    clerk, stranger = caller_of("village_clerk", VILLAGE), Client(headers={"Authorization": "Bearer tz_guess"})
    answers = [stranger.get(f"{ROOT}/me").status_code for _ in range(MOST_FAILURES + 3)]
    assert answers == [401] * MOST_FAILURES + [429] * 3
    told = stranger.get(f"{ROOT}/me")
    assert 0 < int(told["Retry-After"]) <= 15 * 60
    assert Client(headers={"Authorization": "Bearer tz_guess"}, REMOTE_ADDR="10.0.0.9").get(f"{ROOT}/me").status_code == 401
    clerk.get("/me")  # the same address, with a token that holds


def test_a_session_reads_and_needs_the_mark_against_forgery_to_write(sqlite_workspace: Workspace) -> None:
    account = hire(sqlite_workspace, "clerk", Grant("village_clerk", VILLAGE))
    client = signed_in(account)
    assert client.get(f"{ROOT}/me").json()["token"] is None
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(f"{ROOT}/jobs/1/cancel")
    assert answer.status_code == 403
    assert answer.json()["code"] == "api.forged"


def test_every_use_of_a_token_is_recorded(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    before = ReadRecord.objects.count()
    clerk.get("/divisions")
    one = ReadRecord.objects.order_by("-id").first()
    assert ReadRecord.objects.count() == before + 1
    assert one is not None
    assert (one.person, one.act, one.what) == ("village_clerk", "interface", "GET /api/v1/divisions")
    assert ApiToken.objects.get().used_at is not None


def test_unknown_addresses_and_methods_are_told_as_problems(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    assert clerk.get("/nothing", status=404)["code"] == "api.unknown_address"
    answer = Client(headers=clerk.headers).delete(f"{ROOT}/me")
    assert (answer.status_code, answer["Allow"], answer.json()["code"]) == (405, "GET", "api.wrong_method")


def test_what_does_not_fit_is_told_thing_by_thing(caller_of: Callers) -> None:
    told = caller_of("village_clerk", VILLAGE).get("/jobs", status=422, limit=0, state="asleep")
    assert told["code"] == "api.invalid"
    assert {(one["field"], one["code"]) for one in told["faults"]} == {("limit", "api.field_unfit"), ("state", "api.field_unfit")}


def test_a_ledger_that_may_not_be_seen_is_told_like_one_that_is_not_there(sqlite_workspace: Workspace, caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    for path in ("/ledgers/{}", "/ledgers/{}/entries", "/ledgers/{}/template", "/ledgers/{}/entries/x"):
        hidden, missing = clerk.get(path.format("finding"), status=404), clerk.get(path.format("nothing"), status=404)
        for told in (hidden, missing):
            told["detail"] = told["detail"].replace("finding", "").replace("nothing", "")
            told.pop("params")
        assert hidden == missing


@pytest.mark.slow
def test_the_description_is_for_those_who_may_call(caller_of: Callers) -> None:
    assert Client().get(f"{ROOT}/openapi.json").status_code == 401
    description = caller_of("village_clerk", VILLAGE).get("/openapi.json")
    assert description["openapi"].startswith("3.1")
    for methods in description["paths"].values():
        for operation in methods.values():
            assert {"401", "403", "422"} <= set(operation["responses"])
            told = operation["responses"]["401"]
            assert set(told["content"]) == {"application/problem+json"}


def test_a_session_whose_sign_in_is_not_complete_goes_no_further(sqlite_workspace: Workspace) -> None:
    account = hire(sqlite_workspace, "clerk", Grant("village_clerk", VILLAGE))
    account.must_change_password = True
    account.save()
    answer = signed_in(account).get(f"{ROOT}/me")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["code"] == "access.sign_in_unfinished"


def test_what_fails_that_should_not_is_told_as_a_problem_too(caller_of: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("something of ours")

    monkeypatch.setattr("taizhang.api.operations.about.read.position", fail)
    clerk = caller_of("village_clerk", VILLAGE)
    clerk.client.raise_request_exception = False
    told = clerk.get("/me", status=500)
    assert (told["code"], "something of ours" in str(told)) == ("office.broken", False)


def test_a_body_that_says_it_is_too_large_is_not_read(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    answer = clerk.client.post(
        f"{ROOT}/imports", b"", content_type="multipart/form-data; boundary=x", headers=clerk.headers, CONTENT_LENGTH=str(3 << 30)
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
