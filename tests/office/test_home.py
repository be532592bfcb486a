"""Home tells what awaits, what is late and what changed, to each her own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from taizhang.journal import Change, Source
from taizhang.journal.actions import do_accept, do_return, do_submit
from taizhang.journal.records import Submission
from taizhang.workspace import Workspace

TOWN, VILLAGE, OTHER = "990128105", "990128105202", "990128105203"
DATA = '{"number":"P1","programme":"高龄津贴","village":"990128105202","household":"H1","payee":"吴桂香","payee_id":"990128194001050026","amount":"50","for_month":"2020-06","paid_on":"2020-06-20"}'


def submitted(person: str, entry: str = "P1", village: str = VILLAGE) -> Submission:
    """Submit one payment for review."""
    change = Change("payment", entry, "record", village, DATA.replace("P1", entry).replace(VILLAGE, village))
    return do_submit(person, Source("form", "表单"), [change])


def text(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def office(sqlite_workspace: Workspace) -> str:
    """The office that keeps the ledger of payments."""
    return sqlite_workspace.pack.ledgers["payment"].office


def test_a_submission_awaits_its_reviewer_and_comes_back_to_its_sender(client_of: Callable[..., Client], office: str) -> None:
    clerk = client_of("village_clerk", VILLAGE, username="clerk")
    reviewer = client_of("reviewer", TOWN, office, username="head")
    assert "没有等您办的事" in text(reviewer)
    sent = submitted("clerk")
    assert "待我审核的报送" in text(reviewer)
    assert f"第{sent.number}号" in text(reviewer)
    assert "待我审核的报送" not in text(client_of("reviewer", TOWN, "别的办", username="other"))
    do_return(sent.number, "head", "金额不对")
    assert "退回给我的报送" in text(clerk)
    assert "金额不对" in text(clerk)
    assert "待我审核的报送" not in text(reviewer)


def test_what_was_accepted_lately_is_told_where_its_rows_may_be_read(client_of: Callable[..., Client], office: str) -> None:
    sent = submitted("clerk")
    do_accept(sent.number, "head")
    told = f"第{sent.number}号"
    assert told in text(client_of("station", TOWN, office))
    assert told in text(client_of("village_clerk", VILLAGE, username="here"))
    assert told not in text(client_of("village_clerk", OTHER, username="there"))
    assert told not in text(client_of("administrator", TOWN))


def test_home_holds_no_names_of_people(client_of: Callable[..., Client], office: str) -> None:
    sent = submitted("clerk")
    do_accept(sent.number, "head")
    for client in (client_of("station", TOWN, office), client_of("leader", TOWN)):
        assert "吴桂香" not in text(client)
