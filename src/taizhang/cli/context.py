"""What several commands need: the workspace, its pack, a position in the journal, a division."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.pack import Division, Pack
    from taizhang.workspace import Workspace

SHANGHAI = ZoneInfo("Asia/Shanghai")


def workspace_of(directory: Path) -> Workspace:
    """Open the workspace and make its database the one of this process."""
    from taizhang.workspace import Workspace

    workspace = Workspace.open(directory)
    workspace.activate()
    return workspace


def pack_of(directory: Path) -> Pack:
    """Return the pack of the workspace, or the shipped one where there is no workspace."""
    from taizhang.pack import load_pack
    from taizhang.workspace import Workspace
    from taizhang.workspace.folder import SETTINGS

    return Workspace.open(directory).pack if (directory / SETTINGS).is_file() else load_pack()


def division_of(workspace: Workspace, text: str | None) -> Division:
    """Return the division that a code or name means; the town when nothing is said."""
    found = workspace.divisions.resolve(text or workspace.town)
    if found is None:
        raise TaizhangError("cli.division_unknown", value=text)
    return found


def known_at(text: str | None) -> int | datetime | None:
    """Read ``--known-at``: a journal position, a day (its end) or a time."""
    if text is None:
        return None
    if text.isdigit() and len(text) != 8:
        return int(text)
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, SHANGHAI)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TaizhangError("cli.moment_unreadable", value=text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def day(text: str | None) -> date | None:
    """Read ``--as-of``."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise TaizhangError("cli.day_unreadable", value=text) from error
