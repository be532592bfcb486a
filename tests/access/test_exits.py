"""One who may see rows sees the same rows wherever they leave the office; one who may not sees nothing anywhere.

What may be seen is read plainly from the pack (``support.rights``), not asked of the program. A new address that carries a ledger must be added
to ``support.exits``.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from support.calls import TOWN, caller
from support.exits import COUNTED, ELSEWHERE, EXITS, INDICATORS, NAMED, Exit, Visitor
from support.rights import LEDGERS as DEFINED
from support.rights import POSTS, ROLES, held
from support.rows import IDS, fill, household
from support.staff import hire, signed_in
from taizhang.access.sight import Grant
from taizhang.clock import now
from taizhang.journal import read
from taizhang.pack.definitions import ReportDefinition
from taizhang.pack.periods import Period
from taizhang.report import SnapshotSource, compose
from taizhang.report.archive import do_keep
from taizhang.warehouse.store import Warehouse
from taizhang.workspace import Workspace

SEED = int(os.environ.get("TAIZHANG_EXITS_SEED", "2020"))  # of the people; another one makes others
VILLAGES = ("990128105001", "99012810500103", "990128105201", "990128105202", "990128105203")
OFFICES = ("综治办", "财政所", "民政办", "纪委")
DEAD = ("990128194001050026", "990128195006150039", "990128194503070015", "990128193806120033", "990128195101010027")
LEDGERS = (
    "household",
    "collective_asset_contract",
    "petition",
    "death_record",
)  # personal, normal, need to know, named by a personal value


def _rows() -> dict[str, list[dict[str, Any]]]:
    contract = {
        "asset_number": "ZC-1", "asset": "大塘水面", "asset_kind": "山塘水库", "quantity": "36.5", "quantity_unit": "亩", "tenant": "张大山",
        "tenant_id": IDS[0], "award": "公开招租", "resolution": "銮村决〔2017〕12号", "resolved_on": "2017-11-20", "signed_on": "2017-12-15",
        "starts_on": "2018-01-01", "term_ends_on": "2022-12-31", "rent_per_year": "12000", "first_due_on": "2018-01-31",
    }  # fmt: skip
    petition = {
        "channel": "上级交办", "assigned_by": "县级", "petitioner": "梁发", "petitioner_id": IDS[1], "matter": "土地山林",
        "received_on": "2020-05-06", "accepted_on": "2020-05-08", "due_on": "2020-07-05", "office": "林业站",
    }  # fmt: skip
    dead = {"name": "吴桂香", "died_on": "2020-04-02", "source": "殡葬部门", "reported_on": "2020-04-05", "as_of_on": "2020-04-30"}
    places = [VILLAGES[n % len(VILLAGES)] for n in range(6)]
    return {
        "household": [{**household(n, place), "number": f"ZX1{n:03d}"} for n, place in enumerate(places)],
        "collective_asset_contract": [{**contract, "number": f"ZX2{n:03d}", "village": place} for n, place in enumerate(places)],
        "petition": [{**petition, "number": f"ZX3{n:03d}", "village": place} for n, place in enumerate(places)],
        "death_record": [{**dead, "id_number": number, "village": place} for number, place in zip(DEAD, VILLAGES, strict=True)],
    }


def _small_report(workspace: Workspace) -> None:
    text = "全镇共有{{ f.households }}。合同{{ f.collective_contracts }}。信访{{ f.petitions_received }}。"
    definition = ReportDefinition("small", "{town}报告", "year", text)
    warehouse = Warehouse(workspace)
    warehouse.refresh()
    with warehouse.snapshot() as snapshot:
        report = compose(definition, SnapshotSource(snapshot), Period.parse("2020"), TOWN)
    do_keep(workspace, report, "somebody", now(), lambda folder: None)


def _people(seed: int, count: int) -> Iterator[tuple[str, tuple[Grant, ...]]]:
    """Yield people with random roles, and one of each kind that nobody must forget."""
    chance = random.Random(seed)
    yield "nobody", ()
    yield "administrator", (Grant("administrator", TOWN),)
    yield "inspector", (Grant("inspector", TOWN, ("纪委",)),)
    names = sorted(name for name in ROLES if name not in ("interface", "administrator"))
    for number in range(count):
        grants = []
        for role in chance.sample(names, chance.choice((1, 1, 2))):
            level = ROLES[role]["posted"]
            post = chance.choice([v for v in VILLAGES if len(v) == 12]) if level == "village" else POSTS[level]
            grants.append(Grant(role, post, tuple(chance.sample(OFFICES, chance.choice((0, 1, 2))))))
        yield f"person{number}", tuple(grants)


def _may(grants: tuple[Grant, ...], act: str, ledger: str, place: str) -> bool:
    return any(place.startswith(g.division) and held(g.role, g.offices, act, ledger) for g in grants)


def _function(grants: tuple[Grant, ...], act: str, place: str = "") -> bool:
    return any(place.startswith(g.division) and any(act in right["do"] for right in ROLES[g.role]["rights"]) for g in grants)


def _through(leaving: Exit, grants: tuple[Grant, ...], ledger: str, visible: dict[int, str]) -> set[int]:
    """Return which of the visible rows an exit lets out: some ask for a right besides, or begin with a figure that has to be seen first."""
    from support.exits import api_trace, export_csv, report_panel, row_pages, trace_page

    if leaving is export_csv:
        return {seq for seq, place in visible.items() if _may(grants, "export", ledger, place)}
    if leaving is report_panel:  # of a ledger that few may read a report lists no rows, whoever reads it
        listed = _function(grants, "report", TOWN) and DEFINED[ledger].get("access") != "need_to_know"
        return set(visible) if listed else set()
    if leaving is row_pages:
        return set(visible) if _function(grants, "figures", TOWN) or any(_function(grants, "figures", v) for v in VILLAGES) else set()
    if leaving in (trace_page, api_trace):
        seen = [place for place in ("990128105", *VILLAGES) if _sees_figure(grants, ledger, place)]
        return {seq for seq, place in visible.items() if any(place.startswith(one) for one in seen)}
    return set(visible)


def _sees_figure(grants: tuple[Grant, ...], ledger: str, place: str) -> bool:
    """Say whether a figure of a place is seen; of a ledger that few may read, below the town only by who reads it."""
    if not _function(grants, "figures", place):
        return False
    hidden = DEFINED[ledger].get("access") == "need_to_know"
    return not hidden or _may(grants, "read", ledger, place) or (len(place) <= 9 and _function(grants, "report", place))


@pytest.mark.slow
def test_the_same_rows_leave_by_every_exit(sqlite_workspace: Workspace) -> None:
    submission = fill(sqlite_workspace, _rows())
    _small_report(sqlite_workspace)
    standing = {ledger: read.standing(ledger) for ledger in LEDGERS}
    places = {v.seq: _place(v.data) for of in standing.values() for v in of.values()}
    refs = {
        ledger: {(f"@{v.seq}" if ledger == "death_record" else name): v.seq for name, v in of.items()} for ledger, of in standing.items()
    }
    wrong = []
    for username, grants in _people(SEED, 4):
        account = hire(sqlite_workspace, username, *grants)
        program = caller(sqlite_workspace, username, *grants) if _scoped(grants) else None
        visitor = Visitor(signed_in(account), program, refs, submission)
        for ledger in LEDGERS:
            visible = {s.seq: places[s.seq] for s in standing[ledger].values() if _may(grants, "read", ledger, places[s.seq])}
            for name, exits in EXITS.items():
                for leaving in exits:
                    if (name.startswith("/") and program is None) or (leaving in NAMED and ledger == "death_record"):
                        continue
                    if leaving in COUNTED and ledger not in INDICATORS:
                        continue
                    got, should = leaving(visitor, ledger), _through(leaving, grants, ledger, visible)
                    if got != (len(should) if isinstance(got, int) else should):
                        wrong.append((username, grants, ledger, leaving.__name__, got, sorted(should)))
        shown = b"\n".join(visitor.bodies).decode("utf-8", "replace")
        wrong += [(username, "unmasked", number) for number in {*IDS, *DEAD} if number in shown]
    assert not wrong, "\n".join(map(str, wrong))


def _place(data: str) -> str:
    import json

    return str(json.loads(data)["village"])


def _scoped(grants: tuple[Grant, ...]) -> bool:
    return any(g.role != "administrator" for g in grants)


def _addresses(patterns: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the whole route of every address."""
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield str(one.name), route


def test_every_address_that_carries_a_ledger_is_an_exit_or_says_why_not() -> None:
    carrying = {
        name if not route.startswith("api/") else "/" + _plain(route.removeprefix("api/v1/"))
        for name, route in _addresses(get_resolver("taizhang.serving.urls").url_patterns)
        if "ledger>" in route
    }
    missing = carrying - EXITS.keys() - ELSEWHERE.keys()
    assert not missing, f"add them to tests/support/exits.py: {sorted(missing)}"
    assert carrying >= ELSEWHERE.keys()


def _plain(route: str) -> str:
    import re

    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
