"""Functions that only queries may call, written out for DuckDB as macros.

What each gives stands in ``docs/definition-language.md`` (Rule); a property test holds the macros to plain Python.
"""

from __future__ import annotations

from taizhang.pack.fieldtypes import CREDIT_ALPHABET, CREDIT_WEIGHTS, ID_CHECKS, ID_WEIGHTS
from taizhang.warehouse.text_classes import BLANKS, BRACKETS, DOTS, LONGEST_COMPARED, WIDE_BRACKETS

_CREDIT_CLASS = "[0-9A-HJ-NPQRTUWXY]"

_HAN = r"\x{3400}-\x{9FFF}"  # none of what is taken out of a text or changed in it is among these


def _digit(column: str, place: int) -> str:
    return f"(ascii(substr({column}, {place}, 1)) - 48)"


def _characters(text: str) -> str:
    return f"regexp_extract_all({text}, '(?s).')"


def _marked(text: str) -> str:
    """Return a text in which every character is one byte, the same byte for the same character of both texts."""
    codes = f"list_distinct({_characters('concat(a, b)')})"
    return f"array_to_string(list_transform({_characters(text)}, lambda c: chr(CAST(list_position({codes}, c) AS INTEGER))), '')"


_MONTH = "CASE WHEN regexp_full_match(m, '[0-9]{4}-[0-9]{2}') THEN TRY_CAST(concat(m, '-01') AS DATE) END"
_ID_SUM = " + ".join(f"{_digit('i', place)} * {weight}" for place, weight in enumerate(ID_WEIGHTS, start=1))
_ID_CHECK = f"substr('{ID_CHECKS}', CAST(({{}}) % 11 AS INTEGER) + 1, 1)"
_OLD_SUM = (
    " + ".join(
        f"{_digit('i', place if place < 7 else place - 2)} * {weight}"
        for place, weight in enumerate(ID_WEIGHTS, start=1)
        if place not in (7, 8)
    )
    + f" + 1 * {ID_WEIGHTS[6]} + 9 * {ID_WEIGHTS[7]}"
)
_CREDIT_SUM = " + ".join(
    f"(instr('{CREDIT_ALPHABET}', substr(c, {place}, 1)) - 1) * {weight}" for place, weight in enumerate(CREDIT_WEIGHTS, start=1)
)
# Whole numbers are taken apart faster than texts; the lambda reads the text once. Places from the right; 19 digits fit.
_LUHN_SUM = " + ".join(
    f"(2 * (n // {10**place} % 10) - CASE WHEN n // {10**place} % 10 > 4 THEN 9 ELSE 0 END)" if place % 2 else f"n // {10**place} % 10"
    for place in range(19)
)
_LUHN = f"list_transform([TRY_CAST(c AS UBIGINT)], lambda n: {_LUHN_SUM})[1]"
# DuckDB compares bytes; a Chinese character has three.
_DISTANCE = (
    f"CASE WHEN length(a) > {LONGEST_COMPARED} OR length(b) > {LONGEST_COMPARED} THEN NULL"
    f" WHEN strlen(a) = length(a) AND strlen(b) = length(b) THEN levenshtein(a, b) ELSE levenshtein({_marked('a')}, {_marked('b')}) END"
)
_TEXT_OF_NUMBER = "CAST(n AS VARCHAR)"

BODIES: dict[str, tuple[str, str]] = {
    "month_start": ("m", _MONTH),
    "month_end": ("m", f"last_day({_MONTH})"),
    "day_of": ("d", "left(CAST(d AS VARCHAR), 10)"),
    "minutes_between": ("a, b", "CASE WHEN b >= a THEN (epoch_us(b) - epoch_us(a)) // 60000000 ELSE -((epoch_us(a) - epoch_us(b)) // 60000000) END"),
    "id_valid": ("i", f"CASE WHEN i IS NULL THEN NULL WHEN regexp_full_match(i, '[0-9]{{17}}[0-9X]') THEN {_ID_CHECK.format(_ID_SUM)} = substr(i, 18, 1) ELSE false END"),
    "id_18": (
        "i",
        "CASE WHEN regexp_full_match(i, '[0-9]{17}[0-9X]') THEN i WHEN regexp_full_match(i, '[0-9]{15}')"
        f" THEN concat(substr(i, 1, 6), '19', substr(i, 7, 9), {_ID_CHECK.format(_OLD_SUM)}) END",
    ),
    "card_valid": ("c", f"CASE WHEN c IS NULL THEN NULL WHEN regexp_full_match(c, '[0-9]{{12,15}}') THEN true WHEN regexp_full_match(c, '[0-9]{{16,19}}') THEN ({_LUHN}) % 10 = 0 ELSE false END"),
    "credit_code_valid": (
        "c",
        f"CASE WHEN c IS NULL THEN NULL WHEN regexp_full_match(c, '{_CREDIT_CLASS}{{2}}[0-9]{{6}}{_CREDIT_CLASS}{{10}}')"
        f" THEN substr('{CREDIT_ALPHABET}', CAST((31 - ({_CREDIT_SUM}) % 31) % 31 AS INTEGER) + 1, 1) = substr(c, 18, 1) ELSE false END",
    ),
    "edit_distance": ("a, b", _DISTANCE),
    "part": ("t, f, n", "CASE WHEN f >= 1 AND n >= 0 THEN substr(t, CAST(f AS BIGINT), CAST(n AS BIGINT)) END"),
    "joined": ("a, b", "concat(a, b)"),
    # Almost all texts have nothing to take out, and translate costs twenty times as much as seeing that.
    "without_blanks": ("t", f"CASE WHEN regexp_full_match(t, '[-0-9A-Za-z{_HAN}]*') THEN t ELSE translate(t, '{BLANKS}', '') END"),
    "plain_name": ("t", f"CASE WHEN regexp_full_match(t, '[{_HAN}]*') THEN t ELSE upper(translate(t, '{WIDE_BRACKETS}{BLANKS}{DOTS}', '{BRACKETS}')) END"),
    "contains": ("t, w", "contains(t, w)"),
    "shown": ("n", f"CASE WHEN contains({_TEXT_OF_NUMBER}, '.') THEN rtrim(rtrim({_TEXT_OF_NUMBER}, '0'), '.') ELSE {_TEXT_OF_NUMBER} END"),
    "whole_number": ("t", "CASE WHEN regexp_full_match(t, '[0-9]{1,18}') THEN TRY_CAST(t AS BIGINT) END"),
    "remainder": ("a, b", "CASE WHEN b <> 0 THEN CAST(a AS HUGEINT) % CAST(nullif(b, 0) AS HUGEINT) END"),
    "listed": ("x", "nullif(array_to_string(list_sort(list_distinct(list(x))), '、'), '')"),
}  # fmt: skip
