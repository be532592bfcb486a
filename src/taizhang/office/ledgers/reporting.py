"""Which villages have reported what a ledger asks for, what is due and what is overdue."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import Count, Max

from taizhang.access.pending import Pending
from taizhang.access.query import Filter, Query
from taizhang.access.shelf import Found, Shelf
from taizhang.journal import models
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Ledger
    from taizhang.pack.divisions import Division
    from taizhang.workspace import Workspace

_RETURNED_FOR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Village:
    """What one village has reported of a period: ``complete``, ``nothing`` (it said that there is nothing to report), ``pending`` (it waits for review), ``due`` or ``overdue``."""

    division: Division
    rows: int
    pending: int
    state: str
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Reporting:
    """A ledger's reports of one period."""

    period: Period
    due_on: date
    villages: list[Village]

    @property
    def complete(self) -> int:
        """How many villages have reported."""
        return sum(village.state in ("complete", "nothing") for village in self.villages)

    @property
    def overdue(self) -> int:
        """How many are late."""
        return sum(village.state == "overdue" for village in self.villages)


def period_of(kind: str, day: date) -> Period:
    """Return the period of a kind in which a day lies.

    >>> str(period_of("quarter", date(2020, 5, 6)))
    '2020Q2'
    """
    month = day.month - 1
    suffix = {"year": "", "half": f"H{month // 6 + 1}", "quarter": f"Q{month // 3 + 1}", "month": f"-{month + 1:02d}"}[kind]
    return Period.parse(f"{day.year:04d}{suffix}")


def due_day(ledger: Ledger, period: Period) -> date:
    """Return the day by which a period has to be reported."""
    return period.end + timedelta(days=ledger.due.after if ledger.due else 0)


def period_due(ledger: Ledger, on: date) -> Period:
    """Return the period whose report is the last that was due before a day, or is due next where it has ended already."""
    period = period_of(ledger.due.every if ledger.due else "year", on)
    while due_day(ledger, period) > on and period.end >= on:
        period = period.before()
    return period


def reporting(
    workspace: Workspace, sight: Sight, ledgers: Sequence[Ledger], on: date, period: Period | None = None, *, last: bool = False
) -> list[Reporting]:
    """Return what the villages that somebody sees have reported of the periods that are due on a day; ``last`` looks up since when."""
    asked = [(ledger, period or period_due(ledger, on)) for ledger in ledgers]
    spans = {ledger.title: _span(ledger, one) for ledger, one in asked}
    shelf, waits = Shelf.of(workspace), Pending.of(workspace)
    among = _among(shelf, sight, ledgers)
    counted = shelf.by_village(sight, [(ledger, _dated(ledger, spans[ledger.title])) for ledger in ledgers])
    nothing, waiting = _said_nothing(shelf, waits, sight, spans)
    seqs = {seq for found in (*counted, *nothing.values()) for _rows, seq in found.values()}
    times = _times(seqs) if last else {}
    told = []
    for (ledger, one), found in zip(asked, counted, strict=True):
        due, said, pending = due_day(ledger, one), nothing[ledger.title], waiting[ledger.title] + _by_village(waits, ledger)
        villages = []
        for division in _villages(sight, ledger, min(due, on), among.get(ledger.name)):
            rows, seq = found.get(division.code) or (0, said.get(division.code, (0, 0))[1])
            state = "complete" if rows else "nothing" if seq else "pending" if pending[division.code] else "overdue" if due < on else "due"
            villages.append(Village(division, rows, pending[division.code], state, times.get(seq)))
        told.append(Reporting(one, due, villages))
    return told


def _span(ledger: Ledger, period: Period) -> Period:
    """Return the period in which what reports a period is dated."""
    if ledger.due and ledger.due.dated == "after":
        return period_of(ledger.due.every, period.end + timedelta(days=1))
    return period


def _dated(ledger: Ledger, span: Period) -> Query:
    at = ledger.at or ""
    cut = {"year": 4, "month": 7}.get(ledger.fields[at].type)
    if cut is None:
        return Query((Filter(at, "=", (span.text,)),))
    return Query((Filter(at, ">=", (span.start.isoformat()[:cut],)), Filter(at, "<=", (span.end.isoformat()[:cut],))))


