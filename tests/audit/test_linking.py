"""One figure for one indicator in a section, periods and places, a person's choices first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.work import growth
from taizhang.audit.linking import link
from taizhang.audit.links_file import Choice, SavedLinks, read_links, write_links
from taizhang.audit.links_model import Link
from taizhang.audit.verdicts import judge
from taizhang.errors import Refusal, TaizhangError
from taizhang.pack import Pack, load_pack
from taizhang.pack.loader import demonstration_divisions
from taizhang.reader import Reading, read_text
from taizhang.reader.lexicon import shipped

HEAD = "公坪镇2020年政府工作报告\n一、2020年工作完成情况\n"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def linked(pack: Pack, body: str, saved: SavedLinks | None = None) -> tuple[Reading, list[Link]]:
    reading = read_text(HEAD + body, year=2020)
    return reading, link(reading, pack, shipped(), links=saved, divisions=demonstration_divisions())


def names(pack: Pack, body: str) -> list[str | None]:
    return [found.indicator for found in linked(pack, body)[1]]


def test_two_figures_of_a_section_do_not_take_the_same_indicator(pack: Pack) -> None:
    assert names(pack, "全镇低保64户118人。") == ["allowance_households", "allowance_persons"]
    assert names(pack, "新增低保5户8人，共发放低保118人。") == ["allowance_households_new", "allowance_persons_new", "allowance_persons"]


def test_the_same_claim_twice_is_the_same_indicator(pack: Pack) -> None:
    assert names(pack, "黄桃种植面积1700亩。一年来，黄桃种植面积达到1700亩。") == ["peach_area", "peach_area"]


def test_the_same_indicator_may_stand_in_two_sections(pack: Pack) -> None:
    assert names(pack, "（一）农业\n黄桃种植面积1700亩。\n（二）扶贫\n黄桃种植面积1600亩。") == ["peach_area", "peach_area"]


def test_a_village_has_figures_of_its_own(pack: Pack) -> None:
    _, links = linked(pack, "銮塘村黄桃种植面积320亩，桐木村黄桃种植面积280亩。")
    assert [(found.indicator, found.division) for found in links] == [("peach_area", "990128105201"), ("peach_area", "990128105202")]


def test_without_a_place_the_town_is_meant_and_the_reports_year(pack: Pack) -> None:
    _, (found,) = linked(pack, "黄桃种植面积1700亩。")
    assert (found.division, found.period, found.status) == ("990128105", "2020", "certain")


def test_growth_is_no_level(pack: Pack) -> None:
    _, links = linked(pack, "工业总产值6.09亿元，同比增长8.2%。")
    assert [found.status for found in links] == ["certain", "none"]


def test_opposed_words_exclude_each_other(pack: Pack) -> None:
    assert names(pack, "城乡居民养老保险参保率95%。") == [None]
    assert names(pack, "尚有未脱贫户3户。") == ["households_left"]


def test_households_are_never_persons(pack: Pack) -> None:
    _, (found,) = linked(pack, "完成危房改造3人。")
    assert found.status == "none"
    assert [c.indicator for c in found.relaxed][:1] == ["houses_renovated"]


def test_an_uncertain_link_offers_candidates(pack: Pack) -> None:
    reading, links = linked(pack, "享受残疾人政策226人。")
    (found,) = links
    assert found.status in ("uncertain", "none")
    assert 1 <= len(found.candidates) <= 3
    assert list(found.candidates) == sorted(found.candidates, key=lambda c: -c.score)
    assert reading.quantities[0].text == "226人"


def test_a_choice_goes_before_everything(pack: Pack) -> None:
    reading, links = linked(pack, "享受残疾人政策226人。")
    q = reading.quantities[0]
    section = reading.sections[links[0].section].title
    saved = SavedLinks().choose(Choice(q.measure, q.unit.name, section, "care_subsidy_persons", "张三", "2021-01-05"))
    _, (again,) = linked(pack, "享受残疾人政策的有230人。", saved)
    assert (again.status, again.indicator) == ("confirmed", "care_subsidy_persons")


def test_a_choice_may_be_none(pack: Pack) -> None:
    reading, links = linked(pack, "黄桃种植面积1700亩。")
    saved = SavedLinks([Choice(reading.quantities[0].measure, "亩", reading.sections[links[0].section].title, None)])
    _, (found,) = linked(pack, "黄桃种植面积1700亩。", saved)
    assert (found.status, found.indicator) == ("confirmed", None)


@pytest.mark.parametrize(
    ("measure", "section"),
    [
        ("发放病虫情报", "农业生产方面"),
        ("累计发放病虫情报的", "农业生产方面"),
        ("发放病虫简报", "农业生产"),
        ("印发病虫情报", "农业生产方面"),
    ],
)
def test_choices_hold_under_small_rewordings(measure: str, section: str) -> None:
    saved = SavedLinks([Choice("发放病虫情报", "次", "农业生产方面", "pest_bulletins")])
    found = saved.find(measure, "次", section)
    assert found is not None
    assert found.indicator == "pest_bulletins"


@pytest.mark.parametrize(
    ("measure", "unit", "section"),
    [
        ("发放病虫情报", "份", "农业生产方面"),
        ("农机安全生产培训", "次", "农业生产方面"),
        ("未发放病虫情报", "次", "农业生产方面"),
        ("", "次", ""),
    ],
)
def test_choices_do_not_spread(measure: str, unit: str, section: str) -> None:
    saved = SavedLinks([Choice("发放病虫情报", "次", "农业生产方面", "pest_bulletins")])
    assert saved.find(measure, unit, section) is None


_words = st.text(st.sampled_from("黄桃柑橘种植面积产量户人新增低保〇，（"), min_size=1, max_size=8)


@given(st.lists(st.tuples(_words, st.sampled_from(["亩", "户", "人", ""]), _words, st.sampled_from(["peach_area", None])), max_size=6))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, str | None]]) -> None:
    saved = SavedLinks(Choice(*row) for row in rows)
    path = tmp_path_factory.mktemp("links") / "links.json"
    write_links(path, saved)
    first = path.read_bytes()
    again = read_links(path)
    assert again.choices == saved.choices
    write_links(path, again)
    assert path.read_bytes() == first
    assert all(saved.find(c.measure, c.unit, c.section) == c for c in saved.choices)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "other", "links": []}', '{"format": "taizhang-links/1", "links": {}}', "[" * 5000]
)
def test_a_file_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "links.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaizhangError) as told:
        read_links(path)
    assert told.value.fault.code == "links.unreadable"
    assert "links.json" in str(told.value)


def test_every_unsound_choice_is_told(tmp_path: Path, pack: Pack) -> None:
    good = {"measure": "黄桃", "unit": "亩", "section": "农业", "indicator": "peach_area"}
    items = [good, {**good, "indicator": "no_such"}, {"measure": 3}, "x", {**good, "indicator": 5}, {**good, "measure": ""}]
    path = tmp_path / "links.json"
    path.write_text(json.dumps({"format": "taizhang-links/1", "links": items}), encoding="utf-8")
    with pytest.raises(Refusal) as told:
        read_links(path, pack)
    codes = [(f.code, f.params["number"]) for f in told.value.faults]
    assert codes == [("links.unknown_indicator", 2), *(("links.malformed", n) for n in (3, 4, 5, 6))]


@given(st.text(st.sampled_from("黄桃产量种植面积达1700亩、，。；12户人%余万元新增\n（）一二"), max_size=60))
def test_no_text_makes_linking_fail(text: str) -> None:
    reading = read_text(text)
    links = link(reading, load_pack_once(), shipped())
    assert [found.quantity for found in links] == [q.number for q in reading.quantities]


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["黄桃种植面积1700亩，", "12户22人", "新增低保5户8人、"])
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    few, many = (read_text(HEAD + piece * count, year=2020) for count in (150, 600))
    assert growth(lambda reading: judge(reading, link(reading, load_pack_once(), shipped()), {}), few, many) < 4 * 1.3


_kept: list[Pack] = []


def load_pack_once() -> Pack:
    if not _kept:
        _kept.append(load_pack())
    return _kept[0]
