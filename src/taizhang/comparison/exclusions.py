"""Exclusions: what is known and proved, and so is not looked into again until a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from taizhang.comparison.findings import Finding
from taizhang.comparison.versions import Versions


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One exclusion. ``rests_on`` (left rows, right rows) comes from a decision: it holds only against the rows that were judged."""

    number: str
    rule: str | None
    subject: str
    programme: str | None
    from_on: date
    until_on: date
    rests_on: tuple[frozenset[int], frozenset[int | None]] | None = None

    def holds(self, finding: Finding, day: date, versions: Versions) -> bool:
        """Say whether a finding is held back on a day."""
        if self.subject != finding.subject or not self.from_on <= day <= self.until_on:
            return False
        if self.rule not in (None, finding.rule) or self.programme not in (None, finding.programme):
            return False
        if self.rests_on is None:
            return True
        lefts, rights = self.rests_on
        versions.load([*lefts, *(row.left for row in finding.rows)])
        judged = {versions.entry(seq) for seq in lefts}
        # A judged row that was changed since has to be judged again; a new row against the same one is the same story.
        return all(row.right in rights and (row.left in lefts or versions.entry(row.left) not in judged) for row in finding.rows)


def from_data(text: str) -> Exclusion:
    """Read an exclusion as it stands in the journal."""
    data: dict[str, str] = json.loads(text)
    rests = json.loads(data["rests_on"]) if "rests_on" in data else None
    return Exclusion(
        data["number"],
        data.get("rule"),
        data["subject"],
        data.get("programme"),
        date.fromisoformat(data["from_on"]),
        date.fromisoformat(data["until_on"]),
        (frozenset(rests["left"]), frozenset(rests["right"])) if rests else None,
    )


def first_that_holds(exclusions: list[Exclusion], finding: Finding, day: date, versions: Versions) -> str | None:
    """Return the number of the exclusion that holds a finding back; what a person wrote goes before what a decision left."""
    held = (e for e in sorted(exclusions, key=lambda e: (e.rests_on is not None, e.number)) if e.holds(finding, day, versions))
    return next((e.number for e in held), None)
