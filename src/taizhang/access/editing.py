"""Editing entries one by one or many at a time: from the grid, the form of one entry, a workbook that comes back, or a call.

Every edit names the version that it was made on. What somebody else has changed since is told cell by cell and never overwritten unseen; where the
others changed other cells, both stand. All edits of a batch are recorded together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from taizhang.access.batch import Batch, Conflict, Edit, fault_of
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.journal.records import JournalConflict

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.journal.records import Change, Source
    from taizhang.pack.definitions import Ledger
    from taizhang.workspace.folder import Workspace

__all__ = [
    "CellChange",
    "Conflict",
    "Edit",
    "EditConflict",
    "Edited",
    "Preview",
    "do_edit",
    "do_edit_together",
    "goes_to_review",
    "preview_of",
]

_ATTEMPTS = 4


class EditConflict(Refusal):
    """Nothing was recorded because others have changed the same cells since."""

    def __init__(self, conflicts: list[Conflict], faults: list[Fault], changed: dict[int, set[str]]) -> None:
        super().__init__(faults, "edit.conflict")
        self.conflicts = conflicts
        self.changed = changed  # by edit, the fields that the person did change


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of a batch: the submission's number (None when nothing was different), whether it waits for review, names of the entries."""

    submission: int | None
    pending: bool
    entries: tuple[str, ...]
    first_seq: int | None = None


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that an edit would change; values are shown as the person may see them."""

    index: int
    field: str
    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a batch would do: the changed cells, the new rows, what is wrong, what others have changed, and how many edits change nothing.

    ``reduced`` are the edits with nothing left in them but what the person did change, made on the version that stands now.
    """

    cells: list[CellChange]
    new: list[int]
    faults: list[Fault]
    conflicts: list[Conflict]
    unchanged: int
    reduced: dict[int, Edit]


def goes_to_review(ledger: Ledger) -> bool:
    """Say whether what is edited in a ledger stands only when somebody else has accepted it."""
    return ledger.review


def do_edit(
    workspace: Workspace,
    sight: Sight,
    ledger: Ledger,
    edits: Sequence[Edit],
    source: Source,
    *,
    reason: str = "",
    confirm: bool | frozenset[str] = False,
) -> Edited:
    """Record a batch of edits as one submission, or lay it before a reviewer where the ledger asks for that.

    ``reason`` must be given where something that stands is changed or withdrawn; ``confirm`` names warnings that the person has confirmed.
    Raises ``EditConflict``; ``Refusal`` with all faults (``row`` counts the edits from 1); ``TaizhangError`` (``access.refused``, ``journal.*``).
    """
    return do_edit_together(workspace, sight, [(ledger, edit) for edit in edits], source, reason=reason, confirm=confirm)


def do_edit_together(
    workspace: Workspace,
    sight: Sight,
    edits: Sequence[tuple[Ledger, Edit]],
    source: Source,
    *,
    reason: str = "",
    confirm: bool | frozenset[str] = False,
) -> Edited:
    """Record edits of several ledgers as one submission, which waits where one of them asks for that; as ``do_edit`` otherwise."""
    for ledger in {ledger.name: ledger for ledger, _ in edits}.values():
        sight.check("write", ledger)
    for _ in range(_ATTEMPTS):
        try:
            return _attempt(workspace, sight, edits, source, reason.strip(), confirm)
        except JournalConflict:
            continue  # somebody was quicker between the comparison and the recording: compare again
    return _attempt(workspace, sight, edits, source, reason.strip(), confirm)


def _attempt(
    workspace: Workspace, sight: Sight, edits: Sequence[tuple[Ledger, Edit]], source: Source, reason: str, confirm: bool | frozenset[str]
) -> Edited:
    of_ledgers: dict[str, list[int]] = {}
    for index, (ledger, _edit) in enumerate(edits):
        of_ledgers.setdefault(ledger.name, []).append(index)
    faults, conflicts, changed = list[Fault](), list[Conflict](), dict[int, set[str]]()
    changes: list[Change] = []
    review = False
    for mine in of_ledgers.values():
        ledger = edits[mine[0]][0]
        batch = Batch(workspace, sight, ledger, [edits[index][1] for index in mine], confirm)
        batch.compare()
        batch.check()
        found = batch.changes()
        faults += [fault.at(row=mine[(fault.row or 1) - 1] + 1) for fault in batch.faults]
        conflicts += [replace(one, index=mine[one.index]) for one in batch.conflicts]
        changed |= {mine[index]: work.changed for index, work in batch.existing.items()}
        changes += found
        review = review or (bool(found) and goes_to_review(ledger))
    if faults:
        refusing = [f for f in faults if f.severity == "error"] or faults
        raise Refusal(faults, "edit.refused" if refusing[0].severity == "error" else "edit.unconfirmed")
    if conflicts:
        raise EditConflict(conflicts, [fault_of(one) for one in conflicts], changed)
    if not changes:
        return Edited(None, False, ())
    if any(change.base is not None for change in changes) and not reason:
        raise TaizhangError("edit.reason_missing")
    from taizhang.journal import actions

    act = actions.do_submit if review else actions.do_record
    done = act(sight.person, source, changes, note=reason)
    return Edited(done.number, review, tuple(change.entry for change in changes), done.first_seq)


def preview_of(workspace: Workspace, sight: Sight, ledger: Ledger, edits: Sequence[Edit]) -> Preview:
    """Tell what a batch of edits would do; nothing is recorded. Raises ``TaizhangError`` (``access.refused``)."""
    sight.check("write", ledger)
    batch = Batch(workspace, sight, ledger, list(edits), False)
    batch.compare()
    batch.check()
    cells, reduced = list[CellChange](), dict[int, Edit]()
    told = {(c.index, c.field) for c in batch.conflicts}
    for index, work in batch.existing.items():
        before = sight.shown(ledger, work.values)
        for name in ledger.fields:
            if name in work.changed and (index, name) not in told:
                after = work.edit.values[name]
                cells.append(CellChange(index, name, ledger.fields[name].title, before.get(name), None if after is None else str(after)))
        if work.changed:
            kept = {name: work.edit.values[name] for name in work.changed}
            reduced[index] = replace(work.edit, values=kept, base=work.stands.seq)
    reduced |= {index: batch.edits[index] for index in batch.new}
    faulty = {(fault.row or 0) - 1 for fault in batch.faults}
    unchanged = sum(not work.changed and index not in faulty for index, work in batch.existing.items())
    return Preview(cells, batch.new, batch.faults, batch.conflicts, unchanged, reduced)
