"""What ``audit`` needs around it: an auditor over the workspace's ledgers where there is one, and the file of choices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taizhang.audit import Audit, Auditor


@contextmanager
def audited(directory: Path, links: Path | None, known_at: str | None) -> Iterator[Auditor]:
    """Give an auditor over the ledgers of the workspace, or over the text alone where there is no workspace."""
    from taizhang.audit import Auditor
    from taizhang.audit.auditing import choices_of
    from taizhang.cli import context
    from taizhang.workspace.folder import SETTINGS

    lexicon = context.lexicon_of(directory)
    if not (directory / SETTINGS).is_file():
        yield Auditor(context.pack_of(directory), lexicon=lexicon)
        return
    workspace = context.workspace_of(directory)
    with context.snapshot_of(workspace, known_at) as snapshot:
        choices = choices_of(links, workspace.pack, lexicon)
        yield Auditor(workspace.pack, lexicon=lexicon, snapshot=snapshot, links=choices, today=datetime.now(context.SHANGHAI).date())


def write_links_of(path: Path, auditor: Auditor, audit: Audit) -> None:
    """Write the file of choices: those that were made, and every figure whose indicator is still open with its candidates."""
    from taizhang.audit.links_file import write_links

    write_links(path, auditor.choices_for(audit))
