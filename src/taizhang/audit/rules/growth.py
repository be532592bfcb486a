"""Two values of one thing and the change between them: rate of growth, direction, points, times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts, alike, in_base
from taizhang.audit.rules.rates import cut_or_rounded, quotient
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, pattern_of, shown, span_of
from taizhang.reader.model import Interval, Quantity, number_text

_BASE = re.compile(r"(?:上年|去年|上一年|上年同期|去年同期|同期)[^，,；;。]{0,8}$")
# Between 由 and the figure stands at the most the time: 由2019年的.
_SINCE = re.compile(r"(?:[\d年月末底初的上去原来前期同约近成立时]|建镇|脱贫前){0,10}$")
_MINUS = re.compile(r"[了达为约]?\s?[-−–－]\s?\d")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing at two times, then and now, and what stands between the two."""

    then: Quantity
    now: Quantity
    between: str


def from_to(facts: Facts, options: Options) -> Iterator[Step]:
    """Yield what is told as 由…到… in one sentence."""
    starts = re.compile(rf"(?:{pattern_of(options['from']).pattern}){_SINCE.pattern}")
    to = pattern_of(options["to"])
    for then, now in zip(facts.figures, facts.figures[1:], strict=False):
        between = facts.plain[then.end : now.start]
        if then.sentence != now.sentence or not alike(then, now) or len(between) > 24 or {then.kind, now.kind} & {"change"}:
            continue
        head = facts.before(then)
        if starts.search(head) and to.search(between) and not re.search("[，,；;]", between.rstrip("，,")[:-1] or ""):
            yield Step(then, now, between)


def _years(facts: Facts, options: Options) -> Iterator[Step]:
    """Yield what is told as a value and last year's value beside it."""
    for first, second in zip(facts.figures, facts.figures[1:], strict=False):
        if first.sentence != second.sentence or not alike(first, second) or {first.kind, second.kind} & {"change"}:
            continue
        gap = facts.plain[first.end : second.start]
        if _BASE.search(facts.before(second)) and len(gap) <= 16 and not _BASE.search(facts.before(first)):
            yield Step(second, first, gap)


def _change_after(facts: Facts, step: Step, options: Options) -> Quantity | None:
    """Return the change told directly behind the two values."""
    last = max(step.then.number, step.now.number)
    if last + 1 >= len(facts.figures):
        return None
    found = facts.figures[last + 1]
    gap = facts.plain[facts.figures[last].end : found.start]
    # Any other word in between names another thing.
    near = found.sentence == step.now.sentence and len(gap) <= 16 and not pattern_of(options["change"]).sub("", gap).strip("，,、 ")
    return found if near and found.kind == "change" else None


