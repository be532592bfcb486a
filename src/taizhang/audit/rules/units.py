"""Units, classifiers and the scale of figures."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts, alike, exact
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, pattern_of, shown, span_of
from taizhang.i18n import _
from taizhang.reader.model import Quantity, number_text

_NUMBER = re.compile(r"\d[\d.,]*\s?[余多]?[百千万亿]*")
_SUM = re.compile("合计|共计|总计|共")
_POWERS = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))


@check
def unit_missing(facts: Facts, options: Options) -> Iterator[Outcome]:
    """An amount whose unit was left out."""
    for q in facts.figures:
        if "unit_omitted" not in q.notes:
            continue
        words = f"{facts.before(q)}{facts.after(q)}"
        unit = q.unit.name or next((unit for word, unit in options["after"].items() if word in words), "")
        found = _NUMBER.search(q.text)
        if not unit or found is None:
            continue
        whole = f"{q.text[: found.end()]}{unit}{q.text[found.end() :]}"
        line = f"{q.text} → {whole}"
        ahead = facts.figures[q.number - 1] if q.number else None
        if ahead and ahead.end == q.start and exact(ahead) and ahead.value:
            line += f"；{number_text(q.value)} ÷ {ahead.text} = {shown(q.value / ahead.value)}"
            yield Hit(((ahead.start, q.end),), line, (q.number,), "", {"figure": q.text, "unit": unit}, whole)
        else:
            yield Hit(span_of(q), line, (q.number,), "", {"figure": q.text, "unit": unit}, whole)


@check
def unit_unlike(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A unit in which nothing else of its kind is written in the report."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for q in facts.figures:
        written[q.unit.dimension][q.written_unit] += 1
    for q in facts.figures:
        usual = options["usual"].get(q.kind)
        others = [u for u in written[q.unit.dimension] if u not in (q.written_unit, "", "万", "亿")]
        count = written[q.unit.dimension]
        known = usual is None or q.written_unit.lstrip("万亿") in usual or not q.written_unit or "unit_omitted" in q.notes
        if known or not re.search(r"\d", q.text):
            continue
        if sum(count[u] for u in others) >= 3 and count[q.written_unit] <= 2:
            restated = _restated(q)
            values = {"unit": q.written_unit, "others": "、".join(u for u in others if u), "restated": restated}
            line = " = ".join(dict.fromkeys([q.text, *_steps(q), restated]))
            yield Hit(span_of(q), line, (q.number,), "", values, restated)


def _steps(q: Quantity) -> Iterator[str]:
    if q.kind == "money" and q.base >= 10**8:
        yield f"{number_text(q.base / 10**4)}万元"


def _restated(q: Quantity) -> str:
    """Return a figure in the usual unit of its kind, to four places."""
    if q.kind != "money":
        name = {"area": "亩", "mass": "公斤", "length": "米"}.get(q.kind, q.unit.name)
        return f"{shown(q.base, 4)}{name}"
    for power, word in _POWERS:
        if q.base >= power:
            return f"{shown(q.base / power, 4)}{word}元"
    return f"{shown(q.base, 2)}元"


@check
def unit_slip(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A figure that differs from the ledger by a unit or a power of ten, or that no township can have."""
    told = set()
    for number, verdict in facts.verdicts.items():
        if verdict.answer == "differs" and verdict.slip in ("unit", "classifier", "power"):
            q = facts.figures[number]
            told.add(number)
            values = {"figure": q.text, "ledger": verdict.proposal or verdict.written}
            yield Hit(span_of(q), verdict.arithmetic, (number,), "ledger", values, verdict.proposal or None)
    for entry in options["plausible"]:
        unless = pattern_of(entry.get("unless", ()))
        for q in facts.named(entry["measure"]):
            if q.number in told or q.unit.name != entry["unit"] or unless.search(facts.label(q)) or q.place:
                continue
            low, high = (facts.number(entry[k]) if k in entry else None for k in ("low", "high"))
            if (low is not None and q.interval.high is not None and q.interval.high < low) or (
                high is not None and q.interval.low is not None and q.interval.low > high
            ):
                bound = f"< {number_text(low)}" if low is not None and q.value < low else f"> {number_text(high or Decimal(0))}"
                yield Hit(span_of(q), f"{figure(q)}{q.unit.name} {bound}{q.unit.name}", (q.number,), values={"figure": q.text})
    yield from _unlike_neighbours(facts)


def _unlike_neighbours(facts: Facts) -> Iterator[Outcome]:
    """Yield an amount without 万 beside amounts of thousands of times as much, in one sentence."""
    for sentence in facts.by_sentence.values():
        for q in sentence:
            if (
                q.kind not in ("area", "money")
                or q.written_unit not in (q.unit.name,)
                or q.value >= 100
                or q.value == q.value.to_integral_value()
            ):
                continue
            others = [o for o in sentence if o is not q and alike(o, q) and o.written_unit.startswith(("万", "亿"))]
            if others and all(o.base >= q.base * 2000 for o in others):
                o = others[0]
                line = f"{figure(o)} ÷ {figure(q)} = {shown(o.base / q.base, 0)}"
                factor = o.written_unit[0]
                proposal = q.text.replace(q.written_unit, factor + q.written_unit)
                yield Hit(span_of(q), line, (q.number, o.number), "neighbours", {"figure": q.text, "factor": factor}, proposal)


