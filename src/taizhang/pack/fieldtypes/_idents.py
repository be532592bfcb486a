"""Identity numbers, unified credit codes, bank cards, telephones and vehicle plates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes._clean import clean_code, means_empty
from taizhang.pack.fieldtypes._model import (
    EMPTY,
    Context,
    Fast,
    Raw,
    Reading,
    Slow,
    Unreadable,
    guarded,
    make_fault,
    memoised,
    plain,
    settle,
    shown_text,
)

# GB 11643-1999: weights of the first 17 places and the check characters by remainder (ISO 7064 MOD 11-2).
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
# GB 32100-2015: alphabet without I, O, Z, S, V, and weights 3^(i-1) mod 31.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

_ID_18 = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_15 = re.compile(r"[1-9][0-9]{14}")
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_FIRST_INEXACT = 10**15
_OLDEST_BIRTH_YEAR = 1850


def id_check_character(first17: str) -> str:
    """Return the check character of an identity number.

    >>> id_check_character("34052419800101001")
    'X'
    """
    return ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def credit_check_character(first17: str) -> str:
    """Return the check character of a unified credit code.

    >>> credit_check_character("91350100M000100Y4")
    '3'
    """
    total = sum(CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def luhn_holds(digits: str) -> bool:
    """Return whether a card number satisfies the Luhn sum.

    >>> luhn_holds("4111111111111111")
    True
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _compact(raw: Raw, code: str) -> str:
    """Return the text without blanks in upper case, empty for an empty mark; refuse numbers that a spreadsheet has cut."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Unreadable(code)
    text = clean_code(raw).replace(" ", "").upper()
    if means_empty(text):
        return ""
    number = not isinstance(raw, str)
    if text in ("INF", "NAN") or (number and ("." in text or text.startswith("-"))):
        raise Unreadable(code)
    if (number and len(text) > 15) or _SCIENTIFIC.fullmatch(text):
        raise Unreadable("number_truncated")
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def _birth(text: str, today: date) -> None:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise Unreadable("id_number.birth_date", birth=text) from None
    if born.year < _OLDEST_BIRTH_YEAR:
        raise Unreadable("id_number.birth_date", birth=text)
    if born > today:
        raise Unreadable("id_number.future_birth", birth=born.isoformat())


def slow_id_number(field: Field, context: Context) -> Slow:
    """Return the full reader of identity numbers after GB 11643-1999; 15 places are brought to 18."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        text = _compact(raw, "id_number.characters")
        if not text:
            return EMPTY
        if len(text) not in (15, 18):
            raise Unreadable("id_number.length", length=len(text))
        if not (_ID_15 if len(text) == 15 else _ID_18).fullmatch(text):
            raise Unreadable("id_number.characters")
        if len(text) == 15:
            text = text[:6] + "19" + text[6:]
            text += id_check_character(text)
        right = id_check_character(text[:17]) == text[17]
        if not right and text.endswith("000"):
            raise Unreadable("number_truncated")
        _birth(text[6:14], context.today)
        faults = () if right else (make_fault(field, raw, "id_number.check_digit", "warning", expected=id_check_character(text[:17])),)
        return settle(text, shown_text(raw), faults)

    return guarded(field, read)


def _sums(texts: Iterable[str], weights: tuple[int, ...]) -> dict[str, int]:
    return {text: sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) % 11 for text in texts}


@cache
def _id_days() -> dict[str, int]:
    """Part of the sum by day of birth; 29 February is left to the full reader."""
    return _sums((date.fromordinal(day).strftime("%m%d") for day in range(1, 366)), ID_WEIGHTS[10:14])


@cache
def _id_sequences() -> dict[str, int]:
    return _sums((f"{sequence:03d}" for sequence in range(1000)), ID_WEIGHTS[14:])


_MEMO_SIZE = 50_000
_OLDEST_QUICK_YEAR = "1900"


