"""Balances, totals over places, averages, and claims that all is done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts, alike, exact, in_base
from taizhang.audit.rules.parts import sum_line, total_of
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, interval_text, pattern_of, shown, span_of
from taizhang.reader.model import Interval, Quantity, Reading, number_text

_TOTAL = re.compile("[共总]|合计|累计")
_MOST = 50
_SLACK = Decimal("0.05")  # averages are written in round figures


@check
def closing_balance(facts: Facts, options: Options) -> Iterator[Outcome]:
    """What was there at first, with what came and without what went, is what is there at last."""
    patterns = {name: pattern_of(options[name]) for name in ("opening", "closing", "added", "removed")}
    unless = pattern_of(options["unless"])
    for sentence in facts.by_sentence.values():
        if len(sentence) < 3 or any(unless.search(facts.before(q)) for q in sentence):
            continue
        found: dict[str, list[Quantity]] = {name: [] for name in patterns}
        for q in sentence:
            told = next((name for name, p in patterns.items() if p.search(facts.before(q)[-10:])), None)
            if told:
                found[told].append(q)
        moved = [*found["added"], *found["removed"]]
        if len(found["opening"]) != 1 or len(found["closing"]) != 1 or not moved:
            continue
        opening, closing = found["opening"][0], found["closing"][0]
        if all(alike(q, closing) and q.unit == closing.unit and exact(q) for q in (opening, *moved, closing)):
            yield _balance(opening, found["added"], found["removed"], closing)


def _balance(opening: Quantity, added: Sequence[Quantity], removed: Sequence[Quantity], closing: Quantity) -> Outcome:
    computed = opening.value + sum(q.value for q in added) - sum(q.value for q in removed)
    line = figure(opening) + "".join(f" + {figure(q)}" for q in added) + "".join(f" − {figure(q)}" for q in removed)
    line += f" = {number_text(computed)}"
    every = (opening, *added, *removed, closing)
    if computed == closing.value:
        return Held(span_of(*every), line)
    values = {"computed": number_text(computed), "closing": closing.text}
    return Hit(span_of(*every), f"{line} ≠ {figure(closing)}", tuple(q.number for q in every), values=values)


@check
def cumulative(facts: Facts, options: Options) -> Iterator[Outcome]:
    """What has come about in all is not less than this year's, and is last year's with this year's."""
    total_words, year_words = pattern_of(options["total"]), pattern_of(options["year"])

    def core(q: Quantity, pattern: re.Pattern[str]) -> str:
        return pattern.sub("", q.measure)

    years: dict[tuple[str, str], Quantity] = {}
    for q in facts.results:
        if year_words.search(facts.before(q)) and not total_words.search(facts.before(q)[-8:]) and q.kind not in ("rate", "change"):
            years.setdefault((core(q, year_words), q.unit.dimension), q)
    for q in facts.results:
        if not total_words.search(facts.before(q)[-10:]) or q.kind in ("rate", "change"):
            continue
        name = core(q, total_words)
        year = years.get((name, q.unit.dimension))
        if year is None or len(name) < 2 or year.number == q.number or abs(year.sentence - q.sentence) > 2:
            continue
        spans, numbers = span_of(year, q), (q.number, year.number)
        values = {"total": q.text, "year": year.text}
        if in_base(q).before(in_base(year)):
            yield Hit(spans, f"{figure(year)} > {figure(q)}", numbers, "within", values)
            continue
        yield Held(spans, f"{figure(year)} ≤ {figure(q)}")
        before = _before(facts.previous, name, q, total_words) if facts.previous else None
        if before and not (in_base(before) + in_base(year)).meets(in_base(q)):
            line = f"{figure(before)} + {figure(year)} = {number_text(before.value + year.value)} ≠ {figure(q)}"
            yield Hit(spans, line, numbers, values={**values, "before": before.text})


def _before(previous: Reading, name: str, now: Quantity, pattern: re.Pattern[str]) -> Quantity | None:
    same = (q for q in previous.quantities if q.unit == now.unit and pattern.sub("", q.measure) == name)
    return next((q for q in same if q.scope == "cumulative"), None)


@check
def places_sum(facts: Facts, options: Options) -> Iterator[Outcome]:
    """The villages' figures sum to the town's, where every village is named."""
    names = _villages(facts)
    endings = "|".join(map(re.escape, options["places"]))
    named = re.compile(rf"(?:^|[、，,的中和])([^、，,的中和]{{1,5}}?(?:{endings}))$")
    for sentence in facts.by_sentence.values():
        members: dict[str, Quantity] = {}
        for q in sentence:
            words = facts.before(q).strip()
            told = named.search(words)
            name = next((n for n in names if words.endswith(n)), told[1] if told else q.place)
            if name and (not members or alike(q, next(iter(members.values())))):
                members.setdefault(name, q)
        if len(members) < options["least"]:
            continue
        listed = list(members.values())
        ahead = facts.figures[max(listed[0].number - 3, 0) : listed[0].number]
        behind = facts.figures[listed[-1].number + 1 : listed[-1].number + 2]
        whole = next((q for q in (*reversed(ahead), *behind) if _town_total(facts, q, listed[0])), None)
        if whole is None:
            continue
        total, goal, line = total_of(listed), in_base(whole), sum_line(listed, whole)
        values = {"sum": number_text(sum((q.base for q in listed), Decimal(0)) / whole.unit.factor), "whole": whole.text}
        spans, numbers = span_of(whole, *listed), (whole.number, *(q.number for q in listed))
        if goal.before(total):
            yield Hit(spans, line, numbers, "over", values)
        elif total.meets(goal):
            yield Held(spans, line)
        elif names and len(members) >= len(names):
            yield Hit(spans, line, numbers, values=values)


