"""The published number cases of Recognizers-Text, read through the entry points for bare numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from taizhang.reader import numbers
from taizhang.reader.numbers import Number, NumberRange

FOLDER = Path(__file__).parent / "recognizers"
CURRENCIES = {
    "元": "Chinese yuan",
    "美元": "United States dollar",
    "新台币": "New Taiwan dollar",
    "日元": "Japanese yen",
    "比特币": "Bitcoin",
}
DIMENSIONS = {
    "亩": "Mu", "厘米": "Centimeter", "米": "Meter", "公里": "Kilometer", "斤": "Jin", "公斤": "Kilogram", "两": "Liang", "千比特": "Kilobit",
    "KB": "Kilobyte", "兆赫": "Megahertz", "千瓦": "Kilowatt",
}  # fmt: skip
AGES = {"岁": "Year", "个月": "Month", "天": "Day"}
Found = tuple[int, int, str | Decimal | None, str | None]


def bare(found: Number) -> Found:
    return found.start, found.end, found.value, None


def named(names: dict[str, str]) -> Callable[[Number], Found | None]:
    return lambda n: (n.start, n.end, n.value, names[n.unit]) if n.unit in names else None


def bracketed(found: NumberRange) -> Found:
    low, high = found.interval.low, found.interval.high
    low_open = low is None or found.interval.low_open or found.form == "beside"
    high_open = high is None or found.interval.high_open or found.form in ("between", "beside")
    ends = ["" if end is None else f"{end.normalize():f}" for end in (low, high)]
    return found.start, found.end, f"{'(' if low_open else '['}{ends[0]},{ends[1]}{')' if high_open else ']'}", None


ADAPTERS: dict[str, tuple[Callable[[str], list[Any]], Callable[[Any], Found | None]]] = {
    "NumberModel": (numbers.read_numbers, bare),
    "PercentModel": (numbers.read_percents, bare),
    "OrdinalModel": (numbers.read_ordinals, bare),
    "CurrencyModel": (numbers.read_currencies, named(CURRENCIES)),
    "DimensionModel": (numbers.read_measures, named(DIMENSIONS)),
    "AgeModel": (numbers.read_ages, named(AGES)),
    "NumberRangeModel": (numbers.read_number_ranges, bracketed),
}


def unmet() -> dict[tuple[str, str], str]:
    lines = (FOLDER / "unmet.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {(file, text): why for file, text, why in rows}


def cases() -> list[Any]:
    skipped = unmet()
    found = []
    for name in ADAPTERS:
        for number, case in enumerate(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))):
            why = skipped.get((name, case["Input"]))
            marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
            found.append(pytest.param(name, case, id=f"{name}-{number}", marks=marks))
    return found


def same(found: Found, wanted: dict[str, Any], with_unit: bool) -> bool:
    start, end, value, unit = found
    resolution = wanted["Resolution"]
    if (start, end) != (wanted["Start"], wanted["End"] + 1) or (with_unit and unit != resolution.get("unit")):
        return False
    expected = resolution.get("value")
    if value is None or expected is None or isinstance(value, str):
        return value == expected
    number = Decimal(expected.rstrip("%"))
    # The source keeps fifteen digits.
    return abs(value - number) <= Decimal("1e-13") * max(Decimal(1), abs(value))


@pytest.mark.parametrize(("name", "case"), cases())
def test_a_published_case_is_met(name: str, case: dict[str, Any]) -> None:
    read, adapt = ADAPTERS[name]
    found = [f for f in map(adapt, read(case["Input"])) if f is not None]
    with_unit = name in ("CurrencyModel", "DimensionModel", "AgeModel")
    assert len(found) == len(case["Results"]), found
    assert all(same(f, w, with_unit) for f, w in zip(found, case["Results"], strict=True)), found


def test_every_unmet_case_is_one_of_the_cases() -> None:
    known = {(name, c["Input"]) for name in ADAPTERS for c in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))}
    assert set(unmet()) <= known


@pytest.mark.parametrize("read", [read for read, _ in ADAPTERS.values()], ids=list(ADAPTERS))
@pytest.mark.parametrize(
    "text", ["", "负", "-", ".", "第", "人民币", "百分之", "大于", "比三", "1^999 9^-999", "0^-1", "3/0", "零分之一", "9e999", "1" * 200]
)
def test_no_odd_text_makes_an_entry_point_fail(read: Callable[[str], list[Any]], text: str) -> None:
    for found in read(text):
        assert text[found.start : found.end] == found.text
