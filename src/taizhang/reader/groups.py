"""Figures that belong together: pairs, series, parts of a whole, announced lists. Growth and comparison come with the measures."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Group, Quantity, Reading, Section

_NAMES = re.compile(r"[一-鿿]{2,8}(?:[、和及][一-鿿]{2,8})+")
_SEMICOLON = re.compile("[；;]")
_NUMERALS = "一二三四五六七八九十"
_MARKS = "。；！？\n"
_SERIES_MIN = 3
_PAIR_GAP = 5  # characters between the figures of a pair
_LEAD = 6  # characters before 其中 at a sentence's start, when the whole stands in the sentence before
_RUN_MAX = 60  # figures of one sentence that are looked at together; a longer one is taken in pieces
_NAMING_MAX = 200  # characters behind a figure in which things are named
_FOLLOWING = 12  # figures looked at behind a list of names


class _Words:
    """The group words of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon["groups"]
        self.parts = _either(words["parts"])
        self.complete = frozenset(words["complete"])
        self.totals = _either(words["totals"])
        self.outcomes = _either(words["outcomes"])
        self.cases = _either(words["cases"])
        self.restarts = _either(words["restarts"])
        self.gaps = frozenset(words["pair_gaps"])
        units = "|".join(map(re.escape, words["listing_units"]))
        self.listing = re.compile(f"(?:{_alternatives(words['listing'])})(?:以下|如下)?(\\d{{1,2}}|[{_NUMERALS}两]{{1,3}})(?:{units})")


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) or "(?!)"


def _either(words: list[str]) -> re.Pattern[str]:
    return re.compile(_alternatives(words))


def find_groups(reading: Reading, plain: str, lexicon: Lexicon) -> Reading:
    """Return the reading with its groups in text order."""
    finder = _Finder(reading, plain, lexicon.made(_Words))
    parts = list(finder.parts())
    finder.wholes = {g.whole for g in parts}
    finder.part_of = {member: index for index, g in enumerate(parts) for member in g.members}
    found = [*reading.groups, *finder.pairs(), *parts, *finder.series(), *finder.listings()]
    found.sort(key=lambda g: (g.start, g.end, g.kind))
    return replace(reading, groups=tuple(dict.fromkeys(found)))


