"""Rates: bounds, numerator and denominator, what whole numbers can give, one far from its brothers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import median
from typing import Any

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts, alike, exact, in_base
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, pattern_of, shown, span_of
from taizhang.i18n import _
from taizhang.reader.model import Interval, Quantity, number_text

_FILL = re.compile(r"[^\u4e00-\u9fff]|[的总达到为]")
_HUNDRED = Decimal(100)
_CLAIM = re.compile(r"百分之百|100(?:\.0+)?%")
_MONTHS = re.compile(r"(?:1|一)(?:月份?)?[-—–~至到]+(\d{1,2}|十[一二]?|[二三四五六七八九])月")


def cut_or_rounded(q: Quantity) -> Interval:
    """Return what a written rate can stand for when its writer may have cut digits off instead of rounding."""
    i = q.interval
    if i.high is None or i.low is None or q.approx_words:
        return i
    return Interval(i.low, max(i.high, q.value + q.precision), i.low_open, True)


def quotient(part: Interval, whole: Interval, times: Decimal = _HUNDRED) -> Interval | None:
    """Return the interval of a quotient of two amounts that are not negative; None when the divisor may be zero."""
    if part.low is None or whole.low is None or whole.low <= 0 or part.low < 0:
        return None
    low = None if whole.high is None else part.low / whole.high * times
    high = None if part.high is None else part.high / whole.low * times
    return Interval(low, high)


@check
def rate_bounds(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A rate of a whole lies between 0 and 100 per cent."""
    rates, unless = pattern_of(options["rates"]), pattern_of(options["unless"])
    for q in facts.figures:
        if q.unit.name == "%" and q.kind != "change" and "ratio" not in q.notes and q.interval.low is not None and q.interval.low > 100:
            words = f"{facts.before(q)[-16:]}|{q.measure}"
            if rates.search(words) and not unless.search(words):
                yield Hit(span_of(q), f"{figure(q)}% > 100%", (q.number,), values={"rate": q.text})


