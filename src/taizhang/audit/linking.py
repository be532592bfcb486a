"""Link the figures of a text to indicators: candidates by wording, a person's earlier choices, one figure for one indicator in a section."""

from __future__ import annotations

import heapq
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from taizhang.audit.candidates import Asked, Index, candidates, index_of
from taizhang.audit.links_model import Candidate, Link, LinkStatus
from taizhang.errors import TaizhangError
from taizhang.pack.definitions import Pack
from taizhang.pack.divisions import DivisionTree
from taizhang.pack.periods import Period
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Quantity, Reading

if TYPE_CHECKING:
    from taizhang.audit.links_file import SavedLinks

LEAST = 0.4  # below it a candidate is no candidate
SURE = 0.55  # a certain link has this much likeness,
_SURE_OF_PART = 0.8
MARGIN = 0.06  # and is this much ahead of the next
_STRONG = 0.62  # so like that the indicator is meant again, though another figure of the section has it
_RELAXED = 0.45  # likeness needed where the units do not convert
_NO_FIGURES_OF_LEDGERS = ("change",)  # growth is no level; no indicator holds it
_FAR = 120  # characters on either side within which words have to do with a figure
_NO_MARK = r"[^，,；;。：:、！？!?（(）)\n0-9]*"
_BEHIND = re.compile(rf"^[（(][^（()）0-9]{{1,6}}[）)]{_NO_MARK}")
_BEFORE = re.compile(rf"{_NO_MARK}[（(][^（()）0-9]{{1,6}}[）)]$")
_TOUCHING = 4  # figures that may stand in a row without a word between them
_SUFFIXES = ("", "村", "社区", "居委会", "居")