class _Finder:
    def __init__(self, reading: Reading, plain: str, words: _Words) -> None:
        self.reading, self.plain, self.words = reading, plain, words
        self.quantities = reading.quantities
        self.part_of: dict[int, int] = {}  # figure → which of the groups of parts it is in
        self.wholes: set[int | None] = set()  # a sum stands in no series with its parts
        self.starts = [q.start for q in reading.quantities]
        self.runs = list(self._runs())

    def _runs(self) -> Iterator[list[Quantity]]:
        """Yield the figures of each sentence; sentences that ； parts are one."""
        run: list[Quantity] = []
        for quantity in self.quantities:
            if run and (len(run) == _RUN_MAX or not self._together(run[-1], quantity)):
                yield run
                run = []
            run.append(quantity)
        if run:
            yield run

    def _together(self, before: Quantity, after: Quantity) -> bool:
        if before.sentence == after.sentence:
            return True
        if after.sentence - before.sentence > 1:
            return False
        end = self.reading.sentences[before.sentence].end
        return self.plain[end - 1 : end] in ("；", ";")

    def _level(self, run: list[Quantity]) -> list[Quantity]:
        return [q for q in run if q.kind != "change" and "占" not in q.measure and not q.measure.endswith("门槛")]

    def pairs(self) -> Iterator[Group]:
        """Yield pairs of counts of one thing, and areas with their output."""
        for before, after in zip(self.quantities, self.quantities[1:], strict=False):
            if before.sentence != after.sentence or before.unit.dimension == after.unit.dimension:
                continue
            if self._paired(before, after) or self._yields(before, after):
                yield Group("pair", (before.number, after.number), None, False, "", before.start, after.end)

    def _paired(self, before: Quantity, after: Quantity) -> bool:
        gap = self.plain[before.end : after.start].strip()
        if (
            after.start - before.end > _PAIR_GAP
            or gap not in self.words.gaps
            or "change" in (before.kind, after.kind)
            or "rate" in (before.kind, after.kind)
        ):
            return False
        households = before.unit.person == "household" and after.unit.person in ("person", "visit")
        return households or (not gap.startswith(("，", ",", "、")) and before.kind == "count") or gap.endswith(("共", "计"))

    @staticmethod
    def _yields(before: Quantity, after: Quantity) -> bool:
        """Tell whether an area is followed by the output of the same crop."""
        return before.kind == "area" and after.kind in ("mass", "money") and bool(before.subject) and before.subject == after.subject

    def series(self) -> Iterator[Group]:
        """Yield three or more figures of one unit in clauses that follow each other, and of one name under several subjects in a section."""
        for run in self.runs:
            parallel: list[Quantity] = []
            for quantity in (q for q in self._level(run) if q.number not in self.wholes):
                apart = bool(parallel) and self.part_of.get(parallel[-1].number) != self.part_of.get(quantity.number)
                if apart or (parallel and not _parallel(parallel[-1], quantity)):
                    yield from self._series(parallel)
                    parallel = []
                parallel.append(quantity)
            yield from self._series(parallel)
        yield from self._same_name()

    def _series(self, parallel: list[Quantity]) -> Iterator[Group]:
        if len(parallel) >= _SERIES_MIN and len({q.measure for q in parallel}) >= _SERIES_MIN:
            yield Group("series", tuple(q.number for q in parallel), None, False, "", parallel[0].start, parallel[-1].end)

    def _same_name(self) -> Iterator[Group]:
        named: dict[tuple[int, str, str], list[Quantity]] = {}
        for quantity in self.quantities:
            subject, measure = quantity.subject, quantity.measure
            if subject and measure.startswith(subject) and len(measure) > len(subject) and quantity.kind != "change":
                section = self.reading.sentences[quantity.sentence].section
                tail = measure[len(subject) :].removeprefix("总")
                named.setdefault((section, quantity.unit.dimension, tail), []).append(quantity)
        for members in named.values():
            if len({q.subject for q in members}) >= _SERIES_MIN and len({q.sentence for q in members}) > 1:
                yield Group("series", tuple(q.number for q in members), None, False, "", members[0].start, members[-1].end)

    def parts(self) -> Iterator[Group]:
        """Yield wholes with their parts."""
        for index, run in enumerate(self.runs):
            before = self.runs[index - 1] if index and run[0].sentence - self.runs[index - 1][-1].sentence <= 1 else []
            yield from self._marked(run, before)
            yield from self._totalled(run)
            yield from self._shares(run)
            yield from self._outcomes(run, before)
        yield from self._named()

    def _marked(self, run: list[Quantity], before: list[Quantity]) -> Iterator[Group]:
        low = max(self.reading.sentences[run[0].sentence].start, run[0].start - _NAMING_MAX)
        starts = [q.start for q in run]
        seen = -1
        for match in self.words.parts.finditer(self.plain, low, run[-1].start):
            place = bisect_left(starts, match.start())
            if place == seen:
                continue
            seen = place
            wholes = self._level(run[:place])
            if not wholes and match.start() - low <= _LEAD:
                wholes = self._level(before)[-2:]
            members = self._level(run[place : bisect_left(starts, self._reach(match.end(), run[-1].end))])
            if members and wholes:
                yield from self._parts_of(wholes, members, match.group(), match.group() in self.words.complete)

    def _reach(self, place: int, end: int) -> int:
        """Return where the parts behind a word end: with its bracket, else with its sentence, or at the last ； behind a colon."""
        closing, opening = self.plain.find(")", place, end + 2), self.plain.find("(", place, end)
        if closing >= 0 and not 0 <= opening < closing:
            return closing
        if self.plain[place : place + 1] == "：":
            return end
        mark = _SEMICOLON.search(self.plain, place, end)
        return mark.start() if mark else end

    def _parts_of(self, wholes: list[Quantity], members: list[Quantity], word: str, complete: bool) -> Iterator[Group]:
        seen: set[str] = set()
        for whole in reversed(wholes[-2:]):
            kind = _sort(whole)
            taken: list[Quantity] = []
            for member in members if kind in {_sort(m) for m in members[:2]} - seen else []:
                if _sort(member) == kind:
                    if taken and (self._restarts(taken[-1], member) or not _alike(whole, taken[0], member)):
                        break
                    taken.append(member)
                elif taken and member.kind != "rate" and not self._chained(taken[-1], member):
                    break
            seen.add(kind)
            if taken:
                yield Group(
                    "parts", tuple(q.number for q in taken), whole.number, complete and len(taken) > 1, word, whole.start, taken[-1].end
                )

    def _restarts(self, before: Quantity, after: Quantity) -> bool:
        return bool(self.words.restarts.search(self.plain, before.end, after.start))

    def _chained(self, before: Quantity, after: Quantity) -> bool:
        return after.start - before.end <= 4

    def _totalled(self, run: list[Quantity]) -> Iterator[Group]:
        """Yield what a total at the end sums up: 农业30件、民政28件，合计58件."""
        for index, whole in enumerate(run):
            word = self.words.totals.search(self.plain, run[index - 1].end, whole.start) if index > 1 else None
            if word is None:
                continue
            members = [q for q in run[:index] if q.unit.dimension == whole.unit.dimension and q.kind == whole.kind]
            if len(members) > 1:
                yield Group("parts", tuple(q.number for q in members), whole.number, True, word.group(), members[0].start, whole.end)

    def _shares(self, run: list[Quantity]) -> Iterator[Group]:
        """Yield shares of one whole: 一产占31%、二产占42%、三产占29%, and the parts of a ratio."""
        shares = [q for q in run if q.kind == "rate" and ("占" in q.measure or "比重" in q.measure)]
        start = 0
        for index in range(1, len(shares) + 1):
            if index == len(shares) or not self._parallel_shares(shares[index - 1], shares[index]):
                part = shares[start:index]
                if len(part) > 1 and len({q.measure for q in part}) == len(part):
                    yield Group("parts", tuple(q.number for q in part), None, "ratio" in part[0].notes, "占", part[0].start, part[-1].end)
                start = index

    def _parallel_shares(self, before: Quantity, after: Quantity) -> bool:
        if ("ratio" in before.notes) != ("ratio" in after.notes):
            return False
        gap = 3 if "ratio" in before.notes else 30
        others = bisect_right(self.starts, before.start)
        return after.start - before.end <= gap and self.quantities[others] is after

    def _outcomes(self, run: list[Quantity], before: list[Quantity]) -> Iterator[Group]:
        """Yield what became of cases: 问题13起，组织处理13人，立案1件."""
        cases = [q for q in run if q.unit.person == "case" and self.words.cases.search(q.measure)]
        if not cases:
            return
        whole = cases[0]
        following = [q for q in self.quantities[whole.number + 1 : whole.number + 6] if q.sentence - whole.sentence <= 1]
        members = [q for q in following if q.kind == "count" and self.words.outcomes.search(q.measure)]
        if members:
            yield Group("parts", tuple(q.number for q in members), whole.number, False, "outcomes", whole.start, members[-1].end)

    def _named(self) -> Iterator[Group]:
        """Yield a whole whose sentence goes on to name things, and the figures of those things: 流转土地2700余亩，种植了黄桃、柑橘."""
        for index, whole in enumerate(self.quantities[:-2]):
            following = self.quantities[index + 1]
            sentence = self.reading.sentences[whole.sentence]
            if following.start < sentence.end or whole.kind not in ("area", "money", "count", "mass"):
                continue
            for match in _NAMES.finditer(self.plain, whole.end, min(sentence.end, whole.end + _NAMING_MAX)):
                names = re.split("[、和及]", match.group())
                after = self.quantities[index + 1 : index + 1 + _FOLLOWING]
                members = [q for q in after if q.unit.dimension == whole.unit.dimension and _about(q, names)]
                if len(members) > 1:
                    yield Group("parts", tuple(q.number for q in members), whole.number, False, "", whole.start, members[-1].end)

    def listings(self) -> Iterator[Group]:
        """Yield announced lists: 以下十个方面 with the numbered items that follow."""
        sections = self.reading.sections
        starts = [s.start for s in sections]
        for match in self.words.listing.finditer(self.plain):
            announced = _number(match.group(1))
            items = _items(sections, bisect_left(starts, match.end()))
            if not announced or not items or items[0].start - match.end() > _NAMING_MAX:
                continue
            yield Group(
                "listing", (), self._at(match.start(), match.end()), len(items) == announced, match.group(), match.start(), items[-1].end
            )

    def _at(self, start: int, end: int) -> int | None:
        place = bisect_left(self.starts, start)
        if place < len(self.quantities) and self.quantities[place].end <= end:
            return self.quantities[place].number
        return None


