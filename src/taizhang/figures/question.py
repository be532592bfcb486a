"""What is asked of a figure: indicator, division, period, and the two clocks; checked against what the one who asks may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from taizhang.access.sight import refusal
from taizhang.clock import SHANGHAI, today
from taizhang.errors import TaizhangError
from taizhang.figures.visible import check, ledgers_of
from taizhang.pack.definitions import Indicator, Pack
from taizhang.pack.divisions import Division
from taizhang.pack.periods import Period

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.figures.desk import Desk

TREND = {"month": 13, "quarter": 9, "half": 6, "year": 6}  # so that the same months of last year are among them
_FIRST_YEAR = 1950
_EARLY = date(1000, 1, 1)


@dataclass(frozen=True, slots=True)
class Question:
    """One figure that is asked for. ``known_at`` is as it was written; ``position`` is what it means, None for the present."""

    indicator: Indicator
    division: Division
    period: Period
    as_of: date | None = None
    known_at: str = ""
    position: int | None = None

    def address(self) -> dict[str, Any]:
        """Return the question as the query of an address; what is as usual is None."""
        return {
            "division": self.division.code,
            "period": self.period.text,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "known_at": self.known_at or None,
        }

    def of(self, indicator: Indicator | None = None, division: Division | None = None, period: Period | None = None) -> Question:
        """Return the same question about something else."""
        return replace(self, indicator=indicator or self.indicator, division=division or self.division, period=period or self.period)


def indicator_named(pack: Pack, name: str) -> Indicator:
    """Return an indicator; raises ``TaizhangError`` (``figure.indicator_unknown``)."""
    if name not in pack.indicators:
        raise TaizhangError("figure.indicator_unknown", name=name)
    return pack.indicators[name]


def asked(sight: Sight, desk: Desk, name: str, query: Mapping[str, Any]) -> Question:
    """Return what an address asks for: ``division``, ``period``, ``as_of``, ``known_at``; what is missing is as usual.

    Raises ``TaizhangError``: ``figure.indicator_unknown``, ``figure.division_unknown``, ``figure.day_unreadable``, ``period.unreadable``,
    ``access.refused``.
    """
    indicator = indicator_named(sight.pack, name)
    division = division_asked(sight, str(query.get("division") or ""))
    check(sight, indicator, division.code)
    known_at = str(query.get("known_at") or "").strip()
    position = known(known_at)
    text = str(query.get("period") or "").strip()
    period = Period.parse(text) if text else usual_period(desk, ledgers_of(sight.pack, indicator), position)
    return Question(indicator, division, period, day(str(query.get("as_of") or "")), known_at, position)


def division_asked(sight: Sight, text: str) -> Division:
    """Return the division that a code or a name means, one's own where nothing is said.

    Raises ``TaizhangError`` (``figure.division_unknown``, ``access.refused``).
    """
    found = sight.divisions.resolve(text) if text.strip() else home(sight)
    if found is None:
        raise TaizhangError("figure.division_unknown", code=text)
    if not sight.covers(found.code):
        raise refusal("figures", found.name)
    return found


def home(sight: Sight) -> Division | None:
    """Return the division whose figures a person sees first: the town where she is posted to it or above, else the one she is posted to."""
    posts = sight.home()
    town = sight.divisions.town
    if town and sight.covers(town):
        return sight.divisions.get(town)
    return next((found for code in posts if (found := sight.divisions.get(code))), None)


def day(text: str) -> date | None:
    """Read a day; None for nothing. Raises ``TaizhangError`` (``figure.day_unreadable``)."""
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise TaizhangError("figure.day_unreadable", value=text) from error
    if found < _EARLY:
        raise TaizhangError("figure.day_unreadable", value=text)
    return found


def known(text: str) -> int | None:
    """Return the position of the journal that a text means: a position, or a day (its end); None for the present.

    Raises ``TaizhangError`` (``figure.day_unreadable``).
    """
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 16 and len(text) != 8:
        return int(text)
    return known_on(day(text))


def known_on(on: date | None) -> int | None:
    """Return the position of the journal at the end of a day."""
    from taizhang.journal import read

    return None if on is None else read.position_at(datetime.combine(on, time.max, SHANGHAI))


def usual_period(desk: Desk, ledgers: tuple[str, ...], position: int | None = None) -> Period:
    """Return the year in which most ledgers were kept last, the present one at the latest; looked up once a day.

    One ledger that is ahead of the others, such as a plan for next year, does not open a year that is empty otherwise.
    """
    now = today()
    key = (now, ledgers, position)
    if key not in desk.lasting:
        with desk.coverage(position) as coverage:
            years = Counter(min(last, now).year for name in ledgers if (last := coverage.days(name)[1]))
        desk.lasting = {k: v for k, v in desk.lasting.items() if k[0] == now}
        desk.lasting[key] = max(years, key=lambda year: (years[year], year), default=now.year)
    return Period.parse(f"{desk.lasting[key]:04d}")


def year_before(period: Period) -> Period | None:
    """Return the same months of the year before; None before there were any ledgers."""
    if period.start.year <= _FIRST_YEAR:
        return None
    return Period.parse(f"{period.start.year - 1:04d}{period.text[4:]}")


def trend(period: Period) -> list[Period]:
    """Return the periods of a line of development, oldest first, the asked one last."""
    found = [period]
    while len(found) < TREND[period.kind] and found[-1].start.year > _FIRST_YEAR:
        found.append(found[-1].before())
    return found[::-1]


def periods_of(year: int) -> list[Period]:
    """Return all periods of a year for a chooser: the year, halves, quarters, months."""
    texts = [f"{year:04d}", *(f"{year:04d}H{i}" for i in (1, 2)), *(f"{year:04d}Q{i}" for i in (1, 2, 3, 4))]
    return [Period.parse(text) for text in (*texts, *(f"{year:04d}-{i:02d}" for i in range(1, 13)))]
