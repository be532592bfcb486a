"""The time and the place that a figure belongs to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.measures.segment import NAME, NOUN, TEXT, words_of
from taizhang.reader.model import Passed, Quantity, Reading, Scope, Section, Sentence

# The look-behind stands behind the first digits, which a search can jump to.
_YEAR = re.compile(r"((?:19|20)(?<!\d\d\d)\d\d)\s?年(?!级)")
_HAN_YEAR = re.compile(r"([一二][九〇零0][〇零0一二三四五六七八九]{2})年")
_HAN_DIGITS = {"零": "0", "〇": "0", "0": "0", **dict(zip("一二三四五六七八九", "123456789", strict=True))}
_DATE = re.compile(
    r"(?P<year>(?:19|20)(?<!\d\d\d)\d\d)\s?年(?!级|来)(?:度)?(?:(?P<month>\d{1,2})月|(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四1-4])季度)?"
)
_TIMES = ("plan", "last_year", "cumulative", "five_year", "this_year")  # sections of time words, in the order in which they are tried
_LATE = 120  # how far back within a sentence a time word is looked for
_PLACE_MAX = 2000
_PLACE_WINDOW = 14  # characters of a clause in which the name of its place stands
_HEAD = 3000  # characters in which a report says what year it looks back on


class _Mark(NamedTuple):
    start: int
    end: int
    scope: str  # a Scope, or "year" for a date
    period: str


class _TimeWords:
    """The scope words of a lexicon as one pattern each."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon["scopes"]
        self.standing = re.compile(_guarded(words["standing"]))
        kinds = {name: [re.escape(w) for w in sorted(words[name], key=len, reverse=True)] for name in _TIMES}
        kinds["planned"] = words["plan_patterns"]
        groups = (f"(?P<{kind}>{'|'.join(patterns) or '(?!)'})" for kind, patterns in kinds.items())
        self.pattern = re.compile(_guarded([p for patterns in kinds.values() for p in patterns], "|".join(groups)))
        self.than = tuple(words["than"])
        self.compared = tuple(words["compared"])
        self.profile = _either(words["profile_headings"])
        self.openings = tuple(words["plan_openings"])
        self.looking_back = _either(words["looking_back"])
        self.not_places = frozenset(words["not_places"])
        self.place = re.compile(r"[一-鿿]{2,4}?(?:" + "|".join(words["place_endings"]) + r")(?![级民委干集里内两村通])")
        self.place_end = _either(words["place_endings"])
        self.cut = words_of(lexicon).cut
        self.targets = tuple(words["target_endings"])
        self.fulfilled = _either(words["fulfilled"])


#: A pattern of words whose first characters are plain to see: 将(?=达), (?<!完成)计划, (?:工作|发展)目标.
_PLAIN = re.compile(r"(?:\(\?<[=!][^()]*\))*(?:(?P<one>[\w“])|\(\?:(?P<any>\w+(?:\|\w+)*)\))(?![?*{|])(?:[^|()]|\([^()]*\))*")


def _guarded(patterns: Sequence[str], joined: str = "") -> str:
    """Return patterns as one that asks for their first characters beforehand: so a long alternation is tried at few places only."""
    joined = joined or "|".join(patterns) or "(?!)"
    seen = [_PLAIN.fullmatch(p) for p in patterns]
    heads = {word[0] for m in seen if m for word in (m["one"] or m["any"]).split("|")}
    return f"(?=[{''.join(sorted(heads))}])(?:{joined})" if heads and all(seen) else joined


def _either(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) or "(?!)")


def report_year(plain: str, sections: Sequence[Section], passed: Sequence[Passed]) -> int | None:
    """Return the report's own year: of a heading that looks back, of the title, of a plan's heading less one, or the year named most."""
    headings = [s for s in sections if s.level in (1, 2)]
    for section in headings:
        years = _years(section.title)
        if years and not section.plan and _LOOKS_BACK.search(section.title):
            return years[-1]
    years = [year for match in _BACK.finditer(plain[:_HEAD]) for year in _years(match.group())]
    if years:
        return years[0]
    title = sections[0].title if sections else ""
    years = _years(title or plain[:80])
    if years:
        return years[-1]
    for section in headings:
        years = _years(section.title)
        if years and section.plan:
            return years[0] - 1
    counted = Counter(_years(plain[:20000]))
    return max(counted, key=lambda y: (counted[y], y)) if counted else None


_BACK = re.compile(
    r"(?:(?:19|20)\d\d|[一二][九〇零0][〇零0一二三四五六七八九]{2})年(?:度|[^\n。，年]{0,6})(?:工作)?(?:回顾|完成情况|工作总结)"
)
_LOOKS_BACK = re.compile("回顾|完成|总结|情况|成效|成绩|主要工作|工作")


