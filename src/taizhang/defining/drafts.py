"""Definitions in the making as they are read: whose they are, what is known of them as they are."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.defining.models import LedgerDraft
from taizhang.errors import Fault, TaizhangError
from taizhang.i18n import _
from taizhang.intake.examples import run_examples
from taizhang.pack.check import WHOLE_ROW
from taizhang.pack.local import check_ledger, read_ledger

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger
    from taizhang.pack.examples import ExampleResult
    from taizhang.workspace import Workspace


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

    @property
    def told(self) -> list[tuple[str, str, bool]]:
        """What each worked example should give, what it gave, whether it passed; fields by their titles."""
        return [(self._told(e.expected), self._told(e.got), e.passed) for e in self.examples]

    def _told(self, text: str) -> str:
        verdict, _space, rest = text.partition(" ")
        if self.ledger is None or not rest.startswith("{"):
            return text
        titles = {name: field.title for name, field in self.ledger.fields.items()} | {WHOLE_ROW: _("整行")}
        parts = (f"{titles.get(name, name)} {'—' if value is None else value}" for name, value in json.loads(rest).items())
        return f"{verdict}：{'；'.join(parts)}"


def folder_of(workspace: Workspace, draft: LedgerDraft) -> Path:
    """Return the folder of the uploaded workbook."""
    return workspace.path("jobs", f"definition-{draft.id}")


def own(number: int, person: str) -> LedgerDraft:
    """Return somebody's own draft; raises ``TaizhangError`` (``office.draft_unknown``)."""
    found = LedgerDraft.objects.filter(id=number, person=person, saved_at=None).first()
    if found is None:
        raise TaizhangError("office.draft_unknown")
    return found


def saved_as(number: int, person: str) -> str | None:
    """Return the name of the ledger that somebody's own draft has become; None while it is one."""
    found = LedgerDraft.objects.filter(id=number, person=person).exclude(saved_at=None).first()
    return str((read_ledger(found.text)[0] or {}).get("ledger", "")) if found else None


def check(workspace: Workspace, draft: LedgerDraft) -> Checked:
    """Check a draft as ``pack check`` and ``pack test`` would."""
    data = read_ledger(draft.text)[0]
    ledger, faults = check_ledger(workspace.pack, draft.text, draft.replacing or None)
    if ledger is None or faults:
        return Checked(data, ledger, faults, [])
    pack = workspace.pack
    examples = run_examples(replace(pack, ledgers={**pack.ledgers, ledger.name: ledger}), [ledger.name])
    return Checked(data, ledger, faults, examples)