@check
def growth_equals(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Growth is now divided by then, less one; what is reckoned at constant prices is only asked about."""
    constant = pattern_of(options["constant"])
    for step in (*from_to(facts, options), *_years(facts, options)):
        change = _change_after(facts, step, options)
        if change is None or step.then.base <= 0:
            continue
        computed = _computed(step, change)
        if computed is None:
            continue
        value, interval, sign = computed
        written = cut_or_rounded(change)
        if "decrease" in change.notes:
            value, interval = -value, _negative(interval)
        numbers = (step.now.number, step.then.number, change.number)
        spans = span_of(step.now, step.then, change)
        line = f"{figure(step.now)} {sign} {figure(step.then)}{' − 1' if sign == '÷' else ''} = {shown(value)}{change.unit.name[:1]}"
        if interval.meets(written):
            yield Held(spans, line)
        else:
            case = "constant" if constant.search(f"{facts.before(step.now)}{step.now.measure}{step.then.measure}") else ""
            values = {"growth": change.text, "computed": f"{shown(value)}%"}
            yield Hit(spans, f"{line} ≠ {figure(change)}", numbers, case, values)
    yield from _from_last_year(facts, constant)


def _computed(step: Step, change: Quantity) -> tuple[Decimal, Interval, str] | None:
    now, then = in_base(step.now), in_base(step.then)
    if change.unit.name == "%" and step.now.unit.name != "%":
        ratio = quotient(now, then)
        if ratio is None or ratio.low is None or ratio.high is None:
            return None
        return step.now.base / step.then.base * 100 - 100, Interval(ratio.low - 100, ratio.high - 100), "÷"
    if change.unit.name == "个百分点" and step.now.unit.name == "%" and None not in (now.low, now.high, then.low, then.high):
        assert now.low is not None
        assert now.high is not None
        assert then.low is not None
        assert then.high is not None
        return step.now.value - step.then.value, Interval(now.low - then.high, now.high - then.low), "−"
    return None


def _negative(i: Interval) -> Interval:
    return Interval(None if i.high is None else -i.high, None if i.low is None else -i.low, i.high_open, i.low_open)


def _from_last_year(facts: Facts, constant: re.Pattern[str]) -> Iterator[Outcome]:
    """Hold a growth against the value that last year's report gave for the same measure."""
    if facts.previous is None:
        return
    then_by = {
        (q.measure, q.unit.dimension): q for q in facts.previous.quantities if q.scope in ("this_year", "unknown") and len(q.measure) > 3
    }
    for group in facts.groups.get("growth", ()):
        now = facts.figures[group.whole] if group.whole is not None else None
        then = then_by.get((now.measure, now.unit.dimension)) if now else None
        if now is None or then is None or then.base <= 0 or now.kind in ("rate", "change") or constant.search(now.measure):
            continue
        for change in (c for c in facts.of(group) if c.kind == "change" and c.unit.name == "%"):
            computed = _computed(Step(then, now, ""), change)
            if computed is None:
                continue
            value, interval, _sign = computed
            if "decrease" in change.notes:
                value, interval = -value, _negative(interval)
            if not interval.meets(cut_or_rounded(change)):
                line = f"{figure(now)} ÷ {figure(then)} − 1 = {shown(value)}% ≠ {figure(change)}%"
                values = {"growth": change.text, "computed": f"{shown(value)}%"}
                yield Hit(span_of(now, change), line, (now.number, change.number), "last_year", values)


@check
def direction_words(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A word of falling before a negative number, or from less to more."""
    up, down = pattern_of(options["up"]), pattern_of(options["down"])
    for q in facts.figures:
        word = down.search(facts.plain, max(q.start - 6, 0), q.start)
        if word and _MINUS.match(facts.plain, word.end()):
            span = (word.start(), q.end)
            line = f"{word.group()} × (−{number_text(abs(q.value))})"
            yield Hit((span,), line, (q.number,), "sign", {"word": facts.plain[word.start() : q.end]})
    for step in from_to(facts, options):
        rises, falls = up.search(step.between), down.search(step.between)
        a, b = in_base(step.then), in_base(step.now)
        if bool(rises) == bool(falls):
            continue
        wrong = a.before(b) if falls else b.before(a)
        told = (falls or rises).group()  # type: ignore[union-attr]
        line = f"{figure(step.then)} {'<' if a.before(b) else '>'} {figure(step.now)}"
        if wrong:
            yield Hit(span_of(step.then, step.now), line, (step.then.number, step.now.number), values={"word": told})
        elif a.before(b) or b.before(a):
            yield Held(span_of(step.then, step.now), line)


@check
def points_not_percent(facts: Facts, options: Options) -> Iterator[Outcome]:
    """The difference of two percentages is told in points, not in per cent."""
    for step in from_to(facts, options):
        change = _change_after(facts, step, options)
        if change is None or step.now.unit.name != "%" or change.unit.name != "%":
            continue
        if abs(step.now.value - step.then.value) == change.value:
            line = f"{figure(step.now)}% − {figure(step.then)}% = {number_text(step.now.value - step.then.value)}"
            wording = f"{number_text(change.value)}个百分点"
            values = {"change": change.text}
            yield Hit(span_of(step.then, step.now, change), line, (step.then.number, step.now.number, change.number), "", values, wording)


@check
def fall_in_times(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Nothing can fall by once itself or more."""
    down = pattern_of(options["down"])
    for q in facts.figures:
        if q.unit.name == "倍" and q.value >= 1 and down.search(facts.before(q)[-8:]):
            yield Hit(span_of(q), f"1 − {figure(q)} ≤ 0", (q.number,), values={"times": q.text})