def _years(text: str) -> list[int]:
    found = [(m.start(), int(m.group(1))) for m in _YEAR.finditer(text)]
    found += [(m.start(), int("".join(_HAN_DIGITS[c] for c in m.group(1)))) for m in _HAN_YEAR.finditer(text)]
    return [year for _, year in sorted(found)]


def fill_scopes(reading: Reading, plain: str, lexicon: Lexicon) -> None:
    """Fill in scope, period and place of every figure of a reading."""
    finder = _Finder(reading, plain, lexicon.made(_TimeWords))
    for quantity in reading.quantities if reading.sentences else ():
        finder.fill(quantity)


class _Finder:
    """Looks for time and place words around the figures of one text, once a sentence."""

    def __init__(self, reading: Reading, plain: str, words: _TimeWords) -> None:
        self.reading, self.plain, self.words = reading, plain, words
        self.sentence = -1
        self.marks: list[_Mark] = []
        self.starts: list[int] = []
        self.clauses: list[int] = []
        self.standing = False
        self.place = ""
        self.looks_back = bool(words.looking_back.search(plain, 0, _HEAD))
        self.profile = {i for i, s in enumerate(reading.sections) if words.profile.search(s.title)}
        self.planned_until = -1  # 下半年 at a sentence's start holds for its paragraph
        self.carried: _Mark | None = None  # a five-year word of the paragraph
        self.line_end = -1
        self.counting = (-1, "")  # sentence and unit of the last cumulative figure: 累计 holds for a series

    def fill(self, quantity: Quantity) -> None:
        sentence = self.reading.sentences[quantity.sentence]
        if quantity.sentence != self.sentence:
            self._enter(quantity.sentence, sentence)
        scope, period = self._scope(quantity, sentence)
        self.counting = (quantity.sentence, quantity.unit.name) if scope == "cumulative" else (-1, "")
        quantity.fill(scope=scope, period=period, place=self._place(quantity, sentence))

    def _enter(self, index: int, sentence: Sentence) -> None:
        plain = self.plain
        if self.sentence < 0 or sentence.start > self.line_end:
            self.carried = None
            stop = plain.find("\n", sentence.start)
            self.line_end = len(plain) if stop < 0 else stop
        first = self.sentence + 1
        for number in range(max(first, index - 5, 0), index + 1):
            marks = self._marks_of(self.reading.sentences[number])
            self._plan_opens(self.reading.sentences[number])
            five = [m for m in marks if m.scope == "five_year"]
            if five and self.reading.sentences[number].end <= self.line_end + 1:
                self.carried = five[-1]
        self.sentence, self.marks = index, marks
        self.starts = [m.start for m in marks]
        self.clauses = [c[0] for c in sentence.clauses]
        self.standing = bool(self.words.standing.search(plain, sentence.start, min(sentence.end, sentence.start + _PLACE_MAX)))
        self.place = self._place_at(*sentence.clauses[0]) if sentence.clauses else ""

    def _plan_opens(self, sentence: Sentence) -> None:
        if self.plain.startswith(self.words.openings, self._opening(sentence)):
            stop = self.plain.find("\n", sentence.start)
            section = self.reading.sections[sentence.section]
            self.planned_until = min(len(self.plain) if stop < 0 else stop, section.end)

    def _opening(self, sentence: Sentence) -> int:
        """Return where the words of a sentence start, behind a heading's number."""
        section = self.reading.sections[sentence.section]
        start = sentence.start
        if section.start == start:
            start += len(section.number)
        while start < sentence.end and self.plain[start].isspace():
            start += 1
        return start

    def _marks_of(self, sentence: Sentence) -> list[_Mark]:
        found: list[_Mark] = []
        plain = self.plain
        for match in self.words.pattern.finditer(plain, sentence.start, sentence.end):
            kind = match.lastgroup or ""
            if plain.endswith(self.words.than, max(match.start() - 3, 0), match.start()):
                continue
            if kind == "last_year":
                if plain.startswith(self.words.compared, match.end()) or plain.startswith("以来", match.end()):
                    continue
                if self.looks_back and match.group() == "去年":
                    kind = "this_year"
            found.append(_Mark(match.start(), match.end(), "plan" if kind == "planned" else kind, ""))
        dates = _DATE.finditer(plain, sentence.start, sentence.end) if plain.find("年", sentence.start, sentence.end) >= 0 else ()
        for match in dates:
            if not plain.endswith(self.words.than, max(match.start() - 3, 0), match.start()):
                found.append(_Mark(match.start(), match.end(), "year", _period(match)))
        return sorted(found) if len(found) > 1 else found

    def _scope(self, quantity: Quantity, sentence: Sentence) -> tuple[Scope, str]:
        section = self.reading.sections[sentence.section]
        mark = self._nearest(quantity, sentence)
        year = self.reading.year
        if mark is not None and self.standing and mark.scope in ("year", "this_year") and mark.start < self._clause(quantity, sentence):
            mark = None
        if mark is not None and mark.scope == "year":
            return _of_year(mark.period, year, section.plan)
        scope: Scope = mark.scope if mark is not None else "unknown"  # type: ignore[assignment]
        if scope in ("unknown", "this_year", "cumulative") and (section.plan or self._promised(quantity, sentence)):
            scope = "plan"
        if scope == "unknown" and self.counting == (quantity.sentence, quantity.unit.name):
            scope = "cumulative"
        if scope == "cumulative" and self.carried is not None:
            scope = "five_year"
        if scope == "unknown":
            scope = self._default(quantity, section)
        return scope, self._period_of(scope, year, section)

    def _default(self, quantity: Quantity, section: Section) -> Scope:
        if section.plan or quantity.start < self.planned_until:
            return "plan"
        if self.carried is not None and self.carried.start < quantity.start:
            return "five_year"
        profile = self.reading.sentences[quantity.sentence].section in self.profile
        return "unknown" if self.standing or profile else "this_year"

    def _nearest(self, quantity: Quantity, sentence: Sentence) -> _Mark | None:
        """Return the last time word before a figure; one of an earlier clause holds on unless it only compares or counts up."""
        clause = self._clause(quantity, sentence)
        for mark in reversed(self.marks[: bisect_left(self.starts, quantity.start)]):
            if quantity.start - mark.start > _LATE:
                return None
            if mark.start >= clause or mark.scope in ("year", "five_year", "this_year") or self.plain[mark.start : mark.end] in _HOLDING:
                return mark
        return None

    def _clause(self, quantity: Quantity, sentence: Sentence) -> int:
        """Return where the clause of a figure starts."""
        index = bisect_right(self.clauses, quantity.start) - 1
        return sentence.clauses[index][0] if index >= 0 else sentence.start

    def _promised(self, quantity: Quantity, sentence: Sentence) -> bool:
        if not quantity.measure.endswith(self.words.targets):
            return False
        return not self.words.fulfilled.search(self.plain, max(sentence.start, quantity.start - _LATE), quantity.start)

    def _period_of(self, scope: Scope, year: int | None, section: Section) -> str:
        if scope == "plan":
            named = _years(section.title) if section.plan else []
            return str(named[0]) if named else ("" if year is None or not section.plan else str(year + 1))
        if year is None or scope == "unknown":
            return ""
        if scope == "five_year":
            return f"{year - 4}/{year}"
        return str(year - 1 if scope == "last_year" else year)

    def _place(self, quantity: Quantity, sentence: Sentence) -> str:
        return self._place_at(self._clause(quantity, sentence), quantity.start) or self.place

    def _place_at(self, start: int, end: int) -> str:
        """Return the village that a clause speaks of: the first noun of it when it is the name of one."""
        stop = min(end, start + _PLACE_WINDOW)
        if self.words.place_end.search(self.plain, start, stop) is None:
            return ""
        first = next((t for t in self.words.cut(self.plain, start, stop) if t.kind in (TEXT, NOUN, NAME)), None)
        match = self.words.place.match(self.plain, first.start, end) if first is not None else None
        if match is None or self.plain.startswith("、", match.end()):
            return ""
        name = match.group()
        return "" if any(name.endswith(w) for w in self.words.not_places) else name


_HOLDING = {"截至", "截止", "力争", "预计", "计划", "到明年", "明年", "下半年", "下一步", "去年", "上年"}


def _period(match: re.Match[str]) -> str:
    year = match["year"]
    if match["month"]:
        return f"{year}-{int(match['month']):02d}"
    if match["half"]:
        return f"{year}H{1 if match['half'] == '上半年' else 2}"
    if match["quarter"]:
        return f"{year}Q{'一二三四'.find(match['quarter']) + 1 or match['quarter']}"
    return year


def _of_year(period: str, year: int | None, plan: bool) -> tuple[Scope, str]:
    named = int(period[:4])
    if year is None:
        return ("plan" if plan else "this_year"), period
    if named > year or (plan and named == year):
        return "plan", period
    if named == year:
        return "this_year", period
    return ("last_year" if named == year - 1 else "unknown"), period
