"""Words that make a figure approximate, and the interval that a written figure stands for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Approximation, Interval
from taizhang.reader.numerals.alphabet import place_of

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Word:
    """An approximate word."""

    text: str
    kind: Approximation
    open: bool = False  # 超过 500: 500 itself is not meant
    near: bool = False  # 近
    bare: bool = False  # only before 百 千 万 亿 alone: 上千
    not_after: str = ""


class Approximations:
    """The approximate words of a lexicon, those before a number by last character, those behind by first."""

    def __init__(self, section: dict[str, Any]) -> None:
        self.about = Decimal(section["settings"]["about_percent"]) / _HUNDRED
        self.near = Decimal(section["settings"]["near_percent"]) / _HUNDRED
        self._before: dict[str, list[Word]] = {}
        self._after: dict[str, list[Word]] = {}
        for text, data in section["before"].items():
            self._before.setdefault(text[-1], []).append(Word(text, **data))
        for text, data in section["after"].items():
            self._after.setdefault(text[0], []).append(Word(text, **data))
        for words in (*self._before.values(), *self._after.values()):
            words.sort(key=lambda w: -len(w.text))
        self.last_before = frozenset(self._before)

    def before(self, text: str, pos: int, bare: bool) -> tuple[int, Word] | None:
        """Return the word that ends before a number, and where it starts."""
        end = pos
        while end and text[end - 1] == " ":
            end -= 1
        for word in self._before.get(text[end - 1 : end], ()):
            start = end - len(word.text)
            if start >= 0 and text.startswith(word.text, start) and (bare or not word.bare):
                if start and text[start - 1] in word.not_after:
                    return None
                return start, word
        return None

    def after(self, text: str, pos: int) -> tuple[int, Word] | None:
        """Return the word that starts behind a figure, and where it ends."""
        for word in self._after.get(text[pos : pos + 1], ()):
            if text.startswith(word.text, pos):
                return pos + len(word.text), word
        return None

    def interval(self, value: Decimal, high: Decimal | None, words: list[Word]) -> Interval | None:
        """Return the values that words allow; of two words, whatever either allows. None without a word."""
        if not words:
            return None
        found = [self._one(value, value if high is None else high, w) for w in words]
        return found[0] if len(found) == 1 else self.either(found)

    def either(self, found: list[Interval]) -> Interval:
        """Return the least interval that holds all of some."""
        low = min(found, key=lambda i: (i.low is not None, i.low or 0, i.low_open))
        high = max(found, key=lambda i: (i.high is None, i.high or 0, not i.high_open))
        return Interval(low.low, high.high, low.low_open, high.high_open)

    def _one(self, low: Decimal, high: Decimal, word: Word) -> Interval:
        if word.kind == "about":
            return Interval(low - abs(low) * self.about, high + abs(high) * self.about)
        if word.near:
            return Interval(low * self.near, high, high_open=True)
        if word.kind == "over":
            return Interval(low, None, low_open=word.open)
        return Interval(None, high, high_open=word.open)


def approximations(lexicon: Lexicon) -> Approximations:
    """Return the approximate words of a lexicon, made at the first call."""
    return lexicon.made(_build)


def _build(lexicon: Lexicon) -> Approximations:
    return Approximations(lexicon["approximations"])


def vague_interval(value: Decimal) -> Interval:
    """Return what 余, 多, 几 allow: above the number, up to the next step of its last digit that is not zero."""
    return Interval(value, value + place_of(value), low_open=True, high_open=True)


def plain_interval(value: Decimal, place: Decimal, whole: bool) -> Interval:
    """Return what a number without any such word stands for: itself when it counts, else half a unit of the last digit both ways."""
    if whole and place <= 1:
        return Interval(value, value)
    return Interval(value - place / 2, value + place / 2, high_open=True)
