"""Unit values and what policy and nature allow: yields, money to an area or a household, areas of crops and land."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts, exact, in_base, plain_number
from taizhang.audit.rules.parts import total_of
from taizhang.audit.rules.rates import quotient
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, interval_text, pattern_of, shown, span_of
from taizhang.i18n import _
from taizhang.reader.model import Interval, Quantity, number_text

_TONNE = Decimal(1000)
_SQUARE_KM = Decimal(1500)


def yields(facts: Facts, options: Options) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield area and output of one crop, told in one sentence or in two that follow each other."""
    area, output = pattern_of(options["area"]), pattern_of(options["output"])
    for mass in facts.results:
        if mass.unit.dimension != "mass" or not output.search(f"{facts.before(mass)}|{mass.measure}"):
            continue
        for land in reversed(facts.figures[max(mass.number - 2, 0) : mass.number]):
            if land.unit.dimension == "area" and mass.sentence - land.sentence <= 1 and area.search(facts.label(land)):
                if land.base > 0 and mass.base > 0 and land.place == mass.place and _same_crop(land, mass):
                    yield land, mass
                break


def _same_crop(land: Quantity, mass: Quantity) -> bool:
    a, b = land.subject, mass.subject
    return not a or not b or a in b or b in a


def _stated(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Yield what is wrong with yields that are told outright: 水稻亩产3.9吨."""
    said = pattern_of(options["stated"])
    for q in facts.figures:
        words = f"{facts.before(q)}|{q.measure}"
        if q.unit.dimension != "mass" or not said.search(words):
            continue
        entry = next((e for e in options["bands"] if pattern_of(e["crop"]).search(words)), None)
        low, high = (facts.number(entry[k]) for k in ("low", "high")) if entry else (None, None)
        if entry is None or low is None or high is None:
            continue
        crop = next(c for c in entry["crop"] if c in words)
        line = _("{mass} = {value}公斤/亩").format(mass=q.text, value=shown(q.base, 1))
        if in_base(q).meets(Interval(low, high)):
            yield Held(span_of(q), line)
        else:
            values = {"crop": crop, "yield": shown(q.base, 1), "low": number_text(low), "high": number_text(high)}
            yield Hit(span_of(q), line, (q.number,), values=values)


@check
def yield_band(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Output divided by area lies inside the band of the crop."""
    yield from _stated(facts, options)
    for land, mass in yields(facts, options):
        words = f"{facts.before(land)}|{land.measure}|{mass.measure}"
        entry = next((e for e in options["bands"] if pattern_of(e["crop"]).search(words)), None)
        if entry is None:
            continue
        low, high = facts.number(entry["low"]), facts.number(entry["high"])
        computed = quotient(in_base(mass), in_base(land), Decimal(1))
        if computed is None or low is None or high is None:
            continue
        value = mass.base / land.base
        crop = next(c for c in entry["crop"] if c in words)
        line = _("{mass} ÷ {area} = {value}公斤/亩").format(mass=mass.text, area=land.text, value=shown(value, 1))
        if computed.meets(Interval(low, high)):
            yield Held(span_of(land, mass), line)
        else:
            values = {"crop": crop, "yield": f"{shown(value, 1)}", "low": number_text(low), "high": number_text(high)}
            yield Hit(span_of(land, mass), line, (land.number, mass.number), values=values)


@check
def exact_ratios(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Several yields that are all exact round norms: the output was computed from the area."""
    found = [(a, m) for a, m in yields(facts, options) if plain_number(a) and plain_number(m)]
    step = Decimal(str(options["step"]))
    norms = [m.base / a.base / _TONNE for a, m in found]
    if len(found) < options["least"] or any(n % step for n in norms):
        return
    line = "；".join(f"{number_text(m.base / _TONNE)} ÷ {figure(a)} = {n:.4f}" for (a, m), n in zip(found, norms, strict=True)) + _(
        "（吨/亩）"
    )
    figures = [q for pair in found for q in pair]
    yield Hit(span_of(*figures), line, tuple(q.number for q in figures), values={"count": str(len(found))})


@check
def unit_value(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Money divided by area, head or household is the rate of the policy."""
    for entry in options["values"]:
        bases = {b.number for b in facts.named(entry["of"], entry.get("units", ()), facts.results) if b.kind != "money"}
        for money in facts.named(entry["money"], among=facts.results):
            near = [
                b for b in facts.figures[max(money.number - 3, 0) : money.number] if b.number in bases and money.sentence - b.sentence <= 1
            ]
            if money.kind == "money" and near:
                yield from _value_of(facts, money, near[-1], entry)


def _value_of(facts: Facts, money: Quantity, of: Quantity, entry: Mapping[str, Any]) -> Iterator[Outcome]:
    computed = quotient(in_base(money), in_base(of), Decimal(1))
    if computed is None:
        return
    value = money.base / of.base
    unit = f"元/{of.unit.name}"
    line = f"{number_text(money.base)} ÷ {figure(of)} = {shown(value)}{unit}"
    if money.written_unit != "元":
        line += _("，区间{i}").format(i=interval_text(_short(computed)))
    spans, numbers = span_of(money, of), (money.number, of.number)
    values = {"money": money.text, "of": of.text, "computed": f"{shown(value)}{unit}"}
    rates = [facts.number(v) for v in entry.get("rate", ())]
    known = [r for r in rates if r is not None]
    if rates and len(known) == len(rates):
        rate = sum(known, Decimal(0))
        values["rate"] = f"{number_text(rate)}{unit}"
        told = " + ".join(number_text(r) for r in known) + (f" = {number_text(rate)}" if len(known) > 1 else "")
        if not computed.holds(rate):
            yield Hit(spans, _("{line}，标准{rate}").format(line=line, rate=told), numbers, "rate", values)
            return
        yield Held(spans, _("{line}，含标准{rate}").format(line=line, rate=told))
        several = pattern_of(entry.get("several", ())).search(f"{facts.before(money)}{money.measure}")
        if several:
            yield Hit(spans, line, numbers, "combined", values)
        return
    low, high = (facts.number(entry[k]) if k in entry else None for k in ("low", "high"))
    if low is None and high is None:
        return
    if computed.meets(Interval(low, high)):
        yield Held(spans, line)
        if plain_number(money) and plain_number(of) and money.written_unit == "元" and value % Decimal("0.1"):
            yield Hit(spans, line, numbers, "mixed", values)
    else:
        yield Hit(spans, line, numbers, values=values)


def _short(i: Interval) -> Interval:
    return Interval(
        None if i.low is None else Decimal(shown(i.low)), None if i.high is None else Decimal(shown(i.high)), i.low_open, i.high_open
    )


@check
def per_case_limit(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Money divided by households stays under the limit that policy sets to each."""
    for entry in options["limits"]:
        limit = facts.number(entry["limit"])
        pattern = pattern_of(entry["money"])
        if limit is None:
            continue
        for money in facts.results:
            if money.kind != "money" or not pattern.search(facts.label(money)) or not money.number:
                continue
            of = facts.figures[money.number - 1]
            if of.sentence != money.sentence or of.unit.name not in entry["units"] or of.value <= 0 or money.start - of.end > 12:
                continue
            computed = quotient(in_base(money), of.interval, Decimal(1))
            if computed is None or computed.low is None:
                continue
            value = money.base / of.value
            unit = f"元/{of.unit.name}"
            sign = ">" if computed.low > limit else "≤"
            line = f"{number_text(money.base)} ÷ {figure(of)} = {shown(value)} {sign} {number_text(limit)}{unit}"
            spans, numbers = span_of(of, money), (of.number, money.number)
            if computed.low > limit:
                yield Hit(spans, line, numbers, values={"computed": f"{shown(value)}{unit}", "limit": f"{number_text(limit)}{unit}"})
            else:
                yield Held(spans, line)


@check
def land_limit(facts: Facts, options: Options) -> Iterator[Outcome]:
    """No area of farm, forest or water is larger than the town."""
    lands, total = pattern_of(options["lands"]), pattern_of(options["total"])
    bare = pattern_of(options["bare"])
    lone = [q for q in facts.figures if q.unit.dimension == "area" and not q.place and q.base >= _SQUARE_KM]
    # The words must stand first: 全镇抛荒总面积 is not the town's.
    towns = [q for q in lone if total.match(facts.before(q).strip())]
    town = max(towns, key=lambda q: q.base, default=None)
    spots = {q.sentence: q for q in lone if bare.fullmatch(facts.before(q).strip("约为达 "))}
    for q in facts.figures:
        whole = spots.get(q.sentence) or town
        if q.unit.dimension != "area" or whole is None or q is whole or facts.planned(q.start) or not lands.search(facts.said(q)):
            continue
        line = _("{text} = {km}平方公里 {sign} {town}").format(
            text=q.text, km=shown(q.base / _SQUARE_KM, 1), sign=">" if q.base > whole.base else "≤", town=whole.text
        )
        if in_base(whole).before(in_base(q)):
            yield Hit(span_of(q, whole), line, (q.number, whole.number), values={"land": q.text, "total": whole.text})
        elif q.base * 5 > whole.base:
            yield Held(span_of(q, whole), line)


@check
def combined_area(facts: Facts, options: Options) -> Iterator[Outcome]:
    """An area of several crops together is not more than the areas of each, told elsewhere, together."""
    total, area = pattern_of(options["total"]), pattern_of(options["area"])
    crops = [pattern_of(words) for words in options["crops"]]
    unless = pattern_of(options["unless"])
    areas = [(q, facts.said(q)) for q in facts.results if q.unit.dimension == "area"]
    insured = [q for q, words in areas if total.search(words)]
    own = [
        (q, words) for q, words in areas if area.search(facts.label(q)) and not total.search(words) and not unless.search(facts.label(q))
    ]
    largest = [max((q for q, words in own if crop.search(words)), key=lambda q: q.base, default=None) for crop in crops] if insured else []
    for q in insured:
        named = [n for n, crop in enumerate(crops) if crop.search(facts.said(q))]
        members = [o for n in named if (o := largest[n]) is not None]
        if len(named) > 1 and len(members) == len(named):
            yield _combined(q, members)


def _combined(q: Quantity, members: list[Quantity]) -> Outcome:
    total = total_of(members)
    added = " + ".join(figure(o) for o in members)
    value = sum((o.base for o in members), Decimal(0))
    line = f"{figure(q)} {{}} {added} = {number_text(value)}"
    spans, numbers = span_of(q, *members), (q.number, *(o.number for o in members))
    if total.before(in_base(q)):
        return Hit(spans, line.format(">"), numbers, values={"total": q.text, "sum": number_text(value)})
    ranges = _("；其中{parts}").format(
        parts="，".join(f"[{number_text(max(q.base - (value - o.base), Decimal(0)))}, {number_text(o.base)}]" for o in members)
    )
    return Held(spans, line.format("≤") + ranges)


@check
def whole_ratio(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Items divided by events told together give a whole number."""
    for entry in options["pairs"]:
        for events, items in zip(facts.figures, facts.figures[1:], strict=False):
            near = items.start - events.end <= 3 and events.sentence == items.sentence
            if not near or events.unit.name not in entry["events"] or items.unit.name not in entry["items"]:
                continue
            if not (exact(events) and exact(items)) or events.value <= 1:
                continue
            line = f"{figure(items)} ÷ {figure(events)} = {shown(items.value / events.value)}"
            if items.value % events.value:
                computed = f"{shown(items.value / events.value)}{items.unit.name}/{events.unit.name}"
                yield Hit(span_of(events, items), line, (events.number, items.number), values={"computed": computed})
            else:
                yield Held(span_of(events, items), line)
