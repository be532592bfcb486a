"""Functions that only queries may call, written out for Spark inline.

What each gives stands in ``docs/definition-language.md`` (Rule). Spark counts characters, not bytes, so that the distance of two texts needs no marks.
"""

from __future__ import annotations

from taizhang.pack.fieldtypes import CREDIT_ALPHABET, CREDIT_WEIGHTS, ID_CHECKS, ID_WEIGHTS
from taizhang.warehouse.text_classes import BLANKS, BRACKETS, DOTS, LONGEST_COMPARED, WIDE_BRACKETS

_CREDIT_CLASS = "[0-9A-HJ-NPQRTUWXY]"
_MOST = 1_000_000  # no text is longer; a greater place or length would not fit a whole number of Spark's


def _digit(column: str, place: int) -> str:
    return f"(ascii(substr({column}, {place}, 1)) - 48)"


def _full(column: str, pattern: str) -> str:
    return f"{column} RLIKE '^{pattern}\\\\z'"


_MONTH = f"CASE WHEN {_full('{m}', '[0-9]{4}-[0-9]{2}')} THEN try_cast(concat({{m}}, '-01') AS DATE) END"
_ID_SUM = " + ".join(f"{_digit('{i}', place)} * {weight}" for place, weight in enumerate(ID_WEIGHTS, start=1))
_OLD_SUM = (
    " + ".join(
        f"{_digit('{i}', place if place < 7 else place - 2)} * {weight}"
        for place, weight in enumerate(ID_WEIGHTS, start=1)
        if place not in (7, 8)
    )
    + f" + 1 * {ID_WEIGHTS[6]} + 9 * {ID_WEIGHTS[7]}"
)


def _id_check(total: str) -> str:
    return f"substr('{ID_CHECKS}', CAST(({total}) % 11 AS INT) + 1, 1)"


_CREDIT_SUM = " + ".join(
    f"(instr('{CREDIT_ALPHABET}', substr({{c}}, {place}, 1)) - 1) * {weight}" for place, weight in enumerate(CREDIT_WEIGHTS, start=1)
)
_PADDED = "lpad({c}, 19, '0')"
_LUHN = " + ".join(
    _digit(_PADDED, place) if place % 2 else f"(2 * {_digit(_PADDED, place)} - CASE WHEN {_digit(_PADDED, place)} > 4 THEN 9 ELSE 0 END)"
    for place in range(1, 20)
)
_INSTANT = "unix_micros(CAST({x} AS TIMESTAMP_LTZ))"  # the session's zone is UTC, which has no summer time
_NUMBER_TEXT = "CAST({n} AS STRING)"

BODIES: dict[str, tuple[str, str]] = {
    "month_start": ("m", _MONTH),
    "month_end": ("m", f"last_day({_MONTH})"),
    "day_of": ("d", "left(CAST({d} AS STRING), 10)"),
    "minutes_between": ("a, b", f"(({_INSTANT.replace('{x}', '{b}')} - {_INSTANT.replace('{x}', '{a}')}) div 60000000)"),
    "id_valid": ("i", f"CASE WHEN {{i}} IS NULL THEN NULL WHEN {_full('{i}', '[0-9]{17}[0-9X]')} THEN {_id_check(_ID_SUM)} = substr({{i}}, 18, 1) ELSE false END"),
    "id_18": ("i", f"CASE WHEN {_full('{i}', '[0-9]{17}[0-9X]')} THEN {{i}} WHEN {_full('{i}', '[0-9]{15}')}"
    f" THEN concat(substr({{i}}, 1, 6), '19', substr({{i}}, 7, 9), {_id_check(_OLD_SUM)}) END"),
    "card_valid": ("c", f"CASE WHEN {{c}} IS NULL THEN NULL WHEN {_full('{c}', '[0-9]{12,15}')} THEN true WHEN {_full('{c}', '[0-9]{16,19}')} THEN ({_LUHN}) % 10 = 0 ELSE false END"),
    "credit_code_valid": ("c", f"CASE WHEN {{c}} IS NULL THEN NULL WHEN {_full('{c}', f'{_CREDIT_CLASS}{{2}}[0-9]{{6}}{_CREDIT_CLASS}{{10}}')}"
    f" THEN substr('{CREDIT_ALPHABET}', CAST((31 - ({_CREDIT_SUM}) % 31) % 31 AS INT) + 1, 1) = substr({{c}}, 18, 1) ELSE false END"),
    "edit_distance": ("a, b", f"CASE WHEN length({{a}}) > {LONGEST_COMPARED} OR length({{b}}) > {LONGEST_COMPARED} THEN NULL ELSE levenshtein({{a}}, {{b}}) END"),
    "part": ("t, f, n", f"CASE WHEN {{f}} >= 1 AND {{n}} >= 0 THEN substr({{t}}, CAST(least({{f}}, {_MOST}) AS INT), CAST(least({{n}}, {_MOST}) AS INT)) END"),
    "joined": ("a, b", "concat(coalesce({a}, ''), coalesce({b}, ''))"),
    "without_blanks": ("t", f"translate({{t}}, '{BLANKS}', '')"),
    "plain_name": ("t", f"upper(translate({{t}}, '{WIDE_BRACKETS}{BLANKS}{DOTS}', '{BRACKETS}'))"),
    "contains": ("t, w", "contains({t}, {w})"),
    "shown": ("n", f"CASE WHEN contains({_NUMBER_TEXT}, '.') THEN trim(TRAILING '.' FROM trim(TRAILING '0' FROM {_NUMBER_TEXT})) ELSE {_NUMBER_TEXT} END"),
    "whole_number": ("t", f"CASE WHEN {_full('{t}', '[0-9]{1,18}')} THEN try_cast({{t}} AS BIGINT) END"),
    "remainder": ("a, b", "({a} % nullif({b}, 0))"),
    "listed": ("x", "nullif(array_join(array_sort(collect_set({x})), '、'), '')"),
}  # fmt: skip
