"""Shares in per cent at a place: 22%, 百分之三, 2.4个百分点, 七成六, 八折."""

from __future__ import annotations

import re
from decimal import Decimal

from taizhang.reader.numbers.plain import Found, number_at
from taizhang.reader.numbers.tables import GAP, Bare
from taizhang.reader.numerals import Numeral, scan

_PER_CENT = re.compile(f"{GAP}([%‰])")
_DIGIT_BLANK = re.compile(r"([0-9]) {1,4}([0-9])(?= {0,4}[折])", re.ASCII)
_TEN = Decimal(10)
_TIMES = {"%": Decimal(1), "‰": Decimal("0.1")}


def percent_at(text: str, at: int, bare: Bare) -> Found | None:
    """Return a share's place and its value in per cent."""
    for word, value in bare.fixed_shares.items():
        if text.startswith(word, at):
            return at, at + len(word), value
    share = scan(text, at, bare.words.letters, spaced=True)
    if share is not None and share.bare and (parts := bare.parts.match(text, share.end)) is not None:
        return _behind(text, share, parts.end(), bare)
    found = number_at(text, at, bare) or _tenths_only(text, at, bare)
    if found is None:
        return None
    _, end, value = found
    sign = _PER_CENT.match(text, end)
    if sign is not None:
        return at, sign.end(), value * _TIMES[sign[1]]
    points = bare.points.match(text, end)
    if points is not None:
        return at, points.end(), value
    return _tenths(text, at, bare)


def _behind(text: str, share: Numeral, at: int, bare: Bare) -> Found | None:
    """Read the number behind 百分之 or 千万分之."""
    start = share.start
    if start and text[start - 1] in bare.words.letters.kinds:
        return None
    numeral = scan(text, at, bare.words.letters, spaced=True)
    if numeral is None or numeral.high is not None:
        return None
    times = 100 / share.value
    # 百分之百 and formal digits (仟分之贰) are no bare numbers.
    found = number_at(text, at, bare) or (at, numeral.end, numeral.value)
    return start, found[1], found[2] * times


def _tenths_only(text: str, at: int, bare: Bare) -> Found | None:
    """Let 一折 through, which is no number by itself."""
    numeral = scan(text, at, bare.words.letters, spaced=True)
    return (at, numeral.end, numeral.value) if numeral is not None and not numeral.arabic else None


def _tenths(text: str, at: int, bare: Bare) -> Found | None:
    """Read 成 and 折: 七成六 is 76, 三八折 and 7 2 折 are 38 and 72."""
    pair = _DIGIT_BLANK.match(text, at)
    if pair is not None:
        return at, pair.end() + text[pair.end() :].index(bare.discount) + 1, Decimal(pair[1] + pair[2])
    numeral = scan(text, at, bare.words.letters, spaced=True)
    unit = bare.tenth.match(text, numeral.end) if numeral is not None else None
    if numeral is None or unit is None:
        return None
    value = _value(text, numeral, bare)
    end = unit.end()
    half = text[end : end + 1]
    if half and half in bare.words.letters.half:
        return at, end + 1, value + 5
    blank = end + 1 if text[end : end + 1] == " " else end
    rest = scan(text, blank, bare.words.letters)
    if rest is not None and rest.end == blank + 1 and not rest.arabic and rest.value < _TEN:
        return at, rest.end, value + rest.value
    return at, end, value


def _value(text: str, numeral: Numeral, bare: Bare) -> Decimal:
    """Return tenths as per cent; two Han digits side by side (三八, also 八九) are already per cent."""
    digits = [bare.words.letters.digits.get(c) for c in text[numeral.start : numeral.end]]
    if len(digits) == 2 and None not in digits:
        return Decimal(f"{digits[0]}{digits[1]}")
    return numeral.value * 10 if numeral.value <= _TEN else numeral.value
