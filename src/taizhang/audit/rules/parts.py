"""Parts and wholes: sums, shares, subsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts, alike, exact, in_base, over, within
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, interval_text, pattern_of, shown, span_of
from taizhang.i18n import _
from taizhang.reader.model import Group, Interval, Quantity, number_text

_REACH = 80
_AROUND = 40
_ALL = Decimal("0.98")  # parts that come so near are all of them
_ZERO = Interval.exact(Decimal(0))
_SPLIT = re.compile(r"\d+(?:\.\d+)?(?:\s?[:：∶]\s?\d+(?:\.\d+)?){2,4}")
_ADDED = re.compile("合计|共计|总计|^[，,、]?共$")
_ENDS = re.compile(f"其中|{_ADDED.pattern}")
_AT_ONCE = re.compile(r"[，,：:(（]?\s*(?:其中)?(?:即|分别|依次|包括|由|合计)")
_LISTED = re.compile(r"[^，,；;。、\d\s]{2,12}(?:、[^，,；;。、\d\s]{2,8})+")


def total_of(figures: Sequence[Quantity]) -> Interval:
    """Return the sum of figures as an interval in their base unit."""
    total = _ZERO
    for q in figures:
        total = total + in_base(q)
    return total


def _as_written(figures: Sequence[Quantity]) -> Interval:
    """Return the sum without what rounding allows: only approximate words make it wide."""
    total = _ZERO
    for q in figures:
        total = total + (in_base(q) if q.approx_words else Interval.exact(q.base))
    return total


def sum_line(figures: Sequence[Quantity], whole: Quantity) -> str:
    """Return the addition and what it is held against, in the unit of the whole."""
    added = " + ".join(figure(q) for q in figures)
    total = sum((q.base for q in figures), Decimal(0)) / whole.unit.factor
    return _("{added} = {total}，总体{whole}").format(added=added, total=number_text(total), whole=figure(whole))


def _parts(facts: Facts, options: Options) -> Iterator[tuple[Group, list[Quantity], Quantity]]:
    """Yield the groups of the reader in which parts and whole can be compared."""
    unless = pattern_of(options["unless"])
    wholes = {group.whole for group in facts.groups.get("parts", ())}
    for group in facts.groups.get("parts", ()):
        if group.whole is None or not group.members:
            continue
        whole = facts.figures[group.whole]
        if whole.start > facts.figures[group.members[0]].start and any(n in wholes for n in group.members):
            continue  # 受理86件，其中农业30件、民政28件，合计58件: the total is of the parts, and the reader's group holds more
        members = facts.of(group) if group.complete else _in_reach(facts, whole, facts.of(group), unless)
        if members and all(_sound(m, whole) for m in members) and whole.kind not in ("change", "rate"):
            yield group, members, whole


def _sound(part: Quantity, whole: Quantity) -> bool:
    return alike(part, whole) and not {"ratio", "threshold"} & set(part.notes) and part.value_max is None


def _in_reach(facts: Facts, whole: Quantity, members: Sequence[Quantity], unless: re.Pattern[str]) -> list[Quantity]:
    """Return the members that are surely parts: of the whole's sentence and bracket, none once they make up the whole or a new thing begins."""
    found: list[Quantity] = []
    start, total = whole.end, Decimal(0)
    # The whole may be the first of a pair: 952户3122人（其中……）.
    for pair in facts.figures[whole.number + 1 : whole.number + 3]:
        start = pair.end if pair.start == start else start
    inside = facts.plain[start : start + 1] == "("
    for part in members:
        if part.start > start:
            gap = facts.plain[start : part.start]
            outside = gap.count("(") - gap.count(")") != int(inside)
            if (
                outside
                or re.search("[；;。！？\n]", gap)
                or unless.search(facts.before(part))
                or (found and _ENDS.search(facts.before(part)))
            ):
                break
        if total >= whole.base * _ALL and found:
            break
        found.append(part)
        total += part.base
    return found


