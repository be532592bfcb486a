"""Periods: reading, ends, the one before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.errors import TaizhangError
from taizhang.pack.periods import Period

TEXTS = st.builds(
    lambda year, tail: f"{year:04d}{tail}",
    st.integers(2, 9999),
    st.sampled_from(["", "H1", "H2", "Q1", "Q2", "Q3", "Q4", *(f"-{m:02d}" for m in range(1, 13))]),
)


@pytest.mark.parametrize(
    ("text", "start", "end", "kind"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31), "year"),
        ("2020H1", date(2020, 1, 1), date(2020, 6, 30), "half"),
        ("2020H2", date(2020, 7, 1), date(2020, 12, 31), "half"),
        ("2020Q3", date(2020, 7, 1), date(2020, 9, 30), "quarter"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "month"),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28), "month"),
        ("9999Q1", date(9999, 1, 1), date(9999, 3, 31), "quarter"),
        ("9999", date(9999, 1, 1), date(9999, 12, 31), "year"),
    ],
)
def test_parse(text: str, start: date, end: date, kind: str) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, period.kind, str(period)) == (start, end, kind, text)


def test_lower_case_and_blanks_are_forgiven() -> None:
    assert Period.parse(" 2020q2 ") == Period.parse("2020Q2")


@pytest.mark.parametrize(
    "text", ["", "20", "2020-13", "2020-00", "2020-5", "2020Q5", "2020H3", "2020年", "0000", "2020-05-01", "2020\n2021"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(TaizhangError) as refused:
        Period.parse(text)
    assert refused.value.fault.code == "period.unreadable"
    assert refused.value.fault.params["value"] == text


@given(TEXTS)
def test_the_one_before_ends_the_day_before(text: str) -> None:
    period = Period.parse(text)
    earlier = period.before()
    assert earlier.kind == period.kind
    assert earlier.end == period.start - timedelta(days=1)
    assert Period.parse(earlier.text) == earlier
    assert earlier < period


@given(TEXTS)
def test_whole_months(text: str) -> None:
    period = Period.parse(text)
    assert period.start.day == 1
    assert period.end == date.max or (period.end + timedelta(days=1)).day == 1
