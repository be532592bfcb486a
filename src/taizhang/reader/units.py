"""Units and classifiers: which one stands at a place of the text, the longest first, out of the lexicon's ``units`` section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Unit

#: What a bare number has.
NO_UNIT = Unit("", "")
_LATIN = re.compile(r"[A-Za-z]", re.ASCII)
_DIVIDING, _DIVIDING_FURTHER = "/每", "/·"
#: Between 个 and 月: 3个多月, 2个半小时.
_INNER = re.compile(r"[多余来几半]")


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


@dataclass(frozen=True, slots=True)
class Match:
    """A unit found in the text."""

    end: int
    written: Written
    unit: Unit
    surface: str
    inner: str = ""  # 多 of 个多月


class Units:
    """All units of a lexicon, by first character."""

    def __init__(self, entries: Iterator[Written], parts: Mapping[str, Sequence[tuple[str, Decimal]]], per: Sequence[str]) -> None:
        self._by_first: dict[str, list[Written]] = {}
        self.by_surface: dict[str, Written] = {}
        for entry in entries:
            # The first that claims a surface keeps it: measures come before classifiers, classifiers before nouns.
            if self.by_surface.setdefault(entry.surface, entry) is entry:
                self._by_first.setdefault(entry.surface[0], []).append(entry)
        for group in self._by_first.values():
            group.sort(key=lambda w: -len(w.surface))
        self._parts, self._per = parts, sorted(per, key=len, reverse=True)
        self.first = frozenset(self._by_first)

    def match(self, text: str, pos: int) -> Match | None:
        """Return the longest unit at a place, with what it is divided by (元/亩)."""
        found = self._simple(text, pos)
        if found is None:
            return None
        end, unit = found.end, found.unit
        signs = _DIVIDING
        while text[end : end + 1] and text[end] in signs and (lower := self._lower(text, end + 1)) is not None:
            # 份/张, 台/套: two words for the same things, no rate.
            if not (unit.whole and lower.unit.whole and unit.person == lower.unit.person):
                unit = _divided(unit, lower.unit)
            end, signs = lower.end, _DIVIDING_FURTHER
        return found if end == found.end else replace(found, end=end, unit=unit, surface=text[pos:end])

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
        for entry in self._by_first.get(text[pos : pos + 1], ()):
            if text.startswith(entry.surface, pos):
                end = pos + len(entry.surface)
                after = text[end : end + 1]
                if not (after and after in entry.barred) and not (_latin_end(entry.surface) and _LATIN.match(after)):
                    return self._inner(text, pos, Match(end, entry, entry.unit, entry.surface))
        return None

    def _inner(self, text: str, pos: int, found: Match) -> Match:
        """Look through 多 in 个多月: the unit is 个月."""
        if found.surface == "个" and _INNER.match(text, found.end):
            for entry in self._by_first["个"]:
                rest = entry.surface[1:]
                if rest and text.startswith(rest, found.end + 1):
                    return Match(found.end + 1 + len(rest), entry, entry.unit, entry.surface, text[found.end])
        return found


def _latin_end(surface: str) -> bool:
    return bool(_LATIN.match(surface[-1]))


def _divided(upper: Unit, lower: Unit) -> Unit:
    name = f"{upper.name}/{lower.name}"
    return Unit(name, f"{upper.dimension}/{lower.dimension}", upper.factor / lower.factor, upper.kind if upper.kind != "count" else "other")


def units(lexicon: Lexicon) -> Units:
    """Return the units of a lexicon, made at the first call."""
    return lexicon.made(_build)


def _build(lexicon: Lexicon) -> Units:
    section: Mapping[str, Any] = lexicon["units"]
    parts = {
        dimension: [(str(surface), Decimal(str(factor))) for surface, factor in group.items()]
        for dimension, group in section.get("parts", {}).items()
    }
    return Units(_entries(section), parts, [str(p) for p in section.get("per", ())])


def _entries(section: Mapping[str, Any]) -> Iterator[Written]:
    barred: Mapping[str, str] = section.get("not_before", {})
    for dimension, group in section.get("measures", {}).items():
        for name, data in group["units"].items():
            unit = Unit(str(data.get("name", name)), dimension, Decimal(str(data.get("factor", 1))), group["kind"])
            yield from _written(str(name), unit, data, barred)
    for name, data in section.get("classifiers", {}).items():
        counted = str(data.get("name", name))
        yield from _written(str(name), Unit(counted, counted, person=data.get("class", "thing"), whole=True), data, barred)
    for name, data in section.get("nouns", {}).items():
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
