"""Which villages have reported what a ledger asks for, what is due and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max

from taizhang.access.pending import Pending
from taizhang.access.query import Filter, Query
from taizhang.access.shelf import Shelf
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
    """What one village has reported of a period: ``complete``, ``pending`` (it waits for review), ``due`` or ``overdue``."""

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
        return sum(village.state == "complete" for village in self.villages)

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
    workspace: Workspace, sight: Sight, ledger: Ledger, on: date, period: Period | None = None, *, last: bool = False
) -> Reporting:
    """Return what the villages that somebody sees have reported of the period that is due on a day; ``last`` looks up since when."""
    asked = period or period_due(ledger, on)
    due = due_day(ledger, asked)
    at = ledger.at or ""
    span = asked
    if ledger.due and ledger.due.dated == "after":
        span = period_of(ledger.due.every, asked.end + timedelta(days=1))
    kind = ledger.fields[at].type
    if kind in ("year", "month"):
        cut = 4 if kind == "year" else 7
        within: tuple[Filter, ...] = (Filter(at, ">=", (span.start.isoformat()[:cut],)), Filter(at, "<=", (span.end.isoformat()[:cut],)))
    else:
        within = (Filter(at, "=", (span.text,)),)
    counted = {code: (count, seq) for code, count, seq in Shelf.of(workspace).by_place(sight, ledger, Query(within))}
    asked_of = _among(workspace, sight, ledger)
    waiting = _waiting(workspace, ledger)
    times = _times({seq for _count, seq in counted.values()}) if last else {}
    villages = []
    for place in sight.places("read", ledger):
        for division in sight.divisions.at_level("village", place, min(due, on)):
            if asked_of is not None and division.code not in asked_of:
                continue
            rows, seq = counted.get(division.code, (0, 0))
            pending = waiting.get(division.code, 0)
            state = "complete" if rows else "pending" if pending else "overdue" if due < on else "due"
            villages.append(Village(division, rows, pending, state, times.get(seq)))
    return Reporting(asked, due, sorted(villages, key=lambda village: village.division.code))


def _among(workspace: Workspace, sight: Sight, ledger: Ledger) -> set[str] | None:
    """Return the villages of which alone a report is asked; None for all, also where one may not see which they are."""
    among = ledger.due.among if ledger.due else None
    if among is None or not sight.may("read", among):
        return None
    return {code for code, _count, _seq in Shelf.of(workspace).by_place(sight, among)}


def _waiting(workspace: Workspace, ledger: Ledger) -> dict[str, int]:
    found: dict[str, int] = {}
    for waiting in Pending.of(workspace).entries(ledger.name).values():
        for _number, change in waiting:
            found[change.division[:12]] = found.get(change.division[:12], 0) + 1
    return found


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
