"""The rows of premises, kept beside the columns from one run to the next, and held against what a change reaches.

The file may be deleted at any time: rules then ask everything once more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path as File
from threading import Lock
from typing import TYPE_CHECKING, Any

from taizhang.comparison import kept_files
from taizhang.comparison.planning import Plan, PlannedPremise, Table
from taizhang.comparison.premises import WITNESSES
from taizhang.warehouse.columns import literal, quoted
from taizhang.warehouse.engine import Engine, TooSlowError

if TYPE_CHECKING:
    from taizhang.comparison.reach import Reached
    from taizhang.warehouse.snapshot import Snapshot

NAME = "premises.json"
MOST_ROWS = 200  # of more it is no short answer that is given again and again
_MOST_KEPT = 500  # of each day that is spoken of there is another
Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of a premise as texts, which are what it gives at each run from one position of the journal to another."""

    first: int
    last: int
    rules: frozenset[str]  # that asked for them
    ledgers: frozenset[str]
    types: Mapping[str, str]  # by column
    rows: tuple[Row, ...]
    witnesses: frozenset[str]

    def table(self, name: str, like: Table) -> Table:
        """Return the table that has these rows, wherever it is read."""
        rows = self.rows or ((None,) * len(self.types),)
        selects = (
            ", ".join(
                f"CAST({'NULL' if value is None else literal(value)} AS {kind}) AS {quoted(column)}"
                for (column, kind), value in zip(self.types.items(), row, strict=True)
            )
            for row in rows
        )
        sql = " UNION ALL ".join(f"SELECT {one}" for one in selects)
        return Table(name, like.title, sql if self.rows else f"{sql} WHERE false", like.columns, (), ())


@dataclass(frozen=True, slots=True)
class Given:
    """A premise with its rows, which a rule is given; ``touched`` says that something changed in what it is made of."""

    asked: PlannedPremise
    held: Held
    touched: bool


def give(plan: Plan, premises: Iterable[Given]) -> dict[str, Table]:
    """Put the rows of premises into a plan, in the place of the statements that would ask for them; return its tables as they were."""
    before = dict(plan.tables)
    plan.tables |= {given.asked.table: given.held.table(given.asked.table, before[given.asked.table]) for given in premises}
    return before


