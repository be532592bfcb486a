"""Figures for people who wait: one open snapshot and what was computed from it, kept in this process until the journal moves."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from taizhang.figures.computing import compute_many
from taizhang.figures.coverage import Coverage
from taizhang.figures.model import Figure
from taizhang.pack.definitions import Indicator
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.warehouse.snapshot import Snapshot
    from taizhang.workspace.folder import Workspace

_SNAPSHOTS = 3  # the present and two moments of the past
_ANSWERS = 400
Answer = TypeVar("Answer")


class Desk:
    """Answers questions of one workspace; what it keeps is true for a position of the journal, a pack and a list of divisions."""

    _desks: ClassVar[dict[str, Desk]] = {}
    _guard: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.pack, self.divisions = workspace.pack, workspace.divisions
        self._address = workspace.database_url
        self._head = -1
        self._snapshots: OrderedDict[int, Snapshot] = OrderedDict()
        self._coverages: dict[int, Coverage] = {}
        self._answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = threading.RLock()
        self.lasting: dict[tuple[Any, ...], Any] = {}  # what may be a day old

    @classmethod
    def of(cls, workspace: Workspace) -> Desk:
        """Return this process's desk of a workspace; a new one when its definitions or divisions were read again."""
        with cls._guard:
            found = cls._desks.get(str(workspace.root))
            if found is None or not found._fits(workspace):
                if found is not None:
                    found.clear()
                found = cls._desks[str(workspace.root)] = cls(workspace)
            return found

    def _fits(self, workspace: Workspace) -> bool:
        same = self.pack is workspace.pack and self.divisions is workspace.divisions
        return same and self._address == workspace.database_url

    def clear(self) -> None:
        """Forget everything and close what is open."""
        with self._lock:
            for snapshot in self._snapshots.values():
                snapshot.close()
            self._snapshots.clear()
            self._coverages.clear()
            self._answers.clear()
            self._head = -1

    def position(self) -> int:
        """Return the journal's position; the warehouse goes up to it afterwards."""
        from taizhang.journal import read
        from taizhang.warehouse.store import Warehouse

        with self._lock:
            head = read.position()
            if head != self._head:
                result = Warehouse(self.workspace).refresh()
                # A refresh may retire files that an open snapshot reads.
                self.clear()
                self._head = max(head, result.to_position)
            return self._head

    @contextmanager
    def snapshot(self, position: int | None = None) -> Iterator[Snapshot]:
        """Give what stood at a position, the present unless told; nobody else uses it meanwhile, and it stays open."""
        from taizhang.warehouse.store import Warehouse

        with self._lock:
            at = self.position() if position is None else position
            if at not in self._snapshots:
                head = self.position()
                self._snapshots[at] = Warehouse(self.workspace).snapshot(at)
                while len(self._snapshots) > _SNAPSHOTS:
                    oldest = next(p for p in self._snapshots if p not in (at, head))
                    self._snapshots.pop(oldest).close()
                    self._coverages.pop(oldest, None)
            self._snapshots.move_to_end(at)
            yield self._snapshots[at]

    def figures(
        self,
        names: Sequence[str],
        periods: Sequence[Period],
        divisions: Sequence[str],
        as_of: date | None = None,
        position: int | None = None,
    ) -> list[Figure]:
        """Compute as ``compute_many`` does, once for each question and position."""
        key = ("figures", tuple(names), tuple(p.text for p in periods), tuple(divisions), as_of)
        return self.kept(key, position, lambda snapshot: compute_many(snapshot, names, periods, divisions, as_of))

    def covers(self, indicator: Indicator, period: Period, position: int | None = None) -> bool:
        """Say whether every ledger under an indicator was kept in a period."""
        with self.coverage(position) as coverage:
            return coverage.by_rows(indicator, period)

    @contextmanager
    def coverage(self, position: int | None = None) -> Iterator[Coverage]:
        """Give what is known of the days of the ledgers at a position."""
        with self.snapshot(position) as snapshot:
            if snapshot.position not in self._coverages:
                self._coverages[snapshot.position] = Coverage(snapshot)
            yield self._coverages[snapshot.position]

    def kept(self, key: tuple[Any, ...], position: int | None, make: Callable[[Snapshot], Answer]) -> Answer:
        """Return what ``make`` gives for a position, remembered under ``key``."""
        with self._lock, self.snapshot(position) as snapshot:
            full = (snapshot.position, *key)
            if full not in self._answers:
                self._answers[full] = make(snapshot)
                if len(self._answers) > _ANSWERS:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(full)
            found: Answer = self._answers[full]
            return found
