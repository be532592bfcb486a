"""Counts that cannot be more than there are places, rows of round figures, and a figure's own history."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts, exact, plain_number
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, pattern_of, shown, span_of
from taizhang.i18n import _
from taizhang.reader.model import number_text


@check
def facility_count(facts: Facts, options: Options) -> Iterator[Outcome]:
    """What every village has one of cannot be more than the villages."""
    count, place = villages(facts, options)
    if count is None:
        return
    for q in facts.named(options["facilities"], among=facts.results):
        if q.kind != "count" or q.unit.person in ("person", "household", "visit") or not exact(q):
            continue
        spans = span_of(q) if place is None else tuple(sorted([(q.start, q.end), place]))
        line = f"{figure(q)} {'>' if q.value > count else '≤'} {count}"
        if q.value > count:
            yield Hit(spans, line, (q.number,), values={"facilities": q.text, "places": str(count)})
        else:
            yield Held(spans, line)


def villages(facts: Facts, options: Options) -> tuple[int | None, tuple[int, int] | None]:
    """Return how many villages there are: by the divisions of the town, else as the report says (with the place)."""
    if facts.divisions is not None:
        return sum(d.level == "village" and d.exists_on(facts.day) for d in facts.divisions), None
    noun, every = pattern_of(options["places"]), pattern_of(options["every"])
    for q in facts.figures:
        behind = facts.plain[q.end - len(q.written_unit) : q.end + 6]
        if q.kind == "count" and exact(q) and q.value > 1 and noun.match(behind) and every.search(facts.before(q)):
            return int(q.value), (q.start, q.end)
    return None, None


@check
def round_share(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A long row of areas that all end in two zeros was hardly measured."""
    row = []
    figures = [q for q in facts.results if q.unit.name in options["units"] and plain_number(q)]
    for q in [*figures, None]:
        if q is not None and q.value >= 100 and q.value % 100 == 0:
            row.append(q)
            continue
        if len(row) >= options["least"]:
            line = _("连续{n}处末两位为00：{texts}").format(n=len(row), texts="、".join(number_text(r.value) for r in row))
            yield Hit(span_of(*row), line, tuple(r.number for r in row), values={"count": str(len(row))})
        row = []


@check
def own_history(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A value far from what earlier reports gave for the same measure."""
    if len(facts.earlier) < options["years"]:
        return
    for q in facts.results:
        if len(q.measure) < 4 or q.kind == "change" or q.place:
            continue
        past = []
        for reading in facts.earlier:
            same = [p for p in reading.quantities if p.measure == q.measure and p.unit.dimension == q.unit.dimension]
            past += [same[0].base] if len({p.base for p in same}) == 1 else []
        if len(past) < options["years"]:
            continue
        middle = median(past)
        deviation = max(median([abs(p - middle) for p in past]), middle * Decimal(str(options["share"])) / 100)
        line = _("{now}；历年{past}，中位数{m}").format(
            now=number_text(q.base), past="、".join(number_text(p) for p in past), m=shown(Decimal(middle))
        )
        if deviation and abs(q.base - middle) > deviation * Decimal(str(options["times"])):
            yield Hit(span_of(q), line, (q.number,), values={"figure": q.text, "median": shown(Decimal(middle))})
