"""What the ledgers say to a figure, which slip explains a difference, and what is proposed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.tables import table
from taizhang.audit.linking import link
from taizhang.audit.links_model import LedgerValue, Verdict
from taizhang.audit.slips import holds, interval_of
from taizhang.audit.verdicts import judge
from taizhang.pack import Pack, load_pack
from taizhang.reader import read_text
from taizhang.reader.lexicon import shipped


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def judged(pack: Pack, sentence: str, values: dict[str, str | None]) -> dict[str, Verdict]:
    """Judge a sentence of a report for 2020 against given values; what is not given has none."""
    reading = read_text(f"公坪镇2020年政府工作报告\n一、工作完成情况\n{sentence}\n", year=2020)
    links = link(reading, pack, shipped())
    known = {}
    for pair in {pair for found in links for pair in found.pairs()}:
        value = values.get(pair.indicator)
        exact = None if value is None else Fraction(value)
        reason = "no_value" if value is None else ""
        known[pair] = LedgerValue(None if value is None else Decimal(value), pack.indicators[pair.indicator].unit, exact, reason)
    return {v.written: v for v in judge(reading, links, known)}


@pytest.mark.parametrize(
    ("sentence", "figure", "indicator", "value", "answer", "slip", "proposal"),
    table(Path(__file__).parent / "cases" / "links" / "verdicts.tsv"),
)
def test_verdicts(pack: Pack, sentence: str, figure: str, indicator: str, value: str, answer: str, slip: str, proposal: str) -> None:
    found = judged(pack, sentence, {indicator: value})[figure]
    assert (found.answer, found.indicator, found.slip, found.proposal) == (answer, indicator, slip, proposal)
    assert bool(found.arithmetic) == (answer in ("agrees", "differs"))


def test_the_arithmetic_names_both_numbers_and_the_slip(pack: Pack) -> None:
    found = judged(pack, "水稻、黄桃保险面积7764亩。", {"insured_crop_area": "7746"})["7764亩"]
    assert found.arithmetic == "台账7746亩，文中7764亩，相差18亩；数字“4”与“6”颠倒"
    assert (found.rule, found.unit, found.value) == ("C7", "亩", Decimal(7746))


def test_rules_by_slip(pack: Pack) -> None:
    assert judged(pack, "水稻、黄桃保险面积7746公顷。", {"insured_crop_area": "7746"})["7746公顷"].rule == "C1"
    assert judged(pack, "水稻、黄桃保险面积3000亩。", {"insured_crop_area": "7746"})["3000亩"].rule == "E12"
    assert judged(pack, "水稻、黄桃保险面积7746亩。", {"insured_crop_area": "7746"})["7746亩"].rule == ""


@pytest.mark.parametrize(("written", "wrong", "proposal"), [("12人22人", "12人", "12户"), ("12户22户", "22户", "22人")])
def test_of_a_pair_the_slipped_one_is_told(pack: Pack, written: str, wrong: str, proposal: str) -> None:
    found = judged(pack, f"2020年脱贫{written}。", {"exited_households": "12", "exited_persons": "22"})
    assert {text: v.answer for text, v in found.items()} == {text: "differs" if text == wrong else "agrees" for text in found}
    assert (found[wrong].proposal, found[wrong].slip) == (proposal, "classifier")


def test_a_ratio_is_judged_by_its_fraction(pack: Pack) -> None:
    reading = read_text("一、工作\n城乡居民医保参保率98.77%。\n", year=2020)
    links = link(reading, pack, shipped())
    rounded = {pair: LedgerValue(Decimal("98.77"), "%", Fraction(800, 81 * 10) * 100) for pair in links[0].pairs()}
    assert judge(reading, links, rounded)[0].answer == "agrees"


def test_what_has_no_value_cannot_be_told(pack: Pack) -> None:
    found = judged(pack, "黄桃种植面积1700亩，硬化公路12公里。", {})
    assert (found["1700亩"].answer, found["1700亩"].reason) == ("cannot_tell", "no_value")
    assert found["12公里"].answer == "not_in_ledgers"


def test_without_a_year_nothing_is_told(pack: Pack) -> None:
    reading = read_text("黄桃种植面积1700亩。")
    (found,) = judge(reading, link(reading, pack, shipped()), {})
    assert (found.answer, found.reason) == ("cannot_tell", "no_period")


def test_a_target_is_not_held_against_results(pack: Pack) -> None:
    text = "公坪镇2020年政府工作报告\n一、2020年工作完成情况\n黄桃种植面积1700亩。\n二、2021年工作计划\n黄桃种植面积达到2000亩。\n"
    reading = read_text(text, year=2020)
    links = link(reading, pack, shipped())
    values = {pair: LedgerValue(Decimal(1700), "亩", Fraction(1700)) for found in links for pair in found.pairs()}
    assert [v.answer for v in judge(reading, links, values)] == ["agrees", "cannot_tell"]


_forms = st.sampled_from(["{n}亩", "{n}余亩", "约{n}亩", "近{n}亩", "{n}亩以上", "{n}.5亩", "{n}公顷", "{n}万亩", "超过{n}亩", "{n}多亩"])


@given(form=_forms, number=st.integers(1, 99999), value=st.decimals(Decimal("0.5"), Decimal(200000), places=2))
def test_what_is_proposed_agrees_with_the_ledgers(form: str, number: int, value: Decimal) -> None:
    sentence = "黄桃种植面积{}。"
    pack = _pack()
    found = next(iter(judged(pack, sentence.format(form.format(n=number)), {"peach_area": str(value)}).values()), None)
    if found is None or found.answer != "differs" or found.indicator != "peach_area":
        return
    (again,) = read_text(sentence.format(found.proposal), year=2020).quantities
    assert holds(interval_of(again), Fraction(value) / Fraction(again.unit.factor)), (found.written, found.proposal)


_kept: list[Pack] = []


def _pack() -> Pack:
    if not _kept:
        _kept.append(load_pack())
    return _kept[0]
