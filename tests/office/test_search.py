"""One box: what is found is what may be seen, masked; people are found by whole numbers only, which is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from taizhang.access.models import ReadRecord
from taizhang.intake.importing import import_rows
from taizhang.journal.records import Source
from taizhang.workspace import Workspace

TOWN, VILLAGE, OTHER = "990128105", "990128105202", "990128105203"
PERSON, NAME = "990128194001050026", "吴桂香"


@pytest.fixture
def paid(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """One payment in a village, and all the time that a search may want."""
    monkeypatch.setattr("taizhang.search._SECONDS", 600)
    row = {
        "number": "P2020X", "programme": "高龄津贴", "village": VILLAGE, "household": "H1", "payee": NAME, "payee_id": PERSON, "amount": 50,
        "for_month": "2020-06", "paid_on": "2020-06-20", "batch": "高龄津贴-2020-06",
    }  # fmt: skip
    import_rows(sqlite_workspace, {"payment": [row]}, "王会计", Source("api", "试验"))
    return sqlite_workspace


def text(client: Client, asked: str) -> str:
    answer = client.get("/search/", {"q": asked})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.slow
def test_entries_are_found_where_they_may_be_read(paid: Workspace, client_of: Callable[..., Client]) -> None:
    here, there = client_of("village_clerk", VILLAGE, username="here"), client_of("village_clerk", OTHER, username="there")
    assert "P2020X" in text(here, "P2020X").split("</form>")[-1]
    assert NAME not in text(here, "P2020X")
    assert "没有找到" in text(there, "P2020X")
    assert "没有找到" in text(client_of("administrator", TOWN), "P2020X")


@pytest.mark.slow
def test_people_are_found_by_their_whole_number_which_is_recorded(paid: Workspace, client_of: Callable[..., Client]) -> None:
    clerk = client_of("village_clerk", VILLAGE, username="here")
    found = text(clerk, PERSON)
    assert "P2020X" in found
    assert PERSON not in re.sub(r'value="[^"]*"', "", found).replace(f"q={PERSON}", "")
    assert ReadRecord.objects.filter(person="here", act="search").count() == 1
    assert "没有找到" in text(clerk, PERSON[:14])
    leader = client_of("leader", TOWN)  # may read the rows, but never unmasked
    assert "没有找到" in text(leader, PERSON)
    assert "P2020X" in text(leader, "P2020X")


@pytest.mark.slow
def test_ledgers_indicators_and_rules_by_their_titles(paid: Workspace, client_of: Callable[..., Client]) -> None:
    leader = text(client_of("leader", TOWN), "稻谷补贴")
    assert "台账" in leader
    assert "/figures/" in leader
    assert "/findings/rules/" not in text(client_of("leader", TOWN), "死亡人员仍领取补贴")
    assert "/findings/rules/deceased_paid/" in text(client_of("inspector", TOWN, "纪委"), "死亡人员仍领取补贴")


@pytest.mark.slow
def test_submissions_by_number_only_where_their_rows_may_be_read(paid: Workspace, client_of: Callable[..., Client]) -> None:
    assert "第1号报送" in text(client_of("village_clerk", VILLAGE, username="here"), "001")
    assert "第1号报送" not in text(client_of("village_clerk", OTHER, username="there"), "001")


@pytest.mark.slow
def test_short_and_endless_questions_are_not_asked(paid: Workspace, client_of: Callable[..., Client]) -> None:
    leader = client_of("leader", TOWN)
    assert "至少写2个字" in text(leader, "稻")
    assert "没有找到" in text(leader, "x" * 5000)
    assert leader.get("/search/", {"q": "稻谷", "from": "99999999999999999"}).status_code == 200
