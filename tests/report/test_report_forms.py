"""Printed forms: pairs in text files, and the truth of approximation words for any number."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.errors import TaizhangError
from taizhang.report.forms import WORDS, Form, print_figure
from taizhang.report.numerals import han

CASES = Path(__file__).parent / "cases"


def _table(name: str) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _form(text: str) -> Form:
    options: dict[str, object] = {}
    for pair in text.split():
        name, value = pair.split("=")
        options[name] = int(value) if re.fullmatch(r"-?\d+", value) else {"True": True}.get(value, value)
    return Form(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "unit", "form", "printed"), _table("forms.tsv"))
def test_printed_form(value: str, unit: str, form: str, printed: str) -> None:
    assert print_figure(Decimal(value), unit, _form(form)) == printed


@pytest.mark.parametrize(("unit", "form", "named"), _table("wrong_forms.tsv"))
def test_wrong_form_is_refused(unit: str, form: str, named: str) -> None:
    with pytest.raises(TaizhangError) as caught:
        print_figure(Decimal("12.5"), unit, _form(form))
    assert caught.value.fault.code == "report.form"
    assert named in str(caught.value)


_PRINTED = re.compile(r"^(超过|超|突破|逾|至少|不低于|近|不足|不到|不超过|约)?(-?[\d.]+)(千|万|亿)?(余|多)?元(以上|以内|左右|上下)?$")


def _holds(word: str, number: Decimal, value: Decimal) -> bool:
    """The intervals by which a reader judges the words."""
    if word in ("余", "多"):
        digits = number.normalize()
        step = Decimal(1).scaleb(digits.as_tuple().exponent)  # type: ignore[arg-type]
        return number < value < number + step
    if word in ("以上", "至少", "不低于"):
        return value >= number
    if word in ("超过", "超", "突破", "逾"):
        return value > number
    if word == "近":
        return number * Decimal("0.9") <= value < number
    if word in ("不足", "不到"):
        return value < number
    if word in ("不超过", "以内"):
        return value <= number
    return number * Decimal("0.9") <= value <= number * Decimal("1.1")


@given(
    value=st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False),
    word=st.sampled_from(sorted(WORDS)),
    digits=st.integers(1, 4),
    unit=st.sampled_from(["元", "千元", "万元", "亿元"]),
)
def test_approximation_words_are_true_of_the_exact_value(value: Decimal, word: str, digits: int, unit: str) -> None:
    printed = print_figure(value, "元", Form(unit=unit, digits=digits, word=word))
    match = _PRINTED.match(printed)
    assert match, printed
    number = Decimal(match[2]) * {None: 1, "千": 1000, "万": 10**4, "亿": 10**8}[match[3]]
    said = match[1] or match[4] or match[5]
    if said is None:
        assert number == value, "without a word the number is exact"
    else:
        assert said == word
        assert _holds(said, number, value), (printed, value)


@given(value=st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False), places=st.integers(0, 3))
def test_rounding_stays_within_half_a_digit_and_never_hides_a_sum(value: Decimal, places: int) -> None:
    printed = print_figure(value, "元", Form(unit="万元", places=places))
    match = re.match(r"^([\d.]+)(万?)元$", printed)
    assert match
    number = Decimal(match[1]) * (10**4 if match[2] else 1)
    assert abs(number - value) <= Decimal(5000).scaleb(-places)
    assert number or not value


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_rate_is_a_hundred_only_when_nobody_is_missing(whole: int, missing: int) -> None:
    missing = min(missing, whole)
    exact = Fraction(100 * (whole - missing), whole)
    rounded = Decimal(round(exact * 100)) / 100
    for form in (Form(), Form(places=0), Form(places=1), Form(percent="han")):
        printed = print_figure(rounded, "%", form, exact)
        assert (printed in ("100%", "百分之百")) == (missing == 0), (printed, exact)


_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


def _read_han(text: str) -> int:
    for mark, size in (("亿", 10**8), ("万", 10**4)):
        if mark in text:
            left, right = text.rsplit(mark, 1) if mark == "亿" else text.split(mark, 1)
            return _read_han(left) * size + _read_han(right)
    total, digit = 0, 0
    for character in text:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
    return total + digit


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_read_back(number: int) -> None:
    assert _read_han(han(number)) == number


@pytest.mark.parametrize(
    ("number", "text"), [(0, "零"), (10, "十"), (19, "十九"), (20, "二十"), (110, "一百一十"), (1001, "一千零一"), (-3, "负三")]
)
def test_chinese_numerals(number: int, text: str) -> None:
    assert han(number) == text