@check
def classifier_of_noun(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A classifier that does not go with its noun."""
    for entry in options["nouns"]:
        unless = pattern_of(entry.get("unless", ()))
        wrong = set(entry["not"])
        nouns = pattern_of(entry["nouns"])
        for q in facts.figures:
            if q.unit.name not in wrong and q.written_unit not in wrong:
                continue
            if "classifier_omitted" in q.notes:
                continue
            found = nouns.search(facts.after(q).partition("、")[0][:16])
            found = found if found and found.start() <= entry.get("gap", 0) else None
            if found:
                rest = facts.after(q)[found.end() :]
                if unless.match(rest):
                    continue
                end = q.end + found.end()
                yield from _classifier_hit(facts, q, (q.start, end), found.group(), entry)
            elif (noun := _ends_with(facts.plain[max(q.start - 12, 0) : q.start], entry["nouns"], q.subject)) and not facts.after(
                q
            ).strip():
                yield from _classifier_hit(facts, q, (q.start - len(noun), q.end), noun, entry)


def _ends_with(words: str, nouns: list[str], subject: str) -> str:
    """Return the noun directly before a figure: a word of its own, or what the reader says is counted."""
    bounded = (
        n for n in nouns if words.endswith(n) and (n == subject or re.search(f"(?:^|[^\u4e00-\u9fff]|[和及的了]){re.escape(n)}$", words))
    )
    return next(bounded, "")


def _classifier_hit(facts: Facts, q: Quantity, span: tuple[int, int], noun: str, entry: Mapping[str, Any]) -> Iterator[Outcome]:
    line = f"{q.text} — {noun}"
    spans = [span]
    numbers = [q.number]
    ahead = facts.figures[q.number - 1] if q.number else None
    if ahead and ahead.unit.person == "household" and q.unit.person == "person" and q.start - ahead.end <= 1 and ahead.value:
        line = f"{figure(q)} ÷ {figure(ahead)} = {shown(q.value / ahead.value)}"
        spans = [(ahead.start, span[1])]
        numbers = [ahead.number, q.number]
    values = {"noun": noun, "unit": q.written_unit, "say": entry.get("say", "")}
    yield Hit(tuple(spans), line, tuple(numbers), "", values, entry.get("say") or None)


@check
def mixed_units(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Persons and visits added up, or told in turn for one thing."""
    for mixed in options["mixed"]:
        for sentence in facts.by_sentence.values():
            row = [q for q in sentence if q.unit.name in mixed]
            if len({q.unit.name for q in row}) < 2:
                continue
            last = row[-1]
            ahead = row[:-1]
            total = sum((q.value for q in ahead), Decimal(0))
            units = "、".join(dict.fromkeys(q.written_unit for q in row))
            if len(ahead) > 1 and _SUM.search(facts.before(last)) and total == last.value and len({q.unit.name for q in ahead}) > 1:
                line = " + ".join(q.text for q in ahead) + f" = {last.text}"
                yield Hit(span_of(*row), line, tuple(q.number for q in row), values={"units": units})


@check
def persons_per_household(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Persons and households told together give a sensible number to a household."""
    low, high = facts.number(options["low"]), facts.number(options["high"])
    pairs = list(_households(facts, options))
    odd = list(_unlike_pairs(facts, options, pairs)) if "pairs" in options and "unlike" in options else []
    yield from odd
    for a, b in pairs:
        spans, numbers = span_of(a, b), (a.number, b.number)
        ratio = b.value / a.value
        line = f"{figure(b)} ÷ {figure(a)} = {shown(ratio)}"
        values = {"households": a.text, "persons": b.text, "average": shown(ratio)}
        if b.interval.before(a.interval):
            yield Hit(spans, line, numbers, "fewer", values)
        elif (low is not None and ratio < low) or (high is not None and ratio > high):
            yield Hit(spans, line, numbers, values=values)
        elif spans not in {o.spans for o in odd}:
            yield Held(spans, line)
    for a, b in zip(facts.figures, facts.figures[1:], strict=False):
        if a.end == b.start and a.unit.name == b.unit.name and a.unit.name in options["households"]:
            yield Hit(span_of(a, b), f"{a.text}、{b.text}", (a.number, b.number), "doubled", {"households": a.text, "persons": b.text})


def _households(facts: Facts, options: Options) -> Iterator[tuple[Quantity, Quantity]]:
    for a, b in zip(facts.figures, facts.figures[1:], strict=False):
        gap = facts.plain[a.end : b.start]
        if (
            a.unit.name in options["households"]
            and b.unit.name in options["persons"]
            and gap in ("", "、", "，", "共", "，共", ",")
            and a.value
            and "threshold" not in (*a.notes, *b.notes)
        ):
            yield a, b


def _unlike_pairs(facts: Facts, options: Options, pairs: list[tuple[Quantity, Quantity]]) -> Iterator[Outcome]:
    limit = Decimal(str(options["unlike"])) / 100
    for entry in options["pairs"]:
        part, whole = pattern_of(entry["part"]), pattern_of(entry["whole"])
        for a, b in pairs:
            if not part.search(facts.before(a)):
                continue
            for c, d in pairs:
                if (
                    c is a
                    or abs(c.sentence - a.sentence) > 2
                    or not whole.search(f"{facts.before(c)}{facts.after(d)}")
                    or d.value < b.value * 3
                    or c.value <= a.value
                ):
                    continue
                one, all_ = b.value / a.value, d.value / c.value
                rest = (d.value - b.value) / (c.value - a.value)
                line = f"{figure(b)} ÷ {figure(a)} = {shown(one)}；{figure(d)} ÷ {figure(c)} = {shown(all_)}"
                line += _("；其余{b} ÷ {a} = {r}").format(b=number_text(d.value - b.value), a=number_text(c.value - a.value), r=shown(rest))
                if abs(one - all_) > all_ * limit:
                    numbers = (a.number, b.number, c.number, d.number)
                    values = {"households": a.text, "persons": b.text, "average": shown(one)}
                    yield Hit(span_of(a, b), line, numbers, "unlike", values)
