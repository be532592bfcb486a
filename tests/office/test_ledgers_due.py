"""What is due: periods, days, villages that have reported, wait, or are late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from support.households import FORM, OTHER, TOWN, VILLAGE, sight_of
from support.recorded import record
from taizhang.access.editing import Edit, do_edit
from taizhang.access.sight import Sight
from taizhang.journal.actions import do_accept
from taizhang.office.ledgers.reporting import Reporting, due_day, period_due, period_of, reporting
from taizhang.pack.definitions import Ledger
from taizhang.workspace import Workspace


def disclosure(village: str, quarter: int, posted: str) -> dict[str, Any]:
    rest = {"income": "1", "expense": "1", "vouchers": "1", "due_on": "2020-12-31", "place": "公开栏", "reviewer": "张三"}
    return {"village": village, "for_year": "2020", "quarter": str(quarter), "posted_on": posted, **rest}


def told_of(workspace: Workspace, sight: Sight, ledger: Ledger, on: date) -> Reporting:
    """Return what is told of one ledger."""
    return reporting(workspace, sight, [ledger], on)[0]


@pytest.mark.parametrize(
    ("kind", "day", "expected"), [("month", "2020-02-29", "2020-02"), ("quarter", "2020-12-31", "2020Q4"), ("half", "2020-07-01", "2020H2")]
)
def test_periods(kind: str, day: str, expected: str) -> None:
    assert period_of(kind, date.fromisoformat(day)).text == expected


def test_villages_report_wait_or_are_late(sqlite_workspace: Workspace, client_of: Callable[..., Client]) -> None:
    ledger = sqlite_workspace.pack.ledgers["account_disclosure"]
    fields = ledger.fields.keys()
    assert ledger.due is not None
    assert due_day(ledger, period_of("quarter", date(2020, 8, 1))) == date(2020, 10, 31)
    assert [period_due(ledger, date(2020, 10, day)).text for day in (1, 20, 31)] == ["2020Q3"] * 3
    sent = [(VILLAGE, 3, "2020-10-09"), (OTHER, 3, "2020-10-10"), (OTHER, 2, "2020-07-10")]
    numbers = []
    for village, quarter, posted in sent:
        row = {name: value for name, value in disclosure(village, quarter, posted).items() if name in fields}
        clerk = sight_of(sqlite_workspace, f"clerk {village}", "village_clerk", village)
        numbers.append(do_edit(sqlite_workspace, clerk, ledger, [Edit(row)], FORM, confirm=True).submission)
    do_accept(numbers[0] or 0, "reviewer")
    leader = sight_of(sqlite_workspace, "leader", "leader", TOWN)
    on_time = told_of(sqlite_workspace, leader, ledger, date(2020, 10, 20))
    states = {v.division.code: v.state for v in on_time.villages}
    assert (on_time.period.text, states[VILLAGE], states[OTHER], states["990128105001"]) == ("2020Q3", "complete", "pending", "due")
    late = told_of(sqlite_workspace, leader, ledger, date(2020, 11, 2))
    assert (late.complete, late.overdue) == (1, len(late.villages) - 2)
    own = told_of(sqlite_workspace, sight_of(sqlite_workspace), ledger, date(2020, 11, 2))
    assert [v.division.code for v in own.villages] == [VILLAGE]

    page = client_of("leader", TOWN).get("/ledgers/account_disclosure/villages/", {"on": "2020-11-02"}).content.decode()
    assert page.count("逾期</span>") == late.overdue
    listed = client_of("village_clerk", VILLAGE).get("/ledgers/", {"on": "2020-11-02", "q": "村级财务公开"}).content.decode()
    assert "1/1" in listed
    assert "报齐" in listed
    assert client_of("leader", TOWN).get("/ledgers/household/villages/").status_code in (400, 404)


def test_only_villages_with_what_is_reported_on_are_asked(sqlite_workspace: Workspace) -> None:
    row = {"number": "SK01", "village": VILLAGE, "name": "龙塘水库", "kind": "小（二）型", "registered_on": "2008-06-01"}
    record("reservoir", [{"_entry": "SK01", "_division": VILLAGE, **row}])
    ledger = sqlite_workspace.pack.ledgers["reservoir_inspection"]
    leader = sight_of(sqlite_workspace, "leader", "leader", TOWN)
    assert [v.division.code for v in told_of(sqlite_workspace, leader, ledger, date(2020, 7, 20)).villages] == [VILLAGE]


def test_a_village_that_says_that_there_is_nothing_has_reported(sqlite_workspace: Workspace, client_of: Callable[..., Client]) -> None:
    ledgers = sqlite_workspace.pack.ledgers
    dates = {"from_on": "2020-10-01", "due_on": "2020-10-25"}  # a quarter's accounts are posted in the next one
    for number, ledger, upto in (
        ("R1", "村级财务公开", "2020-10-20"),
        ("R2", "村级财务公开", "2021-01-01"),
        ("R3", "动物疫情", "2020-10-20"),
    ):
        task = {"number": number, "ledger": ledger, "village": TOWN, "level": "村", "to_on": upto, **dates}
        record("reporting_task", [{"_entry": number, "_division": TOWN, **task}])
    fourth, fifth = "990128105204", "990128105205"
    for village, number, accepted in ((VILLAGE, "R1", True), (OTHER, "R1", False), (fourth, "R2", True), (fifth, "R3", True)):
        row = {"task": number, "village": village, "reported_on": "2020-10-21"}
        clerk = sight_of(sqlite_workspace, f"clerk {village}", "village_clerk", village)
        sent = do_edit(sqlite_workspace, clerk, ledgers["zero_report"], [Edit(row)], FORM).submission or 0
        if accepted:
            do_accept(sent, "reviewer")
    told = told_of(sqlite_workspace, sight_of(sqlite_workspace, "leader", "leader", TOWN), ledgers["account_disclosure"], date(2020, 11, 2))
    states = {v.division.code: v.state for v in told.villages}
    assert [states[code] for code in (VILLAGE, OTHER, fourth, fifth)] == ["nothing", "pending", "overdue", "overdue"]
    assert told.complete == 1
    page = client_of("village_clerk", VILLAGE).get("/ledgers/account_disclosure/villages/", {"on": "2020-11-02"}).content.decode()
    assert "零报告" in page  # although the task is the town's, which a clerk does not see


def test_a_day_before_the_end_of_a_period(sqlite_workspace: Workspace) -> None:
    ledger = sqlite_workspace.pack.ledgers["flood_material"]
    assert [due_day(ledger, period_of("year", date(year, 1, 1))) for year in (2020, 2021)] == [date(2020, 3, 31), date(2021, 3, 31)]
    assert [period_due(ledger, date(2020, month, 30)).text for month in (3, 4)] == ["2019", "2020"]
