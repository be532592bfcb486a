"""Which indicators the words of a figure may mean: likeness of wording, units that convert, and words that exclude each other.

A name (title or synonym of an indicator) and the words of the text are brought to one form (synonyms to the first of their group, light words
and what the unit says dropped) and compared by single characters and pairs of characters, each weighted by how few names have it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from taizhang.audit.links_model import Candidate
from taizhang.pack.definitions import Aggregate, Indicator, Pack
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Unit
from taizhang.reader.normal import normalise
from taizhang.reader.units import units

# Found on reports other than those it is measured on; wording that a name lacks counts less than what the text lacks of the name.
_MISSING_OF_NAME, _MISSING_OF_TEXT = 0.55, 0.3
_SINGLE = 0.35  # weight of a single character beside a pair
_UNKNOWN = 0.6  # weight of wording that no name has, beside the rarest
_AROUND = 0.5  # what words round about take from what is missing of a name
_LEAST_MISSING = _MISSING_OF_NAME * (1 - _AROUND)
_NOTHING_LIKE = 0.15
_BY_CLAUSE = 0.75  # how far the clause alone may stand for the measure that was read out of it
_SAME_WORDS = 0.1  # what a name gains that is nothing but the measure
_LONGER = 0.03  # and, for each character, a name that stands whole in the clause: the longer one says more
_MARKED = 0.5  # what is left of a score when one side has a marked word (新增) and the other has not
_NARROWED = 0.42  # what is left when a set is narrowed down by words of which the name has none
_MORE = 3  # characters by which a clause says more than a bare 村 or 企业
KEPT = 6
_PACKS_KEPT = 4
ANY = "any"

_YEAR = re.compile(r"(?:19|20)\d\d年?(?:\d{1,2}月)?")
_DROPPED = re.compile(r"[\s“”‘’\"'《》〈〉「」『』()、，。；：,;:!！?？·—\-]+")
Marks = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Wording:
    """The word lists, compiled."""

    same: re.Pattern[str] | None
    first: Mapping[str, str]
    light: re.Pattern[str] | None
    tails: Mapping[str, tuple[str, ...]]
    excepted: re.Pattern[str] | None
    poles: tuple[tuple[str, str, re.Pattern[str]], ...]  # axis, pole, words
    marked: frozenset[str]
    around: frozenset[str]
    clause: frozenset[str]
    of_flows: Marks
    classifiers: tuple[frozenset[str], ...]
    anything: frozenset[str]
    given_to: tuple[str, ...]
    part_words: tuple[str, ...]
    containers: frozenset[str]
    verbs: frozenset[str]

    def begins_with_verb(self, place: str) -> bool:
        """Tell whether what looks like a place is none: 配备村 of 配备村辅警6人."""
        return any(place[:n] in self.verbs for n in (2, 3, 4))

    def plain(self, text: str) -> str:
        """Return a text with one word for all that mean the same."""
        text = _DROPPED.sub("", _YEAR.sub("", normalise(text)))
        return self.same.sub(lambda m: self.first[m[0]], text) if self.same else text

    def bare(self, plain: str, unit: str) -> str:
        """Return a plain text without light words and without what the unit says; the text itself when nothing else is in it."""
        short = self.light.sub("", plain) if self.light else plain
        for tail in (*self.tails.get(unit, ()), *self.tails.get(ANY, ())):
            if short.endswith(tail) and len(short) > len(tail):
                short = short[: -len(tail)]
                break
        return short or plain

    def marks(self, plain: str) -> Marks:
        """Return the poles of which a plain text has words."""
        text = self.excepted.sub("·", plain) if self.excepted else plain
        return frozenset((axis, pole) for axis, pole, words in self.poles if words.search(text))


def wording(lexicon: Lexicon) -> Wording:
    """Compile the sections ``synonyms`` and ``opposed``; called through ``lexicon.made``."""
    synonyms: Mapping[str, Any] = lexicon.get("synonyms") or {}
    opposed: Mapping[str, Any] = lexicon.get("opposed") or {}
    first = {_packed(word): _packed(group[0]) for group in synonyms.get("same", ()) for word in group}
    axes = opposed.get("axes", ())
    poles = tuple((a["name"], pole, _any_of(words)) for a in axes for pole, words in a["poles"].items())
    tails = {unit: tuple(sorted(words, key=len, reverse=True)) for unit, words in synonyms.get("told_by_unit", {}).items()}
    return Wording(
        _any_of(first) if first else None,
        first,
        _any_of(synonyms["light"]) if synonyms.get("light") else None,
        tails,
        _any_of(opposed["except"]) if opposed.get("except") else None,
        tuple((axis, pole, words) for axis, pole, words in poles),
        frozenset(a["name"] for a in axes if a.get("marked")),
        frozenset(a["name"] for a in axes if a.get("around")),
        frozenset(a["name"] for a in axes if a.get("clause")),
        frozenset((a["name"], pole) for a in axes for pole in a.get("flows", ())),
        tuple(frozenset(map(str, group)) for group in synonyms.get("classifiers", ())),
        frozenset(map(str, synonyms.get("anything", ()))),
        tuple(synonyms.get("given_to", ())),
        tuple(synonyms.get("part_words", ())),
        frozenset(map(_packed, synonyms.get("containers", ()))),
        frozenset(w for words in (lexicon.get("verbs") or {}).values() for w in words if len(w) > 1),
    )


def _packed(word: object) -> str:
    return _DROPPED.sub("", normalise(str(word)))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(normalise(str(w))) for w in sorted(set(words), key=lambda w: (-len(w), w))))


def grams(text: str) -> Counter[str]:
    """Return the single characters and pairs of a text."""
    return Counter([*text, *(text[i : i + 2] for i in range(len(text) - 1))])


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an indicator, prepared."""

    indicator: str
    text: str
    grams: Counter[str]
    weight: float
    marks: Marks
    idle: Marks  # marks of the text that say nothing beside this name


