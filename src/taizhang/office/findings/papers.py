"""Handing out the papers of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

from taizhang.comparison.seen.attachments import KINDS, SHOWN, stored
from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.workspace import Workspace


def answer(workspace: Workspace, digest: str, name: str, number: str) -> FileResponse:
    """Hand out a kept file under its own name, or under a number where that is not known: photographs to be looked at, all else to be saved.

    Raises ``TaizhangError`` (``office.not_found``).
    """
    path = stored(workspace, digest)
    if path is None:
        raise TaizhangError("office.not_found", what=number)
    shown = path.suffix in SHOWN
    made = FileResponse(
        path.open("rb"), as_attachment=not shown, filename=name or f"{number}{path.suffix}", content_type=KINDS[path.suffix]
    )
    made["Cache-Control"] = "private, no-store"
    return made
