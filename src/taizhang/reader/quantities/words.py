"""What the search for figures looks up, gathered once from a lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from taizhang.reader.approximations import Approximations, approximations
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.numerals import Alphabet, alphabet
from taizhang.reader.units import Units, units


@dataclass(frozen=True, slots=True)
class Words:
    """Tables of one lexicon."""

    letters: Alphabet
    start: re.Pattern[str]  # what a figure begins with: a digit, or a Han numeral or 半 with something beside it that makes it one
    units: Units
    approximations: Approximations
    parts: tuple[str, ...]  # 分之
    shares: dict[str, str]  # 百 -> %
    whole_shares: dict[str, Decimal]  # 百分百
    only_approximate: frozenset[str]
    not_numbers: frozenset[str]
    around_numbers: dict[str, tuple[tuple[int, int], ...]]  # by the numeral in such a word: how far it reaches before and behind
    half_of: frozenset[str]  # dimensions before whose units 半 is a number
    half_not_after: str
    after_unit: str  # 多 of 3年多
    change: re.Pattern[str]
    down: frozenset[str]
    change_to: str
    change_is: str
    change_nouns: str
    change_gap: int
    levels: re.Pattern[str]
    rate: re.Pattern[str]
    zero_after: str
    omitted: re.Pattern[str]
    cues: dict[str, str]
    after_omitted: int
    before_omitted: int
    money: str
    pointing: str
    pointing_always: str
    from_words: str
    list_marks: frozenset[str]  # 、 between figures of which something is said once
    range_sign: re.Pattern[str]
    never_decimal: frozenset[str]
    below_zero: frozenset[str]
    below: str
    coldness: frozenset[str]
    part_before: str
    part_after: tuple[str, ...]
    one_before: re.Pattern[str]
    one_after: str
    ratio_sum: Decimal
    ratio_slack: Decimal
    numbered_after: dict[str, str]
    rank_before: str
    rank_units: frozenset[str]


def words_of(lexicon: Lexicon) -> Words:
    """Return the tables of a lexicon, made at the first call."""
    return lexicon.made(_build)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of some words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


# What is taken over from contexts.yaml as it is.
_AS_WRITTEN = (
    "zero_after", "after_omitted", "before_omitted", "money", "pointing", "pointing_always", "below", "part_before", "one_after",
    "numbered_after", "rank_before",
)  # fmt: skip


def _build(lexicon: Lexicon) -> Words:
    numerals: dict[str, Any] = lexicon["numerals"]
    contexts: dict[str, Any] = lexicon["contexts"]
    change = contexts["change"]
    letters, known = alphabet(lexicon), units(lexicon)
    cues = {word: unit for unit, group in contexts["omitted"].items() for word in group}
    return Words(
        **{name: contexts[name] for name in _AS_WRITTEN},
        letters=letters,
        start=_start(letters, known, lexicon),
        units=known,
        approximations=approximations(lexicon),
        parts=tuple(numerals["parts"]),
        shares={str(k): str(v) for k, v in numerals["shares"].items()},
        whole_shares={str(k): Decimal(v) for k, v in numerals["whole_shares"].items()},
        only_approximate=frozenset(numerals["only_approximate"]),
        not_numbers=frozenset(numerals["not_numbers"]),
        around_numbers=_around(numerals["not_numbers"], letters),
        half_of=frozenset(numerals["half_of"]),
        half_not_after=numerals["half_not_after"],
        after_unit=numerals["after_unit"],
        change=re.compile(any_of([*change["up"], *change["down"], *change["neutral"]])),
        down=frozenset(change["down"]),
        change_to=change["to"],
        change_is=change["is"],
        change_nouns=change["nouns"],
        change_gap=change["gap"],
        levels=re.compile(any_of(change["levels"])),
        rate=re.compile(f"(?:{any_of(contexts['rate']['words'])})(?:{any_of(contexts['rate']['gap'])})?\\Z"),
        omitted=re.compile(any_of(cues)),
        cues=cues,
        from_words=contexts["from"],
        list_marks=frozenset(contexts["list_marks"]),
        range_sign=re.compile(f" ?(?:[-—–~]{{1,2}}|{any_of(contexts['range_words'])}) ?"),
        never_decimal=frozenset(contexts["never_decimal"]),
        below_zero=frozenset(contexts["below_zero"]),
        coldness=frozenset(contexts["coldness"]),
        part_after=tuple(contexts["part_after"]),
        one_before=re.compile(any_of(contexts["one_before"])),
        ratio_sum=Decimal(contexts["ratio_sum"]),
        ratio_slack=Decimal(contexts["ratio_slack"]),
        rank_units=frozenset(contexts["rank_units"]),
    )


def _start(letters: Alphabet, known: Units, lexicon: Lexicon) -> re.Pattern[str]:
    contexts = lexicon["contexts"]
    behind = known.first | set(letters.kinds) | set(" 半分份以左上及之或有-—–~") | {w[0] for w in contexts["range_words"]}
    # Before 百 alone, or before zero.
    before = approximations(lexicon).last_before | set(contexts["zero_after"])
    follows, leads = ("".join(re.escape(c) for c in sorted(found)) for found in (behind, before))
    return re.compile(f"{letters.start.pattern[:-1]}{letters.half}](?:(?<=[0-9])|(?=[{follows}])|(?<=[{leads}].))")


def _around(phrases: Iterable[str], letters: Alphabet) -> dict[str, tuple[tuple[int, int], ...]]:
    found: dict[str, dict[tuple[int, int], None]] = {}
    for phrase in phrases:
        for index, character in enumerate(phrase):
            if character in letters.kinds:
                found.setdefault(character, {})[index, len(phrase) - index] = None
    return {character: tuple(reaches) for character, reaches in found.items()}
