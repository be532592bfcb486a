"""Numbers as they are written: a table of forms, and every number written and read back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.reader.lexicon import shipped
from taizhang.reader.normal import normalise
from taizhang.reader.numerals import alphabet, scan

CASES = Path(__file__).parent / "cases" / "quantities" / "numerals.tsv"
LETTERS = alphabet(shipped())
DIGITS = "零一二三四五六七八九"
FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


def rows() -> list[list[str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_written_number_has_its_value(row: list[str]) -> None:
    found = scan(normalise(row[0]), 0, LETTERS)
    assert found is not None
    assert found.value == Decimal(row[1])
    assert found.high == (Decimal(row[2]) if len(row) > 2 else None)


def han(number: int) -> str:
    """Write a whole number below 10^16 in Han numerals, by groups of four places."""
    if number == 0:
        return DIGITS[0]
    groups = []
    for name in ("", "万", "亿", "万亿"):
        number, rest = divmod(number, 10_000)
        groups.append((rest, name))
    written = ""
    gap = False
    for rest, name in reversed(groups):
        if rest == 0:
            gap = bool(written)
            continue
        if written and (gap or rest < 1000):
            written += DIGITS[0]
        written += group(rest) + name
        gap = False
    return written.replace("亿万亿", "万亿") if "亿万亿" in written else written


def group(number: int) -> str:
    written, gap = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            written += (DIGITS[0] if gap and written else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return written


@given(st.integers(0, 10**12 - 1))
def test_a_number_written_in_han_numerals_is_read_back(number: int) -> None:
    written = han(number)
    for form in (written, written.translate(FORMAL)):
        found = scan(form, 0, LETTERS)
        assert found is not None
        assert (found.value, found.end) == (number, len(form))


@given(st.integers(0, 10**12), st.integers(0, 4), st.sampled_from([("", 1), ("万", 10_000), ("亿", 100_000_000), ("千", 1000)]))
def test_a_number_written_in_arabic_digits_is_read_back_exactly(whole: int, places: int, scale: tuple[str, int]) -> None:
    value = Decimal(whole).scaleb(-places)
    for form in (f"{value:f}{scale[0]}", f"{value:,f}{scale[0]}"):
        found = scan(form, 0, LETTERS)
        assert found is not None
        assert (found.value, found.end) == (value * scale[1], len(form))
        assert found.place == Decimal(1).scaleb(-places) * scale[1]


@given(st.text(alphabet="零〇一二三五九十百千万亿兆点余多来几数两0123456789.,， 半", max_size=60), st.booleans())
def test_no_run_of_numerals_makes_the_scanner_fail(text: str, spaced: bool) -> None:
    for at in range(len(text)):
        found = scan(text, at, LETTERS, spaced=spaced)
        if found is not None:
            assert at == found.start < found.end <= len(text)
            assert found.value >= 0
            assert found.high is None or found.high >= found.value
            assert all(found.start <= m < found.end for m in found.multipliers)


def test_a_place_without_a_number_gives_nothing() -> None:
    assert scan("亩产", 0, LETTERS) is None
    assert scan("1" * 100, 0, LETTERS) is None
