"""What ``audit`` needs around it: an auditor over the workspace's ledgers where there is one, and the file of choices."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.clock import today

if TYPE_CHECKING:
    from taizhang.audit import Audit, Auditor
    from taizhang.audit.links_file import Question


@contextmanager
def audited(directory: Path, links: Path | None, known_at: str | None) -> Iterator[Auditor]:
    """Give an auditor over the ledgers of the workspace, or over the text alone where there is no workspace.

    ``links`` is the file of choices; it need not be there yet.
    """
    from taizhang.audit import Auditor
    from taizhang.audit.links_file import read_links
    from taizhang.cli import context
    from taizhang.workspace.folder import SETTINGS

    lexicon = context.lexicon_of(directory)
    if not (directory / SETTINGS).is_file():
        yield Auditor(context.pack_of(directory), lexicon=lexicon)
        return
    workspace = context.workspace_of(directory)
    choices = read_links(links, workspace.pack, lexicon) if links is not None and links.exists() else None
    with context.snapshot_of(workspace, known_at) as snapshot:
        yield Auditor(workspace.pack, lexicon=lexicon, snapshot=snapshot, links=choices, today=today())


def keep_choices(path: Path, auditor: Auditor, audit: Audit, choose: Callable[[Question], str | None] | None) -> bool:
    """Write the file of choices and the questions that are still open; ``choose`` asks a person: an indicator, None for no ledger, "" to skip.

    Returns whether a choice was made, so that the audit has to be done again.
    """
    from taizhang.audit.auditing import questions_of
    from taizhang.audit.links_file import SavedLinks, write_links

    links, still_open = auditor.links or SavedLinks((), auditor.lexicon), []
    questions = questions_of(audit)
    for question in questions:
        answer = choose(question) if choose else ""
        if answer == "":
            still_open.append(question)
        else:
            links = links.choose(question.answered(answer, getpass.getuser(), today().isoformat()))
    write_links(path, links, still_open)
    auditor.links = links
    return len(still_open) < len(questions)