def _parallel(before: Quantity, after: Quantity) -> bool:
    """Tell whether two figures may stand in one series; sums of money must be of one name."""
    if (before.unit.dimension, before.kind) != (after.unit.dimension, after.kind):
        return False
    return before.kind != "money" or before.measure[-2:] == after.measure[-2:]


def _sort(quantity: Quantity) -> str:
    """Return what a figure may be added to: 起 and 件 are both cases, other units keep to their dimension."""
    return "case" if quantity.unit.person == "case" else quantity.unit.dimension


def _alike(whole: Quantity, first: Quantity, member: Quantity) -> bool:
    """Tell whether a later part goes on as the first began: an average is no part of a sum, and income no part of output."""
    if any((per in whole.measure) != (per in member.measure) for per in ("人均", "户均", "亩均")):
        return False
    tail = whole.measure[-2:]
    return first.kind not in ("money", "mass") or not first.measure.endswith(tail) or member.measure.endswith(tail)


def _about(quantity: Quantity, names: list[str]) -> bool:
    return bool(quantity.subject) and any(quantity.subject.startswith(n) or n.endswith(quantity.subject) for n in names)


def _number(text: str) -> int:
    """Return a small number in digits or Han numerals; 0 when it is none."""
    if text.isdigit():
        return int(text)
    text = text.replace("两", "二")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_NUMERALS.find(tens) + 1 if tens else 1) * 10 + (_NUMERALS.find(ones) + 1 if ones else 0)
    return _NUMERALS.find(text) + 1 if len(text) == 1 else 0


def number_of(section: Section) -> int:
    """Return the number that a heading carries: 3 of （三）, 2 of 二是; 0 when it has none."""
    circled = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳".find(section.number[:1]) + 1 if section.number else 0
    digits = re.search(rf"\d+|[{_NUMERALS}]+", section.number)
    return circled or (_number(digits.group()) if digits else 0)


def _items(sections: tuple[Section, ...], first: int) -> list[Section]:
    """Return the run of numbered items that starts with a section: siblings numbered 1, 2, 3 without a gap."""
    found: list[Section] = []
    for section in map(sections.__getitem__, range(first, len(sections))):
        if not found:
            if number_of(section) != 1:
                return []
        elif section.level > found[0].level:
            continue
        elif section.level < found[0].level or number_of(section) != len(found) + 1:
            break
        found.append(section)
    return found
