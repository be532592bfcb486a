"""Long work that only the interface starts: taking in a file in one call."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taizhang.access.editing import goes_to_review
from taizhang.i18n import N_, _
from taizhang.intake.importing import ImportRefused, ImportResult, import_file
from taizhang.jobs.registry import job
from taizhang.jobs.work import Work
from taizhang.sending.drafts import within
from taizhang.sending.jobs import STAGES

KIND = "interface-import"
_COUNTS = ("ledger", "title", "sheets", "new", "changed", "unchanged", "missing", "withdrawn", "refused")
_MOST_FAULTS = 2000


def folder_of(work: Work, name: str) -> Path:
    """Return where the file of a call lies until it is taken in."""
    return work.workspace.path("jobs", name)


@job(KIND, title=N_("接口导入"))
def take_in(
    work: Work,
    *,
    folder: str,
    name: str,
    ledger: str | None,
    partial: bool,
    confirm: list[str],
    withdraw_missing: bool,
    dry_run: bool,
    note: str,
) -> dict[str, Any]:
    """Take a file in as one submission, to a reviewer where a ledger asks for that; a refused file is told fault by fault, with a marked copy."""
    path, marked = folder_of(work, folder) / name, work.folder / f"{Path(name).stem}（问题标注）.xlsx"
    asked: Mapping[str, Any] = {
        "ledger": ledger, "person": work.person, "partial": partial, "confirm": frozenset(confirm), "withdraw_missing": withdraw_missing,
        "within": within(work.sight), "marked_copy": marked, "progress": lambda stage, share: work.tell(STAGES[stage], share), "note": note,
    }  # fmt: skip
    try:
        result = import_file(work.workspace, path, dry_run=True, **asked)
        if not dry_run:
            review = any(goes_to_review(work.workspace.pack.ledgers[found.ledger]) for found in result.ledgers)
            result = import_file(work.workspace, path, review=review, **asked)
        accepted = not dry_run or not any(f.severity == "error" for f in result.faults)
    except ImportRefused as refusal:
        result, accepted = refusal.result, False
    finally:
        shutil.rmtree(folder_of(work, folder), ignore_errors=True)
    return _told(result, accepted, marked)


def _told(result: ImportResult, accepted: bool, marked: Path) -> dict[str, Any]:
    return {
        "accepted": accepted,
        "submission": result.submission,
        "pending": result.pending,
        "dry_run": result.dry_run,
        "ledgers": [{count: getattr(found, count) for count in _COUNTS} for found in result.ledgers],
        "skipped": len(result.skipped),
        "faults": [fault.as_dict() for fault in result.faults[:_MOST_FAULTS]],
        "fault_count": len(result.faults),
        "files": {_("标出问题的工作簿"): marked.name} if marked.is_file() else {},
    }
