"""What comparison has in the journal, as pages read it: kept in the memory of a process, brought up to date by what the journal gained."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from taizhang.comparison.cases import Case
from taizhang.comparison.concerns import Concerns
from taizhang.comparison.findings import CASE, EXCLUSION, FINDING, LEAD, RECOVERY, RUN, RUN_RULE, Finding, from_values

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

LEDGERS = (FINDING, CASE, RECOVERY, EXCLUSION, RUN, RUN_RULE, LEAD)
_MOST_GAINED = 20_000  # behind by more than this, all is read anew
_DESKS: dict[tuple[str, str], Desk] = {}
_GUARD = threading.Lock()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of one of comparison's ledgers as it stands."""

    seq: int
    data: Mapping[str, str]


@dataclass
class Desk:
    """Findings, cases, exclusions and runs as they stand at ``position``, and whom findings concern."""

    workspace: Workspace
    position: int = -1
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _concerns: Concerns | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> Desk:
        """Return the desk of an active workspace, up to date."""
        key = (str(workspace.root), workspace.database_url)
        with _GUARD:
            desk = _DESKS.setdefault(key, cls(workspace))
        with desk._lock:
            desk.workspace = workspace
            desk._catch_up()
        return desk

    @property
    def concerns(self) -> Concerns:
        """Whom the findings concern; worked out when first asked for."""
        with self._lock:
            if self._concerns is None or self._concerns.pack is not self.workspace.pack:
                self._concerns = Concerns(self.workspace)
                self._concerns.learn(self.findings.values())
            return self._concerns

    def cases(self) -> list[Case]:
        """Return all cases, by number."""
        return [Case(entry.data) for _number, entry in sorted(self.entries[CASE].items())]

    def cases_of(self, finding: str) -> list[Case]:
        """Return the cases of one finding, the newest first."""
        mine = [case for case in self.cases() if case.finding == finding]
        return sorted(mine, key=lambda case: int(case.number.rpartition("-")[2]), reverse=True)

    def _catch_up(self) -> None:
        from taizhang.journal import read

        head = read.position()
        if head == self.position:
            return
        if self.position < 0 or not 0 <= head - self.position <= _MOST_GAINED:
            self._read_all(head)
        else:
            self._read_gained(head)
        self.position = head

    def _read_all(self, head: int) -> None:
        from taizhang.journal import read

        self.entries = {
            ledger: {entry: Entry(s.seq, json.loads(s.data)) for entry, s in read.standing(ledger, at_position=head).items()}
            for ledger in LEDGERS
        }
        self.findings = {number: _finding(entry) for number, entry in self.entries[FINDING].items()}
        self._concerns = None

    def _read_gained(self, head: int) -> None:
        from taizhang.journal import read

        changed: dict[str, Finding] = {}
        touched: set[str] = set()
        for seq, entry, _version, op, *_middle, data, ledger in read.versions_since(self.position, upto=head):
            touched.add(ledger)
            if ledger not in self.entries:
                continue
            if op == "record":
                self.entries[ledger][entry] = Entry(seq, json.loads(data))
            else:
                self.entries[ledger].pop(entry, None)
            if ledger == FINDING:
                self.findings.pop(entry, None)
                changed.pop(entry, None)
                if op == "record":
                    changed[entry] = self.findings[entry] = _finding(self.entries[ledger][entry])
        if self._concerns:
            self._concerns.forget(touched)
            self._concerns.learn(changed.values())


def _finding(entry: Entry) -> Finding:
    return from_values(entry.data)
