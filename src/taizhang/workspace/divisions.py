"""Replacing the list of divisions: what would change, whether it may, and doing it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.errors import Fault, Refusal
from taizhang.files import replacement
from taizhang.pack.divisions import Division, DivisionTree, read_divisions

if TYPE_CHECKING:
    from taizhang.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class DivisionChanges:
    """What a new list changes: added, changed (as it was, as it will be) and gone divisions, and how many stay."""

    added: tuple[Division, ...]
    changed: tuple[tuple[Division, Division], ...]
    gone: tuple[Division, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


def compare_divisions(workspace: Workspace, path: Path) -> DivisionChanges:
    """Read a division list and say what it changes.

    Raises ``Refusal`` with every fault: those of the file, the town missing from it, and, once the journal holds entries, divisions that
    are gone or were renamed in place (an entry would lose the place it belongs to: a division ends on a day and names its successor).
    """
    tree = read_divisions(path, workspace.town)
    faults = list(_faults(workspace, tree, path.name))
    if faults:
        raise Refusal(faults)
    old = workspace.divisions
    changed = tuple((old[d.code], d) for d in tree if d.code in old and old[d.code] != d)
    added = tuple(d for d in tree if d.code not in old)
    gone = tuple(d for d in old if d.code not in tree)
    return DivisionChanges(added, changed, gone, len(tree) - len(added) - len(changed))


def _faults(workspace: Workspace, tree: DivisionTree, file: str) -> Iterator[Fault]:
    if workspace.town not in tree:
        yield Fault("workspace.town_unknown", {"code": workspace.town}, file=file)
    if not _holds_entries():
        return
    for node in workspace.divisions:
        new = tree.get(node.code)
        if new is None:
            yield Fault("workspace.division_gone", {"code": node.code, "name": node.name}, file=file)
        elif new.name != node.name:
            yield Fault("workspace.division_renamed", {"code": node.code, "old": node.name, "new": new.name}, file=file)


def _holds_entries() -> bool:
    from taizhang.journal.models import Submission

    return Submission.objects.exists()


def do_replace_divisions(workspace: Workspace, path: Path) -> DivisionChanges:
    """Put a division list in the place of the workspace's own; raises as ``compare_divisions``, then nothing was changed."""
    changes = compare_divisions(workspace, path)
    with replacement(workspace.path("divisions.csv")) as part:
        shutil.copyfile(path, part)
    return changes