class Index:
    """The names of all indicators of a pack, by their characters."""

    def __init__(self, pack: Pack, lexicon: Lexicon) -> None:
        self.words = lexicon.made(wording)
        self.units = {i.name: units_of(i.unit, lexicon) for i in pack.indicators.values()}
        self.pack = pack
        prepared = [(i.name, *found) for i in pack.indicators.values() for found in self._prepare(i)]
        by_indicator: dict[str, set[str]] = defaultdict(set)
        for indicator, text, _ in prepared:
            by_indicator[indicator].update(grams(text))
        count = Counter(gram for found in by_indicator.values() for gram in found)
        total = len(by_indicator)
        self._idf = {gram: math.log(1 + (total - n + 0.5) / (n + 0.5)) for gram, n in count.items()}
        self._unknown = _UNKNOWN * math.log(1 + (total + 0.5) / 0.5)
        idle = {i.name: self.words.of_flows if _is_flow(i) else frozenset() for i in pack.indicators.values()}
        self.names = [Name(name, text, grams(text), self._sum(grams(text)), marks, idle[name]) for name, text, marks in prepared]
        self._having: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self.names):
            for gram in name.grams:
                self._having[gram].append(at)

    def _prepare(self, indicator: Indicator) -> Iterator[tuple[str, Marks]]:
        of_title = self.words.marks(self.words.plain(indicator.title))
        for name in dict.fromkeys([indicator.title, *indicator.synonyms]):
            plain = self.words.plain(name)
            marks = self.words.marks(plain)
            # 参保率 alone, as another name of 医保参保率, is still of medical insurance.
            silent = {(a, p) for a, p in of_title if a not in self.words.marked and all(a != axis for axis, _ in marks)}
            yield self.words.bare(plain, indicator.unit), marks | silent

    def _weight(self, gram: str) -> float:
        return self._idf.get(gram, self._unknown) * (_SINGLE if len(gram) == 1 else 1.0)

    def _sum(self, found: Mapping[str, int]) -> float:
        return sum(self._weight(gram) * n for gram, n in found.items())

    def likeness(self, plain: str, unit: str, context: Mapping[str, int]) -> dict[int, float]:
        """Return how like every name is that has anything in common with a plain text, from 0 to 1.

        What the text lacks of a name counts half when it stands round about: 工作小组 under 疫情防控.
        """
        asked = grams(self.words.bare(plain, unit))
        whole = self._sum(asked)
        common: dict[int, float] = defaultdict(float)
        for gram, n in asked.items():
            weight = self._weight(gram)
            for at in self._having.get(gram, ()):
                common[at] += weight * min(n, self.names[at].grams[gram])
        best = (
            (at, hit, hit / (hit + _LEAST_MISSING * (self.names[at].weight - hit) + _MISSING_OF_TEXT * (whole - hit)))
            for at, hit in common.items()
        )
        return {at: self._tversky(at, hit, whole, asked, context) for at, hit, possible in best if possible >= _NOTHING_LIKE}

    def _tversky(self, at: int, hit: float, whole: float, asked: Mapping[str, int], context: Mapping[str, int]) -> float:
        name = self.names[at]
        missing = name.weight - hit
        around = self._sum({g: n for g, n in name.grams.items() if g in context and g not in asked})
        missing -= _AROUND * min(around, missing)
        return hit / (hit + _MISSING_OF_NAME * missing + _MISSING_OF_TEXT * (whole - hit))


