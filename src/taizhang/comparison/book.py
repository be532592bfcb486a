"""What comparison has in the journal: findings, exclusions, runs; read, and written as one submission."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from taizhang.clock import today
from taizhang.comparison import exclusions, findings
from taizhang.comparison.exclusions import Exclusion
from taizhang.comparison.findings import EXCLUSION, FINDING, LINK, PUBLIC_RUN, SAME_PERSON, Finding
from taizhang.errors import Refusal
from taizhang.intake.checking import check_rows
from taizhang.journal.records import Change, Source, Standing, Submission
from taizhang.pack.fieldtypes import Context

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


class Book:
    """The state of findings at one moment; what is written is refused by the journal when somebody else changed it since."""

    def __init__(self, workspace: Workspace, position: int | None = None) -> None:
        from taizhang.journal import read

        self.workspace = workspace
        self.position = read.position() if position is None else position
        self._standing: dict[str, dict[str, Standing]] = {}

    def standing(self, ledger: str) -> dict[str, Standing]:
        """Return what stands in one of comparison's ledgers, by entry."""

        from taizhang.journal import read

        if ledger not in self._standing:
            self._standing[ledger] = read.standing(ledger, at_position=self.position)
        return self._standing[ledger]

    def findings(self, rules: Iterable[str] | None = None, numbers: Iterable[str] | None = None) -> list[Finding]:
        """Return the findings of rules, or of all; with ``numbers`` only some."""
        from taizhang.journal import read

        wanted = None if rules is None else set(rules)
        stands = self.standing(FINDING) if numbers is None else read.standing(FINDING, numbers, at_position=self.position)
        found = (findings.from_data(s.data) for s in stands.values())
        return [f for f in found if wanted is None or f.rule in wanted]

    def finding(self, number: str) -> Finding | None:
        """Return one finding."""
        stands = self.standing(FINDING).get(number)
        return findings.from_data(stands.data) if stands else None

    def exclusions(self) -> dict[str, list[Exclusion]]:
        """Return the exclusions by subject."""
        found: dict[str, list[Exclusion]] = {}
        for stands in self.standing(EXCLUSION).values():
            one = exclusions.from_data(stands.data)
            found.setdefault(one.subject, []).append(one)
        return found

    def linked(self, number: str) -> frozenset[str]:
        """Return the other numbers that are the same person's by link."""
        return self._linked.get(number, frozenset())

    @cached_property
    def _linked(self) -> dict[str, frozenset[str]]:
        pairs: dict[str, set[str]] = {}
        for data in (json.loads(stands.data) for stands in self.standing(LINK).values()):
            left, right = data.get("left_id"), data.get("right_id")
            if data["decision"] == SAME_PERSON and left and right and left != right:
                pairs.setdefault(left, set()).add(right)
                pairs.setdefault(right, set()).add(left)
        return {number: frozenset(others) for number, others in pairs.items()}

    def verified(self, settled: Mapping[str, int]) -> list[dict[str, Any]]:
        """Return the public records of runs with the number of their findings that have been ``settled`` since."""
        stands = self.standing(PUBLIC_RUN) if settled else {}
        return [json.loads(stands[run].data) | {"verified": count} for run, count in sorted(settled.items()) if run in stands]

    def record(self, rows: Rows, person: str, note: str, withdrawn: Mapping[str, Iterable[str]] | None = None) -> Submission | None:
        """Check and record rows, and withdraw entries, as one submission; a row as it stands is left out. None when nothing is left.

        Raises ``Refusal`` for a row that its ledger does not take, ``JournalConflict`` when something was changed since the book was opened.
        """

        from taizhang.journal import read
        from taizhang.journal.actions import do_record

        context = Context(divisions=self.workspace.divisions, today=today())
        changes = [
            Change(ledger, key, "withdraw", "", "{}", base=self.standing(ledger)[key].seq)
            for ledger, keys in (withdrawn or {}).items()
            for key in keys
        ]
        for ledger, listed in rows.items():
            if not listed:
                continue
            checked = check_rows(self.workspace.pack.ledgers[ledger], listed, context)
            if checked.errors:
                raise Refusal([fault.at(sheet=ledger) for fault in checked.errors])
            # A whole ledger is only read when much of it is written, or was read before.
            stands = self._standing.get(ledger) or read.standing(ledger, checked.keys, at_position=self.position)
            for key, division, data in zip(checked.keys, checked.divisions, checked.data, strict=True):
                before = stands.get(key)
                if before is None or before.data != data:
                    changes.append(Change(ledger, key, "record", division or "", data, base=before.seq if before else None))
        return do_record(person, Source("comparison", note), changes, note=note) if changes else None
