"""Accounts as findings know people: whom a finding is kept from, who may handle it, the names behind account names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.comparison.concerns import Person
from taizhang.comparison.desk import Desk
from taizhang.comparison.findings import CASE, EXCLUSION, FINDING, Finding
from taizhang.comparison.visible import withheld
from taizhang.errors import Fault, TaizhangError

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from taizhang.access.models import Account, ReadRecord
    from taizhang.access.sight import Sight
    from taizhang.workspace import Workspace

_MOST_NAMED = 200  # findings that a question to the database names one by one


def withheld_from(sight: Sight, ledger: str) -> frozenset[str]:
    """Return the entries of a ledger that are kept from whose sight this is (``access.sight.withhold_by``)."""
    from taizhang.access.current import workspace
    from taizhang.access.models import Account

    if not sight.person:
        return frozenset()
    account = Account.objects.filter(username=sight.person).first()
    return withheld(workspace(), person_of(account) if account else Person(sight.person), ledger)


def person_of(account: Account) -> Person:
    """Return an account as findings know people."""
    return Person(account.username, account.name, account.id_number)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who holds the right to handle cases, and why she must not handle this one."""

    username: str
    name: str
    id_number: str
    against: Fault | None


def candidates(workspace: Workspace, finding: Finding) -> list[Candidate]:
    """Return the accounts that may handle cases where a finding is, each with what keeps it from this one."""
    from taizhang.access.current import sight_of
    from taizhang.access.models import Account

    concerns, found = Desk.of(workspace).concerns, []
    for account in Account.objects.filter(is_active=True).order_by("username"):
        sight = sight_of(workspace, account)
        if sight.may("handle") and sight.covers(finding.village, "handle"):
            against = concerns.against(finding.number, person_of(account))
            found.append(Candidate(account.username, account.name, account.id_number, against))
    return found


def handler_named(workspace: Workspace, finding: Finding, username: str) -> Candidate:
    """Return who may handle a finding by the name of her account.

    Raises ``TaizhangError``: ``office.account_unfit``, and what keeps her from this one.
    """
    chosen = next((one for one in candidates(workspace, finding) if one.username == username), None)
    if chosen is None:
        raise TaizhangError("office.account_unfit")
    if chosen.against:
        raise TaizhangError(chosen.against.code, **chosen.against.params)
    return chosen


def without_withheld(sight: Sight, records: QuerySet[ReadRecord]) -> QuerySet[ReadRecord]:
    """Return records of reads without those that name a finding which is kept from whose sight this is."""
    from django.db.models import Q

    for ledger in (FINDING, CASE, EXCLUSION):
        kept, named = sight.withheld(ledger), Q()
        if len(kept) > _MOST_NAMED:
            records = records.exclude(ledger=ledger)
        elif kept:
            for entry in kept:
                named |= Q(what__contains=entry)
            records = records.exclude(Q(ledger=ledger) & named)
    return records


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """Return what people are called, by account name; whoever has no account is called as the journal has her."""
    from taizhang.access.models import Account

    wanted = {name for name in usernames if name}
    return {name: name for name in wanted} | dict(Account.objects.filter(username__in=wanted).values_list("username", "name"))
