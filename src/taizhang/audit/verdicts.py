"""Judge the figures of a text against the ledgers: interval against exact value, and of a difference the slip that explains it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from taizhang.audit.candidates import units_of
from taizhang.audit.links_model import Answer, Candidate, LedgerValue, Link, Pair, Reason, Verdict
from taizhang.audit.slips import Slip, explain, holds, interval_of
from taizhang.audit.wordings import style_of, written_as
from taizhang.i18n import _
from taizhang.reader.lexicon import Lexicon, shipped
from taizhang.reader.model import Quantity, Reading, Unit, number_text

_NEAR = 0.85  # a candidate with this part of the best one's likeness may be meant as well
_RELAXED_LEAST = 0.45


def judge(reading: Reading, links: Sequence[Link], values: Mapping[Pair, LedgerValue], lexicon: Lexicon | None = None) -> list[Verdict]:
    """Return one verdict for every link, in their order.

    Where wording leaves open which indicator a figure is, the ledgers decide as long as they decide for one alone: the reading with the
    fewest slips is taken. ``values`` has what ``Link.pairs`` asked for.
    """
    words = lexicon or shipped()
    bench = _Bench(values, words)
    cases = [_Case(link, reading.quantities[link.quantity], bench) for link in links]
    for case in cases:
        case.try_own()
    held: dict[tuple[int, str, str | None], set[str]] = defaultdict(set)
    for case in cases:
        if case.agrees_with:
            held[case.where].add(case.agrees_with)
    for case in cases:
        _settle(case, held[case.where], _beside(case, cases))
        if case.agrees_with:
            held[case.where].add(case.agrees_with)
    return [case.verdict() for case in cases]


class _Bench:
    """The ledgers' values, and their units against those of the text."""

    def __init__(self, values: Mapping[Pair, LedgerValue], lexicon: Lexicon) -> None:
        self.values, self.lexicon = values, lexicon
        self._mistaken: list[tuple[Unit, ...]] = lexicon.made(_mistaken_units)

    def value(self, link: Link, indicator: str) -> LedgerValue:
        if not link.period:
            return LedgerValue(None, "", None, "no_period")
        if link.division is None:
            return LedgerValue(None, "", None, "no_place")
        return self.values.get(Pair(indicator, link.period, link.division), LedgerValue(None, "", None, "no_value"))

    def in_unit(self, value: LedgerValue, unit: Unit) -> Fraction | None:
        """Return an exact value in the unit of the text; as it is where the units only count alike things."""
        if value.exact is None:
            return None
        for own in units_of(value.unit, self.lexicon):
            if own.dimension == unit.dimension:
                return value.exact * Fraction(own.factor) / Fraction(unit.factor)
        return value.exact

    def mistaken(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the units that are taken for a unit by mistake."""
        return next((group for group in self._mistaken if any(u.name == unit.name for u in group)), ())


def _mistaken_units(lexicon: Lexicon) -> list[tuple[Unit, ...]]:
    groups: list[list[Any]] = (lexicon.get("synonyms") or {}).get("mistaken_units", [])
    return [tuple(units_of(str(name), lexicon)[0] for name in group) for group in groups]


@dataclass
class _Case:
    """One figure before the judge."""

    link: Link
    quantity: Quantity
    bench: _Bench
    indicator: str | None = None
    answer: Answer = "not_in_ledgers"
    slip: Slip | None = None
    reason: Reason = ""
    agrees_with: str | None = None

    @property
    def where(self) -> tuple[int, str, str | None]:
        """Section, period and division: within them one figure has one indicator."""
        return self.link.section, self.link.period, self.link.division

    def agrees(self, indicator: str) -> bool:
        value = self.bench.in_unit(self.bench.value(self.link, indicator), self.quantity.unit)
        return value is not None and holds(interval_of(self.quantity), value)

    def try_own(self) -> None:
        """Judge the figure by its own link."""
        self.indicator = self.link.indicator
        if self.indicator is None:
            return
        value = self.bench.value(self.link, self.indicator)
        if self.link.plan or value.exact is None:
            self.answer, self.reason = "cannot_tell", "plan" if self.link.plan else value.reason
        elif self.agrees(self.indicator):
            self.take_agreeing(self.indicator)
        else:
            self.differ(self.indicator)

    def take_agreeing(self, indicator: str) -> None:
        self.answer, self.indicator, self.agrees_with, self.slip, self.reason = "agrees", indicator, indicator, None, ""

    def differ(self, indicator: str) -> None:
        self.answer, self.indicator, self.slip, self.reason = "differs", indicator, self.explained(indicator), ""

    def explained(self, indicator: str) -> Slip:
        value = self.bench.in_unit(self.bench.value(self.link, indicator), self.quantity.unit)
        return explain(self.quantity, value if value is not None else Fraction(0), self.bench.mistaken(self.quantity.unit))

    def other_unit(self, indicator: str) -> Slip | None:
        """Return the slip if the figure is an indicator's number with a unit that does not convert (12人 for 12户)."""
        found = self.bench.value(self.link, indicator)
        if found.exact is None or not holds(interval_of(self.quantity), found.exact):
            return None
        own, unit = units_of(found.unit, self.bench.lexicon)[0], self.quantity.unit
        digits = style_of(self.quantity).digits
        # 3所 and 3件 agree by chance too often; a household for a person is the slip that people make.
        kin = {own.person, unit.person} <= {"person", "household", "visit", "case"}
        if own.kind != unit.kind and digits < 3 and found.exact < 100:
            return None
        if not kin and found.exact < 10:
            return None
        words = _("单位应为“{right}”，写成了“{wrong}”").format(right=found.unit, wrong=self.quantity.written_unit or unit.name)
        return Slip("classifier", written_as(found.exact, style_of(self.quantity), unit=found.unit), words)

    def verdict(self) -> Verdict:
        """Return what was found."""
        link, q = self.link, self.quantity
        found = self.bench.value(link, self.indicator) if self.indicator else LedgerValue(None, "")
        differs = self.answer == "differs" and self.slip is not None
        return Verdict(
            q.number, self.answer, self.indicator, link.period, link.division, found.value, found.unit, q.text,
            self.slip.proposal if differs and self.slip else "",
            self.slip.kind if differs and self.slip else "",
            _line(q, found, self.slip if differs else None) if self.answer in ("agrees", "differs") else "",
            self.reason, link.status, link.candidates,
        )  # fmt: skip


def _beside(case: _Case, cases: Sequence[_Case]) -> set[str]:
    """Return the indicators with which figures agree that touch this one (12户22人)."""
    at = case.quantity.number
    before, after = cases[at - 1] if at > 0 else None, cases[at + 1] if at + 1 < len(cases) else None
    touching = [before if before and before.quantity.end == case.quantity.start else None]
    touching.append(after if after and after.quantity.start == case.quantity.end else None)
    return {c.agrees_with for c in touching if c and c.agrees_with}


def _settle(case: _Case, held: set[str], beside: set[str]) -> None:
    """Look for a reading with fewer slips than the figure's own link gives; ``held`` are the indicators that figures agree with."""
    if case.answer == "agrees" or case.link.status == "confirmed" or case.link.plan:
        return
    score = next((c.score for c in case.link.candidates if c.indicator == case.indicator), 0.0)
    if case.answer == "cannot_tell":
        if case.reason == "no_value":
            _by_other_unit(case, held, max(_RELAXED_LEAST, score * _NEAR))
        return
    if case.answer == "not_in_ledgers":
        _by_other_unit(case, held, _RELAXED_LEAST)
        return
    near = _near(case, held)
    agreeing = [c.indicator for c in near if case.agrees(c.indicator)]
    loose = case.link.status == "uncertain" or case.indicator in held
    if loose and len(agreeing) == 1:
        case.take_agreeing(agreeing[0])
        return
    if _by_other_unit(case, held, max(_RELAXED_LEAST, score * _NEAR)):
        return
    if _by_pair(case, held, beside):
        return
    # The other half of a pair that agrees vouches for this half (12户 of 12户22人).
    vouched = bool(beside) and [c.indicator for c in near] == [case.indicator]
    if loose and not vouched:
        _by_strong_slip(case, near)


def _near(case: _Case, held: set[str]) -> list[Candidate]:
    """Return the candidates that wording allows and that no agreeing figure has."""
    free = [c for c in case.link.candidates if c.indicator not in held]
    best = max((c.score for c in free), default=0.0)
    return [c for c in free if c.score >= best * _NEAR]


def _by_other_unit(case: _Case, held: set[str], least: float) -> bool:
    fitting = [
        (c, slip) for c in case.link.relaxed if c.score >= least and c.indicator not in held and (slip := case.other_unit(c.indicator))
    ]
    if fitting:
        case.answer, case.indicator, case.slip, case.reason = "differs", fitting[0][0].indicator, fitting[0][1], ""
    return bool(fitting)


def _by_pair(case: _Case, held: set[str], beside: set[str]) -> bool:
    """Take 5户80户 as households and persons: the figure beside it agrees, so that the slipped one is the other half of the pair."""
    free = [
        c.indicator for c in case.link.relaxed if c.indicator not in held and case.bench.value(case.link, c.indicator).exact is not None
    ]
    if case.indicator not in beside or not free:
        return False
    found, style = case.bench.value(case.link, free[0]), style_of(case.quantity)
    words = _("单位应为“{right}”，写成了“{wrong}”").format(right=found.unit, wrong=case.quantity.written_unit or case.quantity.unit.name)
    case.answer, case.indicator, case.reason = "differs", free[0], ""
    case.slip = Slip("classifier", written_as(found.exact or Fraction(0), style, unit=found.unit), words)
    return True


def _by_strong_slip(case: _Case, near: Sequence[Candidate]) -> None:
    """Keep a difference under an uncertain link only if one slip, and of one indicator alone, explains it."""
    explained = [(c, slip) for c in near if (slip := case.explained(c.indicator)).kind and slip.strong]
    if len(explained) == 1:
        case.indicator, case.slip = explained[0][0].indicator, explained[0][1]
    else:
        case.answer, case.reason = "cannot_tell", "uncertain_link"


def _line(q: Quantity, found: LedgerValue, slip: Slip | None) -> str:
    ledger = f"{number_text(found.value)}{found.unit}" if found.value is not None else ""
    if slip is None:
        return _("台账{ledger}，文中{text}，相符").format(ledger=ledger, text=q.text)
    told = _("台账{ledger}，文中{text}").format(ledger=ledger, text=q.text)
    apart = _apart(q, found)
    return "；".join(part for part in (told + apart, slip.words) if part)


def _apart(q: Quantity, found: LedgerValue) -> str:
    if found.value is None or found.unit != q.unit.name or q.approx is not None:
        return ""
    return _("，相差{difference}{unit}").format(difference=number_text(abs(found.value - q.value)), unit=found.unit)
