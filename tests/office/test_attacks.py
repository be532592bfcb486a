"""What is sent to break the office or to make it slow: deep and huge values, bodies that claim to be somebody's, failures that would tell too much."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.calls import ROOT, VILLAGE, caller
from support.rows import household, households
from support.staff import hire
from taizhang.access.sight import Grant
from taizhang.journal import read
from taizhang.workspace import Workspace

Clients = Callable[..., Client]
NUMBERS = [
    "1e999999999",
    "-1E+100000000",
    "9" * 5000,
    "0." + "0" * 5000 + "1",
    "1e-999999999",
    "Infinity",
    "NaN",
    "sNaN",
    "１e９９９９９９９９９",
    "0x10",
    "1_0",
]


@pytest.fixture
def town(sqlite_workspace: Workspace) -> Workspace:
    """A few households."""
    households(sqlite_workspace, 6)
    return sqlite_workspace


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_is_none_is_told_and_costs_nothing(town: Workspace, client_of: Clients, number: str) -> None:
    clerk, program, before = (
        client_of("village_clerk", VILLAGE),
        caller(town, "program", Grant("village_clerk", VILLAGE)),
        len(read.submissions()),
    )
    values = household(90, VILLAGE, contracted_area=number)
    sent = json.dumps({"edits": [{"values": {**values, "members": "3"}}], "reason": "x"})
    answer = clerk.post("/ledgers/household/save/", sent, content_type="application/json")
    assert answer.status_code == 422, answer.content[:300]
    assert len(answer.content) < 20_000
    assert program.post("/ledgers/household/changes", {"changes": [{"values": values}]}, status=422)["code"] == "edit.refused"
    for path in ("/ledgers/household/", "/ledgers/household/rows/"):
        for name in ("contracted_area", "contracted_area.from", "contracted_area.to", "contracted_area.contains"):
            assert clerk.get(path, {name: number}).status_code in (200, 400, 422)
    program.client.get(f"{ROOT}/ledgers/household/entries", {"filter": f"contracted_area.from={number}"}, headers=program.headers)
    file = SimpleUploadedFile("户籍户.csv", f"户编号,村,户主,承包面积（亩）\nH9,桐木村,张大山,{number}\n".encode())
    assert clerk.post("/import/", {"file": file}, follow=True).status_code == 200
    assert len(read.submissions()) == before


@pytest.mark.parametrize("text", ["[" * 100_000, '{"edits":' * 50_000, '{"edits": [{"base": ' + "9" * 10_000 + "}]}", '"', "\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe"])  # fmt: skip
def test_what_cannot_be_read_is_told(town: Workspace, client_of: Clients, text: str | bytes) -> None:
    clerk, program = client_of("village_clerk", VILLAGE), caller(town, "program", Grant("village_clerk", VILLAGE))
    answer = clerk.post("/ledgers/household/save/", text, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "edit.unreadable")
    answer = program.client.post(f"{ROOT}/ledgers/household/changes", text, content_type="application/json", headers=program.headers)
    assert (answer.status_code, answer.json()["code"]) in ((400, "api.malformed"), (422, "api.invalid"))


@pytest.mark.parametrize("claim", [{}, {"Authorization": "Bearer tz_none"}, {"Cookie": "sessionid=" + "a" * 32}])
def test_a_stranger_sends_no_large_body_whoever_she_claims_to_be(sqlite_workspace: Workspace, claim: dict[str, str]) -> None:
    hire(sqlite_workspace, "clerk", Grant("village_clerk", VILLAGE))
    file = SimpleUploadedFile("x.xlsx", bytes(3 << 20))
    answer = Client(headers=claim, enforce_csrf_checks=True).post("/sign-in/", {"username": "clerk", "file": file})
    assert answer.status_code == 413


def test_a_failure_tells_nothing_of_the_inside(town: Workspace, client_of: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    from taizhang.access.shelf import Shelf

    def broken(*_given: Any, **_more: Any) -> None:
        raise RuntimeError("SECRET of the inside")

    clerk, program = client_of("village_clerk", VILLAGE), caller(town, "program", Grant("village_clerk", VILLAGE))
    monkeypatch.setattr(Shelf, "rows", broken)
    clerk.raise_request_exception = program.client.raise_request_exception = False
    answers = [
        clerk.get("/ledgers/household/rows/"),
        clerk.get("/ledgers/household/rows/", headers={"HX-Request": "true"}),
        clerk.get("/ledgers/household/rows/", headers={"Accept": "application/json"}),
        program.client.get(f"{ROOT}/ledgers/household/entries", headers=program.headers),
    ]
    for answer in answers:
        text = answer.content.decode()
        assert answer.status_code == 500
        assert "系统出了问题" in text
        assert not any(told in text for told in ("SECRET", "Traceback", "RuntimeError", "/src/", ".py"))
