"""What the readers of bare numbers look up, and what they give back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Interval
from taizhang.reader.quantities.words import Words, any_of, words_of

#: Blanks inside a number are looked through up to here; more are a gap.
GAP = " {0,8}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the text; ``unit`` is empty for a bare one."""

    start: int
    end: int
    text: str
    value: Decimal | None  # None where a currency is named without a number
    unit: str = ""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A range of bare numbers. ``form`` tells what made it: compared (大于 10), beside (10 以上), between (20~100), vague (500多亿)."""

    start: int
    end: int
    text: str
    interval: Interval
    form: Literal["compared", "beside", "between", "vague"]


@dataclass(frozen=True, slots=True)
class Bare:
    """Tables of one lexicon."""

    words: Words
    start: re.Pattern[str]
    start_of_money: re.Pattern[str]
    parts: re.Pattern[str]  # 分之
    points: re.Pattern[str]  # 个百分点
    tenth: re.Pattern[str]  # 成 折
    fixed_shares: dict[str, Decimal]  # 对折
    minus: str
    mixed: str  # 又
    discount: str
    formal: str
    dozen: str
    goes_on: str  # behind a formal digit these go on with the number: 打 又 分
    letters: dict[str, int]
    ordinal: str
    old: str
    before: list[tuple[re.Pattern[str], str, bool]]  # comparisons before a number: pattern, side, open
    behind: list[tuple[re.Pattern[str], str]]
    than: re.Pattern[str]
    than_low: str
    than_high: str
    join: re.Pattern[str]
    between: re.Pattern[str]
    needs_inside: frozenset[str]
    currency: re.Pattern[str]  # names of currencies
    range_in: str
    range_inside: re.Pattern[str]


def bare_words(lexicon: Lexicon) -> Bare:
    """Return the tables of a lexicon, made at the first call."""
    return lexicon.made(_build)


def _spaced(words: Iterable[str]) -> str:
    """Return a pattern for any of some words with blanks allowed between their characters."""
    return "|".join(" {0,4}".join(re.escape(c) for c in w) for w in sorted(words, key=len, reverse=True))


def _build(lexicon: Lexicon) -> Bare:
    words, section = words_of(lexicon), lexicon["numerals"]
    compared: dict[str, Any] = section["comparisons"]
    first = "".join(dict.fromkeys(w[0] for w in section["half_share"])) + section["minus"] + section["ordinal"]
    start = f"{words.letters.start.pattern[:-1]}{re.escape(''.join(dict.fromkeys(first)))}.-]"
    currencies = _currencies(words, section["coins"])
    return Bare(
        words=words,
        start=re.compile(start),
        start_of_money=re.compile(f"{start}|{any_of(currencies)}"),
        parts=re.compile(f"{GAP}(?:{_spaced(section['parts'])}){GAP}"),
        points=re.compile(f"{GAP}(?:{_spaced(section['points'])})"),
        tenth=re.compile(f"{GAP}[{section['tenths']}]"),
        fixed_shares={str(k): Decimal(v) for k, v in section["half_share"].items()},
        minus=section["minus"],
        mixed=section["and"],
        discount=section["discount"],
        formal=section["formal"],
        dozen=section["dozen"],
        goes_on=section["dozen"] + section["and"] + "".join(w[0] for w in section["parts"]),
        letters={str(k): int(v) for k, v in section["letters"].items()},
        ordinal=section["ordinal"],
        old=section["old"],
        before=_comparisons(compared),
        behind=[(re.compile(f"{GAP}(?:{any_of(compared['behind_' + side])})"), side) for side in ("low", "high")],
        than=re.compile(compared["than"]),
        than_low=compared["than_low"],
        than_high=compared["than_high"],
        join=re.compile(f"{GAP}(?:{any_of(compared['join'])})?{GAP}"),
        between=re.compile(f"{GAP}(?:{any_of(compared['between'])}){GAP}"),
        needs_inside=frozenset(compared["needs_inside"]),
        currency=re.compile(any_of(currencies)),
        range_in=compared["in"],
        range_inside=re.compile(f"{GAP}(?:{any_of(compared['inside'])})"),
    )


def _comparisons(compared: dict[str, Any]) -> list[tuple[re.Pattern[str], str, bool]]:
    """Return the comparisons, longest words first, so that 大于等于 is not read as 大于."""
    every = [(w, side, how == "open") for side in ("low", "high") for how in ("open", "closed") for w in compared[f"{side}_{how}"]]
    return [(re.compile(re.escape(w) + GAP), side, is_open) for w, side, is_open in sorted(every, key=lambda e: -len(e[0]))]


def _currencies(words: Words, not_first: str) -> list[str]:
    """Return the names of currencies: every way to write a unit of money that is longer than a character, but not 元整 or 块钱."""
    return [s for s, w in words.units.by_surface.items() if w.unit.kind == "money" and len(s) > 1 and s[0] not in not_first]
