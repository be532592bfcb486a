"""The same thing said twice: in one report, or in last year's and this year's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from taizhang.audit.findings import Held, Hit, Span
from taizhang.audit.rules.facts import Facts, exact, in_base
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import figure, pattern_of, span_of
from taizhang.i18n import _
from taizhang.reader.model import Quantity

_TARGETS = 100
_NEAR = Decimal("0.3")  # what lies further apart is hardly the same thing
_CROWDED = 6  # in a sentence of so many figures two alike are no wonder
_SPACES = re.compile(r"\s+")


def _key(q: Quantity) -> str:
    return _SPACES.sub("", q.measure)


def _comparable(q: Quantity, vague: re.Pattern[str]) -> bool:
    return (
        len(_key(q)) >= 4
        and q.kind != "change"
        and q.value_max is None
        and not {"threshold", "ratio", "unit_omitted"} & set(q.notes)
        and not vague.search(_key(q))
        and not q.place
    )


@check
def two_values(facts: Facts, options: Options) -> Iterator[Outcome]:
    """One measure of one period with two values that cannot both be true."""
    definite, vague = pattern_of(options["definite"]), pattern_of(options["vague"])
    annex = _annex(facts, options.get("annex", ()))
    by_key: dict[tuple[str, str, str], list[Quantity]] = defaultdict(list)
    for q in facts.results:
        if _comparable(q, vague):
            by_key[_key(q), q.unit.dimension, q.scope].append(q)
    for same in by_key.values():
        if not 1 < len(same) < 4:
            continue
        first = same[0]
        for second in same[1:]:
            if _apart(facts, first, second) and ((first.start < annex <= second.start) if options.get("annex") else True):
                yield from _held_against(facts, first, second, definite, options)


def _annex(facts: Facts, words: Sequence[str]) -> int:
    found = re.search(rf"(?:^|\n)\s*(?:{pattern_of(words).pattern})", facts.plain) if words else None
    return found.start() if found else len(facts.plain)


def _apart(facts: Facts, a: Quantity, b: Quantity) -> bool:
    if a.sentence == b.sentence or facts.section_of(a) == facts.section_of(b) or a.period != b.period or a.unit.name == "":
        return False
    # What stands behind a colon is told of what stands before it: a firm, a village.
    return not any(re.search("[：:]", facts.plain[facts.reading.sentences[q.sentence].start : q.start]) for q in (a, b))


def _held_against(facts: Facts, a: Quantity, b: Quantity, definite: re.Pattern[str], options: Options) -> Iterator[Outcome]:
    like = a.precision == b.precision
    wanted = options.get("precision")
    if wanted and (wanted == "like") != like:
        return
    if not like and abs(a.base - b.base) > max(a.base, b.base) / 20:
        return  # no rounding of the other
    spans, numbers = span_of(a, b), (a.number, b.number)
    values = {"measure": _key(a), "first": a.text, "second": b.text}
    if in_base(a).meets(in_base(b)):
        yield Held(spans, f"{a.text} ≈ {b.text}" if a.base != b.base else f"{figure(a)} = {figure(b)}")
    elif definite.search(_key(a)) and abs(a.base - b.base) <= max(a.base, b.base) * _NEAR:
        yield Hit(spans, f"{figure(a)} ≠ {figure(b)}", numbers, values=values)
    elif _slip(a, b):
        yield Hit(spans, f"{figure(a)} ≠ {figure(b)}", numbers, "slip", values)


def _slip(a: Quantity, b: Quantity) -> bool:
    """Tell whether one value is the other with digits exchanged or with a wrong power of ten."""
    one, two = (re.sub(r"\D", "", q.text) for q in (a, b))
    return len(one) >= 3 and sorted(one) == sorted(two) and exact(a) == exact(b)


@check
def same_number(facts: Facts, options: Options) -> Iterator[Outcome]:
    """The same uncommon number for two unlike things close to each other."""
    least, units = Decimal(str(options["least"])), set(options["units"])
    last: dict[tuple[Decimal, str], Quantity] = {}
    for q in facts.results:
        if q.unit.name not in units or q.value < least or q.value % 10 == 0 or not exact(q):
            continue
        other = last.get((q.value, q.unit.name))
        last[q.value, q.unit.name] = q
        crowded = other and max(len(facts.by_sentence[x.sentence]) for x in (other, q)) > _CROWDED
        near = (
            other
            and not crowded
            and 0 < q.sentence - other.sentence <= options["sentences"]
            and facts.line_of(q.start) == facts.line_of(other.start)
        )
        if other and near and not _share_a_word(f"{facts.before(other)}|{other.subject}", f"{facts.before(q)}|{q.subject}"):
            yield Hit(span_of(other, q), f"{other.text} = {q.text}", (other.number, q.number), values={"number": q.text})


def _share_a_word(a: str, b: str) -> bool:
    pairs = {a[i : i + 2] for i in range(len(a) - 1)}
    return any(b[i : i + 2] in pairs for i in range(len(b) - 1))


@check
def sets_differ(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Counts of what is each time said to be every member of one set."""
    for entry in options["sets"]:
        named, every, each = _claims(facts, entry)
        yield from _differing(named, "named", entry["name"])
        if len({q.value for q in named}) < 2:
            nouns = {facts.plain[q.start : q.end + 4][len(q.text) :][:2] for q in every}
            same_noun = [q for q in named if facts.plain[q.end : q.end + 2] in nouns]
            yield from _differing([*{q.number: q for q in (*every, *same_noun)}.values(), *each], "", entry["name"])
        for q in each:
            same = next((c for c in (*every, *named) if c.value == q.value), None)
            if same:
                yield Held(span_of(same, q), _("{a}，每个一名，{b}").format(a=same.text, b=q.text))