def _villages(facts: Facts) -> list[str]:
    tree = facts.divisions
    return [d.name for d in tree if d.level == "village" and d.exists_on(facts.day)] if tree else []


def _town_total(facts: Facts, q: Quantity, part: Quantity) -> bool:
    near = abs(q.sentence - part.sentence) <= 1 and facts.line_of(q.start) == facts.line_of(part.start)
    return near and alike(q, part) and not q.place and bool(_TOTAL.search(facts.before(q)) or "全" in facts.before(q))


@check
def average_times_count(facts: Facts, options: Options) -> Iterator[Outcome]:
    """An average times the number of those over whom it is taken is the total."""
    for average, word, units in _averages(facts, options):
        sentence = facts.around(average)
        counts = [q for q in sentence if q.unit.name in units and exact(q) and q is not average]
        noun = _noun_behind(facts, average, word)
        totals = [q for q in sentence if q is not average and alike(q, average) and _is_total(facts, q, noun, options)]
        if len(counts) != 1 or len(totals) != 1 or not counts[0].value:
            continue
        count, total = counts[0], totals[0]
        computed = in_base(average).scaled(count.value)
        goal = in_base(total)
        loose = Interval(
            None if computed.low is None else computed.low * (1 - _SLACK), None if computed.high is None else computed.high * (1 + _SLACK)
        )
        product = average.value * count.value
        line = f"{figure(average)} × {figure(count)} = {number_text(product)}"
        spans, numbers = span_of(average, count, total), (average.number, count.number, total.number)
        if loose.meets(goal):
            yield Held(spans, f"{line} ≈ {figure(total)}" if product != total.value else line)
        else:
            values = {"average": average.text, "computed": shown(product), "total": total.text}
            yield Hit(spans, f"{line} ≠ {figure(total)}", numbers, values=values)


def _averages(facts: Facts, options: Options) -> Iterator[tuple[Quantity, str, Sequence[str]]]:
    for entry in options["averages"]:
        for q in facts.figures:
            if q.kind not in ("rate", "change") and entry["word"] in f"{facts.before(q)}|{q.measure}":
                yield q, entry["word"], entry["units"]


def _noun_behind(facts: Facts, q: Quantity, word: str) -> str:
    before = facts.before(q)
    return before[before.rfind(word) + len(word) :].strip("达到为约是 ") if word in before else ""


def _is_total(facts: Facts, q: Quantity, noun: str, options: Options) -> bool:
    before = facts.before(q)
    if any(entry["word"] in before for entry in options["averages"]):
        return False
    # An average income is no share of a total income (costs lie between): only what is handed out or gained is.
    common = [n for n in options["nouns"] if n in noun]
    return any(n in before for n in common) or (not noun and bool(_TOTAL.search(before)) and any(n in before for n in options["nouns"]))


@check
def average_between(facts: Facts, options: Options) -> Iterator[Outcome]:
    """An average is not below what every one is said to exceed."""
    every = pattern_of(options["every"])
    bounds = [
        q for q in facts.results if every.search(facts.before(q)[-8:] + q.text) and q.approx == "over" and q.kind not in ("count", "change")
    ][:_MOST]
    for average, word, _units in _averages(facts, options) if bounds else ():
        if every.search(facts.before(average)[-8:] + average.text) or word not in facts.before(average):
            continue
        for bound in bounds:
            # 村均 is held against what every 村 exceeds.
            if (
                bound.number == average.number
                or word[0] not in facts.before(bound)
                or abs(bound.sentence - average.sentence) > 1
                or not alike(bound, average)
            ):
                continue
            a, b = in_base(average), in_base(bound)
            line = f"{figure(average)} {{}} {interval_text(bound.interval)}"
            spans, numbers = span_of(average, bound), (average.number, bound.number)
            if a.before(b):
                yield Hit(spans, line.format("<"), numbers, values={"average": average.text, "bound": bound.text})
            else:
                yield Held(spans, line.format("∈"))


@check
def claim_and_remainder(facts: Facts, options: Options) -> Iterator[Outcome]:
    """What is said to be done in full leaves nothing over in the same report."""
    left = pattern_of(options["left"])
    remainders = [
        q for q in facts.results if q.kind == "count" and q.value > 0 and left.search(f"{facts.before(q)[-6:]}|{facts.after(q)}")
    ][:_MOST]
    if not remainders:
        return
    for thing in options["things"]:
        claim = pattern_of([f"{thing}…{word}" for word in options["claims"]] + [f"{word}{thing}" for word in options["claims"]])
        for match in claim.finditer(facts.plain):
            if facts.planned(match.start()) or left.search(match.group()):
                continue
            for q in remainders:
                if _left_of(facts, q, thing, match.end()):
                    line = f"{figure(q)} > 0"
                    yield Hit((match.span(), (q.start, q.end)), line, (q.number,), values={"thing": thing, "left": q.text})
                    break


def _left_of(facts: Facts, q: Quantity, thing: str, claimed: int) -> bool:
    words = f"{facts.before(q)}|{facts.after(q)}|{q.measure}"
    if thing in words:
        return True
    sentence = facts.reading.sentences[q.sentence]
    near = 0 <= sentence.start - claimed < 30 or sentence.start <= claimed < sentence.end
    return near and f"未{thing[0]}" in words