@check
def parts_sum(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Parts that are said to be all must sum to the whole; other parts that nearly do are asked about."""
    closing, share = pattern_of(options["closing"]), Decimal(str(options["share"]))
    yield from _without_total(facts)
    for group, members, whole in _parts(facts, options):
        if len(members) < 2 or any(over(m, whole) for m in members):
            continue
        total, goal = total_of(members), in_base(whole)
        spans, numbers = span_of(*members, whole), (whole.number, *group.members)
        values = {"sum": number_text(sum((m.base for m in members), Decimal(0)) / whole.unit.factor), "whole": whole.text}
        line = sum_line(members, whole)
        if total.meets(goal):
            yield Held(spans, line)
        elif (group.complete and _said_to_be_all(facts, members, whole)) or (_totalled(facts, members) and _near(members, whole, share)):
            yield Hit(spans, line, numbers, "all", values)
        elif total.before(goal) and len(members) > 2 and _near(members, whole, share):
            tail = facts.plain[members[-1].end : members[-1].end + 12]
            if not closing.search(facts.plain[group.start : group.end] + tail):
                yield Hit(spans, line, numbers, "short", values)


def _totalled(facts: Facts, members: Sequence[Quantity]) -> bool:
    """Tell whether the sum of the parts is written directly behind them: 86件，其中……，共78件."""
    behind = facts.figures[members[-1].number + 1 : members[-1].number + 2]
    added = sum(m.base for m in members)
    return any(alike(q, members[-1]) and q.base == added and bool(_ADDED.search(facts.before(q))) for q in behind)


def _said_to_be_all(facts: Facts, members: Sequence[Quantity], whole: Quantity) -> bool:
    """Tell whether the parts follow the whole at once (，分别为……) or are added up to it; 工业、农业投资分别为 may be a choice of them."""
    gap = facts.plain[whole.end : members[0].start]
    return whole.start > members[0].start or bool(_AT_ONCE.match(gap))


def _near(members: Sequence[Quantity], whole: Quantity, share: Decimal) -> bool:
    return bool(whole.base) and sum(m.base for m in members) >= share / 100 * whole.base


def _without_total(facts: Facts) -> Iterator[Outcome]:
    """Yield what several figures of one kind come to where no total is written; a clerk can hold it against the register."""
    for group in facts.groups.get("series", ()):
        members = facts.of(group)
        tails = {facts.before(q)[-4:] for q in members}
        same = len(members) > 2 and len(tails) == 1 and len({(q.unit, q.sentence) for q in members}) == 1
        if same and members[0].kind == "count" and len(next(iter(tails))) == 4:
            total = number_text(sum((q.value for q in members), Decimal(0)))
            yield Held(
                span_of(*members), _("{added} = {total}（没有写总数）").format(added=" + ".join(figure(q) for q in members), total=total)
            )


@check
def part_over_whole(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A part may not exceed the whole of which it is named a part."""
    for _group, members, whole in _parts(facts, options):
        for part in members:
            line = f"{figure(part)} {{}} {figure(whole)}"
            if over(part, whole):
                yield Hit(
                    span_of(part, whole), line.format(">"), (whole.number, part.number), values={"part": part.text, "whole": whole.text}
                )
            elif within(part, whole):
                yield Held(span_of(part, whole), line.format("≤"))


@check
def listed_parts_over_whole(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Things named in a list behind a whole, each with its own figure in what follows, may not together exceed the whole."""
    unless = pattern_of(options["unless"])
    for group, members, whole in _parts(facts, options):
        if not group.complete and len(members) > 1 and not any(over(m, whole) for m in members):
            yield from _over(members, whole, [m.subject or m.text for m in members], group.start)
    for whole in facts.results:
        if whole.kind in ("rate", "change", "other") or unless.search(facts.label(whole)):
            continue
        sentence = facts.reading.sentences[whole.sentence]
        listed = _LISTED.search(facts.plain, whole.end, min(sentence.end, whole.end + _REACH))
        if listed and not facts.between(whole.end, listed.end()):
            found = _own_figures(facts, whole, listed)
            if len(found) > 1:
                yield from _over(list(found.values()), whole, list(found), whole.start)


def _own_figures(facts: Facts, whole: Quantity, listed: re.Match[str]) -> dict[str, Quantity]:
    """Return the figure of each listed name: the first of the whole's unit behind the list in the same paragraph."""
    first, *others = listed.group().split("、")
    tails = [first[-n:] for n in (4, 3, 2) if len(first) >= n]
    found: dict[str, Quantity] = {}
    for q in facts.figures[whole.number + 1 : whole.number + 25]:
        if facts.line_of(q.start) != facts.line_of(whole.start):
            break
        if q.start < listed.end() or not alike(q, whole):
            continue
        head = facts.before(q).lstrip("其中、和及")
        name = next((n for n in [*others, *tails] if head.startswith(n) or q.subject == n), None)
        if name:
            found.setdefault(name, q)
    return found


def _over(members: Sequence[Quantity], whole: Quantity, names: Sequence[str], start: int) -> Iterator[Outcome]:
    total, goal = total_of(members), in_base(whole)
    line = sum_line(members, whole)
    if goal.before(total):
        f = whole.unit.factor
        said, limit = _as_written(members), _as_written([whole])
        least = None if said.low is None or limit.high is None else (said.low - limit.high) / f
        most = None if said.high is None or limit.low is None else (said.high - limit.low) / f
        if least is not None and most is not None:
            line += _("，超出{least}").format(least=shown(least)) + (f"—{shown(most)}" if most != least else "")
        values = {"sum": number_text(sum((m.base for m in members), Decimal(0)) / f), "whole": whole.text, "names": "、".join(names)}
        yield Hit(span_of(whole, *members), line, (whole.number, *(m.number for m in members)), values=values)
    elif total.high is not None and goal.high is not None and total.high <= goal.high:
        yield Held(span_of(whole, *members), line)


@check
def shares_sum(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Shares of one whole sum to 100 per cent, within what rounding allows."""
    yield from _ratios(facts)
    yield from _structures(facts, options["structures"])
    for sentence in facts.by_sentence.values():
        shares = [q for q in sentence if q.unit.name == "%" and q.kind == "rate" and "占" in facts.before(q)]
        for names in options["sets"] if len(shares) > 1 else ():
            found = [next((q for q in shares if name in facts.before(q)), None) for name in names]
            members = [q for q in found if q]
            if len(members) == len(names) == len({q.number for q in members}):
                yield from _hundred(members, "")


def _ratios(facts: Facts) -> Iterator[Outcome]:
    run: list[Quantity] = []
    for q in facts.figures:
        if "ratio" not in q.notes:
            continue
        if run and (q.start - run[-1].end > 2 or q.sentence != run[-1].sentence):
            yield from _hundred(run, "ratio")
            run = []
        run.append(q)
    yield from _hundred(run, "ratio")


def _structures(facts: Facts, words: Sequence[str]) -> Iterator[Outcome]:
    """Yield splits written as 25:43:35 behind a word that says what is split; a reader takes only sound ones for figures."""
    split = rf"[^。；;\n\d]{{0,10}}({_SPLIT.pattern})"
    first = list(re.finditer(rf"(?:{pattern_of(words).pattern}){split}", facts.plain))
    behind = (re.compile(split).match(facts.plain, match.end()) for match in first)  # 由……调整为……
    for match in (*first, *(m for m in behind if m)):
        shares = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", match[1])]
        total = sum(shares, Decimal(0))
        if abs(total - 100) <= 10:
            line = " + ".join(map(number_text, shares)) + f" = {number_text(total)}"
            slack = sum((Decimal(1).scaleb(int(s.as_tuple().exponent)) for s in shares), Decimal(0)) / 2
            if abs(total - 100) > slack:
                yield Hit((match.span(1),), line, (), "ratio", {"sum": number_text(total)})
            else:
                yield Held((match.span(1),), line)


def _hundred(members: Sequence[Quantity], case: str) -> Iterator[Outcome]:
    total = sum((q.value for q in members), Decimal(0))
    # A ratio far from 100 is no split into hundredths: 3:2:1.
    if len(members) < 2 or (case == "ratio" and abs(total - 100) > 10):
        return
    line = " + ".join(number_text(q.value) for q in members) + f" = {number_text(total)}"
    slack = sum((q.precision for q in members), Decimal(0)) / 2
    numbers = tuple(q.number for q in members)
    if abs(total - 100) > slack:
        yield Hit(span_of(*members), line, numbers, case, {"sum": number_text(total)})
    else:
        yield Held(span_of(*members), line)


@check
def ordered(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A part by definition (filed cases of problems found, subsidised of registered) may not exceed its whole."""
    for pair in options["pairs"]:
        units = pair.get("units", ())
        parts = list(facts.named(pair["part"], units, facts.results))
        wholes = list(facts.named(pair["whole"], units, facts.results)) if parts else []
        unless = pattern_of(pair.get("unless", ()))
        # What is also named as the part is no whole: 新增低保 holds 低保.
        own = {q.number for q in parts}
        wholes = [w for w in wholes if w.number not in own and not unless.search(facts.label(w))]
        for part in parts:
            whole = _whole_for(facts, part, wholes, bool(units), int(pair.get("sentences", 1)))
            if whole is not None and not unless.search(facts.label(part)):
                yield from _compare(part, whole, bool(units), "asks" if pair.get("asks") else "")


def _whole_for(facts: Facts, part: Quantity, wholes: Sequence[Quantity], any_unit: bool, reach: int) -> Quantity | None:
    """Return the nearest whole of the same place and time, so many sentences away at the most."""
    low, high = (bisect_left(wholes, part.number + d, key=lambda w: w.number) for d in (-_AROUND, _AROUND))
    near = [
        w
        for w in wholes[low:high]
        if abs(w.sentence - part.sentence) <= reach
        and facts.section_of(w) == facts.section_of(part)
        and (any_unit or alike(w, part))
        and w.place == part.place
        and (w.period == part.period or not w.period or not part.period)
        and "last_year" not in (w.scope, part.scope)
    ]
    return min(near, key=lambda w: (abs(w.sentence - part.sentence), abs(w.start - part.start)), default=None)


def _compare(part: Quantity, whole: Quantity, by_value: bool, case: str) -> Iterator[Outcome]:
    a, b = (part.interval, whole.interval) if by_value else (in_base(part), in_base(whole))
    spans, numbers = span_of(part, whole), (whole.number, part.number)
    if b.before(a):
        line = f"{figure(part)} > {figure(whole)}"
        yield Hit(spans, line, numbers, case, {"part": part.text, "whole": whole.text})
    elif a.high is not None and b.low is not None and a.high <= b.low:
        line = f"{figure(part)} ≤ {figure(whole)}"
        if exact(part) and exact(whole) and whole.value:
            line += f"（{shown(part.value / whole.value * 100, 1)}%）"
        yield Held(spans, line)


@check
def outcomes_sum(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Outcomes that exclude each other may not be more than the cases."""
    for item in options["sets"]:
        for cases in facts.named(item["cases"], among=facts.results):
            members = []
            for word in item["outcomes"]:
                near = (q for q in facts.figures[cases.number + 1 : cases.number + 8] if q.sentence - cases.sentence <= 2)
                found = next(
                    (q for q in near if q.kind == "count" and pattern_of([word]).search(facts.before(q)) and q not in members), None
                )
                members += [found] if found else []
            if len(members) > 1 and cases.kind == "count":
                yield _outcomes(cases, members)
    # The reader's own groups of outcomes, whatever the words.
    for group in facts.groups.get("parts", ()):
        if group.word == "outcomes" and group.whole is not None and len(group.members) > 1:
            yield _outcomes(facts.figures[group.whole], facts.of(group))


def _outcomes(cases: Quantity, members: Sequence[Quantity]) -> Outcome:
    total = sum((q.value for q in members), Decimal(0))
    mixed = {q.unit.name for q in (*members, cases)}
    line = " + ".join(figure(q) for q in members) + f" = {number_text(total)} {'>' if total > cases.value else '≤'} {figure(cases)}"
    if len(mixed) > 1:
        line += _("（单位不一：{units}）").format(units="、".join(sorted(q.text for q in (cases, *members))))
    spans, numbers = span_of(cases, *members), (cases.number, *(q.number for q in members))
    if total > cases.value:
        return Hit(spans, line, numbers, "units" if len(mixed) > 1 else "", {"sum": number_text(total), "cases": cases.text})
    return Held(spans, line)


def between(low: Interval, high: Interval) -> str:
    """Return two intervals that do not meet, side by side."""
    return f"{interval_text(low)} ≠ {interval_text(high)}"
