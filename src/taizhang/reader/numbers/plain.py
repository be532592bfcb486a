"""One bare number at a place: sign, blanks, fractions, powers, dozens."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException, localcontext

from taizhang.reader.numbers.tables import GAP, Bare
from taizhang.reader.numerals import Numeral, scan
from taizhang.reader.quantities.context import inside_word

Found = tuple[int, int, Decimal]

_EXPONENT = re.compile(r"[eE]([+-]?[0-9]{1,3})(?![0-9])", re.ASCII)
_POWER = re.compile(r"\^([+-]{0,2})([0-9]{1,3})(?![0-9])", re.ASCII)
_SLASH = re.compile(r"([0-9]{1,15})/([0-9]{1,15})(?![0-9/])", re.ASCII)
_POINTED = re.compile(r"\.[0-9]{1,30}(?![0-9])", re.ASCII)
_LETTER = re.compile(r"[A-Za-z]", re.ASCII)
_WORD = re.compile(r"[\u4e00-\u9fff]")
_BLANKS = re.compile(GAP)


def number_at(text: str, at: int, bare: Bare) -> Found | None:
    """Return where a bare number starts and ends, and its value; None when none stands there."""
    first, negative = _sign(text, at, bare)
    found = _unsigned(text, first, bare)
    if found is None:
        return None
    end, value = found
    return at, end, -value if negative else value


def _sign(text: str, at: int, bare: Bare) -> tuple[int, bool]:
    """Look through a sign: 负, or a hyphen behind which a digit stands and before which none does."""
    if text[at] in bare.minus:
        blanks = _BLANKS.match(text, at + 1)
        return (blanks.end() if blanks else at + 1), True
    if text[at] == "-" and (at == 0 or not (text[at - 1].isascii() and text[at - 1].isalnum())):
        return at + 1, True
    return at, False


def _unsigned(text: str, at: int, bare: Bare) -> tuple[int, Decimal] | None:
    pointed = _POINTED.match(text, at) if not at or text[at - 1] not in ".0123456789" else None
    if pointed is not None:
        return pointed.end(), Decimal("0" + pointed.group())
    numeral = scan(text, at, bare.words.letters, spaced=True)
    if numeral is None or _is_word(text, numeral, bare):
        return None
    fraction = _fraction(text, numeral, bare)
    if fraction is not None:
        return fraction
    end = numeral.end
    if _headless(text, numeral, bare):
        return None
    # 四百多: the number is 四百; 一千多万 is one with its 多.
    if numeral.vague and text[end - 1] == numeral.vague:
        end -= 1
        while text[end - 1] == " ":
            end -= 1
    return _suffix(text, end, numeral, bare)


def _headless(text: str, numeral: Numeral, bare: Bare) -> bool:
    """Tell whether nothing but multipliers stands there (万), which is no number, though 百三 is."""
    kinds = bare.words.letters.kinds
    return (numeral.bare and kinds.get(text[numeral.end - 1]) in ("s", "l", "v")) or numeral.some


def _is_word(text: str, numeral: Numeral, bare: Bare) -> bool:
    """Tell whether the characters belong to a word that is no number."""
    at, end = numeral.start, numeral.end
    if numeral.arabic:
        return False
    if inside_word(text, at, bare.words):
        return True
    if end - at == 1 and text[at] in bare.formal:
        before, after = text[at - 1 : at] if at else "", text[end : end + 1]
        beside_word = bool(_WORD.match(before)) and before not in bare.minus
        return beside_word or bool(_WORD.match(after) and after not in bare.goes_on)
    return text[end : end + 1] == bare.discount


def _fraction(text: str, numeral: Numeral, bare: Bare) -> tuple[int, Decimal] | None:
    """Read 三分之二, 十一又十四分之一, 16/5 and 4 6/3."""
    if numeral.arabic:
        blanks = _BLANKS.match(text, numeral.end)
        mixed = _SLASH.match(text, blanks.end()) if blanks and blanks.end() > numeral.end else None
        found = mixed or _SLASH.match(text, numeral.start)
        if found is not None and int(found[2]):
            return found.end(), (numeral.value if mixed else Decimal(0)) + Decimal(found[1]) / Decimal(found[2])
    end = numeral.end
    if text[end : end + 1] == bare.mixed:
        lower = scan(text, end + 1, bare.words.letters, spaced=True)
        part = _parts(text, lower, bare) if lower else None
        return (part[0], numeral.value + part[1]) if part else None
    return _parts(text, numeral, bare)


def _parts(text: str, lower: Numeral, bare: Bare) -> tuple[int, Decimal] | None:
    between = bare.parts.match(text, lower.end)
    if between is None or _headless(text, lower, bare) or not lower.value:
        return None
    upper = scan(text, between.end(), bare.words.letters, spaced=True)
    return (upper.end, upper.value / lower.value) if upper is not None else None


def _suffix(text: str, end: int, numeral: Numeral, bare: Bare) -> tuple[int, Decimal]:
    """Read what follows: 40k, 1.1^23, 12.32e+14, 十打."""
    value = numeral.value
    if text[end : end + 1] == bare.dozen and bare.dozen:
        return end + 1, value * 12
    if not numeral.arabic or end != numeral.start + len(text[numeral.start : end]):
        return end, value
    times = bare.letters.get(text[end : end + 1])
    if times and not _LETTER.match(text[end + 1 : end + 2]):
        return end + 1, value * times
    try:
        if (power := _POWER.match(text, end)) is not None:
            return power.end(), _raised(value, int(power[2]), power[1].count("-"))
        if (exponent := _EXPONENT.match(text, end)) is not None:
            return exponent.end(), value.scaleb(int(exponent[1]))
    except DecimalException:
        pass
    return end, value


def _raised(value: Decimal, exponent: int, signs: int) -> Decimal:
    with localcontext() as context:
        context.prec = 28
        return value ** (-exponent if signs == 1 else exponent)
