"""Figures in their clauses: chains of figures that stand close together, with the text on their left and on their right."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from taizhang.reader.model import Quantity, Reading, Sentence

WINDOW = 80  # characters looked at on either side of a figure, so that a text without marks costs no more than one with
_SHORT_BRACKET = 6
_BRACKET = 60  # characters that a bracket between a name and its figure may hold
_CHAIN_GAPS = {"", "共", "共计", "计", "总计", ":", "：", "/", "合计", "约", "近", ",共", "，共", "，总计", "，合计", "，共计"}
_LIST_GAPS = {"、", "和", "与", "及", "以及", "或"}
_BOUNDARIES = {"date", "enumeration", "page", "boilerplate", "identifier"}
_DATE_TAIL = "的底末度初为是达到约共计，, "
_PERIOD_ENDS = set("来间度底末")
Span = tuple[int, int]


@dataclass(slots=True)
class Frame:
    """A chain of figures (12户22人) in its clause."""

    quantities: tuple[Quantity, ...]
    sentence: int
    clause: int  # index into the sentence's clauses
    left: tuple[Span, ...]  # one span, or two where a bracket stands between name and figure
    outer: Span | None  # text before the bracket that the figure stands in
    right: Span
    last: bool  # no other figure follows in the clause
    ratio: bool  # 9.6:41.7:48.7


class Frames:
    """The chains of one text in order."""

    def __init__(self, reading: Reading, plain: str) -> None:
        self.reading, self.plain = reading, plain
        self.starts = [s.start for s in reading.sentences]
        self.quantity_starts = [q.start for q in reading.quantities]
        self.clause_starts: dict[int, list[int]] = {}
        self.dates = {p.end: p.start for p in reading.passed if p.kind == "date"}
        # A name does not reach back over a date, an enumerator or another figure.
        passed = (
            p.end for p in reading.passed if p.kind in _BOUNDARIES or (p.kind == "period" and plain[p.end - 1 : p.end] in _PERIOD_ENDS)
        )
        self.stops = sorted({*passed, *(q.end for q in reading.quantities)})

    def __iter__(self) -> Iterator[Frame]:
        pending: list[Quantity] = []
        for quantity in self.reading.quantities:
            if pending and not self._chained(pending[-1], quantity):
                yield self._frame(pending, quantity)
                pending = []
            pending.append(quantity)
        if pending:
            yield self._frame(pending, None)

    def _chained(self, before: Quantity, after: Quantity) -> bool:
        if not 0 <= after.start - before.end <= 4:
            return False
        gap = self.plain[before.end : after.start].strip()
        if gap in _LIST_GAPS:
            household = before.unit.person == "household" and after.unit.person in ("person", "visit")
            return household or before.unit.dimension == after.unit.dimension
        return gap in _CHAIN_GAPS

    def sentence_at(self, place: int) -> int:
        """Return the index of the sentence at a place."""
        return max(bisect_right(self.starts, place) - 1, 0)

    def _frame(self, chain: list[Quantity], following: Quantity | None) -> Frame:
        first, end = chain[0], chain[-1].end
        index = self.sentence_at(first.start)
        sentence = self.reading.sentences[index] if self.reading.sentences else Sentence(0, len(self.plain), 0, ((0, len(self.plain)),))
        clause = self._clause(index, sentence, first.start)
        low = min(sentence.clauses[clause][0], first.start)
        last_clause = self._clause(index, sentence, max(end - 1, first.start))
        high = max(sentence.clauses[last_clause][1], end)
        last = following is None or following.start >= high
        right_end = high if last or following is None else following.start
        left = self._left(low, first.start)
        before = self._before_bracket(index, sentence, low)
        if before is not None:
            left = (before, *left)
        outer = self._outer(index, sentence, low)
        ratio = len(chain) > 1 and ("ratio" in first.notes or self.plain[first.end : chain[1].start].strip() in (":", "："))
        return Frame(tuple(chain), index, clause, left, outer, (end, min(right_end, end + WINDOW)), last, ratio)

    def _left(self, low: int, high: int) -> tuple[Span, ...]:
        """Return the text before a figure; across a date when nothing else stands behind it: 收入由2016年的9800元."""
        start = self.bounded(low, high)
        opened = self.dates.get(start)
        if opened is None or opened <= low or self.plain[start:high].strip(_DATE_TAIL):
            return ((start, high),)
        return ((self.bounded(low, opened), opened),)

    def before_date(self, frame: Frame) -> Span | None:
        """Return the text before the date that a frame's left side starts behind, within its clause."""
        start = frame.left[-1][0]
        opened = self.dates.get(start)
        if opened is None or not self.reading.sentences:
            return None
        low = self.reading.sentences[frame.sentence].clauses[frame.clause][0]
        return (self.bounded(low, opened), opened) if low < opened else None

    def bounded(self, low: int, high: int) -> int:
        """Return where a name that ends at ``high`` can start at the earliest."""
        low = max(low, high - WINDOW)
        place = bisect_right(self.stops, high) - 1
        return max(low, self.stops[place]) if place >= 0 else low

    def _clause(self, index: int, sentence: Sentence, place: int) -> int:
        starts = self.clause_starts.get(index)
        if starts is None:
            starts = self.clause_starts[index] = [c[0] for c in sentence.clauses]
        return max(bisect_right(starts, place) - 1, 0)

    def _before_bracket(self, index: int, sentence: Sentence, low: int) -> Span | None:
        """Return the text before a bracket that closes right where the clause starts: 国民生产总值(GDP)实现."""
        if low <= sentence.start or self.plain[low - 1] != ")":
            return None
        opening = self.plain.rfind("(", max(sentence.start, low - _BRACKET), low - 1)
        return None if opening < 0 else self._clause_before(index, sentence, opening)

    def _outer(self, index: int, sentence: Sentence, low: int) -> Span | None:
        if low <= sentence.start or self.plain[low - 1] != "(":
            return None
        return self._clause_before(index, sentence, low - 1)

    def _clause_before(self, index: int, sentence: Sentence, place: int) -> Span | None:
        if place <= sentence.start:
            return None
        low = sentence.clauses[self._clause(index, sentence, place - 1)][0]
        low = self.bounded(low, place)
        return (low, place) if low < place else None

    def figures_in(self, start: int, end: int) -> bool:
        """Tell whether a stretch holds a figure."""
        starts = self.quantity_starts
        place = bisect_left(starts, start)
        return place < len(starts) and starts[place] < end

    def before_figure(self, start: int, end: int) -> int:
        """Return the end of a stretch, or where the first figure in it starts."""
        place = bisect_left(self.quantity_starts, start)
        return min(end, self.quantity_starts[place]) if place < len(self.quantity_starts) else end

    def short_bracket(self, place: int) -> str:
        """Return the few letters of a bracket that opens at a place: 6个村（居）."""
        if not self.plain.startswith("(", place):
            return ""
        closing = self.plain.find(")", place, place + _SHORT_BRACKET)
        inner = self.plain[place + 1 : closing] if closing > 0 else ""
        return inner if inner.isalpha() else ""

    def behind_bracket(self, frame: Frame, place: int) -> Span:
        """Return the clause that goes on behind a bracket, up to the next figure."""
        clauses = self.reading.sentences[frame.sentence].clauses if self.reading.sentences else ()
        end = next((high for low, high in clauses[frame.clause :] if low == place), place)
        return place, self.before_figure(place, min(end, place + WINDOW))