class Premises:
    """What is kept of premises, by the name of the table that asks for them."""

    def __init__(self, folder: File, seal: Callable[[int], str]) -> None:
        """``seal`` tells the journal up to a position from any other: what was kept beside another (after a restore, say) is not read."""
        self._path, self._seal = folder / NAME, seal
        self._held: dict[str, Held] = {}
        self._new: dict[str, Held | None] = {}  # None: what it gives now is not known
        self._confirmed: set[str] = set()
        self._one_at_a_time = Lock()  # rules run side by side
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            data = json.loads(self._path.read_text(encoding="utf-8"))
            if data["seal"] == seal(data["position"]):
                self._held = {name: _held(one) for name, one in data["held"].items()}

    @property
    def witnesses(self) -> set[str]:
        """All values by which the rows are found on which premises rest."""
        return set[str]().union(*(held.witnesses for held in self._held.values()))

    def at(self, asked: PlannedPremise, position: int) -> Held | None:
        """Return what a premise gave at a run that read up to a position, and gives still if nothing has changed; None where that is not known."""
        held = self._held.get(asked.asking)
        return held if held and held.first <= position <= held.last else None

    def unchanged(self, rule: str, position: int) -> None:
        """Take note that nothing that a rule reads has changed since its run at a position: its premises give what they gave then."""
        self._confirmed.update(name for name, held in self._held.items() if rule in held.rules and held.first <= position <= held.last)

    def ask(self, rule: str, asked: PlannedPremise, plan: Plan, snapshot: Snapshot, seconds: float) -> None:
        """Ask everything that stands for a premise and its witnesses, to be kept; more than a few rows are not, nor what takes too long."""
        with self._one_at_a_time:
            if known := self._new.setdefault(asked.asking, None):
                self._new[asked.asking] = replace(known, rules=known.rules | {rule})
                return
        engine, columns, name = snapshot.engine, list(plan.tables[asked.table].columns), f"{asked.asking}_now"
        snapshot.require(*asked.ledgers, placed=False, columns=plan.columns())
        done = False
        with _limited(engine, seconds):
            engine.make(name, f"SELECT * FROM ({plan.statement(asked.asking)}) AS asked LIMIT {MOST_ROWS + 1}")
            done = True
        if not done:
            return
        types = {column: kind for column, kind, *_ in engine.fetch(f"DESCRIBE {quoted(name)}")}
        found = engine.fetch(f"SELECT {_texts(columns)}, {quoted(WITNESSES)} FROM {quoted(name)}")
        engine.drop(name)
        if len(found) > MOST_ROWS:
            return
        witnesses = frozenset(value for row in found for value in row[-1] if value is not None)
        rows = tuple(sorted((row[:-1] for row in found), key=repr))
        with self._one_at_a_time:
            self._new[asked.asking] = Held(
                snapshot.position, snapshot.position, frozenset({rule}), asked.ledgers, {c: types[c] for c in columns}, rows, witnesses
            )

    def confirm(self, given: Given, plan: Plan, snapshot: Snapshot, reached: Reached, seconds: float) -> bool:
        """Say whether a premise gives the same rows as before in what a change and its witnesses reach: then it does so in everything.

        ``snapshot`` reads what several rules reached; ``plan`` has the premise as a statement. What takes too long is not confirmed.
        """
        engine, asked, rows = snapshot.engine, given.asked, given.held.rows
        snapshot.require(*asked.ledgers, placed=False, columns=plan.columns())
        only = {ledger: f"{asked.asking}_{ledger}" for ledger in asked.ledgers - reached.whole}
        for ledger, name in only.items():
            engine.write(f"{name}_seq", {"seq": "BIGINT"}, [(str(seq),) for seq in reached.seqs.get(ledger, ())])
            engine.make(name, f"SELECT * FROM {quoted(ledger)} WHERE _seq IN (SELECT seq FROM {quoted(f'{name}_seq')})")
        sql = Plan(plan.tables, given=only).statement(asked.table)
        found: list[tuple[Any, ...]] | None = None
        with _limited(engine, seconds):
            found = engine.fetch(f"SELECT {_texts(given.held.types)} FROM ({sql}) AS asked LIMIT {len(rows) + 1}")
        if found is None or sorted(found, key=repr) != list(rows):
            return False
        with self._one_at_a_time:
            self._confirmed.add(asked.asking)
        return True

    def save(self, position: int, last_change: Callable[[str], int], *, all_run: bool) -> None:
        """Write what is known at a position; ``all_run`` says that rules were run without asking what their premises give.

        A folder that cannot be written only costs time.
        """
        kept: dict[str, Held] = {}
        for name, held in (self._held | self._new).items():
            if held:
                certain = name in self._confirmed or all(last_change(ledger) <= held.last for ledger in held.ledgers)
                if certain or not all_run:
                    kept[name] = replace(held, last=position) if certain else held
        if not (kept or self._held):
            return
        latest = sorted(kept.items(), key=lambda one: one[1].first)[-_MOST_KEPT:]
        data = {"position": position, "seal": self._seal(position), "held": {name: _data(held) for name, held in latest}}
        kept_files.write(self._path, data)


@contextmanager
def _limited(engine: Engine, seconds: float) -> Iterator[None]:
    """End what takes too long or does not fit, as a rule would be stopped."""
    try:
        with engine.time_limit(seconds):
            yield
    except TooSlowError:
        pass
    except Exception as error:
        if engine.stopped(error) is None:
            raise


def _texts(columns: Iterable[str]) -> str:
    return ", ".join(f"CAST({quoted(column)} AS VARCHAR)" for column in columns)


def _data(held: Held) -> dict[str, Any]:
    return {
        "first": held.first,
        "last": held.last,
        "rules": sorted(held.rules),
        "ledgers": sorted(held.ledgers),
        "types": held.types,
        "rows": held.rows,
        "witnesses": sorted(held.witnesses),
    }


def _held(data: Mapping[str, Any]) -> Held:
    rows = tuple(tuple(row) for row in data["rows"])
    return Held(
        data["first"], data["last"], frozenset(data["rules"]), frozenset(data["ledgers"]), data["types"], rows, frozenset(data["witnesses"])
    )
