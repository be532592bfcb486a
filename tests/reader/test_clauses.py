"""Headings, sentences and clauses."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from taizhang.reader.clauses import structure
from taizhang.reader.lexicon import shipped
from taizhang.reader.model import Section
from taizhang.reader.normal import normalise

REPORT = """公坪镇2020年政府工作报告

一、2020年工作完成情况
（一）坚持脱贫攻坚
通过土地流转，实现稳定增收。一是做活农业产业。成立合作社。二是稳步推进脱贫。
1、农业生产方面
（1）种植水稻。
（2）防治病虫。
（二）社会事业
全镇安定。
二、2021年主要工作计划
抓好以下工作：
1、振兴工业。
"""


def sections_of(text: str) -> tuple[Section, ...]:
    return structure(normalise(text), shipped())[0]


def test_headings_have_number_title_and_level() -> None:
    assert [(s.level, s.number, s.title) for s in sections_of(REPORT)] == [
        (0, "", "公坪镇2020年政府工作报告"),
        (1, "一、", "2020年工作完成情况"),
        (2, "(一)", "坚持脱贫攻坚"),
        (5, "一是", "做活农业产业"),
        (5, "二是", "稳步推进脱贫"),
        (3, "1、", "农业生产方面"),
        (4, "(1)", "种植水稻"),
        (4, "(2)", "防治病虫"),
        (2, "(二)", "社会事业"),
        (1, "二、", "2021年主要工作计划"),
        (3, "1、", "振兴工业"),
    ]


def test_a_section_reaches_to_the_next_of_its_level() -> None:
    text = normalise(REPORT)
    by_title = {s.title: s for s in sections_of(REPORT)}
    assert text[by_title["坚持脱贫攻坚"].end :].startswith("(二)社会事业")
    assert text[by_title["2020年工作完成情况"].end :].startswith("二、2021年")
    assert text[by_title["稳步推进脱贫"].end :].startswith("\n1、农业生产")


def test_a_plan_and_what_stands_under_it_are_told() -> None:
    assert [s.title for s in sections_of(REPORT) if s.plan] == ["2021年主要工作计划", "振兴工业"]


def test_a_fulfilled_plan_is_no_plan() -> None:
    assert not any(s.plan for s in sections_of("一、目标任务完成情况\n二、计划生育工作\n"))


def test_headings_are_found_in_one_long_line() -> None:
    line = "工作报告 各位代表： 一、工作回顾 全镇安定。（一）农业 丰收。二、下一步打算 抓好落实。"
    assert [(s.number, s.title) for s in sections_of(line)[1:]] == [("一、", "工作回顾"), ("(一)", "农业"), ("二、", "下一步打算")]


def test_numbers_within_a_sentence_are_no_headings() -> None:
    assert len(sections_of("生产3、19亿元，第1、2组，增长1.5倍，问题1、2、3已改")) == 1


def test_sentences_end_at_marks_and_lines_and_clauses_at_commas_and_brackets() -> None:
    text = normalise("耕地3,200亩（田20亩），林地9亩；水面1亩\n塘2口。")
    _, sentences = structure(text, shipped())
    assert [[text[a:b] for a, b in s.clauses] for s in sentences] == [["耕地3,200亩", "田20亩", "林地9亩；"], ["水面1亩"], ["塘2口。"]]


@given(st.text(st.sampled_from("一二、（）1.。，；\n是计划 工作完成()一是：abc"), max_size=120))
def test_sections_nest_and_sentences_cover_the_text_in_order(text: str) -> None:
    plain = normalise(text)
    sections, sentences = structure(plain, shipped())
    for s in sections[1:]:
        assert s.parent is not None
        outer = sections[s.parent]
        assert outer.level < s.level
        assert outer.start <= s.start < s.end <= outer.end
    for before, after in pairwise(sentences):
        assert before.end <= after.start
    for sentence in sentences:
        holder = sections[sentence.section]
        assert holder.start <= sentence.start < max(holder.end, 1)
        assert all(sentence.start <= a < b <= sentence.end for a, b in sentence.clauses)
    covered = set().union(*(range(s.start, s.end) for s in sentences)) if sentences else set()
    assert all(plain[i].isspace() for i in range(len(plain)) if i not in covered)