def _claims(facts: Facts, entry: Mapping[str, Any]) -> tuple[list[Quantity], list[Quantity], list[Quantity]]:
    """Return the counts that name the set, those that are said of every member, and those of persons of whom each member has one."""
    patterns = [pattern_of(entry.get(k, ())) for k in ("named", "every", "one_each")]
    named: list[Quantity] = []
    every: list[Quantity] = []
    each: list[Quantity] = []
    for q in facts.results:
        if q.kind != "count" or not exact(q) or q.value < 2:
            continue
        noun = f"{q.text}{facts.plain[q.end : q.end + 4]}"
        if q.unit.name in entry["units"] or any(u in noun for u in entry["units"] if len(u) > 1):
            if patterns[0].search(f"{facts.before(q)}{q.text}{facts.after(q)}"):
                named.append(q)
            if patterns[1].search(_around(facts, q)):
                every.append(q)
        elif q.unit.person == "person" and patterns[2].search(facts.plain, max(q.start - 24, _end_ahead(facts, q)), q.start):
            each.append(q)
    return named, every, each


def _end_ahead(facts: Facts, q: Quantity) -> int:
    return facts.figures[q.number - 1].end if q.number else 0


def _around(facts: Facts, q: Quantity) -> str:
    """Return the words of a figure with the clause behind: 6个村，实现全覆盖."""
    end = facts.plain.find("。", q.end, q.end + 24)
    return f"{facts.before(q)}|{facts.plain[q.end : end if end > 0 else q.end + 16]}"


def _differing(claims: list[Quantity], case: str, name: str) -> Iterator[Outcome]:
    claims = sorted(claims, key=lambda q: q.start)
    values = sorted({q.value for q in claims})
    if len(claims) < 2:
        return
    if len(values) < 2:
        yield Held(span_of(*claims), " = ".join(figure(q) for q in claims))
        return
    low, high = values[0], values[-1]
    told = {
        "first": "、".join(q.text for q in claims if q.value == low),
        "second": "、".join(q.text for q in claims if q.value == high),
    }
    line = f"{high} − {low} = {high - low}"
    yield Hit(span_of(*claims), line, tuple(q.number for q in claims), case, {**told, "name": name})


