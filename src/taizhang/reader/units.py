"""Units and classifiers: which one stands at a place of the text, the longest first, out of the lexicon's ``units`` section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Unit

#: What a bare number has.
NO_UNIT = Unit("", "")
_HAN = re.compile(r"[\u4e00-\u9fff0-9]")
_LATIN = re.compile(r"[A-Za-z]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Written:
    """One way to write a unit."""

    surface: str
    unit: Unit
    barred: str = ""  # characters that may not follow
    han: bool = True  # Han numerals may stand before it
    one: bool = True  # 一 alone may stand before it
    times: Decimal = Decimal(1)  # of the unit: 成 is 10 %
    order: bool = False  # numbers things instead of counting them
    noun: bool = False  # the thing itself, counted without a classifier
    note: bool = False  # and that is worth a note
    not_person: str = ""  # characters near it that make a person's classifier one of things: 井 of 口


class Match(NamedTuple):
    """A unit found in the text."""

    end: int
    written: Written
    unit: Unit
    surface: str
    inner: str = ""  # 多 of 个多月


class Units:
    """All units of a lexicon, by first character."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        self.by_surface: dict[str, Written] = {}
        for entry in _entries(section):
            # The first that claims a surface keeps it: measures come before classifiers, classifiers before nouns.
            self.by_surface.setdefault(entry.surface, entry)
        lengths: dict[str, set[int]] = {}
        for surface in self.by_surface:
            lengths.setdefault(surface[0], set()).add(len(surface))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        self._parts = {
            dimension: [(str(surface), Decimal(str(factor))) for surface, factor in group.items()]
            for dimension, group in section["parts"].items()
        }
        self._per = sorted(map(str, section["per"]), key=len, reverse=True)
        # A word instead of the sign closes its clause (500元每人), else it begins the next one (3万元每户补助).
        self._per_word: str = section["per_word"]
        self._per_signs: tuple[str, str] = section["per_signs"], section["per_signs_further"]
        # 个 may part from the rest of its unit: 3个多月, 2个半小时.
        self._split: tuple[str, str] = section["split"], section["split_by"]
        self.first = frozenset(self._lengths)

    def match(self, text: str, pos: int) -> Match | None:
        """Return the longest unit at a place, with what it is divided by (元/亩)."""
        found = self._simple(text, pos)
        if found is None:
            return None
        end, unit = found.end, found.unit
        signs, further = self._per_signs
        while text[end : end + 1] and text[end] in signs and (lower := self._lower(text, end + 1)) is not None:
            if text[end] == self._per_word and (unit.whole or _HAN.match(text, lower.end)):
                break
            # 份/张, 台/套: two words for the same things, no rate.
            if not (unit.whole and lower.unit.whole and unit.person == lower.unit.person):
                unit = _divided(unit, lower.unit)
            end, signs = lower.end, further
        return found if end == found.end else found._replace(end=end, unit=unit, surface=text[pos:end])

    def _lower(self, text: str, pos: int) -> Match | None:
        """Return what a unit is divided by."""
        for name in self._per:
            if text.startswith(name, pos):
                return Match(pos + len(name), Written(name, unit := Unit(name, name, kind="other")), unit, name)
        return self._simple(text, pos)

    def part(self, text: str, pos: int, dimension: str) -> tuple[int, Decimal] | None:
        """Return where a unit of one dimension ends and its factor, for a smaller unit behind a larger one (毛 of 五元三毛)."""
        for surface, factor in self._parts.get(dimension, ()):
            if text.startswith(surface, pos):
                return pos + len(surface), factor
        return None

    def _simple(self, text: str, pos: int) -> Match | None:
        for length in self._lengths.get(text[pos : pos + 1], ()):
            entry = self.by_surface.get(text[pos : pos + length])
            if entry is not None:
                end = pos + len(entry.surface)
                after = text[end : end + 1]
                if not (after and after in entry.barred) and not (after <= "z" and _LATIN.match(after) and _LATIN.match(entry.surface[-1])):
                    return self._inner(text, pos, Match(end, entry, entry.unit, entry.surface))
        return None

    def _inner(self, text: str, pos: int, found: Match) -> Match:
        """Look through 多 in 个多月: the unit is 个月."""
        after = text[found.end : found.end + 1]
        if found.surface == self._split[0] and after and after in self._split[1]:
            for length in self._lengths[found.surface]:
                entry = self.by_surface.get(found.surface + text[found.end + 1 : found.end + length])
                if entry is not None and len(entry.surface) > 1:
                    return Match(found.end + len(entry.surface), entry, entry.unit, entry.surface, after)
        return found


def _divided(upper: Unit, lower: Unit) -> Unit:
    name = f"{upper.name}/{lower.name}"
    return Unit(name, f"{upper.dimension}/{lower.dimension}", upper.factor / lower.factor, upper.kind if upper.kind != "count" else "other")


def units(lexicon: Lexicon) -> Units:
    """Return the units of a lexicon, made at the first call."""
    return lexicon.made(_build)


def _build(lexicon: Lexicon) -> Units:
    return Units(lexicon["units"])


def _entries(section: Mapping[str, Any]) -> Iterator[Written]:
    barred: Mapping[str, str] = section.get("not_before", {})
    for dimension, group in section.get("measures", {}).items():
        for name, data in ((n, d or {}) for n, d in group["units"].items()):
            unit = Unit(str(data.get("name", name)), dimension, Decimal(str(data.get("factor", 1))), group["kind"])
            yield from _written(str(name), unit, data, barred)
    for name, data in ((n, d or {}) for n, d in section.get("classifiers", {}).items()):
        counted = str(data.get("name", name))
        yield from _written(str(name), Unit(counted, counted, person=data.get("class", "thing"), whole=True), data, barred)
    for name, data in ((n, d or {}) for n, d in section.get("nouns", {}).items()):
        counted = str(data.get("name", name))
        unit = Unit(counted, counted, person=data.get("class", "thing"), whole=True)
        yield from _written(str(name), unit, {"han": False, **data}, barred, noun=True)


def _written(name: str, unit: Unit, data: Mapping[str, Any], barred: Mapping[str, str], *, noun: bool = False) -> Iterator[Written]:
    for surface in (name, *data.get("also", ())):
        yield Written(
            str(surface),
            unit,
            barred=str(data.get("not", "") if surface == name else barred.get(str(surface), "")),
            han=data.get("han", True),
            one=data.get("one", True),
            times=Decimal(str(data.get("times", 1))),
            order=data.get("order", False),
            noun=noun,
            note=data.get("note", False),
            not_person=str(data.get("not_person", "")),
        )
