"""A call with a key is done once, however often and however many at a time it comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from support.calls import ROOT, VILLAGE, Caller, caller
from support.rows import household
from taizhang.access.sight import Grant
from taizhang.api.models import KeptAnswer
from taizhang.clock import now
from taizhang.journal import read
from taizhang.workspace import Workspace

Callers = Callable[..., Caller]
PATH = "/ledgers/household/changes"
BODY = {"changes": [{"values": household(50, VILLAGE)}]}


def test_the_first_answer_is_given_again(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    first = clerk.post(PATH, BODY, key="one")
    again = clerk.client.post(
        ROOT + PATH,
        json.dumps(BODY, ensure_ascii=False),
        content_type="application/json",
        headers={**clerk.headers, "Idempotency-Key": "one"},
    )
    assert again.json() == first
    assert again["Idempotency-Replayed"] == "true"
    assert len(read.submissions()) == 1


def test_a_key_belongs_to_one_call_of_one_person(caller_of: Callers) -> None:
    clerk, other = caller_of("village_clerk", VILLAGE), caller_of("village_clerk", VILLAGE, username="other")
    clerk.post(PATH, BODY, key="one")
    assert clerk.post(PATH, {"changes": [{"values": household(51, VILLAGE)}]}, key="one", status=422)["code"] == "api.key_reused"
    assert other.post(PATH, {"changes": [{"values": household(52, VILLAGE)}]}, key="one")["count"] == 1
    assert clerk.post(PATH, BODY, key="\tx", status=422)["code"] == "api.key_unfit"


def test_what_was_refused_may_be_mended_under_the_same_key(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    clerk.post(PATH, {"changes": [{"values": household(50, VILLAGE, members=-1)}]}, key="one", status=422)
    assert not KeptAnswer.objects.exists()
    clerk.post(PATH, BODY, key="one")


def test_answers_are_kept_for_more_than_a_week(caller_of: Callers) -> None:
    clerk = caller_of("village_clerk", VILLAGE)
    first = clerk.post(PATH, BODY, key="one")
    KeptAnswer.objects.update(at=now() - timedelta(days=7, hours=1))
    assert clerk.post(PATH, BODY, key="one") == first
    KeptAnswer.objects.update(at=now() - timedelta(days=9))
    assert clerk.post(PATH, BODY, key="one", status=422)["faults"][0]["code"] == "edit.waiting"  # carried out anew


def test_what_a_call_does_its_key_and_its_answer_are_one_transaction(caller_of: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("the process ends here")

    clerk = caller_of("village_clerk", VILLAGE)
    clerk.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("taizhang.api.answering.do_keep", fail)
        clerk.post(PATH, BODY, key="one", status=500)
    assert not read.submissions()
    assert not KeptAnswer.objects.exists()
    assert clerk.post(PATH, BODY, key="one")["count"] == 1


def test_many_at_once_are_done_once(workspace: Workspace) -> None:
    clerk = caller(workspace, "clerk", Grant("village_clerk", VILLAGE))
    body = json.dumps(BODY, ensure_ascii=False)

    def call(_number: int) -> tuple[int, str]:
        try:
            answer = Client().post(
                ROOT + PATH, body, content_type="application/json", headers={**clerk.headers, "Idempotency-Key": "the same"}
            )
            return answer.status_code, answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(call, range(12)))
    assert {status for status, _ in answers} == {200}
    assert len({content for _, content in answers}) == 1
    assert len(read.submissions()) == 1