@check
def stock_and_gone(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A stock told in the present tense near the claim that all of it is gone."""
    for entry in options["things"]:
        stock, gone = pattern_of(entry["stock"]), pattern_of(entry["gone"])
        for match in stock.finditer(facts.plain):
            figures = [q for q in facts.between(match.start(), match.end() + 2) if q.kind == "count" and q.value > 0]
            claim = gone.search(facts.plain, match.end(), match.end() + 80)
            if figures and claim and "\n" not in facts.plain[match.start() : claim.end()]:
                line = f"{' / '.join(figure(q) + q.unit.name for q in figures)} — {claim.group()}"
                spans: tuple[Span, ...] = ((match.start(), match.end()), claim.span())
                values = {"stock": facts.plain[match.start() : match.end()], "gone": claim.group()}
                yield Hit(spans, line, tuple(q.number for q in figures), values=values)
                break


@check
def thresholds(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Two claims of none over one scale: the stricter says the looser already."""
    none, noun = pattern_of(options["none"]), pattern_of(options["noun"])
    scale = list(options["scale"])
    grades = sorted(scale, key=len, reverse=True)
    found: dict[int, Span] = {}
    for match in none.finditer(facts.plain):
        if facts.planned(match.start()):
            continue
        clause = re.match(r"[^，,；;。、\n]{0,24}", facts.plain[match.end() : match.end() + 24])
        words = clause.group() if clause else ""
        end = noun.search(words)
        grade = next((g for g in grades if g in words[: end.start()]), None) if end else None
        if grade and end:
            found.setdefault(scale.index(grade), (match.start(), match.end() + end.end()))
    if len(found) > 1:
        low, high = min(found), max(found)
        values = {"first": scale[low], "second": scale[high]}
        yield Hit(tuple(sorted((found[low], found[high]))), f"{scale[low]} < {scale[high]}", values=values)


@check
def previous_base(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A value told of last year is the value that last year's report told."""
    if facts.previous is None:
        return
    definite, vague = pattern_of(options["definite"]), pattern_of(options["vague"])
    then_by: dict[tuple[str, str], list[Quantity]] = defaultdict(list)
    for p in facts.previous.quantities:
        if p.scope in ("this_year", "cumulative", "unknown") and _comparable(p, vague):
            then_by[_key(p), p.unit.dimension].append(p)
    year = str(facts.reading.year - 1) if facts.reading.year else ""
    for q in facts.figures:
        then = then_by.get((_key(q), q.unit.dimension), [])
        past = q.scope == "last_year" or (year and q.period == year)
        if not past or len({p.base for p in then}) != 1 or not definite.search(_key(q)) or q.kind == "change":
            continue
        values = {"measure": _key(q), "now": q.text, "then": then[0].text}
        if in_base(q).meets(in_base(then[0])):
            yield Held(span_of(q), f"{figure(q)} = {figure(then[0])}")
        else:
            yield Hit(span_of(q), _("{now} ≠ 上年报告{then}").format(now=q.text, then=then[0].text), (q.number,), values=values)


@check
def previous_targets(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Targets of last year's report of which this year's says nothing."""
    if facts.previous is None:
        return
    vague = pattern_of(options["vague"])
    told = [f"{q.measure}{q.subject}" for q in facts.results]
    missing = []
    targets = [p for p in facts.previous.quantities if p.scope == "plan"][:_TARGETS]
    for p in targets:
        if len(_key(p)) >= 4 and not vague.search(_key(p)):
            name = p.subject or _key(p)
            if not any(name in t or (t and t in _key(p)) or _alike_words(name, t) for t in told) and name not in facts.plain:
                missing.append(f"{_key(p)}{p.text}")
    for measure in list(dict.fromkeys(missing))[: int(options["most"])]:
        yield Hit(((0, len(facts.reading.title)),), measure, values={"measure": measure})


def _alike_words(a: str, b: str) -> bool:
    pairs = {a[i : i + 2] for i in range(len(a) - 1)}
    return bool(pairs) and len(pairs & {b[i : i + 2] for i in range(len(b) - 1)}) * 2 > len(pairs)
