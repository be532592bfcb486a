"""What holds for every cell: quick and full reading agree, canonical text stays as it is, units convert exactly."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes import FIELD_TYPES, Context, Raw, Reading, read_value, reader, unit_of, write_value
from taizhang.pack.fieldtypes._han import to_han, whole
from taizhang.pack.fieldtypes._idents import CREDIT_ALPHABET, credit_check_character, id_check_character, luhn_holds

TODAY = date(2026, 11, 23)
ALONE = Context(None, TODAY)
CHOICES = ("稻谷补贴", "耕地地力补贴", "有", "1")
FIELDS = [Field("f", "列", kind, choices=CHOICES if kind == "choice" else ()) for kind in FIELD_TYPES] + [
    Field("f", "列", "text", is_name=True),
    Field("f", "列", "money", min=Decimal(0)),
    Field("f", "列", "money", min=Decimal("0.1"), max=Decimal("99.99")),
    Field("f", "列", "area", min=Decimal(-5), max=Decimal(0)),
    Field("f", "列", "count", min=Decimal(3), max=Decimal(7)),
    Field("f", "列", "mass", unit="吨", places=2),
    Field("f", "列", "number", unit="公里", places=0),
    Field("f", "列", "number", places=12),
    Field("f", "列", "percentage", max=Decimal(100)),
    Field("f", "列", "count", unit="户"),
]
SCALED = [Field("f", "列", "money", unit="万元"), Field("f", "列", "area", unit="公顷"), Field("f", "列", "mass", unit="斤")]

_ALPHABET = (
    "0123456789" * 4 + ".,-+/:()%‰¥'# \t\n\r年月日时分元角亩斤吨公顷平方米万千百十亿点一二两三〇零无是否有—×√"
    "abcxXNTZEe张·、，．－（）％０１９Ｘ\u3000\u00a0\u200b\ufeff\u2212\u00b2\u0301\ufffd\ud800٣①⑴ⅧﬁÅ가"
)
_texts = st.text(st.sampled_from(_ALPHABET), max_size=22) | st.text(max_size=12)


def _id_text(rng: random.Random) -> str:
    born = date(1890, 1, 1) + timedelta(days=rng.randrange(51_000))
    first = f"990128{born:%Y%m%d}{rng.randrange(1000):03d}"
    return first + (id_check_character(first) if rng.random() < 0.7 else rng.choice("0123456789X"))


def _credit_text(rng: random.Random) -> str:
    first = "N1990128" + "".join(rng.choices(CREDIT_ALPHABET, k=9))
    return first + (credit_check_character(first) if rng.random() < 0.7 else rng.choice(CREDIT_ALPHABET))


def _card_text(rng: random.Random) -> str:
    first = "".join(rng.choices(string.digits, k=rng.choice([11, 14, 15, 17, 18])))
    holding = [digit for digit in string.digits if luhn_holds(first + digit)]
    return first + (holding[0] if rng.random() < 0.7 else rng.choice(string.digits))


def _amount_text(rng: random.Random) -> str:
    number = rng.choice(
        [f"{rng.randrange(10**6) / 100:.2f}", f"{rng.randrange(10**8):,}", str(rng.randrange(10**5)), f"{rng.random():.5f}"]
    )
    return number + rng.choice(["", "", "元", "亩", "万元", "万", "斤", "吨", "公顷", "%", "户", "平方米", "公里", " 亩"])


def _date_text(rng: random.Random) -> str:
    day = date(1899, 1, 1) + timedelta(days=rng.randrange(75_000))
    return rng.choice(
        [f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", f"{day.year}.{day.month}", f"{day:%Y/%m/%d %H:%M}"]
    )


_GENERATORS: tuple[Callable[[random.Random], str], ...] = (_id_text, _credit_text, _card_text, _amount_text, _date_text)
_likely = st.randoms(use_true_random=False).map(lambda rng: rng.choice(_GENERATORS)(rng))
_cells: st.SearchStrategy[Any] = st.one_of(
    _likely,
    _texts,
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**9, 10**19),
    st.integers(0, 120_000),
    st.floats(),
    st.decimals(min_value=-100, max_value=10**6, places=2).map(float),
    st.integers(0, 10**17).map(float),
    st.decimals(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC) | st.just(timezone(timedelta(hours=-7)))),
    st.times(),
    st.timedeltas(),
)


def _same(found: str | Reading | None, full: Reading) -> bool:
    return found == full if isinstance(found, Reading) else Reading(found) == full


_quick = {id(field): reader(field, ALONE) for field in [*FIELDS, *SCALED]}


@settings(max_examples=150, deadline=None)
@given(cell=_cells)
def test_quick_and_full_reading_agree(cell: Raw) -> None:
    for field in [*FIELDS, *SCALED]:
        full = read_value(field, cell, ALONE)
        for _ in range(2):
            found = _quick[id(field)](cell)
            assert _same(found, full), (field.type, cell, found, full)


def _accepted(reading: Reading) -> bool:
    return not any(fault.severity == "error" for fault in reading.faults)


def _check_value(field: Field, reading: Reading) -> None:
    if not _accepted(reading):
        assert reading.value is None
        return
    if reading.value is None:
        assert reading == Reading(None)
        return
    again = read_value(field, reading.value, ALONE)
    assert again.value == reading.value, (field, reading, again)
    assert again.original is None, (field, reading, again)
    assert _accepted(again)
    reading.value.encode()
    (reading.original or "").encode()


@settings(max_examples=200, deadline=None)
@given(cell=_cells)
def test_canonical_text_reads_to_itself(cell: Raw) -> None:
    for field in FIELDS:
        _check_value(field, read_value(field, cell, ALONE))


@settings(max_examples=200, deadline=None)
@given(cell=_likely | st.integers(0, 120_000) | st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_written_cell_reads_back_as_the_same_value(cell: Raw) -> None:
    for field in [*FIELDS, *SCALED]:
        value = read_value(field, cell, ALONE).value
        written = write_value(field, value)
        # A workbook gives its numbers back as floats.
        back = float(written) if isinstance(written, int | Decimal) else written
        again = read_value(field, back, ALONE)
        assert again.value == value, (field, cell, value, written)


_UNITS = {
    "money": {"元": 1, "角": Fraction(1, 10), "分": Fraction(1, 100), "千元": 1000, "万元": 10_000, "亿元": 10**8},
    "area": {"亩": 1, "公顷": 15, "平方米": Fraction(3, 2000), "平方公里": 1500, "万亩": 10_000},
    "mass": {"公斤": 1, "斤": Fraction(1, 2), "吨": 1000, "克": Fraction(1, 1000), "担": 50, "万斤": 5000},
    "volume": {"立方米": 1, "方": 1, "万方": 10_000},
    "count": {"头": 1, "万羽": 10_000, "户": 1},
    "percentage": {"%": 1, "‰": Fraction(1, 10)},
}
_PLACES = {"money": 2, "count": 0}


@given(kind=st.sampled_from(sorted(_UNITS)), number=st.decimals(min_value=0, max_value=10**6, places=3), data=st.data())
def test_units_convert_exactly_or_say_that_they_round(kind: str, number: Decimal, data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(sorted(_UNITS[kind])))
    exact = Fraction(number) * _UNITS[kind][unit]
    reading = read_value(Field("f", "列", kind), f"{number}{unit}", ALONE)
    fits = (exact * 10 ** _PLACES.get(kind, 4)).denominator == 1
    if fits:
        assert reading.value is not None
        assert Fraction(reading.value) == exact
        assert reading.faults == ()
    else:
        (fault,) = reading.faults
        assert fault.code in ("number.rounded", "number.too_many_places", "count.not_whole")
        if fault.code == "number.rounded":
            assert kind not in ("money", "count")
            assert abs(Fraction(reading.value or "0") - exact) <= Fraction(1, 20_000)


@pytest.mark.parametrize("field", [*FIELDS, *SCALED], ids=lambda field: f"{field.type} {field.unit or ''}")
def test_the_unit_of_a_bare_number_may_be_written(field: Field) -> None:
    unit = unit_of(field)
    assert bool(unit) == (field.type in {"money", "area", "mass", "volume", "percentage"} or field.unit is not None)
    if unit:
        assert read_value(field, f"5{unit}", ALONE).value == read_value(field, "5", ALONE).value


@given(number=st.integers(0, 10**16))
def test_chinese_numerals_read_back(number: int) -> None:
    assert whole(to_han(number)) == number


@given(digits=st.text("0123456789", min_size=12, max_size=19))
def test_luhn_table_equals_the_plain_sum(digits: str) -> None:
    warned = bool(read_value(Field("f", "列", "bank_card"), digits, ALONE).faults)
    assert warned == (len(digits) >= 16 and not luhn_holds(digits))


def test_every_type_describes_itself_and_names_its_column() -> None:
    assert len(FIELD_TYPES) == 23
    for kind in FIELD_TYPES.values():
        field = Field("f", "列", kind.name, choices=CHOICES)
        assert kind.describe(field).endswith("。")
        assert "单元格" not in kind.describe(field)  # forms say it too
        assert kind.sql_type(field) in {"VARCHAR", "BIGINT", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL(18,2)", "DECIMAL(18,4)"}
    assert {kind.name for kind in FIELD_TYPES.values() if kind.personal} == {"id_number", "bank_card", "telephone"}
    assert FIELD_TYPES["number"].sql_type(Field("f", "列", "number", places=1)) == "DECIMAL(18,1)"
    bounded = replace(Field("f", "列", "money", unit="万元"), min=Decimal(0), max=Decimal(500))
    assert FIELD_TYPES["money"].describe(bounded).endswith("；不带单位时按万元计；最多2位小数；从0到500元。")


def test_every_code_that_a_reading_gives_has_sentences() -> None:
    from taizhang.pack.fieldtypes.codes import CODES

    for code, entry in CODES.items():
        assert entry.zh
        assert entry.en, code
        assert entry.accepted_zh, code
        assert entry.accepted_en, code


@pytest.mark.slow
def test_ten_thousand_fuzzed_cells() -> None:
    rng = random.Random(20200301)
    seeds = [
        "11010519491231002X",
        "1,234.50元",
        "2020年3月1日",
        "公坪社区3组",
        "0745-6822345",
        "3亩5分",
        "2020-07-03 08:30",
        "湘N12345",
        "91350100M000100Y43",
    ]
    for _ in range(10_000):
        cell: Raw
        if rng.random() < 0.2:
            cell = rng.choice([rng.uniform(-1e6, 1e6), rng.randrange(10**18), float(rng.randrange(10**17)), time(8), timedelta(days=2)])
        else:
            text = list(rng.choice(seeds) if rng.random() < 0.5 else rng.choice(_GENERATORS)(rng))
            for _ in range(rng.randrange(4)):
                at = rng.randrange(len(text) + 1)
                text[at : at + rng.randrange(2)] = rng.choice(_ALPHABET)
            cell = "".join(text)
        for field in FIELDS:
            full = read_value(field, cell, ALONE)
            assert _same(_quick[id(field)](cell), full), (field, cell)
            _check_value(field, full)


def test_moments_with_a_zone_are_brought_to_china(context: Context) -> None:
    field = Field("f", "列", "timestamp")
    assert read_value(field, datetime(2020, 7, 3, 20, 30, tzinfo=UTC), context).value == "2020-07-04T04:30"