def fast_id_number(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader: region with year of birth, day and sequence, whose parts of the sum are looked up."""
    days, sequences = _id_days(), _id_sequences()
    checks = ID_CHECKS * 3
    this_year = str(context.today.year)
    # Only what a fully accepted number has shown to be right, of years that are over, so that any day of them is in the past.
    heads: dict[str, int] = {}

    def read(raw: Raw) -> str | Reading | None:
        if type(raw) is str and len(raw) == 18:
            try:
                if checks[heads[raw[:10]] + days[raw[10:14]] + sequences[raw[14:17]]] == raw[17]:
                    return raw
            except KeyError:
                reading = slow(raw)
                if reading.value == raw and len(heads) < _MEMO_SIZE and _OLDEST_QUICK_YEAR <= raw[6:10] < this_year:
                    heads.update(_sums([raw[:10]], ID_WEIGHTS[:10]))
                return plain(reading)
        return None if raw is None or raw == "" else plain(slow(raw))

    return read


def slow_credit_code(field: Field, context: Context) -> Slow:
    """Return the full reader of unified credit codes after GB 32100-2015."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        text = _compact(raw, "credit_code.characters")
        if not text:
            return EMPTY
        if len(text) != 18:
            raise Unreadable("credit_code.length", length=len(text))
        if not _CREDIT.fullmatch(text):
            raise Unreadable("credit_code.characters")
        expected = credit_check_character(text[:17])
        if expected == text[17]:
            return settle(text, shown_text(raw))
        if text.endswith("000") and text.isdigit():
            raise Unreadable("number_truncated")
        return settle(text, shown_text(raw), (make_fault(field, raw, "credit_code.check_digit", "warning", expected=expected),))

    return guarded(field, read)


@cache
def _credit_pairs() -> tuple[dict[str, int], ...]:
    """Sums of places 9–10, 11–12 and so on to 17–18; the check character has factor one."""
    value = {char: index for index, char in enumerate(CREDIT_ALPHABET)}
    weights = (*CREDIT_WEIGHTS, 1)
    return tuple(
        {a + b: (value[a] * weights[at] + value[b] * weights[at + 1]) % 31 for a in value for b in value} for at in range(8, 18, 2)
    )


def fast_credit_code(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader: the first eight places are remembered, the others summed in pairs by tables."""
    p8, p10, p12, p14, p16 = _credit_pairs()
    heads: dict[str, int] = {}
    other = memoised(slow)

    def read(raw: Raw) -> str | Reading | None:
        if type(raw) is str and len(raw) == 18:
            try:
                if not (heads[raw[:8]] + p8[raw[8:10]] + p10[raw[10:12]] + p12[raw[12:14]] + p14[raw[14:16]] + p16[raw[16:]]) % 31:
                    return raw
            except KeyError:
                reading = slow(raw)
                if reading.value == raw and len(heads) < _MEMO_SIZE:
                    heads[raw[:8]] = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(raw[:8], CREDIT_WEIGHTS, strict=False))
                return plain(reading)
        return other(raw)

    return read


def slow_bank_card(field: Field, context: Context) -> Slow:
    """Return the full reader of bank card and account numbers: 12 to 19 digits, Luhn from 16."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        text = _compact(raw, "bank_card.characters")
        if not text:
            return EMPTY
        text = text.replace("-", "")
        if not (text.isascii() and text.isdigit()):
            raise Unreadable("bank_card.characters")
        if not 12 <= len(text) <= 19:
            raise Unreadable("bank_card.length", length=len(text))
        if len(text) < 16 or luhn_holds(text):
            return settle(text, shown_text(raw))
        # 18 and 19 digits lose their last three or four to a spreadsheet; of 16 and 17 too little is lost to be sure.
        if len(text) >= 18 and not text[15:].strip("0"):
            raise Unreadable("number_truncated")
        return settle(text, shown_text(raw), (make_fault(field, raw, "bank_card.check_digit", "warning"),))

    return guarded(field, read)


@cache
def _luhn_chunks() -> dict[str, int]:
    """Luhn sums of three and four digits that stand at a multiple of four from the right."""
    double = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    threes = {f"{n:03d}": n // 100 + double[n // 10 % 10] + n % 10 for n in range(1000)}
    return threes | {f"{n:04d}": double[n // 1000] + threes[f"{n % 1000:03d}"] for n in range(10_000)}


def fast_bank_card(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader: cards of 16 and 19 digits are summed four digits at a time."""
    chunk = _luhn_chunks()

    def read(raw: Raw) -> str | Reading | None:
        if type(raw) is str:
            try:
                if len(raw) == 19:
                    if not (chunk[raw[:3]] + chunk[raw[3:7]] + chunk[raw[7:11]] + chunk[raw[11:15]] + chunk[raw[15:]]) % 10:
                        return raw
                elif len(raw) == 16 and not (chunk[raw[:4]] + chunk[raw[4:8]] + chunk[raw[8:12]] + chunk[raw[12:]]) % 10:
                    return raw
            except KeyError:
                pass
        return None if raw is None or raw == "" else plain(slow(raw))

    return read


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"\(?(010|02[0-9]|0[3-9][0-9]{2})\)?-?([2-9][0-9]{2,3})-?([0-9]{4})(?:(?:-|转|EXT\.?)([0-9]{1,6}))?")
_LOCAL = re.compile(r"[2-9][0-9]{2,3}-?[0-9]{4}")
_SERVICE = re.compile(r"([48]00)-?([0-9]{3})-?([0-9]{4})|((?:1[0-9]{2}|12[0-9]{3}|9[56][0-9]{3,4}))")
_COUNTRY = re.compile(r"(?:\+|00)86-?(?=[0-9(])|86-?(?=1[3-9][0-9-]{9,})")


def slow_telephone(field: Field, context: Context) -> Slow:
    """Return the full reader of telephone numbers: mobile, landline with area code, 400/800, short service numbers."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        text = _compact(raw, "telephone.unreadable")
        if not text:
            return EMPTY
        bare = _COUNTRY.sub("", text, count=1) if _COUNTRY.match(text) else text
        if _MOBILE.fullmatch(bare.replace("-", "")):
            return settle(bare.replace("-", ""), shown_text(raw))
        landline = _LANDLINE.fullmatch(bare if bare.startswith(("0", "(")) or bare == text else "0" + bare)
        if landline:
            area, head, tail, extension = landline.groups()
            if len(head) == 3 and len(area) == 3:
                raise Unreadable("telephone.unreadable")
            return settle(area + head + tail + (f"-{extension}" if extension else ""), shown_text(raw))
        service = _SERVICE.fullmatch(bare)
        if service:
            return settle(service[4] or "".join(service.groups()[:3]), shown_text(raw))
        if _LOCAL.fullmatch(bare):
            return settle(bare.replace("-", ""), shown_text(raw), (make_fault(field, raw, "telephone.no_area_code", "warning"),))
        raise Unreadable("telephone.several" if re.search(r"[0-9]{7,}[/,;、或]+[0-9]{7,}", text) else "telephone.unreadable")

    return guarded(field, read)


def fast_telephone(field: Field, context: Context, slow: Slow) -> Fast:
    """Return the quick reader: a mobile number by its shape."""
    match = _MOBILE.fullmatch
    other = memoised(slow)

    def read(raw: Raw) -> str | Reading | None:
        if type(raw) is str and match(raw):
            return raw
        if type(raw) is float and raw.is_integer() and match(text := str(int(raw))):
            return text
        return other(raw)

    return read


_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9学警挂港澳使领]|[A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])"
)
_PLATE_LONGEST = 12


def slow_plate(field: Field, context: Context) -> Slow:
    """Return the full reader of vehicle plates: an unusual shape is a warning, because plates of special kinds exist."""

    def read(raw: Raw) -> Reading:
        if raw is None:
            return EMPTY
        text = re.sub(r"[·•・.\-]", "", _compact(raw, "plate.pattern"))
        if not text or means_empty(text):
            return EMPTY
        if len(text) > _PLATE_LONGEST or not text.isalnum():
            raise Unreadable("plate.unreadable")
        faults = () if _PLATE.fullmatch(text) else (make_fault(field, raw, "plate.pattern", "warning"),)
        return settle(text, shown_text(raw), faults)

    return guarded(field, read)
