"""Figures of a text, with their units and approximate words: tables that anyone can add a line to, and what holds for any text."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.work import growth
from taizhang.reader.lexicon import Lexicon, load_lexicon, shipped
from taizhang.reader.model import Interval, Passed, Quantity, number_text
from taizhang.reader.normal import normalise
from taizhang.reader.quantities import find_quantities
from taizhang.reader.traps import find_traps

CASES = Path(__file__).parent / "cases" / "quantities"


def rows(name: str) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def figures(text: str, traps: Iterable[Passed] = (), lexicon: Lexicon | None = None) -> list[Quantity]:
    return find_quantities(text, normalise(text), list(traps), lexicon or shipped())[0]


def passed(text: str, traps: Iterable[Passed] = ()) -> list[tuple[str, str]]:
    return [(p.text, p.kind) for p in find_quantities(text, normalise(text), list(traps), shipped())[1]]


def shown(q: Quantity) -> str:
    value = number_text(q.value) + (f"..{number_text(q.value_max)}" if q.value_max is not None else "")
    kind = [q.kind] if q.kind != "count" else []
    return " ".join([f"{q.text} = {value}", q.unit.name or "-", *([q.approx] if q.approx else []), *kind, *(f"#{n}" for n in q.notes)])


@pytest.mark.parametrize("row", rows("figures.tsv"), ids=lambda row: row[0][:24])
def test_a_sentence_has_its_figures(row: list[str]) -> None:
    assert " | ".join(map(shown, figures(row[0]))) == (row[1] if len(row) > 1 else "")


@pytest.mark.parametrize("row", rows("reports.tsv"), ids=lambda row: row[0][:24])
def test_a_sentence_of_a_report_has_its_figures_and_no_others(row: list[str]) -> None:
    found = figures(row[0], find_traps(normalise(row[0]), shipped()))
    assert " | ".join(map(shown, found)) == (row[1] if len(row) > 1 else "")


def bracketed(interval: Interval) -> str:
    low = "" if interval.low is None else number_text(interval.low)
    high = "" if interval.high is None else number_text(interval.high)
    return f"{'(' if interval.low_open else '['}{low},{high}{')' if interval.high_open else ']'}"


@pytest.mark.parametrize("row", rows("intervals.tsv"), ids=lambda row: row[0])
def test_a_figure_stands_for_an_interval(row: list[str]) -> None:
    (found,) = figures(row[0])
    assert (bracketed(found.interval), number_text(found.precision)) == (row[1], row[2])


@pytest.mark.parametrize("row", rows("nothing.tsv"), ids=lambda row: row[0])
def test_a_text_without_figures_gives_none(row: list[str]) -> None:
    assert figures(row[0]) == []


def test_a_figure_with_a_unit_wins_over_a_trap_that_covers_less() -> None:
    text = "608878.08千元"
    list_number = Passed(0, 7, "608878.", "enumeration")
    found, rest = find_quantities(text, text, [list_number], shipped())
    assert [q.text for q in found] == [text]
    assert rest == []


def test_a_figure_wins_over_a_trap_that_cuts_its_number() -> None:
    text = "2020年22.15亿元"
    found, rest = find_quantities(text, text, [Passed(0, 7, "2020年22", "date")], shipped())
    assert [(q.text, q.value) for q in found] == [("22.15亿元", Decimal(2215000000))]
    assert rest == []


def test_a_trap_that_covers_the_figure_stands() -> None:
    text = "实行24小时值班，共3人"
    found, rest = find_quantities(text, text, [Passed(2, 6, "24小时", "idiom")], shipped())
    assert [q.text for q in found] == ["3人"]
    assert [p.text for p in rest] == ["24小时"]


def test_a_bare_number_is_passed_over_and_a_change_without_a_sign_is_not() -> None:
    assert passed("共计35，另有2.5") == [("35", "bare_number"), ("2.5", "bare_number")]
    (change,) = figures("同比增长18.3。")
    assert (change.kind, change.unit.name, change.notes) == ("change", "", ("unit_omitted",))


def test_codes_and_orders_are_passed_over_with_their_reason() -> None:
    assert passed("版本1.2.3，第3名，3号楼，A4纸") == [
        ("1.2.3", "identifier"), ("3名", "ordinal"), ("3号楼", "ordinal"), ("4", "identifier"),
    ]  # fmt: skip


def test_a_figure_broken_over_a_page_is_read_with_its_unit() -> None:
    (found,) = figures("完成投资3.5\n- 12 -\n亿元。")
    assert (found.value, found.unit.name, found.notes) == (Decimal(350000000), "元", ("unit_after_break",))
    assert figures("完成投资12\n户数") == []


def test_units_convert_exactly_in_their_dimension() -> None:
    found = figures("1公顷，1平方公里，2000平方米，3亩，1吨，2斤")
    assert [(q.unit.dimension, q.base) for q in found] == [
        ("area", Decimal(15)), ("area", Decimal(1500)), ("area", Decimal(3)), ("area", Decimal(3)),
        ("mass", Decimal(1000)), ("mass", Decimal(1)),
    ]  # fmt: skip


def test_classifiers_are_dimensions_of_their_own_with_a_class() -> None:
    found = figures("3户，5名，6人次，7口井，8头，9件")
    assert [(q.unit.name, q.unit.dimension, q.unit.person, q.unit.whole) for q in found] == [
        ("户", "户", "household", True), ("人", "人", "person", True), ("人次", "人次", "visit", True),
        ("口", "口", "place", True), ("头", "头", "animal", True), ("件", "件", "case", True),
    ]  # fmt: skip


def test_the_written_unit_keeps_its_multiplier() -> None:
    found = figures("89.3万元，608878.08千元，6名，三百二十万元，百分之百，53万小额贷款")
    assert [q.written_unit for q in found] == ["万元", "千元", "名", "万元", "百分之百", "万"]


def test_a_county_adds_a_unit_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("classifiers:\n  坨: {class: thing}\nmeasures:\n  area: {units: {岭: {factor: 30}}}\n", "utf-8")
    found = figures("收3坨，种2岭，种2亩", lexicon=load_lexicon(tmp_path))
    assert [(q.unit.name, q.base) for q in found] == [("坨", Decimal(3)), ("岭", Decimal(60)), ("亩", Decimal(2))]
    assert figures("收3坨") == []


UNITS = ["户", "人", "亩", "公里", "吨", "万元", "亿元", "%", "个百分点", "人次", "平方米", "千瓦", "元/亩"]
FACTORS = {"万元": 10_000, "亿元": 100_000_000}


@given(
    st.integers(1, 999_999), st.sampled_from(UNITS), st.sampled_from(["完成", "共", "达到"]),
    st.sampled_from(["", "余", "多"]), st.sampled_from(["", "。", "，其中"]),
)  # fmt: skip
def test_a_written_figure_is_read_at_its_place(number: int, unit: str, before: str, vague: str, after: str) -> None:
    vague = vague if number >= 10 else ""
    text = f"{before}{number}{vague}{unit}{after}"
    (found,) = figures(text)
    assert (found.start, found.end, found.text) == (len(before), len(text) - len(after), f"{number}{vague}{unit}")
    assert found.value == number * FACTORS.get(unit, 1)
    assert found.interval.holds(found.value) == (not vague)
    assert found.approx == ("over" if vague else None)


MIXED = st.text(
    alphabet="0123456789.,，、-—~:/%一二两三五十百千万亿点余多来几数半约近超以上元亩户人个次年月成折分之第的 \n增长到由ABmk", max_size=80
)


@given(st.one_of(st.text(max_size=60), MIXED))
def test_no_text_makes_it_fail_and_every_offset_is_right(text: str) -> None:
    found, rest = find_quantities(text, normalise(text), find_traps(normalise(text), shipped()), shipped())
    last = 0
    for number, q in enumerate(found):
        assert q.number == number
        assert last <= q.start < q.end <= len(text)
        assert text[q.start : q.end] == q.text
        assert q.interval.low is None or q.interval.high is None or q.interval.low <= q.interval.high
        last = q.end
    for p in rest:
        assert text[p.start : p.end] == p.text


HOSTILE = [
    "1",
    "一",
    "万",
    "百",
    "1,",
    "1.",
    "1-",
    "9、",
    "9:",
    "一分之",
    "几十",
    "3年多",
    "1元1角",
    "1/",
    "1元/",
    "约",
    "一点",
    " 1",
    "，1 000",
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_text_and_not_faster(piece: str) -> None:
    short, long = (piece * (length // len(piece)) for length in (4_000, 12_000))
    assert growth(lambda text: find_quantities(text, text, [], shipped()), short, long) < 3 * 1.3
