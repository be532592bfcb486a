"""What several commands need: the workspace, its pack, a position in the journal, a division."""

from __future__ import annotations

import getpass
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.clock import SHANGHAI
from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.pack import Division, DivisionTree, Ledger, Pack, ReportDefinition
    from taizhang.reader import Lexicon
    from taizhang.reader.documents import Document
    from taizhang.warehouse.snapshot import Snapshot
    from taizhang.workspace import Workspace


def workspace_of(directory: Path, *, recording: bool = False) -> Workspace:
    """Open the workspace and make its database the one of this process; the journal can only be imported after it.

    ``recording`` also brings in the record of reads, which is the office's: for who will see personal data unmasked.
    """
    from taizhang.workspace import Workspace

    workspace = Workspace.open(directory)
    if recording:
        from taizhang.serving.server import prepare

        prepare(workspace)
    else:
        workspace.activate()
    return workspace


def record_unmasking(person: str, purpose: str, what: str) -> None:
    """Record, before it is shown, that somebody sees personal data unmasked on the console; the workspace was opened for ``recording``.

    Raises ``TaizhangError`` (``access.purpose_missing``).
    """
    from taizhang.access.actions import do_unmask

    do_unmask(person, purpose, "", [what], address="console")


def pack_of(directory: Path) -> Pack:
    """Return the pack of the workspace, or the shipped one where there is no workspace."""
    from taizhang.pack import load_pack
    from taizhang.workspace import Workspace
    from taizhang.workspace.folder import SETTINGS

    return Workspace.open(directory).pack if (directory / SETTINGS).is_file() else load_pack()


def local_lexicon(directory: Path) -> Path | None:
    """Return the folder of the workspace's own words for the reader; None where there is no workspace."""
    from taizhang.workspace.folder import SETTINGS

    return directory / "pack" / "lexicon" if (directory / SETTINGS).is_file() else None


def lexicon_of(directory: Path) -> Lexicon:
    """Return the reader's words, with those of the workspace over them where there is one."""
    from taizhang.reader import load_lexicon

    return load_lexicon(local_lexicon(directory))


def document_of(path: Path) -> Document:
    """Read a document; ``-`` is text on the standard input.

    Raises ``Refusal`` for what is no readable document.
    """
    from taizhang.reader.documents import read_document, read_document_bytes

    return read_document_bytes(sys.stdin.buffer.read(), "-") if str(path) == "-" else read_document(path)


def person_of(text: str | None) -> str:
    """Return the person who acts: as said, or the user of this machine."""
    return text or getpass.getuser()


def ledger_of(pack: Pack, text: str) -> Ledger:
    """Return a ledger by code or title."""
    found = pack.ledgers.get(text) or next((x for x in pack.ledgers.values() if x.title == text), None)
    if found is None:
        raise TaizhangError("definition.unknown_ledger", name=text)
    return found


def report_named(pack: Pack, name: str) -> ReportDefinition:
    """Return a report of the pack."""
    if name not in pack.reports:
        raise TaizhangError("cli.report_unknown", value=name, known="、".join(pack.reports))
    return pack.reports[name]


def town_divisions(directory: Path) -> tuple[Pack, DivisionTree]:
    """Return pack and divisions of the workspace, or those of the demonstration town where there is no workspace."""
    from taizhang.pack import load_pack
    from taizhang.pack.loader import demonstration_divisions
    from taizhang.workspace import Workspace
    from taizhang.workspace.folder import SETTINGS

    if (directory / SETTINGS).is_file():
        workspace = Workspace.open(directory)
        return workspace.pack, workspace.divisions
    return load_pack(), demonstration_divisions()


def division_of(workspace: Workspace, text: str | None) -> Division:
    """Return the division that a code or name means; the town when nothing is said."""
    found = workspace.divisions.resolve(text or workspace.town)
    if found is None:
        raise TaizhangError("cli.division_unknown", value=text)
    return found


def snapshot_of(workspace: Workspace, known: str | None) -> Snapshot:
    """Bring the warehouse up to date and open it as it was known at a moment, or as it is."""
    from taizhang.warehouse.store import Warehouse

    warehouse = Warehouse(workspace)
    warehouse.refresh()
    return warehouse.snapshot(known_at(known))


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
