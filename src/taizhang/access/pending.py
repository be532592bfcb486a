"""What waits for review, by ledger and entry: kept in the memory of a process and brought up to date by what was submitted and decided since."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.journal.records import Change, Submission

if TYPE_CHECKING:
    from taizhang.workspace.folder import Workspace

_KEPT: dict[Path, Pending] = {}
_GUARD = threading.Lock()
Waiting = tuple[int, Change]  # number of the submission, and what it would do


@dataclass
class Pending:
    """The pending submissions of one workspace."""

    lock: Any = field(default_factory=threading.RLock)
    _seen: int = 0  # the last number looked at
    _decided: int = 0  # the last decision looked at
    _submissions: dict[int, Submission] = field(default_factory=dict)
    _entries: dict[str, dict[str, list[Waiting]]] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace) -> Pending:
        """Return what waits in an active workspace, as of now."""
        with _GUARD:
            found = _KEPT.setdefault(workspace.root, cls())
        with found.lock:
            found._catch_up()
        return found

    def submissions(self, ledger: str | None = None) -> list[Submission]:
        """Return the pending submissions, all or those that touch a ledger, by number."""
        with self.lock:
            return [s for s in self._submissions.values() if ledger is None or ledger in s.ledgers]

    def entries(self, ledger: str) -> Mapping[str, list[Waiting]]:
        """Return, by entry of a ledger, what waits for it; not to be changed."""
        return self._entries.get(ledger, {})

    def _catch_up(self) -> None:
        from taizhang.journal import models

        head = models.JournalHead.objects.filter(id=1).values_list("numbers", "decisions").first() or (0, 0)
        if head[0] < self._seen or head[1] < self._decided:
            self._submissions, self._entries, self._seen, self._decided = {}, {}, 0, 0
        if head[1] > self._decided:
            decided = models.Submission.objects.filter(decision__gt=self._decided, decision__lte=head[1])
            for number in decided.values_list("number", flat=True) if self._submissions else ():
                self._forget(number)
        if head[0] > self._seen:
            self._take(self._seen, head[0])
        self._seen, self._decided = head

    def _take(self, since: int, upto: int) -> None:
        from taizhang.journal import models
        from taizhang.journal.payload import unpack
        from taizhang.journal.read import plain

        wanted = models.Submission.objects.filter(number__gt=since, number__lte=upto, status="pending").order_by("number")
        contents = dict(models.SubmissionPayload.objects.filter(submission__in=wanted).values_list("submission_id", "content"))
        for row in wanted:
            submission = plain(row)
            if row.number not in contents:
                continue  # decided while we looked
            self._submissions[row.number] = submission
            for change in unpack(row.number, contents[row.number], submission.payload_hash):
                self._entries.setdefault(change.ledger, {}).setdefault(change.entry, []).append((row.number, change))

    def _forget(self, number: int) -> None:
        submission = self._submissions.pop(number, None)
        for ledger in submission.ledgers if submission else ():
            kept = {entry: [w for w in waiting if w[0] != number] for entry, waiting in self._entries.get(ledger, {}).items()}
            self._entries[ledger] = {entry: waiting for entry, waiting in kept.items() if waiting}