def _is_flow(indicator: Indicator) -> bool:
    """Tell whether an indicator counts what happens in a period: of it all is new, so that 新增 says nothing."""
    return isinstance(indicator.formula, Aggregate) and indicator.formula.when in ("at", "began")


def index_of(pack: Pack, lexicon: Lexicon) -> Index:
    """Return the index of a pack, built once for a lexicon."""
    kept = lexicon.made(_indexes)
    if id(pack) not in kept or kept[id(pack)].pack is not pack:
        if len(kept) >= _PACKS_KEPT:
            kept.clear()
        kept[id(pack)] = Index(pack, lexicon)
    return kept[id(pack)]


def _indexes(_lexicon: Lexicon) -> dict[int, Index]:
    return {}


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a figure: what it measures, the clause it stands in, what stands round about, and its unit."""

    measure: str
    left: str  # of the clause, up to the figure before
    right: str
    context: str
    unit: Unit


def candidates(index: Index, asked: Asked) -> tuple[list[Candidate], list[Candidate]]:
    """Return the indicators that a figure may be, best first: those whose unit converts, and those that would need another unit."""
    words = index.words
    measure, clause = words.plain(asked.measure), words.plain(f"{asked.left} {asked.right}")
    if _says_nothing(words, asked, measure, clause):
        measure = ""
    around = words.plain(asked.context)
    context = grams(around)
    by_measure = index.likeness(measure, asked.unit.name, context) if measure else {}
    by_clause = index.likeness(clause, asked.unit.name, context) if clause else {}
    outer = words.marks(measure) | words.marks(clause)
    inner = words.marks(measure)
    inner |= {(axis, pole) for axis, pole in outer if axis in words.clause and all(axis != other for other, _ in inner)}
    outer |= {(axis, pole) for axis, pole in words.marks(around) if axis in words.around}
    bare_measure, bare_clause = words.bare(measure, asked.unit.name), words.bare(clause, asked.unit.name)
    narrowed = _narrowing(words, asked)
    best: dict[str, float] = {}
    for at in by_measure.keys() | by_clause.keys():
        name = index.names[at]
        m, c = by_measure.get(at, 0.0), by_clause.get(at, 0.0)
        whole = len(name.text) > 2 and name.text in bare_clause and bare_measure in name.text
        if whole:
            m = max(m, 1.0)  # the measure that was read left a qualifier out
        score = max(0.65 * m + 0.35 * max(m, c), _BY_CLAUSE * c) if measure or whole else c
        score += _SAME_WORDS * (m > 0.999) + _LONGER * len(name.text) * whole
        score *= _agreement(name.marks, outer, inner - name.idle, words.marked) * (
            _NARROWED if narrowed and not narrowed & name.grams.keys() else 1
        )
        if score > best.get(name.indicator, 0.0):
            best[name.indicator] = score
    return _parted(index, asked.unit, best)


def _says_nothing(words: Wording, asked: Asked, measure: str, clause: str) -> bool:
    """Tell whether the clause has to say what is counted: 为12户贫困户发放小额贷款, 6个村实现广播村村通."""
    if asked.left.endswith(words.given_to) and asked.right:
        return True
    more = len(words.bare(clause, asked.unit.name)) - len(words.bare(measure, asked.unit.name))
    return measure in words.containers and more >= _MORE


def _narrowing(words: Wording, asked: Asked) -> frozenset[str]:
    """Return the pairs of characters of what narrows a set of people down (发展特色产业的贫困户615户); empty where nothing does."""
    before, of, _ = asked.left.rpartition("的")
    if not of or asked.unit.person not in ("person", "household"):
        return frozenset()
    narrowing = words.bare(words.plain(before), asked.unit.name)
    return frozenset(narrowing[i : i + 2] for i in range(len(narrowing) - 1))


def _parted(index: Index, unit: Unit, best: Mapping[str, float]) -> tuple[list[Candidate], list[Candidate]]:
    fitting, relaxed = [], []
    for indicator, score in best.items():
        fit = max(fits(index.words, unit, other) for other in index.units[indicator])
        if fit:
            fitting.append(Candidate(indicator, score * fit))
        else:
            relaxed.append(Candidate(indicator, score, relaxed=True))
    for found in (fitting, relaxed):
        found.sort(key=lambda c: (-c.score, c.indicator))
    return fitting[:KEPT], relaxed[:KEPT]


def _agreement(name: Marks, outer: Marks, inner: Marks, marked: frozenset[str]) -> float:
    """Return what opposed words leave of a score: the clause may lend a mark to its figure, but may not forbid what the measure says."""
    left = 1.0
    for axis in {a for a, _ in name | inner}:
        of_name, of_inner = {p for a, p in name if a == axis}, {p for a, p in inner if a == axis}
        of_outer = {p for a, p in outer if a == axis}
        if of_name and of_inner and not of_name & of_inner:
            return 0.0
        if axis in marked and (bool(of_name - of_outer) or bool(of_inner - of_name)):
            left *= _MARKED
    return left


def fits(words: Wording, unit: Unit, other: Unit) -> float:
    """Return how far two units may stand for the same: 1 when they convert, 0 when they never do.

    Households, persons and visits never stand for each other; classifiers of things may, as people choose among them freely.
    """
    if unit.dimension == other.dimension and unit.dimension:
        return 1.0
    if not (_counts(unit) and _counts(other)):
        return 0.0
    persons = {"person", "household", "visit"}
    if unit.person in persons or other.person in persons:
        return 0.8 if unit.name == "" else 0.0
    if any(unit.name in group and other.name in group for group in words.classifiers):
        return 0.95
    return 0.85 if unit.name in words.anything or other.name in words.anything else 0.75


def _counts(unit: Unit) -> bool:
    return unit.kind == "count" or unit.name == ""


def units_of(text: str, lexicon: Lexicon) -> tuple[Unit, ...]:
    """Return the units in which an indicator may be written: its own, and of a unit such as 元/人 the part before the stroke (人均…元)."""
    return lexicon.made(_known_units)(text)


def _known_units(lexicon: Lexicon) -> Callable[[str], tuple[Unit, ...]]:
    return partial(_read_units, lexicon, {})


def _read_units(lexicon: Lexicon, known: dict[str, tuple[Unit, ...]], text: str) -> tuple[Unit, ...]:
    if text not in known:
        own = _known_unit(text, lexicon) or Unit(text, text)
        known[text] = (own, *_read_units(lexicon, known, text.split("/")[0])) if "/" in text else (own,)
    return known[text]


def _known_unit(text: str, lexicon: Lexicon) -> Unit | None:
    found = units(lexicon).match(text, 0) if text else None
    return found.unit if found and found.end == len(text) else None
