"""From a row back to where it came from: who sent it, when, the file with sheet and line, and the file itself for who may see all of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.access.query import personal_key
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.masking import is_personal

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.journal.records import Submission, Version
    from taizhang.pack.definitions import Field, Ledger
    from taizhang.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class Origin:
    """One version of an entry with its source; ``values`` are (title, text) with personal values masked, ``versions`` all of the entry's."""

    ledger: Ledger
    entry: str
    ref: str
    version: Version
    values: tuple[tuple[str, str], ...]
    submission: Submission
    versions: tuple[Version, ...]

    @property
    def stands(self) -> bool:
        """Whether this version is the entry's last."""
        return self.versions[-1].seq == self.version.seq


def origin_of(sight: Sight, ledger: str, seq: int) -> Origin:
    """Return where a row came from.

    Raises ``TaizhangError`` (``definition.unknown_ledger``, ``access.refused``, ``access.entry_unknown``); what may not be seen is not there.
    """
    from taizhang.journal import read

    sight.check("read", ledger)
    asked = sight.pack.ledgers[ledger]
    version = read.version(seq)
    if version is None or version.ledger != ledger or not sight.sees(asked, version.division) or version.entry in sight.withheld(asked):
        raise TaizhangError("access.entry_unknown", ledger=asked.title)
    texts: dict[str, str] = json.loads(version.data)
    shown = sight.shown(asked, texts)
    hidden = personal_key(sight, asked)
    entry = "|".join(shown.get(part) or "" for part in asked.key) if hidden else version.entry
    values = tuple((field.title, in_words(sight, field, str(shown[name]))) for name, field in asked.fields.items() if shown.get(name))
    history = tuple(v for v in read.history(ledger, version.entry) if sight.sees(asked, v.division))
    return Origin(asked, entry, f"@{seq}" if hidden else version.entry, version, values, read.submission(version.submission), history)


def place_name(sight: Sight, code: str) -> str:
    """Return the name of a division, a group's behind that of its village: every village has a first group."""
    node = sight.divisions[code]
    village = sight.divisions.get(node.parent or "")
    return village.name + node.name if village and node.level == "group" and not node.name.startswith(village.name) else node.name


def in_words(sight: Sight, field: Field, value: str | None) -> str:
    """Return a value as people read it: divisions by name, yes and no as words."""
    if value and field.type == "division" and value in sight.divisions:
        return place_name(sight, value)
    if field.type == "yes_no" and value in ("true", "false"):
        return _("是") if value == "true" else _("否")
    return value or ""


def holds_personal(sight: Sight, submission: Submission) -> bool:
    """Say whether a submission has ledgers with personal fields: seeing its file then needs a purpose."""
    ledgers = (sight.pack.ledgers.get(name) for name in submission.ledgers)
    return any(ledger is None or any(map(is_personal, ledger.fields.values())) for ledger in ledgers)


def may_have_file(sight: Sight, submission: Submission) -> bool:
    """Say whether a person may have the file behind a submission: she sees all of its rows unmasked and may take them out.

    A file may hold more than what was recorded; of others' files only who covers the whole town sees that.
    """
    if submission.source.kind != "file" or not submission.source.sha256 or not submission.first_seq:
        return False
    town = sight.divisions.town
    if submission.person != sight.person and not (town and sight.covers(town)):
        return False
    for name, division in _reach(submission):
        ledger = sight.pack.ledgers.get(name)
        acts = ("read", "export", "unmask") if ledger is None or any(map(is_personal, ledger.fields.values())) else ("read", "export")
        if ledger is None or sight.withheld(ledger) or not all(sight.may(act, ledger, division) for act in acts):
            return False
    return True


def _reach(submission: Submission) -> list[tuple[str, str]]:
    """Return the ledgers and divisions of a submission's rows."""
    from taizhang.journal.models import EntryVersion

    rows = EntryVersion.objects.filter(seq__gte=submission.first_seq or 0, seq__lte=submission.last_seq or 0, submission=submission.number)
    return sorted(set(rows.values_list("ledger", "division").distinct()))


def file_of(workspace: Workspace, submission: Submission) -> Path:
    """Return the original file of a submission; raises ``TaizhangError`` (``figure.file_gone``)."""
    digest = submission.source.sha256 or ""
    found = sorted(workspace.path("files", digest[:2]).glob(f"{digest}*")) if digest.isalnum() else []
    if not found:
        raise TaizhangError("figure.file_gone", name=submission.source.name)
    return found[0]
