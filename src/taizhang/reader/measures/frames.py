"""Figures in their clauses: chains of figures that stand close together, with the text on their left and on their right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from taizhang.reader.model import Passed, Quantity, Reading, Sentence

WINDOW = 80  # characters looked at on either side of a figure, so that a text without marks costs no more than one with
_CHAIN_GAPS = {"", "、", "和", "与", "及", "以及", "共", "共计", "计", "总计", ":", "：", "/", "合计", "约", "近", "或"}
_BOUNDARIES = {"date", "enumeration", "page", "boilerplate", "identifier"}


@dataclass(slots=True)
class Frame:
    """A chain of figures (12户22人) in its clause."""

    quantities: tuple[Quantity, ...]
    sentence: int
    clause: int  # index into the sentence's clauses
    left: tuple[int, int]
    right: tuple[int, int]
    last: bool  # no other figure follows in the clause
    clause_end: int


def frames_of(reading: Reading, plain: str) -> Iterator[Frame]:
    """Yield the chains of a text in order."""
    starts = [s.start for s in reading.sentences]
    stops = _stops(reading.passed, plain)
    pending: list[Quantity] = []
    for quantity in reading.quantities:
        place = max(bisect_right(starts, quantity.start) - 1, 0)
        if pending and not _chained(pending[-1], quantity, plain, starts, place):
            yield _frame(pending, quantity, reading, starts, stops)
            pending = []
        pending.append(quantity)
    if pending:
        yield _frame(pending, None, reading, starts, stops)


def _chained(before: Quantity, after: Quantity, plain: str, starts: list[int], place: int) -> bool:
    gap = after.start - before.end
    if not 0 <= gap <= 4 or starts[place : place + 1] > [before.start]:
        return False
    return plain[before.end : after.start].strip() in _CHAIN_GAPS


def _frame(
    chain: list[Quantity], following: Quantity | None, reading: Reading, starts: list[int], stops: tuple[list[int], list[int]]
) -> Frame:
    first, end = chain[0], chain[-1].end
    index = max(bisect_right(starts, first.start) - 1, 0)
    sentence = reading.sentences[index] if reading.sentences else Sentence(0, len(reading.text), 0, ())
    clause, low = _clause(sentence, first.start)
    _, high = _clause_end(sentence, end)
    low = max(low, first.start - WINDOW, _last_stop(stops, first.start, low))
    last = following is None or following.start >= high
    right_end = min(high if last or following is None else following.start, end + WINDOW)
    return Frame(tuple(chain), index, clause, (min(low, first.start), first.start), (end, max(right_end, end)), last, high)


def _clause(sentence: Sentence, place: int) -> tuple[int, int]:
    index = max(bisect_right([c[0] for c in sentence.clauses], place) - 1, 0)
    return index, sentence.clauses[index][0] if sentence.clauses else sentence.start


def _clause_end(sentence: Sentence, place: int) -> tuple[int, int]:
    for index, (_, end) in enumerate(sentence.clauses):
        if end >= place:
            return index, end
    return len(sentence.clauses), sentence.end


def _stops(passed: tuple[Passed, ...], plain: str) -> tuple[list[int], list[int]]:
    """Return starts and ends of the passed spans at which a name cannot go on: dates, enumerators, page numbers."""
    kept = [p for p in passed if p.kind in _BOUNDARIES or (p.kind == "period" and plain[p.end - 1 : p.end] in set("来间度底末"))]
    kept.sort(key=lambda p: p.start)
    return [p.start for p in kept], [p.end for p in kept]


def _last_stop(stops: tuple[list[int], list[int]], place: int, low: int) -> int:
    index = bisect_right(stops[0], place) - 1
    return stops[1][index] if index >= 0 and low < stops[1][index] <= place else low
