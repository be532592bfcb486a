"""Periods, events with dates, and what a full report has to have."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts
from taizhang.audit.rules.registry import Options, Outcome, check
from taizhang.audit.rules.words import pattern_of, span_of
from taizhang.i18n import _
from taizhang.reader.model import Quantity

_PART_OF_YEAR = re.compile(r"第?[一二三1-3]季度|[1-9]月底|(?:10|11)月底|上半年|前三季度")
_DATE = re.compile(r"(?:((?:19|20)\d\d)年)?(\d{1,2})月(\d{1,2})[日号]")


@check
def period_not_report(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A state told up to a part of the year, in a report of the whole year."""
    year = facts.reading.year
    if year is None or pattern_of(["季度", "半年", "上半年", "月份"]).search(facts.reading.title):
        return
    until = pattern_of(options["until"])
    found = []
    for match in _PART_OF_YEAR.finditer(facts.plain):
        ahead = until.search(facts.plain, max(match.start() - 3, 0), match.start())
        if ahead and ahead.end() == match.start() and not facts.planned(match.start()):
            found.append((ahead.start(), match.end()))
    # A report that speaks so throughout was written before the year was out.
    if 0 < len(found) <= options["most"]:
        for span in found:
            period = facts.plain[slice(*span)]
            line = _("{period}，报告为{year}年全年").format(period=period, year=year)
            yield Hit((span,), line, values={"period": period, "year": str(year)})


@check
def dated_events(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Events, plans and censuses with known dates, held against the report's own time; dates that are none."""
    year = facts.reading.year
    for match in _DATE.finditer(facts.plain):
        y, month, day = int(match[1] or 2020), int(match[2]), int(match[3])
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(y, month)[1]:
            yield Hit((match.span(),), match.group(), case="impossible", values={"event": match.group()})
    if year is None:
        return
    doing = pattern_of(options["doing"])
    for entry in options["events"]:
        starts, ends = entry["from"], entry["to"]
        for match in pattern_of(entry["words"]).finditer(facts.plain):
            span = match.span()
            values = {"event": match.group(), "from": starts.isoformat(), "to": ends.isoformat(), "year": str(year)}
            term = values["from"] if starts == ends else f"{starts.isoformat()}—{ends.isoformat()}"
            if facts.planned(span[0]):
                words = facts.plain[max(span[0] - 10, 0) : span[1] + 8]
                near = (
                    re.split(r"[，,；;。、\n]", facts.plain[max(span[0] - 10, 0) : span[0]])[-1]
                    + "|"
                    + re.split(r"[，,；;。、\n]", facts.plain[span[1] : span[1] + 8])[0]
                )
                if ends < date(year + 1, 1, 1) and doing.search(near) and words:
                    yield Hit((span,), _("{event}：{term} < {next}年").format(event=match.group(), term=term, next=year + 1), values=values)
            elif (
                starts > date(year + 1, 6, 30)
                and "held" in options
                and pattern_of(options["held"]).search(facts.plain[span[1] : span[1] + 10])
            ):
                yield Hit(
                    (span,), _("{event}：{term} > {year}年").format(event=match.group(), term=term, year=year), case="future", values=values
                )
            elif starts.year <= year <= ends.year:
                yield Held((span,), _("{event}：{term}，在{year}年报告期内").format(event=match.group(), term=term, year=year))


@check
def core_indicators(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Indicators that every report of this office carries and this one does not."""
    if len(facts.plain) < options["length"] or not pattern_of(options["titles"]).search(facts.reading.title):
        return
    yield from _halves(facts, options)
    missing = []
    for name, words in options["indicators"].items():
        pattern = pattern_of(words)
        if not any(pattern.search(f"{facts.before(q)}|{q.measure}") for q in facts.results):
            missing.append(name)
    if missing and len(missing) < len(options["indicators"]) + 1:
        line = _("{n}项没有数字：{names}").format(n=len(missing), names="、".join(missing))
        start = facts.plain.find(facts.reading.title)
        yield Hit(((max(start, 0), max(start, 0) + len(facts.reading.title)),), line, values={"missing": "、".join(missing)})


def _halves(facts: Facts, options: Options) -> Iterator[Outcome]:
    """Yield what is told by half: persons paid without the amount, an amount without those who had it."""
    found = []
    for entry in options["halves"]:
        pattern = pattern_of(entry["said"])
        for q in facts.results:
            if q.kind == entry["told"] and pattern.search(f"{facts.before(q)}{facts.after(q)}") and not _beside(facts, q):
                found.append(q)
    if found:
        found.sort(key=lambda q: q.start)
        line = "、".join(f"{facts.before(q).lstrip('了共')}{q.text}{facts.after(q)}" for q in found)
        yield Hit(span_of(*found), line, tuple(q.number for q in found), "half", {"missing": line})


def _beside(facts: Facts, q: Quantity) -> bool:
    """Tell whether a figure of the other kind, money or count, stands in the same clause."""
    for other in facts.figures[max(q.number - 2, 0) : q.number + 3]:
        gap = facts.plain[min(q.end, other.end) : max(q.start, other.start)]
        if other is not q and {q.kind, other.kind} == {"money", "count"} and not re.search("[，,；;。\n]", gap):
            return True
    return False


@check
def plan_targets(facts: Facts, options: Options) -> Iterator[Outcome]:
    """A plan with many headings and no figure."""
    for section in facts.reading.sections:
        parent = facts.reading.sections[section.parent] if section.parent is not None else None
        if not section.plan or (parent and parent.plan):
            continue
        headings = sum(s.start >= section.start and s.end <= section.end and s is not section for s in facts.reading.sections)
        figures = [q for q in facts.between(section.start, section.end) if q.kind != "other"]
        measured = [q for q in figures if q.value > 1]
        if headings >= options["headings"] and not measured:
            title_end = facts.plain.find("\n", section.start)
            span = (
                section.start,
                title_end if section.start < title_end < section.end else section.start + len(section.number + section.title),
            )
            yield Hit((span,), _("{n}项工作，0个可衡量的目标").format(n=headings), values={"headings": str(headings)})
