"""A definition that somebody works on: proposed from a workbook or taken from the local pack, corrected, checked, saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.access.actions import do_record_read
from taizhang.clock import now, today
from taizhang.errors import Fault, TaizhangError
from taizhang.intake.examples import run_examples
from taizhang.intake.proposing import propose
from taizhang.intake.sources import read_file
from taizhang.intake.specimens import with_examples
from taizhang.office.importing.models import LedgerDraft
from taizhang.pack.fieldtypes import Context
from taizhang.pack.local import check_ledger, own_text, read_ledger, save_ledger, to_yaml

if TYPE_CHECKING:
    from taizhang.http.uploads import Upload
    from taizhang.pack.definitions import Ledger
    from taizhang.pack.examples import ExampleResult
    from taizhang.workspace import Workspace

FIELDS = (
    "title",
    "type",
    "required",
    "name",
    "personal",
    "choices",
    "to",
    "unit",
    "places",
    "min",
    "max",
    "help",
    "aliases",
    "default",
    "example",
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a draft as it is."""

    data: dict[str, Any] | None
    ledger: Ledger | None
    faults: list[Fault]
    examples: list[ExampleResult]

    @property
    def good(self) -> bool:
        """Whether it can be saved."""
        return self.ledger is not None and not self.faults and all(e.passed for e in self.examples)


def folder_of(workspace: Workspace, draft: LedgerDraft) -> Path:
    """Return the folder of the uploaded workbook."""
    return workspace.path("jobs", f"definition-{draft.id}")


def begin(workspace: Workspace, person: str, take: Callable[[Path], Upload]) -> LedgerDraft:
    """Propose a ledger from an uploaded workbook; raises ``Refusal`` for one that cannot be read."""
    draft = LedgerDraft.objects.create(person=person, text="", created_at=now())
    folder = folder_of(workspace, draft)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    try:
        draft.about = {"file": take(folder).name}
        _propose(workspace, draft, None)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        draft.delete()
        raise
    return draft


def of_sheet(workspace: Workspace, draft: LedgerDraft, sheet: str) -> None:
    """Propose anew, from another sheet of the same workbook."""
    _propose(workspace, draft, sheet)


def _propose(workspace: Workspace, draft: LedgerDraft, sheet: str | None) -> None:
    source = read_file(folder_of(workspace, draft) / draft.about["file"], whole=False)
    found = propose(source, workspace.pack, Context(divisions=workspace.divisions, today=today()), sheet)
    draft.text = to_yaml(with_examples(found.definition, workspace.pack))
    draft.about = {
        "file": draft.about["file"], "sheet": found.sheet, "row": found.row, "rows": found.rows, "columns": found.columns, "notes": found.notes,
        "sheets": [s.name for s in source.sheets if not s.hidden],
    }  # fmt: skip
    draft.save()


def take(workspace: Workspace, person: str, name: str) -> LedgerDraft:
    """Begin to correct an own ledger; raises ``TaizhangError`` (``definition.unknown_ledger``)."""
    text = own_text(workspace.path("pack"), name)
    if text is None:
        raise TaizhangError("definition.unknown_ledger", name=name)
    return LedgerDraft.objects.create(person=person, text=text, replacing=name, created_at=now())


def own(number: int, person: str) -> LedgerDraft:
    """Return somebody's own draft; raises ``TaizhangError`` (``office.draft_unknown``)."""
    found = LedgerDraft.objects.filter(id=number, person=person, saved_at=None).first()
    if found is None:
        raise TaizhangError("office.draft_unknown")
    return found


def drop(workspace: Workspace, draft: LedgerDraft) -> None:
    """Forget a draft and its workbook."""
    shutil.rmtree(folder_of(workspace, draft), ignore_errors=True)
    draft.delete()


def check(workspace: Workspace, draft: LedgerDraft) -> Checked:
    """Check a draft as ``pack check`` and ``pack test`` would."""
    data = read_ledger(draft.text)[0]
    ledger, faults = check_ledger(workspace.pack, draft.text, draft.replacing or None)
    if ledger is None or faults:
        return Checked(data, ledger, faults, [])
    pack = workspace.pack
    examples = run_examples(replace(pack, ledgers={**pack.ledgers, ledger.name: ledger}), [ledger.name])
    return Checked(data, ledger, faults, examples)


def rewrite(workspace: Workspace, draft: LedgerDraft, data: Mapping[str, Any], *, examples: bool) -> None:
    """Take corrected data; ``examples`` makes the worked examples anew."""
    made = with_examples(data, workspace.pack) if examples else dict(data)
    draft.text = to_yaml(made)
    draft.save(update_fields=["text"])


def save(workspace: Workspace, draft: LedgerDraft) -> Ledger:
    """Write a draft into the local pack: from now on it is there for everybody.

    Raises ``Refusal`` with every fault; then nothing was written.
    """
    ledger = save_ledger(workspace.path("pack"), workspace.pack, draft.text, workspace.path(".pack-checked"), draft.replacing or None)
    do_record_read(draft.person, "define", ledger=ledger.name, what=ledger.title)
    draft.saved_at = now()
    draft.save(update_fields=["saved_at"])
    shutil.rmtree(folder_of(workspace, draft), ignore_errors=True)
    return ledger
