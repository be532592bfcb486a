"""The only writer of definitions in the making: proposed from a workbook or taken from the local pack, corrected, saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.access.actions import do_record_read
from taizhang.clock import now, today
from taizhang.defining.drafts import folder_of
from taizhang.defining.models import LedgerDraft
from taizhang.errors import TaizhangError
from taizhang.intake.proposing import propose
from taizhang.intake.sources import read_file
from taizhang.intake.specimens import with_examples
from taizhang.pack.fieldtypes import Context
from taizhang.pack.local import own_text, save_ledger, to_yaml

if TYPE_CHECKING:
    from taizhang.http.uploads import Upload
    from taizhang.pack.definitions import Ledger
    from taizhang.workspace import Workspace


def do_begin(workspace: Workspace, person: str, take: Callable[[Path], Upload]) -> LedgerDraft:
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


def do_propose(workspace: Workspace, draft: LedgerDraft, sheet: str) -> None:
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


def do_take(workspace: Workspace, person: str, name: str) -> LedgerDraft:
    """Begin to correct an own ledger; raises ``TaizhangError`` (``definition.unknown_ledger``)."""
    text = own_text(workspace.path("pack"), name)
    if text is None:
        raise TaizhangError("definition.unknown_ledger", name=name)
    return LedgerDraft.objects.create(person=person, text=text, replacing=name, created_at=now())


def do_drop(workspace: Workspace, draft: LedgerDraft) -> None:
    """Forget a draft and its workbook."""
    shutil.rmtree(folder_of(workspace, draft), ignore_errors=True)
    draft.delete()


def do_write(draft: LedgerDraft, text: str) -> None:
    """Take a text as a person wrote it."""
    draft.text = text
    draft.save(update_fields=["text"])


def do_rewrite(workspace: Workspace, draft: LedgerDraft, data: Mapping[str, Any], *, examples: bool) -> None:
    """Take corrected data; ``examples`` makes the worked examples anew."""
    made = with_examples(data, workspace.pack) if examples else dict(data)
    draft.text = to_yaml(made)
    draft.save(update_fields=["text"])


def do_save(workspace: Workspace, draft: LedgerDraft) -> Ledger:
    """Write a draft into the local pack: from now on it is there for everybody.

    Raises ``Refusal`` with every fault; then nothing was written.
    """
    ledger = save_ledger(workspace.path("pack"), workspace.pack, draft.text, workspace.path(".pack-checked"), draft.replacing or None)
    do_record_read(draft.person, "define", ledger=ledger.name, what=ledger.title)
    draft.saved_at = now()
    draft.save(update_fields=["saved_at"])
    shutil.rmtree(folder_of(workspace, draft), ignore_errors=True)
    return ledger
