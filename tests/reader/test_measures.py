"""What figures measure, when and where, and how they belong together: tables that anyone can add a line to, and what holds for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taizhang.reader.lexicon import load_lexicon
from taizhang.reader.model import Group, Reading
from taizhang.reader.reading import read_text

CASES = Path(__file__).parent / "cases"


def rows(name: str) -> list[tuple[str, str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    found = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [(text.replace("\\n", "\n"), expected) for text, expected in found]


@pytest.mark.parametrize(("text", "expected"), rows("measures/names.tsv"), ids=lambda v: v[:24])
def test_figures_have_their_measures(text: str, expected: str) -> None:
    assert " | ".join(q.measure for q in read_text(text).quantities) == expected


def shown(reading: Reading, group: Group) -> str:
    members = [reading.quantities[n].text for n in group.members]
    whole = [reading.quantities[group.whole].text] if group.whole is not None else []
    arrow = ["<-"] if group.kind in ("parts", "growth") else []
    return " ".join([group.kind + ("+" if group.complete else ""), *whole, *arrow, *members, *([group.word] if group.word else [])])


@pytest.mark.parametrize(("text", "expected"), rows("groups/groups.tsv"), ids=lambda v: v[:24])
def test_figures_have_their_groups(text: str, expected: str) -> None:
    reading = read_text(text)
    assert " | ".join(shown(reading, g) for g in reading.groups) == (expected if expected != "-" else "")


@pytest.mark.parametrize(("text", "expected"), rows("scopes/scopes.tsv"), ids=lambda v: v[:24])
def test_figures_have_their_time_and_place(text: str, expected: str) -> None:
    reading = read_text(text, year=2020)
    told = [" ".join([q.scope, *([q.period] if q.period else []), *([f"@{q.place}"] if q.place else [])]) for q in reading.quantities]
    assert " | ".join(told) == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("公坪镇2020年政府工作报告\n正文", 2020),
        ("政府工作报告\n一、2019年工作回顾\n二、2020年工作安排", 2019),
        ("工作报告\n二〇一二年工作回顾\n一、经济", 2012),
        ("情况汇报\n一、2021年工作计划\n建公路3公里", 2020),
        ("全镇脱贫12户", None),
    ],
)
def test_a_report_has_its_year(text: str, year: int | None) -> None:
    assert read_text(text).year == year


def test_the_words_of_a_measure_stand_where_its_span_says() -> None:
    text = "全镇医保参保率达到98.6%，成立了6个专业合作社"
    spans = [q.measure_span for q in read_text(text).quantities]
    assert [text[a:b] for a, b in filter(None, spans)] == ["医保参保率", "专业合作社"]


def test_a_county_adds_a_verb_that_names_an_indicator(tmp_path: Path) -> None:
    text = "旌表孝子6人"
    (tmp_path / "verbs.yaml").write_text("making: [旌表]\nlight: [旌表]\n", encoding="utf-8")
    assert read_text(text).quantities[0].measure == "旌表孝子人数"
    assert read_text(text, load_lexicon(tmp_path)).quantities[0].measure == "孝子人数"


WORDS = (
    *"，。；：、（）()“”的和等共达为亩户人次元%0123456789一二十年",
    "其中", "分别", "增长", "占", "12户", "22人", "3.5%", "万元", "黄桃", "种植", "面积", "产量", "完成", "新增", "比上年", "2020年", "一是", "\n1、", "任务",
    "9.6:41.7:48.7", "合计", "以下三个方面", "去年同期", "由", "到", "投资", "以上", "村", "五年来", "计划",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_any_text_is_read_with_everything_inside_it(text: str) -> None:
    reading = read_text(text)
    numbers = range(len(reading.quantities))
    for q in reading.quantities:
        assert 0 <= q.sentence < len(reading.sentences)
        assert reading.sentences[q.sentence].start <= q.start
        assert q.measure_span is None or 0 <= q.measure_span[0] < q.measure_span[1] <= len(text)
        assert "\n" not in q.measure
    for group in reading.groups:
        assert set(group.members) <= set(numbers)
        assert group.whole is None or group.whole in numbers
        assert group.whole not in group.members
        assert 0 <= group.start <= group.end <= len(text)
        assert group.kind == "listing" or group.members
