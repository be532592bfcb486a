"""The characters that numbers are written with, as tables made once out of the lexicon's ``numerals`` section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from taizhang.reader.lexicon import Lexicon

#: One Arabic number: groups of three behind commas, or plain digits; then decimals. The comma may be the Chinese clause mark, which
#: normalisation keeps: three digits exactly between two such marks are no clause.
ARABIC = re.compile(r"[0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What each character is in a number."""

    kinds: dict[str, str]  # d digit, s small multiplier, l large multiplier, a Arabic, v vague, p point, f some
    digits: dict[str, int]
    multipliers: dict[str, int]
    zeros: str
    never_last: str
    vague: str
    vague_before_unit: str
    some_not_after: str
    minus: str
    half: str
    run: re.Pattern[str]
    start: re.Pattern[str]
    some_low: int


def alphabet(lexicon: Lexicon) -> Alphabet:
    """Return the tables of a lexicon, made at the first call."""
    return lexicon.made(_build)


def _build(lexicon: Lexicon) -> Alphabet:
    words: dict[str, Any] = lexicon["numerals"]
    settings: dict[str, Any] = lexicon["approximations"]["settings"]
    digits = {str(k): int(v) for k, v in words["digits"].items()}
    multipliers = {str(k): int(v) for k, v in {**words["small"], **words["large"]}.items()}
    kinds = dict.fromkeys("0123456789", "a")
    kinds |= dict.fromkeys(words["vague"], "v") | dict.fromkeys(words["some"], "f") | dict.fromkeys(words["point"], "p")
    # 几 is vague behind a multiplier (十几) and the number itself in front of one (几十).
    kinds |= dict.fromkeys(digits, "d") | dict.fromkeys(words["small"], "s") | dict.fromkeys(words["large"], "l")
    starts = "".join([*digits, *multipliers, *words["some"], "0123456789"])
    return Alphabet(
        kinds=kinds,
        digits=digits,
        multipliers=multipliers,
        zeros="".join(k for k, v in digits.items() if v == 0),
        never_last=words["never_last"],
        vague=words["vague"],
        vague_before_unit=words["vague_before_unit"],
        some_not_after=words["some_not_after"],
        minus=words["minus"],
        half=words["half"],
        run=re.compile(f"[{''.join(digits)}]{{1,32}}"),
        start=re.compile(f"[{starts}]"),
        some_low=int(settings["some_low"]),
    )


def place_of(value: Decimal | int) -> Decimal:
    """Return the place value of the last digit that is not zero: 100 for 2700, 0.1 for 7.3; 1 for zero.

    >>> place_of(2700)
    Decimal('100')
    """
    number = Decimal(value)
    if not number:
        return Decimal(1)
    exponent = number.normalize().as_tuple().exponent
    return Decimal((0, (1,), int(exponent)))