def _villages(sight: Sight, ledger: Ledger, on: date, among: Collection[str] | None) -> list[Division]:
    listed = [d for place in sight.places("read", ledger) for d in sight.divisions.at_level("village", place, on)]
    return sorted((d for d in listed if among is None or d.code in among), key=lambda division: division.code)


def _among(shelf: Shelf, sight: Sight, ledgers: Sequence[Ledger]) -> dict[str, Found]:
    """Return the villages of which alone a report is asked, by ledger; none for those that all report, or where one may not see which they are."""
    asked = {ledger.name: ledger.due.among for ledger in ledgers if ledger.due and ledger.due.among and sight.may("read", ledger.due.among)}
    found = shelf.by_village(sight, [(sight.pack.ledgers[name], Query()) for name in asked.values()])
    return dict(zip(asked, found, strict=True))


def _said_nothing(
    shelf: Shelf, pending: Pending, sight: Sight, spans: Mapping[str, Period]
) -> tuple[dict[str, Found], dict[str, Counter[str]]]:
    """Return which villages have said that there is nothing to report, and of which that waits for review, by the title of the ledger."""
    told, waiting = defaultdict[str, Found](dict), defaultdict[str, Counter[str]](Counter)
    for ledger in sight.pack.ledgers.values():
        said = ledger.says_nothing
        if said is None or not sight.may("read", ledger):
            continue
        tasks = shelf.tasks(sight, ledger, spans)
        titles = sorted(set(tasks.values()))
        wanted = [Filter(said.task, "in", tuple(task for task, title in tasks.items() if title == one)) for one in titles]
        for title, found in zip(titles, shelf.by_village(sight, [(ledger, Query((one,))) for one in wanted]), strict=True):
            told[title] |= found
        for _number, change in chain.from_iterable(pending.entries(ledger.name).values()):
            asking = tasks.get(json.loads(change.data).get(said.task))
            if asking is not None:
                waiting[asking][change.division[:12]] += 1
    return told, waiting


def _by_village(pending: Pending, ledger: Ledger) -> Counter[str]:
    return Counter(change.division[:12] for _number, change in chain.from_iterable(pending.entries(ledger.name).values()))


def _times(seqs: set[int]) -> dict[int, datetime]:
    from taizhang.journal import read

    versions = read.versions(seqs)
    decided = dict(
        models.Submission.objects.filter(number__in={v.submission for v in versions.values()}).values_list("number", "decided_at")
    )
    return {seq: decided[v.submission] for seq, v in versions.items() if decided.get(v.submission)}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent to one ledger: when last accepted, how many submissions wait, how many were returned lately."""

    last: datetime | None = None
    pending: int = 0
    returned: int = 0


def sent_by_ledger(person: str, now: datetime) -> dict[str, Sent]:
    """Return what somebody has sent, by ledger."""
    found: dict[str, Sent] = {}
    grouped = models.Submission.objects.filter(person=person).values("ledgers", "status")
    recent = grouped.filter(status="returned", decided_at__gte=now - _RETURNED_FOR)
    others = grouped.exclude(status="returned")
    for row in [
        *others.annotate(count=Count("number"), last=Max("decided_at")),
        *recent.annotate(count=Count("number"), last=Max("decided_at")),
    ]:
        for name in row["ledgers"].split():
            before = found.get(name, Sent())
            if row["status"] == "accepted":
                found[name] = Sent(max(filter(None, (before.last, row["last"]))), before.pending, before.returned)
            elif row["status"] == "pending":
                found[name] = Sent(before.last, before.pending + row["count"], before.returned)
            else:
                found[name] = Sent(before.last, before.pending, before.returned + row["count"])
    return found


def returned_lately(ledger: Ledger, person: str | None, now: datetime, most: int = 20) -> list[models.Submission]:
    """Return submissions to a ledger that were returned lately, of one person or of all, the youngest first."""
    found = models.Submission.objects.filter(status="returned", decided_at__gte=now - _RETURNED_FOR, ledgers__contains=ledger.name)
    if person is not None:
        found = found.filter(person=person)
    return [s for s in found.order_by("-decision")[: most * 2] if ledger.name in s.ledgers.split()][:most]
