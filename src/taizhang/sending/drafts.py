"""Drafts as they are read: whose they are, where their files lie, how a file is to be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError
from taizhang.intake.tables import AsTold
from taizhang.intake.titles import Titles
from taizhang.sending.models import DROPPED, Draft, Heading

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Pack
    from taizhang.workspace import Workspace

SMALL = 400 << 10  # bytes; what is larger is read in the background


def folder_of(workspace: Workspace, draft: Draft) -> Path:
    """Return the folder of a draft's files."""
    return workspace.path("jobs", f"import-{draft.id}")


def file_of(workspace: Workspace, draft: Draft) -> Path:
    """Return the uploaded file."""
    return folder_of(workspace, draft) / draft.name


def own(number: int, person: str) -> Draft:
    """Return somebody's own draft; raises ``TaizhangError`` (``office.draft_unknown``)."""
    found = Draft.objects.filter(id=number, person=person).exclude(state=DROPPED).first()
    if found is None:
        raise TaizhangError("office.draft_unknown")
    return found


def within(sight: Sight) -> dict[str, tuple[str, ...]]:
    """Return, by ledger, the divisions whose rows somebody may send in."""
    return {ledger.name: sight.places("write", ledger) for ledger in sight.ledgers("write")}


def told_of(draft: Draft, pack: Pack) -> AsTold:
    """Return how a draft's file is to be read: what was said for it, over what the person said before.

    What others have said only helps with headings that a ledger does not know by itself.
    """
    headings: dict[str, dict[str, str | None]] = {}
    known: dict[str, Titles] = {}
    for one in Heading.objects.exclude(person=draft.person).exclude(field="").order_by("said_at"):
        ledger = pack.ledgers.get(one.ledger)
        if ledger and known.setdefault(ledger.name, Titles(ledger)).find(one.heading.rpartition("/")[2])[0] is None:
            headings.setdefault(one.ledger, {})[one.heading] = one.field
    for one in Heading.objects.filter(person=draft.person):
        headings.setdefault(one.ledger, {})[one.heading] = one.field or None
    for name, said in draft.headings.items():
        headings.setdefault(name, {}).update(said)
    return AsTold(draft.sheets, headings)


def marked_name(draft: Draft) -> str:
    """Return the name of the marked copy."""
    return f"{Path(draft.name).stem}（问题标注）.xlsx"
