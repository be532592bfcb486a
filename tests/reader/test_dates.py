"""Dates, periods and lengths of time. Cases in ``cases/dates/*.tsv``, one a line."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.reader.calendar import complete, ordinal, plan_years, small_number
from taizhang.reader.dates import find_dates, find_durations, parse_period

CASES = Path(__file__).parent / "cases" / "dates"
HAN = "零一二三四五六七八九"


def rows(name: str, width: int) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [[*line.split("\t"), "", ""][:width] for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("text", "year", "value"), rows("periods.tsv", 3))
def test_parse_period(text: str, year: str, value: str) -> None:
    assert parse_period(text, int(year) if year else None) == value


@pytest.mark.parametrize(("text", "number"), rows("ordinals.tsv", 2))
def test_ordinal(text: str, number: str) -> None:
    assert ordinal(text) == (int(number) if number else None)


@pytest.mark.parametrize(("text", "value"), rows("durations.tsv", 2))
def test_durations(text: str, value: str) -> None:
    assert [(d.start, d.end, d.value) for d in find_durations(text)] == [(0, len(text), value)]


@given(st.dates(date(1300, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read(day: date) -> None:
    assert parse_period(f"{day.year}年{day.month}月{day.day}日") == day.isoformat()
    if 1900 <= day.year < 2100:
        spelled = "".join(HAN[int(c)] for c in str(day.year)).replace("零", "〇")
        assert parse_period(f"{spelled}年{_han(day.month)}月{_han(day.day)}日") == day.isoformat()


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else HAN[tens] + "十") + ("" if ones == 0 else HAN[ones])


@given(st.integers(1, 99))
def test_small_numbers(number: int) -> None:
    assert small_number(_han(number)) == number == small_number(str(number))


@given(st.text(max_size=80))
def test_dates_are_sound(text: str) -> None:
    found = find_dates(text)
    assert all(0 <= d.start < d.end <= len(text) for d in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_open_digits_are_filled_from_the_year() -> None:
    assert complete("XXXXQ1/XXXXQ3", 2020) == "2020Q1/2020Q3"
    assert complete("XXXX-11", None) == "XXXX-11"
    assert [plan_years(n) for n in (1, 2, 3, 13, 14)] == ["1953/1957", "1958/1962", "1966/1970", "2016/2020", "2021/2025"]
    assert plan_years(8, law=True) == "2021/2025"
