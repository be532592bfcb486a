"""The indicators of a pack as a tree: by the office that keeps the ledgers under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.figures.card import Point
from taizhang.figures.visible import ledgers_of, seen
from taizhang.pack.definitions import Indicator, Pack
from taizhang.pack.divisions import Division
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.figures.desk import Desk


@dataclass(frozen=True, slots=True)
class Branch:
    """The indicators of one office."""

    office: str
    indicators: tuple[Indicator, ...]


def office_of(pack: Pack, indicator: Indicator) -> str:
    """Return the office that keeps the first ledger under an indicator."""
    return pack.ledgers[ledgers_of(pack, indicator)[0]].office


def branches(sight: Sight, division: str, *, text: str = "", office: str = "", unit: str = "") -> list[Branch]:
    """Return the tree of what a person may see for a division, in the order of the pack; ``text`` is looked for in titles, names and synonyms."""
    found: dict[str, list[Indicator]] = {}
    for indicator in seen(sight, division):
        at = office_of(sight.pack, indicator)
        if (not office or at == office) and (not unit or indicator.unit == unit) and _about(indicator, sight.pack, text):
            found.setdefault(at, []).append(indicator)
    return [Branch(at, tuple(listed)) for at, listed in found.items()]


def _about(indicator: Indicator, pack: Pack, text: str) -> bool:
    words = text.casefold().split()
    told = [indicator.title, indicator.name, *indicator.synonyms, *(pack.ledgers[name].title for name in ledgers_of(pack, indicator))]
    return all(any(word in one.casefold() for one in told) for word in words)


def values(desk: Desk, indicators: Sequence[Indicator], period: Period, division: Division) -> dict[str, Point]:
    """Return the figures of indicators by name, computed at once."""
    at = desk.position()
    figures = desk.figures([i.name for i in indicators], [period], [division.code], position=at)
    return {f.indicator: Point(f, desk.covers(i, period, at)) for i, f in zip(indicators, figures, strict=True)}
