"""Lists of submissions: somebody's own, and those that wait for her to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.access.models import Account
from taizhang.clock import now
from taizhang.journal import models
from taizhang.journal.read import plain
from taizhang.journal.records import Submission
from taizhang.reviewing.content import places, waiting

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.office.shared.lists import Asked

_SORTS = {"number": "number", "created": "created_at"}
STATUSES = ("pending", "returned", "accepted")


def mine(person: str, asked: Asked) -> tuple[list[Submission], int]:
    """Return a page of somebody's own submissions, the latest first, and how many there are."""
    found = models.Submission.objects.filter(person=person).exclude(source_kind="demo")
    if asked.get("status") in STATUSES:
        found = found.filter(status=asked.get("status"))
    column = _SORTS.get(asked.sort, "number")
    found = found.order_by(f"{'-' if asked.down or not asked.sort else ''}{column}")
    return [plain(row) for row in found[asked.offset : asked.offset + asked.size]], found.count()


@dataclass(frozen=True, slots=True)
class Item:
    """A submission in the queue."""

    submission: Submission
    person: str  # her name
    villages: tuple[str, ...]  # codes
    days: int
    own: bool


def queue(sight: Sight, asked: Asked) -> list[Item]:
    """Return what waits for somebody to decide on, by the filters and the sort that are asked for; the oldest first by itself."""
    listed = list(waiting(sight))
    names = dict(Account.objects.filter(username__in={s.person for s in listed}).values_list("username", "name"))
    items = [
        Item(
            s, names.get(s.person, s.person), tuple(dict.fromkeys(code for _, code, _ in places(s))),
            (now().date() - s.created_at.astimezone(now().tzinfo).date()).days, s.person == sight.person,
        )
        for s in listed
    ]  # fmt: skip
    items = [item for item in items if _asked(item, asked)]
    return asked.in_order(
        items,
        {
            "number": lambda i: i.submission.number, "created": lambda i: i.submission.created_at, "rows": lambda i: i.submission.rows,
            "person": lambda i: i.person, "ledger": lambda i: i.submission.ledgers[:1], "age": lambda i: i.days,
        },
    )  # fmt: skip


def _asked(item: Item, asked: Asked) -> bool:
    ledger, village, person, age = (asked.get(name) for name in ("ledger", "village", "person", "age"))
    return (
        (not ledger or ledger in item.submission.ledgers)
        and (not village or any(code.startswith(village) for code in item.villages))
        and (not person or person in (item.submission.person, item.person))
        and (not age.isdecimal() or item.days >= int(age))
    )
