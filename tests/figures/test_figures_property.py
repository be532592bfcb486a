"""Random journals: a figure is what plain Python makes of the standing rows, and what its trace gives again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.figures import compute_many, recombine, trace
from taizhang.journal import Change, Source
from taizhang.pack.definitions import Pack
from taizhang.pack.periods import Period
from taizhang.warehouse import Warehouse
from taizhang.workspace import Workspace

TOWN, COMMUNITY, GROUP, VILLAGE = "990128105", "990128105001", "99012810500103", "990128105201"
UNLISTED_GROUP = "99012810520107"
VILLAGES = {COMMUNITY: "居", VILLAGE: "村", **{f"99012810520{n}": "村" for n in range(2, 6)}}
Rows = list[dict[str, Any]]

days = st.dates(date(2019, 10, 1), date(2021, 2, 1))
places = st.sampled_from([TOWN, COMMUNITY, GROUP, VILLAGE, UNLISTED_GROUP])
amounts = st.decimals(-100, 1000, places=2).map(lambda d: format(d.normalize() + 0, "f"))
maybe = st.none() | st.just("甲") | st.just("乙")


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    ledger = draw(st.sampled_from(["holding", "payment", "payment"]))
    number = str(draw(st.integers(1, 4)))
    if draw(st.integers(0, 6)) == 0:
        return {"ledger": ledger, "entry": number, "withdraw": True}
    data: dict[str, str | None] = {"village": draw(places), "kind": draw(maybe)}
    if ledger == "holding":
        data |= {"id": number, "since": draw(days).isoformat(), "until": draw(st.none() | days.map(date.isoformat))}
    else:
        area = draw(st.none() | st.decimals(0, 90, places=4).map(lambda d: format(d.normalize() + 0, "f")))
        holder = draw(st.none() | st.sampled_from("1234"))
        data |= {"no": number, "holder": holder, "amount": draw(st.none() | amounts), "area": area, "paid_on": draw(days).isoformat()}
    return {"ledger": ledger, "entry": number, "data": data}


@dataclass
class Question:
    period: Period
    division: str
    as_of: date | None


questions = st.builds(
    Question,
    st.sampled_from(["2020", "2020H1", "2020H2", "2020Q3", "2020-06", "2020-07", "2019Q4"]).map(Period.parse),
    st.sampled_from([TOWN, COMMUNITY, GROUP, VILLAGE]),
    st.none() | days,
)


def _record(submission: Iterable[dict[str, Any]]) -> None:
    from taizhang.journal import actions, read

    wanted: dict[tuple[str, str], Change] = {}
    for change in submission:
        ledger, entry = change["ledger"], change["entry"]
        stands = read.standing(ledger, [entry]).get(entry)
        base = stands.seq if stands else None
        if "withdraw" not in change:
            data = {k: v for k, v in change["data"].items() if v is not None}
            wanted[ledger, entry] = Change(
                ledger, entry, "record", data["village"], json.dumps(data, ensure_ascii=False), line=7, base=base
            )
        elif stands:
            where = json.loads(stands.data)["village"]
            wanted[ledger, entry] = Change(ledger, entry, "withdraw", where, "{}", base=base)
    if wanted:
        actions.do_record("李", Source("form", "表"), wanted.values())


def _standing(ledger: str, position: int) -> Rows:
    from taizhang.journal import read

    found: dict[str, dict[str, Any] | None] = {}
    for seq, entry, _, op, _, _, division, _, _, data, name in read.versions_since(0):
        if name == ledger and seq <= position:
            found[entry] = json.loads(data) | {"_seq": seq, "_division": division} if op == "record" else None
    return [row for row in found.values() if row]


def _number(row: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(row[name]) if row.get(name) is not None else None


class Model:
    """The indicators of the test pack in plain Python."""

    def __init__(self, position: int, question: Question) -> None:
        self.payments, self.holdings = _standing("payment", position), _standing("holding", position)
        self.start = question.period.start
        self.end = min(question.period.end, question.as_of) if question.as_of else question.period.end
        self.limit = Decimal(40) if self.end >= date(2020, 7, 1) else Decimal("2.5") if self.end >= date(2019, 1, 1) else None

    def values(self, division: str) -> dict[str, Decimal | None]:
        inside: Callable[[dict[str, Any]], bool] = lambda row: row["_division"].startswith(division)  # noqa: E731
        every = [p for p in self.payments if date.fromisoformat(p["paid_on"]) <= self.end]
        upto = [p for p in every if inside(p)]
        at = [p for p in upto if date.fromisoformat(p["paid_on"]) >= self.start]
        amounts = [a for p in at if (a := _number(p, "amount")) is not None]
        large = [a for a in amounts if self.limit is not None and a > self.limit]
        first = {h["id"] for h in self.holdings if h.get("kind") == "甲"}
        areas = [a for p in at if (a := _number(p, "area")) is not None]
        holders = {p["holder"] for p in at if p.get("holder")}
        weighed = [Decimal(p["area"]) * Decimal(p["amount"]) - 1 for p in upto if p.get("kind") == "甲" and "area" in p and "amount" in p]
        last: dict[Any, dict[str, Any]] = {}
        for p in sorted(every, key=lambda p: (p["paid_on"], p["_seq"])):
            last[p.get("holder")] = p
        last_areas = [a for p in last.values() if inside(p) and (a := _number(p, "area")) is not None]
        upto_amounts = [a for p in upto if (a := _number(p, "amount")) is not None]
        paid, area = sum(amounts, Decimal(0)), sum(areas, Decimal(0))
        known: dict[str, Decimal | None] = {
            "paid": paid,
            "area_paid": area,
            "weighed": sum(weighed, Decimal(0)),
            "large": Decimal(len(large)),
            "holders": Decimal(len(holders)),
            "least": min(amounts, default=None),
            "most": max(upto_amounts, default=None),
            "last_area": sum(last_areas) if last_areas else None,  # type: ignore[dict-item]
            "last_amount": sum(amounts) if amounts else None,  # type: ignore[dict-item]
            "paid_to_first": sum((Decimal(p["amount"]) for p in at if p.get("holder") in first and "amount" in p), Decimal(0)),
            "price": (paid / area).quantize(Decimal("0.001"), ROUND_HALF_UP) if area else None,
            "share": (Decimal(100 * len(large)) / len(holders)).quantize(Decimal("0.01"), ROUND_HALF_UP) if holders else None,
        }
        return known | self._register([h for h in self.holdings if inside(h)])

    def _register(self, holdings: Rows) -> dict[str, Decimal | None]:
        far = date(9999, 1, 1)
        spans = [(date.fromisoformat(h["since"]), date.fromisoformat(h["until"]) if "until" in h else far, h.get("kind")) for h in holdings]
        day, length = timedelta(days=1), max((self.end - self.start).days + 1, 0)
        in_period = [self.start + day * n for n in range(length)]
        return {
            "on_roll": Decimal(sum(since <= self.end < until for since, until, _ in spans)),
            "began": Decimal(sum(since in in_period for since, _, _ in spans)),
            "ended": Decimal(sum(until in in_period and kind == "甲" for _, until, kind in spans)),
            "on_roll_once": Decimal(sum(any(since <= d < until for d in in_period) for since, until, _ in spans)),
        }

    def all(self, division: str) -> dict[str, Decimal | None]:
        villages = {code: self.values(code) for code in VILLAGES if code.startswith(division)}
        over = [c for c, v in villages.items() if VILLAGES[c] == "村" and self.limit is not None and (v["paid"] or 0) >= self.limit]
        least = [v["least"] for v in villages.values() if v["least"] is not None]
        shares = [v["share"] for v in villages.values() if v["share"] is not None]
        return self.values(division) | {
            "villages_over": Decimal(len(over)),
            "weakest": min(least, default=None),
            "strongest_share": max(shares, default=None),
        }


def _examine(workspace: Workspace, pack: Pack, submissions: list[list[dict[str, Any]]], data: st.DataObject) -> None:
    workspace.__dict__["pack"] = pack
    warehouse = Warehouse(workspace)
    for submission in submissions:
        _record(submission)
        if data.draw(st.booleans(), label="refresh in between"):
            warehouse.refresh()
    warehouse.refresh()
    position = data.draw(st.integers(0, warehouse.position), label="known at position")
    question = data.draw(questions, label="question")
    expected = Model(position, question).all(question.division)
    with warehouse.snapshot(position) as snapshot:
        figures = compute_many(snapshot, None, [question.period], [question.division], question.as_of)
        got = {f.indicator: f.value for f in figures}
        assert got == expected
        for name, value in expected.items():
            traced = trace(snapshot, name, question.period, question.division, question.as_of)
            assert (name, traced.figure.value, recombine(traced)) == (name, value, value)


_counter = iter(range(10**9))


def _property(new_workspace: Callable[..., Workspace], pack: Pack, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(st.lists(changes(), min_size=1, max_size=7), min_size=1, max_size=4), st.data())
    def holds(submissions: list[list[dict[str, Any]]], data: st.DataObject) -> None:
        _examine(new_workspace(f"town{next(_counter)}"), pack, submissions, data)

    holds()


def test_figures_equal_plain_python_and_their_traces(new_workspace: Callable[..., Workspace], figure_pack: Pack, engine: str) -> None:
    _property(new_workspace, figure_pack, 2 if engine == "sqlite" else 1)


@pytest.mark.slow
def test_figures_equal_plain_python_and_their_traces_at_length(
    new_workspace: Callable[..., Workspace], figure_pack: Pack, engine: str
) -> None:
    _property(new_workspace, figure_pack, 12 if engine == "sqlite" else 3)