@check
def rate_equals(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A rate, a share or a fulfilment is what stands above divided by what stands below."""
    fulfilled = pattern_of(options.get("fulfilled", ()))
    for entry in options["rates"]:
        bare = entry.get("bare", ())
        for rate in facts.named([*entry["rate"], *bare], ("%",)):
            if (
                not pattern_of(entry["rate"]).search(f"{facts.before(rate)}|{rate.measure}")
                and facts.before(rate).strip("约为达到的 ") not in bare
            ):
                continue
            if rate.kind != "change" and "ratio" not in rate.notes:
                yield from _rate_of(facts, rate, entry, fulfilled)


def _role(facts: Facts, q: Quantity, entry: Mapping[str, Any]) -> str:
    """Tell whether a figure is the part or the whole: the word nearest to it decides, of two that end together the longer."""
    for words in (facts.before(q), q.measure):
        ends = [(match.end(), len(match.group()), name) for name in ("part", "whole") for match in pattern_of(entry[name]).finditer(words)]
        if ends:
            return max(ends)[2]
    return ""


def _of_others(facts: Facts, rate: Quantity, entry: Mapping[str, Any]) -> bool:
    """Tell whether the rate is that of others: 其中脱贫人口参保率, where the figures before are of all."""
    before = facts.before(rate)
    word = pattern_of([*entry["rate"], *entry.get("bare", ())]).search(before)
    head = _FILL.sub("", before[: word.start()]) if word else ""
    start = facts.reading.sentences[rate.sentence].start
    # 占年度计划 is no share of a plan of which no year is told.
    said = facts.plain[start : rate.start - len(before)]
    if any(word in before and word not in said for word in entry.get("same", ())):
        return True
    return "其中" in before or (len(head) > 1 and head not in said)


def _rate_of(facts: Facts, rate: Quantity, entry: Mapping[str, Any], fulfilled: re.Pattern[str]) -> Iterator[Outcome]:
    ahead = [q for q in facts.ahead(rate, 6) if q.kind not in ("rate", "change")][-4:]
    told = {q.number: _role(facts, q, entry) for q in ahead}
    unless = pattern_of(entry.get("unless", ()))
    parts = [q for q in ahead if told[q.number] == "part"]
    wholes = [q for q in ahead if told[q.number] == "whole" and not unless.search(facts.before(q))]
    # The nearest part and whole that can be divided; with a further candidate in between it is not clear which is meant.
    found = next(((p, w) for p in reversed(parts) for w in reversed(wholes) if alike(p, w) and abs(p.number - w.number) < 3), None)
    if found is None:
        return
    part, whole = found
    if _of_others(facts, rate, entry):
        return
    computed = quotient(in_base(part), in_base(whole))
    if computed is None or not whole.base:
        return
    value = part.base / whole.base * 100
    line = f"{figure(part)} ÷ {figure(whole)} = {shown(value)}%"
    spans, numbers = span_of(part, whole, rate), (part.number, whole.number, rate.number)
    values = {"rate": rate.text, "computed": f"{shown(value)}%"}
    if not computed.meets(cut_or_rounded(rate)):
        yield Hit(
            spans,
            f"{line} ≠ {figure(rate)}%",
            numbers,
            values=values,
            proposal=f"{shown(value, -int(rate.precision.as_tuple().exponent))}%",
        )
    elif computed.high is not None and computed.high < 100 and fulfilled.search(facts.sentence(rate)):
        yield Hit(spans, f"{line} < 100%", numbers, "fulfilled", values)
    else:
        yield Held(spans, line)


@check
def rate_attainable(facts: Facts, options: Options) -> Iterator[Outcome]:
    """With n persons a rate is a whole number divided by n; some rates cannot come about."""
    among = pattern_of(options["among"])
    for rate in facts.named(options["rates"], ("%",)):
        near = facts.ahead(rate, 2)
        counts = [q for q in near if q.unit.whole and exact(q) and _asked(facts, q, rate, among)]
        if not counts or rate.approx_words or rate.kind == "change":
            continue
        n = counts[-1]
        if not 0 < n.value <= Decimal(str(options["largest"])):
            continue
        reach = cut_or_rounded(rate)
        if reach.low is None or reach.high is None:
            continue
        near_k = {(rate.value * n.value / 100).to_integral_value(way) for way in (ROUND_FLOOR, ROUND_CEILING)}
        shares = {k: k / n.value * 100 for k in near_k}
        spans, numbers = span_of(n, rate), (n.number, rate.number)
        told = "、".join(f"{k} ÷ {figure(n)} = {shown(v)}%" for k, v in sorted(shares.items()))
        if any(reach.holds(v) for v in shares.values()):
            yield Held(spans, told)
        else:
            yield Hit(spans, f"{told} ≠ {figure(rate)}%", numbers, values={"rate": rate.text, "count": n.text})


def _asked(facts: Facts, count: Quantity, rate: Quantity, among: re.Pattern[str]) -> bool:
    """Tell whether a count is of those of whom the rate is: of a poll, or named directly before it (23人中满意率)."""
    gap = facts.plain[count.end : rate.start]
    return bool(among.search(facts.before(count)[-8:] + gap[:6])) or bool(re.fullmatch(r"中[^，,；;。、]{0,8}", gap))


@check
def total_claim(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A hundred per cent of something that is hardly ever complete is asked about."""
    for q in facts.named(options["measures"], ("%",)):
        if q.value == 100 and not q.approx_words and q.kind != "change" and _CLAIM.search(facts.plain[q.start : q.end]):
            yield Hit(span_of(q), "100%", (q.number,), values={"measure": q.measure})


@check
def unlike_brothers(facts: Facts, options: Options) -> Iterator[Outcome]:
    """In a row of rates one is far below all the others, which lie close together."""
    for sentence in facts.by_sentence.values():
        row = [q for q in sentence if q.unit.name == "%" and q.kind == "rate" and "率" in f"{facts.before(q)}{q.measure}"]
        if len(row) >= options["least"]:
            yield from _odd_one(row, Decimal(str(options["times"])))


def _odd_one(row: Sequence[Quantity], times: Decimal) -> Iterator[Outcome]:
    low = min(row, key=lambda q: q.value)
    others = [q for q in row if q is not low]
    middle = median([q.value for q in others])
    spread = max(q.value for q in others) - min(q.value for q in others)
    spans = span_of(*row)
    line = "、".join(number_text(q.value) for q in row)
    if low.value * times <= middle and spread <= middle / 4 and min(q.value for q in others) >= low.value * times:
        if any(abs(low.value * 10 - q.value) <= q.precision for q in others):
            line += _("：{low}若漏写一个0，原为{full}").format(low=number_text(low.value), full=number_text(low.value * 10))
        values = {"odd": low.text, "others": "、".join(dict.fromkeys(q.text for q in others))}
        yield Hit(span_of(low), line, (low.number, *(q.number for q in others)), values=values)
    else:
        yield Held(spans, line)


@check
def pace(facts: Facts, options: Options) -> Iterator[Outcome]:
    """So many months of a year at a claimed pace: what is done lags behind the calendar while the words say otherwise."""
    shares, claims = pattern_of(options["shares"]), pattern_of(options["claims"])
    for q in facts.figures:
        if q.unit.name != "%" or q.kind == "change" or not shares.search(f"{facts.before(q)}{facts.after(q)}"):
            continue
        sentence = facts.reading.sentences[q.sentence]
        told = _MONTHS.search(facts.plain, max(sentence.start - 60, 0), sentence.end)
        if told is None or not claims.search(facts.plain, sentence.start, min(sentence.end + 40, len(facts.plain))):
            continue
        from taizhang.audit.rules.words import whole_number

        months = whole_number(told[1]) or 12
        due = Decimal(months) / 12 * 100
        if q.interval.high is not None and q.interval.high < due - Decimal(str(options["behind"])):
            values = {"months": str(months), "share": q.text, "due": f"{shown(due, 0)}%"}
            yield Hit(span_of(q), f"{months} ÷ 12 = {shown(due, 1)}% > {figure(q)}%", (q.number,), values=values)
