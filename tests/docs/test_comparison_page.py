"""Tables of the comparison benchmark: written between the marks of the page, with what was missed told as missed."""

from pathlib import Path
from typing import Any

import pytest
from benchmarks.comparison import page
from benchmarks.comparison.bench import ALL, HAND, LIKE, PANDAS, TEN


def city(payments: int, ways: dict[str, float], **told: Any) -> dict[str, Any]:
    taken = {name: {"seconds": s, "used": 2 * s, "peak": 1_000.0, "whole": s} for name, s in ways.items()}
    return {"city": {"rows": {"payment": payments}}, "ways": taken, "missing": {}, "unequal": {}, "states": {}, "slowest": []} | told


def line(text: str, start: str) -> str:
    return next(each for each in text.splitlines() if each.startswith(f"| {start}"))


def test_the_page_has_a_place_for_the_tables():
    text = Path("docs/performance.md").read_text(encoding="utf-8")
    once = page.rewritten(text, "first")
    assert page.rewritten(once, "second") == once.replace(f"{page.BEGIN}\nfirst\n", f"{page.BEGIN}\nsecond\n")
    before, after = text.split(page.BEGIN)[0], text.split(page.END)[1]
    assert once == f"{before}{page.BEGIN}\nfirst\n{page.END}{after}"


@pytest.mark.parametrize("text", ["", page.BEGIN, page.END, f"{page.END} {page.BEGIN}"])
def test_a_page_without_marks_is_refused(text: str):
    with pytest.raises(ValueError, match="comparison: begin"):
        page.rewritten(text, "tables")


@pytest.mark.parametrize(("hand", "told"), [(10.0, "1.20 met (1.20 met)"), (9.9, "1.21 **missed** (1.21 **missed**)")])
def test_a_ratio_is_held_against_its_goal(hand: float, told: str):
    text = page.section([city(5_000_000, {LIKE: 12.0, HAND: hand})], "chart.svg")
    assert told in line(text, f"{LIKE} ÷ {HAND}")


def test_what_was_not_run_and_what_is_unequal_is_told():
    cities = [
        city(5_000_000, {TEN: 2.0, PANDAS: 19.0}, unequal={PANDAS: ["deceased_paid"]}),
        city(20_000_000, {TEN: 8.0}, missing={PANDAS: "over 12,000,000 payments"}),
    ]
    text = page.section(cities, "chart.svg")
    assert "**Unequal**: pandas at 5.0 M payments: deceased_paid." in text
    assert "not run: over 12,000,000 payments" in line(text, PANDAS)
    assert line(text, f"{PANDAS} ÷").endswith("9.50 **missed** (9.50 **missed**) |  |")


def test_growth_is_told_step_by_step_and_as_a_whole():
    cities = [city(500_000, {ALL: 10.0}), city(2_000_000, {TEN: 1.0}), city(5_000_000, {ALL: 70.0}), city(20_000_000, {ALL: 300.0})]
    text = page.section(cities, "chart.svg")
    assert [line(text, start) for start in ("0.5 → 5.0", "5.0 → 20.0", "0.5 → 20.0")] == [
        "| 0.5 → 5.0 M | 10.00 | 7.00 | 7.00 |",
        "| 5.0 → 20.0 M | 4.00 | 4.29 | 4.29 |",
        "| 0.5 → 20.0 M | 40.00 | 30.00 | 30.00 |",
    ]
    assert "(chart.svg)" in text
