"""Which figures a person may see, and which rows of a trace are listed for her.

A figure tells of many rows at once, so it may be seen wherever the person may see figures, also where its rows are another office's. Of a ledger
that few may read, counts of a village would tell of single people: only who reads the ledger sees them, or, from the town upwards, who writes
the report in which they are printed.
"""

from __future__ import annotations

from dataclasses import replace

from taizhang.access.query import Query, order_of, where
from taizhang.access.sight import Sight, refusal
from taizhang.figures.tracing import CONTRIBUTION, PLACE, Visible, Wanted
from taizhang.pack.definitions import Aggregate, Indicator, OverDivisions, Pack, Ratio
from taizhang.pack.divisions import LEVELS

_VILLAGE_DOWN = ("village", "group")


def parts_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the indicators that one is made of; none over a ledger."""
    formula = indicator.formula
    if isinstance(formula, Ratio):
        return (formula.of, formula.to)
    return (formula.of,) if isinstance(formula, OverDivisions) else ()


def ledgers_of(pack: Pack, indicator: Indicator) -> tuple[str, ...]:
    """Return the ledgers under an indicator, each once, in the order in which its formula names them."""
    if isinstance(indicator.formula, Aggregate):
        return (indicator.formula.ledger,)
    return tuple(dict.fromkeys(name for part in parts_of(indicator) for name in ledgers_of(pack, pack.indicators[part])))


def sees(sight: Sight, indicator: Indicator, division: str) -> bool:
    """Say whether a person may see a figure of a division."""
    if not sight.covers(division):
        return False
    reported = LEVELS.get(len(division)) not in _VILLAGE_DOWN and sight.covers(division, "report")
    needed = (name for name in ledgers_of(sight.pack, indicator) if sight.pack.ledgers[name].access == "need_to_know")
    return all(reported or sight.may("read", name, division) for name in needed)


def check(sight: Sight, indicator: Indicator, division: str) -> None:
    """Refuse a figure that a person may not see; raises ``TaizhangError`` (``access.refused``)."""
    if not sees(sight, indicator, division):
        raise refusal("figures", indicator.title)


def seen(sight: Sight, division: str) -> list[Indicator]:
    """Return the indicators whose figures of a division a person may see, in the order of the pack."""
    return [indicator for indicator in sight.pack.indicators.values() if sees(sight, indicator, division)]


def rows_for(sight: Sight) -> Visible:
    """Return which rows of a trace are listed for a person."""
    return lambda ledger: sight.condition("read", ledger, PLACE, "l._entry")


def wanted_by(sight: Sight, indicator: Indicator, query: Query) -> Wanted | None:
    """Return which of the rows that are listed for a person a question asks for, and in which order; ``CONTRIBUTION`` sorts too.

    None where it asks for all, or where no rows are listed. Raises as ``access.query.where`` and ``order_of`` do.
    """
    formula = indicator.formula
    if not (query.filters or query.text or query.sort) or not isinstance(formula, Aggregate) or not sight.may("read", formula.ledger):
        return None
    ledger = sight.pack.ledgers[formula.ledger]
    condition = where(sight, ledger, query)
    by = [(name.removeprefix("-"), name.startswith("-")) for name in query.sort]
    order_of(sight, ledger, replace(query, sort=tuple(name for name, _descends in by if name != CONTRIBUTION)))
    return Wanted(condition.text, tuple(condition.parameters), tuple(by))
