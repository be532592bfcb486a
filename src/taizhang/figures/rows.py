"""The rows that an indicator over one ledger considers, as SQL: one row for each ledger row and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from taizhang.errors import Fault, Refusal
from taizhang.pack.definitions import Aggregate, Field, Ledger, Pack, Place
from taizhang.pack.expression import Expression, parse_expression
from taizhang.pack.expression_check import parameter_scale
from taizhang.pack.periods import Period
from taizhang.warehouse.columns import quoted
from taizhang.warehouse.engine import Writer


@dataclass(frozen=True)
class Span:
    """One period of a computation, cut off at the day as of which it is asked."""

    period: Period
    start: date
    end: date  # below ``start`` when the period had not begun: then nothing happens in it

    @classmethod
    def of(cls, period: Period, as_of: date | None) -> Span:
        """Return a period as of a day."""
        return cls(period, period.start, min(period.end, as_of) if as_of else period.end)


@dataclass(frozen=True)
class Considered:
    """A query for the considered rows with columns i (span), d (division), x (argument), g (``per``), day, seq.

    ``ledgers`` have to be made in the snapshot first.
    """

    sql: str
    ledgers: tuple[str, ...]


def _span_table(pack: Pack, spans: Sequence[Span], used: Sequence[str]) -> str:
    """Return the periods as a table ``p``, with the used parameters' values at each one's end."""
    parameters = [pack.parameters[name] for name in used if name in pack.parameters]
    names = ["i", "period_start", "period_end", *(p.name for p in parameters)]
    lines = []
    for i, span in enumerate(spans):
        values = [str(i), f"DATE '{span.start.isoformat()}'", f"DATE '{span.end.isoformat()}'"]
        for parameter in parameters:
            value = parameter.on(span.end)
            number = "NULL" if value is None else f"'{value:f}'"
            values.append(f"CAST({number} AS DECIMAL(38,{parameter_scale(parameter.values)}))")
        lines.append(f"({', '.join(values)})")
    return f"(VALUES {', '.join(lines)}) p({', '.join(map(quoted, names))})"


def considered(pack: Pack, formula: Aggregate, place: Place | None, spans: Sequence[Span], writer: Writer) -> Considered:
    """Return the query for the rows of an aggregate in every span.

    Raises ``Refusal`` when an expression of the formula is not sound.
    """
    ledger = pack.ledgers[formula.ledger]
    argument = parsed(pack, formula.argument, ledger, place) if formula.argument else None
    where = parsed(pack, formula.where, ledger, place, boolean=True) if formula.where else None
    used = [e for e in (argument, where) if e is not None]
    joins, targets = _joins(pack, ledger, sorted({first for e in used for first, _ in e.references}))
    periods = _span_table(pack, spans, sorted({name for e in used for name in e.parameters}))
    day = _when_day(ledger)
    selected = [
        "p.i AS i",
        "coalesce(r._division, '') AS d",
        f"{argument.sql(writer) if argument else 'NULL'} AS x",
        f"r.{quoted(formula.per) if formula.per else '_entry'} AS g",
        f"{day} AS day",
        "r._seq AS seq",
    ]
    conditions = [_in_time(formula.when, ledger)] + ([where.sql(writer)] if where else [])
    sql = f"SELECT {', '.join(selected)} FROM {quoted(ledger.name)} r {joins} JOIN {periods} ON {conditions[0]}"
    if len(conditions) > 1:
        sql += f" WHERE {conditions[1]}"
    return Considered(sql, (ledger.name, *targets))


def parsed(pack: Pack, text: str, ledger: Ledger, place: Place | None, *, boolean: bool = False) -> Expression:
    """Return an expression of an indicator, parsed once for each pack and place."""
    return _parsed(_PackKey(pack), text, ledger.name, place, boolean)


class _PackKey:
    """A pack by identity, so that a cache can hold what is read from it."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _PackKey) and self.pack is other.pack

    def __hash__(self) -> int:
        return id(self.pack)


@lru_cache(maxsize=4096)
def _parsed(key: _PackKey, text: str, ledger: str, place: Place | None, boolean: bool) -> Expression:
    return parse_expression(text, key.pack.ledgers[ledger], key.pack, place, boolean=boolean)


def _joins(pack: Pack, ledger: Ledger, references: Sequence[str]) -> tuple[str, list[str]]:
    joins, targets = [], []
    for name in references:
        target = pack.ledgers[ledger.fields[name].to or ""]
        alias = quoted(f"ref_{name}")
        joins.append(f"LEFT JOIN {quoted(target.name)} {alias} ON CAST({alias}.{quoted(target.key[0])} AS STRING) = r.{quoted(name)}")
        targets.append(target.name)
    return " ".join(joins), targets


def _day(field: Field, *, last: bool) -> str:
    """Return the day that a field means; a month or a year lies on its last day when something happens in it, else on its first."""
    column = f"r.{quoted(field.name)}"
    if field.type == "month":
        first = f"CAST({column} || '-01' AS DATE)"
        return f"last_day({first})" if last else first
    if field.type == "year":
        return f"CAST({column} || '{'-12-31' if last else '-01-01'}' AS DATE)"
    return f"CAST({column} AS DATE)" if field.type == "timestamp" else column


def _when_day(ledger: Ledger) -> str:
    if ledger.at:
        return _day(ledger.fields[ledger.at], last=True)
    return _day(ledger.fields[ledger.begins], last=False) if ledger.begins else "NULL"


def _in_time(when: str, ledger: Ledger) -> str:
    if when in ("at", "upto"):
        happened = f"{_when_day(ledger)} <= p.period_end"
        return happened if when == "upto" else f"{happened} AND {_when_day(ledger)} >= p.period_start"
    begins = _when_day(ledger)
    ends = _day(ledger.fields[ledger.ends], last=False) if ledger.ends else "CAST(NULL AS DATE)"
    if when in ("began", "ended"):
        return f"({begins if when == 'began' else ends}) BETWEEN p.period_start AND p.period_end"
    on_roll = f"({begins} IS NULL OR {begins} <= p.period_end) AND ({ends} IS NULL OR {ends} > "
    if when == "held_at_end":
        return on_roll + "p.period_end)"
    if when == "held":
        ever = f"({begins} IS NULL OR {ends} IS NULL OR {begins} < {ends})"  # a row that ends before it begins was never on the roll
        return f"{on_roll}p.period_start) AND {ever} AND p.period_start <= p.period_end"
    raise Refusal([Fault("figure.when_unknown", {"when": when, "ledger": ledger.name})])
