"""Headings whose numbers Word prints by itself are headings all the same."""

from __future__ import annotations

import pytest

from taizhang.reader import read_text

TEXT = "某镇2021年工作报告\n工作完成情况\n农业生产\n种植黄桃1700亩。\n下一步工作打算\n新建水库2座。\n"
PRINTED = {"工作完成情况": "一、", "农业生产": "（一）", "下一步工作打算": "二、"}


def _at(text: str) -> int:
    return TEXT.index(text)


def test_printed_numbers_make_sections() -> None:
    reading = read_text(TEXT, numbers={_at(title): number for title, number in PRINTED.items()})
    found = [(s.level, s.number, s.title, s.start) for s in reading.sections[1:]]
    assert found == [
        (1, "一、", "工作完成情况", _at("工作完成")),
        (2, "（一）", "农业生产", _at("农业生产")),
        (1, "二、", "下一步工作打算", _at("下一步")),
    ]
    assert [q.scope for q in reading.quantities] == ["this_year", "plan"]


def test_without_them_there_are_none() -> None:
    assert len(read_text(TEXT).sections) == 1


@pytest.mark.parametrize("number", ["●", "§1", ""])
def test_bullets_and_foreign_numbers_make_no_section(number: str) -> None:
    assert len(read_text(TEXT, numbers={_at("工作完成"): number}).sections) == 1


def test_a_number_that_stands_in_the_text_too_is_told_once() -> None:
    text = "一、工作完成情况\n种植黄桃1700亩。\n"
    assert len(read_text(text, numbers={0: "一、"}).sections) == 2
