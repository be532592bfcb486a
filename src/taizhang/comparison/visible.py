"""What of findings a person may see: nothing that concerns her, her relatives, or rows that she keyed; asked by every page, count, search and export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taizhang.access.sight import refusal
from taizhang.clock import today
from taizhang.comparison.cases import Case, HitRate, rates_of
from taizhang.comparison.concerns import Person
from taizhang.comparison.desk import Desk
from taizhang.comparison.findings import CASE, EXCLUSION, FINDING, LEAD, RECOVERY, RUN_RULE, Finding
from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.workspace import Workspace

_ABOUT = {CASE: "finding", EXCLUSION: "finding", LEAD: "finding"}  # the field that names the finding
_NUMBER = {EXCLUSION: "subject", LEAD: "subject_id"}  # the field that names a person by number
_NAME = {LEAD: "subject"}


def withheld(workspace: Workspace, person: Person, ledger: str) -> frozenset[str]:
    """Return the entries of a ledger that are kept from a person, since they would tell of a finding that concerns her."""
    if ledger not in (FINDING, RECOVERY, RUN_RULE, *_ABOUT):
        return frozenset()
    desk = Desk.of(workspace)
    hidden = desk.concerns.withheld(person)
    if ledger == FINDING:
        return frozenset(hidden)
    entries = desk.entries[ledger]
    if ledger == RECOVERY:
        cases = withheld(workspace, person, CASE)
        return frozenset(name for name, entry in entries.items() if entry.data["case"] in cases)
    if ledger == RUN_RULE:  # its counts would tell that there is something
        rules = {desk.findings[number].rule for number in hidden if number in desk.findings}
        return frozenset(name for name, entry in entries.items() if entry.data["rule"] in rules)
    subjects = {desk.findings[number].subject for number in hidden if number in desk.findings}
    mine = {text for text in (person.id_number, *subjects) if text}
    return frozenset(
        name
        for name, entry in entries.items()
        if entry.data.get(_ABOUT[ledger]) in hidden
        or entry.data.get(_NUMBER.get(ledger, "")) in mine
        or (person.name and entry.data.get(_NAME.get(ledger, "")) == person.name)
    )


def visible_findings(workspace: Workspace, sight: Sight) -> list[Finding]:
    """Return the findings that a person may see, by number."""
    places, hidden = sight.places("read", FINDING), sight.withheld(FINDING)
    found = Desk.of(workspace).findings
    return [f for number, f in sorted(found.items()) if number not in hidden and f.village.startswith(places)]


def visible_finding(workspace: Workspace, sight: Sight, number: str) -> Finding:
    """Return one finding.

    Raises ``TaizhangError`` (``comparison.finding_unknown``) for one that there is none of and for one that is not for her, alike.
    """
    found = Desk.of(workspace).findings.get(number)
    if found is None or number in sight.withheld(FINDING) or not found.village.startswith(sight.places("read", FINDING)):
        raise TaizhangError("comparison.finding_unknown", number=number)
    return found


def visible_case(workspace: Workspace, sight: Sight, number: str) -> tuple[Case, Finding]:
    """Return a case and its finding.

    Raises ``TaizhangError`` (``comparison.case_unknown``) for one that there is none of and for one that is not for her, alike.
    """
    entry = Desk.of(workspace).entries[CASE].get(number)
    if entry is None or number in sight.withheld(CASE):
        raise TaizhangError("comparison.case_unknown", number=number)
    try:
        return Case(entry.data), visible_finding(workspace, sight, entry.data["finding"])
    except TaizhangError as error:
        raise TaizhangError("comparison.case_unknown", number=number) from error


def check_handles(sight: Sight, finding: Finding) -> None:
    """Refuse who may see a finding and not handle it; raises ``TaizhangError`` (``access.refused``)."""
    sight.check("handle")
    if not sight.covers(finding.village, "handle"):
        raise refusal("handle")


def hit_rates(workspace: Workspace, sight: Sight) -> dict[str, HitRate]:
    """Return the hit rates of the rules, from the cases that a person may see."""
    seen = {f.number for f in visible_findings(workspace, sight)}
    return rates_of((c for c in Desk.of(workspace).cases() if c.finding in seen), workspace.pack, today())
