"""The versions of an entry: who, when, what changed, why, and the file and line it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from taizhang.access.models import Account
from taizhang.access.query import personal
from taizhang.access.written import written
from taizhang.journal import Submission, read

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Ledger


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of a version that is not as it was before; ``original`` is what was written where that says something else."""

    title: str
    before: str
    after: str
    original: str


@dataclass(frozen=True, slots=True)
class Step:
    """One version of an entry."""

    version: int
    seq: int
    withdrawn: bool
    person: str
    decided_by: str
    at: datetime | None
    note: str
    submission: Submission
    sheet: str | None
    line: int | None
    changes: list[Changed]


def history_of(sight: Sight, ledger: Ledger, entry: str, *, unmasked: bool) -> list[Step]:
    """Return the versions of an entry, the youngest first; those of places that the one who asks does not see are left out."""
    steps = list[Step]()
    submissions: dict[int, Submission] = {}
    before: dict[str, str] = {}
    for version in read.history(ledger.name, entry):
        after: dict[str, str] = json.loads(version.data) if version.op == "record" else {}
        visible = sight.sees(ledger, version.division)
        if visible:
            sent = submissions.setdefault(version.submission, read.submission(version.submission))
            original = json.loads(version.original) if version.original else {}
            changes = [] if version.op == "withdraw" else _changes(sight, ledger, before, after, original, unmasked)
            steps.append(
                Step(
                    version.version, version.seq, version.op == "withdraw", sent.person, sent.decided_by or "", sent.decided_at, sent.note, sent,
                    version.sheet, version.line, changes,
                )
            )  # fmt: skip
        before = after if visible else {}
    names = dict(Account.objects.filter(username__in={n for s in steps for n in (s.person, s.decided_by)}).values_list("username", "name"))
    return [_named(step, names) for step in reversed(steps)]


def _named(step: Step, names: dict[str, str]) -> Step:
    from dataclasses import replace

    return replace(step, person=names.get(step.person, step.person), decided_by=names.get(step.decided_by, step.decided_by))


def _changes(
    sight: Sight, ledger: Ledger, before: dict[str, str], after: dict[str, str], original: dict[str, str], unmasked: bool
) -> list[Changed]:
    found = []
    masked_before, masked_after = (before, after) if unmasked else (sight.shown(ledger, before), sight.shown(ledger, after))
    for name, field in ledger.fields.items():
        if before.get(name) == after.get(name):
            continue
        hidden = personal(sight, ledger, name) and not unmasked
        old, new = (written(field, values.get(name), sight.divisions, masked=hidden) for values in (masked_before, masked_after))
        found.append(Changed(field.title, old, new, "" if hidden else str(original.get(name) or "")))
    return found