def link(
    reading: Reading, pack: Pack, lexicon: Lexicon, *, links: SavedLinks | None = None, divisions: DivisionTree | None = None
) -> list[Link]:
    """Return a link for every figure of a reading, in its order; what a person chose before goes first."""
    index = index_of(pack, lexicon)
    drafts = [_draft(reading, q, index, links, divisions) for q in reading.quantities]
    sections: dict[int, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        sections[draft.link.section].append(draft)
    for members in sections.values():
        _assign(members)
    return [_settled(draft, index, reading.year) for draft in drafts]


@dataclass
class _Draft:
    quantity: Quantity
    link: Link
    fitting: list[Candidate]
    part: bool = False  # of another figure: what it measures may be narrower than the words say
    chosen: Candidate | None = None
    rival: float = 0.0  # score of the best other candidate that was free

    def key(self, candidate: Candidate) -> tuple[str, str, str | None]:
        return candidate.indicator, self.link.period, self.link.division


def _draft(reading: Reading, q: Quantity, index: Index, links: SavedLinks | None, divisions: DivisionTree | None) -> _Draft:
    section = reading.sentences[q.sentence].section if reading.sentences else 0
    place = "" if index.words.begins_with_verb(q.place) else q.place
    base = Link(q.number, "none", None, period_of(q, reading.year), division_of(place, divisions), section=section)
    title = reading.sections[section].title if section < len(reading.sections) else ""
    chosen = links.find(q.measure, q.unit.name, title) if links else None
    if chosen is not None and (chosen.indicator is None or chosen.indicator in index.pack.indicators):
        return _Draft(q, replace(base, status="confirmed", indicator=chosen.indicator), [])
    if q.kind in _NO_FIGURES_OF_LEDGERS or "threshold" in q.notes:
        return _Draft(q, base, [])
    words = asked(reading, q)
    fitting, relaxed = candidates(index, words)
    base = replace(base, relaxed=tuple(c for c in relaxed if c.score >= _RELAXED)[:3])
    part = any(word in words.left for word in index.words.part_words)
    return _Draft(q, base, [c for c in fitting if c.score >= LEAST], part)


def asked(reading: Reading, q: Quantity) -> Asked:
    """Return the words of a figure: its measure, its clause up to the figures beside it, its sentence and the headings above."""
    left, right = _clause(reading, q)
    sentence = reading.sentences[q.sentence] if reading.sentences else None
    around = reading.text[max(sentence.start, q.start - _FAR) : min(sentence.end, q.end + _FAR)] if sentence else ""
    at = sentence.section if sentence else None
    while at is not None and at < len(reading.sections):
        around += " " + reading.sections[at].title
        at = reading.sections[at].parent
    text = reading.text
    before = _past_bracket(_BEFORE, text[max(0, left - _FAR) : left]) + text[left : q.start]
    behind = text[q.end : right] + _past_bracket(_BEHIND, text[right : right + _FAR])
    return Asked(q.measure, before.strip(), behind.strip(), around, q.unit)


def _past_bracket(pattern: re.Pattern[str], text: str) -> str:
    """Return the words beyond a short bracket (6个村（居）实现广播村村通), which parts no clause, up to the next mark or figure."""
    match = pattern.search(text)
    return match[0] if match else ""


def _clause(reading: Reading, q: Quantity) -> tuple[int, int]:
    sentence = reading.sentences[q.sentence] if reading.sentences else None
    spans = sentence.clauses if sentence else ((0, len(reading.text)),)
    at = max(bisect_right(spans, q.start, key=lambda span: span[0]) - 1, 0)
    left, right = spans[at] if spans and spans[at][0] <= q.start < spans[at][1] else (q.start, q.end)
    left, right = max(left, q.start - _FAR), max(min(right, q.end + _FAR), q.end)
    for other in _beside(reading, q, -1):
        # Figures that touch are a pair (12户22人): they share what stands before and behind them.
        if other.end < q.start:
            left = max(left, other.end)
            break
    for other in _beside(reading, q, 1):
        if other.start > q.end:
            right = min(right, other.start)
            break
    return left, right


def _beside(reading: Reading, q: Quantity, step: int) -> Sequence[Quantity]:
    """Return the figures before or behind, nearest first, as long as they touch; the first that does not touch is the last."""
    found: list[Quantity] = []
    at, edge = q.number + step, q
    while 0 <= at < len(reading.quantities) and len(found) < _TOUCHING:
        other = reading.quantities[at]
        found.append(other)
        if (other.end if step < 0 else edge.end) != (edge.start if step < 0 else other.start):
            break
        edge, at = other, at + step
    return found if step < 0 else _after(found, q)


def _after(found: list[Quantity], q: Quantity) -> list[Quantity]:
    return [other for other in found if other.start > q.end]


def period_of(q: Quantity, year: int | None) -> str:
    """Return the period of a figure in the form of the ledgers; empty when the text does not tell one."""
    if q.period:
        try:
            return Period.parse(q.period).text
        except TaizhangError:
            return ""
    if year is None or q.scope == "five_year":
        return ""
    return str(year - 1 if q.scope == "last_year" else year)


def division_of(place: str, divisions: DivisionTree | None) -> str | None:
    """Return the code of a named place, the town when none is named; None when the town has no such place."""
    if divisions is None:
        return None if place else ""
    if not place:
        return divisions.town or ""
    found = next((d for d in (divisions.resolve(place + suffix) for suffix in _SUFFIXES) if d), None)
    return found.code if found else None


def _assign(members: list[_Draft]) -> None:
    """Give every figure the candidate it would most regret to lose; no two figures get the same indicator for one period and place."""
    taken: dict[tuple[str, str, str | None], _Draft] = {}
    heap: list[tuple[float, float, int]] = []
    for at, draft in enumerate(members):
        _push(heap, at, draft, taken)
    while heap:
        _, score, at = heapq.heappop(heap)
        draft = members[at]
        free = _free(draft, taken)
        if not free:
            draft.chosen = _again(draft, taken)
        elif free[0].score != -score:
            _push(heap, at, draft, taken)  # what it wanted has been taken since
        else:
            again = _again(draft, taken)
            if again and again.score > free[0].score + MARGIN:
                draft.chosen, draft.rival = again, free[0].score
                continue
            draft.chosen, draft.rival = free[0], free[1].score if len(free) > 1 else 0.0
            taken[draft.key(free[0])] = draft


def _push(heap: list[tuple[float, float, int]], at: int, draft: _Draft, taken: dict[tuple[str, str, str | None], _Draft]) -> None:
    free = _free(draft, taken)
    if free or draft.fitting:
        best, second = (c.score for c in (*free, *[Candidate("", 0.0)] * 2)[:2])
        heapq.heappush(heap, (second - best, -best, at))


def _free(draft: _Draft, taken: dict[tuple[str, str, str | None], _Draft]) -> list[Candidate]:
    return [c for c in draft.fitting if draft.key(c) not in taken]


def _again(draft: _Draft, taken: dict[tuple[str, str, str | None], _Draft]) -> Candidate | None:
    """Return a taken candidate that the figure repeats: the same number again, or wording that means nothing else."""
    for candidate in draft.fitting:
        other = taken.get(draft.key(candidate))
        if other and (candidate.score >= _STRONG or other.quantity.base == draft.quantity.base):
            return candidate
    return None


def _settled(draft: _Draft, index: Index, year: int | None) -> Link:
    base, chosen = draft.link, draft.chosen
    offered = tuple(
        sorted({c.indicator: c for c in [*([chosen] if chosen else []), *draft.fitting[:3]]}.values(), key=lambda c: -c.score)[:3]
    )
    if base.status == "confirmed" or chosen is None:
        plain = replace(base, candidates=offered)
        return _as_plan(plain, draft.quantity, index, year) if plain.indicator else plain
    sure = chosen.score >= (_SURE_OF_PART if draft.part else SURE) and chosen.score - draft.rival >= MARGIN
    status: LinkStatus = "certain" if sure else "uncertain"
    return _as_plan(replace(base, status=status, indicator=chosen.indicator, candidates=offered), draft.quantity, index, year)


def _as_plan(found: Link, q: Quantity, index: Index, year: int | None) -> Link:
    """A plan of the text is held only by an indicator of plans, which counts it in the year in which it was made."""
    if q.scope not in ("plan", "five_year"):
        return found
    indicator = index.pack.indicators[found.indicator or ""]
    about = " ".join((indicator.title, indicator.about, *indicator.synonyms))
    if ("plan", "plan") not in index.words.marks(index.words.plain(about)):
        return replace(found, plan=True)
    return replace(found, period=str(min(int(found.period[:4]), year)) if year and found.period[:4].isdigit() else found.period)
