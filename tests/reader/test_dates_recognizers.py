"""Published Chinese date cases of another project, read through our finders; ``recognizers_dates/README.md`` tells where they come from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from taizhang.reader.dates import Dated, find_dates, find_durations, find_periods
from taizhang.reader.normal import normalise

FOLDER = Path(__file__).parent / "recognizers_dates"

# File, spans that must be right at least, values that must be right at least. What is missed: bare years (2100), 上1月, weekdays of a month;
# values that need today (明天, 下周) are not read at all, since a report is read against its year.
FLOORS = [
    ("DateExtractor", 27, 0),
    ("DateParser", 30, 21),
    ("DatePeriodExtractor", 31, 0),
    ("DatePeriodParser", 35, 24),
    ("DurationExtractor", 8, 0),
    ("DurationParser", 7, 7),
]


def found(name: str, text: str, year: int | None) -> list[Dated]:
    plain = normalise(text)
    if name.startswith("Duration"):
        return find_durations(plain)
    dates = find_dates(plain, year=year)
    if "Period" not in name:
        return dates
    periods = [p for p in find_periods(plain) if not any(d.start < p.end and p.start < d.end for d in dates)]
    return sorted([*dates, *periods], key=lambda d: d.start)


def same_value(timex: str, value: str) -> bool:
    span = re.fullmatch(r"\((\S+),(\S+),P\S+\)", timex)
    if not span:
        return timex == value
    first, _, last = value.partition("/")
    # Their end is the first day that no longer belongs; ours is the last year or month written, of a decade its last year.
    decade = last.endswith("9") and len(last) == 4 and span[2].startswith(str(int(last) + 1))
    return bool(last) and span[1].startswith(first) and (span[2].startswith(last) or decade)


@pytest.mark.parametrize(("name", "spans", "values"), FLOORS)
def test_published_cases(name: str, spans: int, values: int) -> None:
    right_spans = right_values = 0
    misses = []
    for case in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")):
        reference: str = case.get("Context", {}).get("ReferenceDateTime", "")
        got = found(name, case["Input"], int(reference[:4]) if reference else None)
        want: list[dict[str, Any]] = case["Results"]
        if [(d.start, d.end) for d in got] != [(r["Start"], r["Start"] + r["Length"]) for r in want]:
            misses.append(case["Input"])
            continue
        right_spans += 1
        right_values += all(same_value(r["Value"]["Timex"], d.value) for r, d in zip(want, got, strict=True) if r.get("Value"))
    assert right_spans >= spans, misses
    assert right_values >= values
