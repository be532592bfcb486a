"""What comparison would find if a submission were accepted: the rules that touch its ledgers, over the ledgers as they would stand. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from taizhang.comparison.model import Limits, RuleRun
from taizhang.comparison.reconciling import tidy
from taizhang.comparison.running import run_rules
from taizhang.comparison.stamps import stamps
from taizhang.comparison.telling import Masker
from taizhang.comparison.versions import Versions
from taizhang.journal.records import Change, Version
from taizhang.pack.definitions import Pack, Rule
from taizhang.pack.rule_schema import SEVERITY
from taizhang.warehouse.columns import literal, quoted
from taizhang.warehouse.keyed_rows import KeyedRows
from taizhang.warehouse.row_tables import RowTables
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    import duckdb

    from taizhang.workspace import Workspace

Tell = Callable[[float], None]
Allowed = Callable[[Rule, frozenset[str]], bool]  # a rule and all ledgers that it reads
LIMITS = Limits(seconds=60, rows=100_000)
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A row that a finding stands on; ``mine`` says that it comes with the submission."""

    ledger: str
    entry: str
    division: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One finding that would be made; personal values in ``says`` are masked."""

    rule: str
    title: str
    severity: str
    says: str
    month: str | None
    places: tuple[Place, ...]
    subject: str  # as the ledgers have it: to be compared, not to be shown
    name: str | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """All findings that a submission would make, how many would go, how many rules were run, and which could not be."""

    found: tuple[Foreseen, ...]
    gone: int
    rules: int
    stopped: tuple[str, ...]


def foresee(
    workspace: Workspace,
    changes: Sequence[Change],
    day: date,
    allowed: Allowed = lambda rule, ledgers: True,
    *,
    tell: Tell = lambda share: None,
    limits: Limits = LIMITS,
) -> Forecast:
    """Run the rules that read a ledger of the changes, as things stand and as they would stand, and return the difference.

    ``allowed`` leaves out rules whose answers the one who asks may not see.
    """
    warehouse = Warehouse(workspace)
    warehouse.refresh()
    touched = {change.ledger for change in changes}
    pack = workspace.pack
    known = stamps(pack, pack.rules.values(), day, workspace.divisions)
    rules = [s.rule for s in known.values() if s.ledgers & touched and allowed(s.rule, s.ledgers)]
    tell(0.1)
    if not rules:
        return Forecast((), 0, 0, ())
    connection = warehouse.connect()
    try:
        position = warehouse.position
        would = _Would(pack, warehouse.keyed_rows(position, connection), connection, position, changes)
        delivered = _delivered(warehouse, touched)
        with warehouse.snapshot(position, connection) as snapshot:
            before = {run.rule: run for run in run_rules(snapshot, rules, day, limits, delivered=delivered)}
        tell(0.5)
        with warehouse.snapshot(position, connection, would.tables()) as snapshot:
            after = run_rules(snapshot, rules, day, limits, delivered=delivered)
        tell(0.9)
        return _compared(pack, before, after, would)
    finally:
        connection.close()


def _delivered(warehouse: Warehouse, touched: set[str]) -> Callable[[str], bool]:
    return lambda ledger: ledger in touched or warehouse.last_change(ledger) > 0


class _Would:
    """The ledgers as they would stand: what the changes replace is left out, their rows have numbers behind the journal's last."""

    def __init__(
        self, pack: Pack, keyed: KeyedRows, connection: duckdb.DuckDBPyConnection, position: int, changes: Sequence[Change]
    ) -> None:  # fmt: skip
        self.keyed, self.connection, self.position = keyed, connection, position
        self.coming = RowTables(pack.ledgers, connection)
        self.changes = dict(enumerate(changes, position + 1))
        self.versions = _Coming(pack, self.changes)

    def tables(self) -> dict[str, str]:
        """Return, by ledger, the table that is read in its place."""
        made = {}
        for ledger in {change.ledger for change in self.changes.values()}:
            mine = {seq: change for seq, change in self.changes.items() if change.ledger == ledger}
            rows = self.coming.of_rows(ledger, [_row(seq, change) for seq, change in mine.items() if change.op == "record"])
            entries = ", ".join(literal(change.entry) for change in mine.values())
            made[ledger] = name = f"{rows}_would"
            whole = self.keyed.whole(ledger)
            self.connection.execute(
                f"CREATE TABLE {quoted(name)} AS SELECT * FROM {quoted(whole)} WHERE _entry NOT IN ({entries}) UNION ALL SELECT * FROM {quoted(rows)}"
            )
        return made

    def key(self, record: Mapping[str, Any]) -> _Key:
        """Return what tells findings apart whatever the numbers of their rows: subject, programme, month, entries."""
        row = tidy(record)
        entries = tuple(self.versions.entry(record.get(side)) for side in ("left", "right"))
        return row["subject"], row.get("programme"), row.get("month"), *entries


class _Coming(Versions):
    """Rows of the journal and those that would come behind them."""

    def __init__(self, pack: Pack, changes: Mapping[int, Change]) -> None:
        super().__init__(pack)
        self._found |= {
            seq: Version(seq, 0, c.ledger, c.entry, 0, c.op, c.division, c.data, c.original, c.confirmed, c.sheet, c.line, c.base)
            for seq, c in changes.items()
        }


def _row(seq: int, change: Change) -> tuple[Any, ...]:
    return (seq, change.entry, 1, change.op, change.base, 0, change.division, change.sheet, change.line, change.data)


def _compared(pack: Pack, before: Mapping[str, RuleRun], after: Iterable[RuleRun], would: _Would) -> Forecast:
    found: list[Foreseen] = []
    gone, ran, stopped = 0, 0, []
    for run in after:
        rule, earlier = pack.rules[run.rule], before[run.rule]
        if run.state != "ran" or earlier.state == "stopped":
            stopped += [rule.title] if "stopped" in (run.state, earlier.state) else []
            continue
        ran += 1
        old, records = earlier.records(), run.records()
        would.versions.load(seq for record in [*old, *records] for seq in (record.get("left"), record.get("right")))  # type: ignore[misc]
        known, now = {would.key(record) for record in old}, {would.key(record): record for record in records}
        gone += len(known - now.keys())
        masker = Masker(pack, rule, would.versions)
        found += [_foreseen(rule, masker, record, would) for key, record in now.items() if key not in known]
    return Forecast(tuple(found), gone, ran, tuple(stopped))


def _foreseen(rule: Rule, masker: Masker, record: Mapping[str, Any], would: _Would) -> Foreseen:
    versions = [would.versions.get(record.get(side)) for side in ("left", "right")]
    places = tuple(Place(v.ledger, v.entry, v.division, v.seq > would.position) for v in versions if v is not None)
    severity = record.get(SEVERITY) or rule.severity
    return Foreseen(
        rule.name, rule.title, severity, masker.says(record), record.get("month"), places, str(record["subject"]), record.get("name")
    )
