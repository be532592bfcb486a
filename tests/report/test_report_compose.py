"""Composing: the real report's printed forms, sentences that adapt, spans, and what a template may not do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from taizhang.errors import Refusal, TaizhangError
from taizhang.pack.definitions import ReportDefinition
from taizhang.pack.periods import Period
from taizhang.report import Report, as_json, compose, from_json

TOWN = "990128105"
CASES = Path(__file__).parent / "cases"
Write = Callable[..., Report]


def _table(name: str) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("name", "printed"), [(row[0], row[3]) for row in _table("seed_values.tsv") if row[3]])
def test_every_figure_of_the_real_report_keeps_its_printed_form(report: Report, name: str, printed: str) -> None:
    found = [p.text for sentence in report.sentences for p in sentence.printed if p.figure.indicator == name]
    assert found == printed.split("、")


@pytest.mark.parametrize(("changes", "says", "never"), _table("adapting.tsv"))
def test_sentences_adapt(definition: ReportDefinition, report: Report, town: Any, changes: str, says: str, never: str) -> None:
    values = {name: None if value == "none" else value for name, value in (pair.split("=") for pair in changes.split())}
    after = compose(definition, town.having(**values).source, Period.parse("2020"), TOWN).text
    assert says in after
    assert never not in after
    assert says not in report.text or never in report.text


def test_every_figure_that_decides_or_stands_in_a_sentence_is_known(report: Report) -> None:
    by_text = {sentence.text: {f.indicator for f in sentence.figures} for sentence in report.sentences}
    assert by_text["2020年脱贫12户22人，实现了贫困人口全部脱贫。"] >= {
        "exited_households",
        "exited_persons",
        "households_left",
        "persons_left",
    }
    assert by_text["始终坚持以人为本，民生工程扎实推进，新增低保人员5户8人，共发放低保118人。"] >= {
        "allowance_households_new",
        "allowance_persons",
    }
    reservoirs = next(s for s in report.sentences if s.text.startswith("共有四座"))
    assert [p.text for p in reservoirs.printed] == ["四座"]
    assert {f.indicator for f in reservoirs.decided_by} == {"reservoirs_damaged", "reservoirs_blocked"}
    villages = next(s for s in report.sentences if s.text.startswith("严格按照"))
    assert {f.indicator for f in villages.decided_by} == {"p.collective_income_target"}


def test_spans_lead_to_the_text(report: Report) -> None:
    text = report.text
    for item in as_json(report)["figures"]:
        start, end = item["text_span"]
        assert text[start:end] == item["printed"]
    for sentence in report.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        for printed in sentence.printed:
            assert sentence.text[printed.start : printed.end] == printed.text


def test_json_tells_the_origin_and_reads_back(report: Report) -> None:
    data = json.loads(json.dumps(as_json(report)))
    land = next(item for item in data["figures"] if item["indicator"] == "land_transferred")
    assert (land["printed"], land["value"], land["unit"], land["period"]) == ("2700余亩", "2734.6", "亩", "2020")
    assert (land["division"], land["position"]) == (TOWN, 7)
    assert from_json(data) == report


def test_no_figure_is_typed_into_the_template(definition: ReportDefinition) -> None:
    prose = re.sub(r"\{[{%#].*?[}%#]\}", "", definition.text)
    # A duty system of 24 hours and a national road are no results.
    assert re.findall(r"\d+(?:\.\d+)?", prose) == ["24", "320"]
    counted = re.findall(
        r"(?<!第)[一二两三四五六七八九十百千万]+(?:户|人|名|亩|吨|元|家|座|辆|所|次|起|件|条|篇|套|处|台|份|羽|头|只)", prose
    )
    assert counted == []
    assert definition.title == "{town}{year}年政府工作报告"


def test_numbers_of_headings_and_items_are_the_writers(write: Write) -> None:
    text = "# 甲\n## 乙\n### 丙\n#### 丁\n#### 戊\n### 己\n## 庚\n###+ 辛。壬。\n# 癸\n##+ 子"
    assert [b.number for b in write(text).blocks] == ["一、", "（一）", "1.", "（1）", "（2）", "2.", "（二）", "1.", "二、", "（一）"]
    assert [b.kind for b in write(text).blocks].count("item") == 2


def test_sentences_end_at_full_stops_outside_quotation(write: Write) -> None:
    report = write("“一次。两次！”是引语。真的？是；好")
    assert [s.text for s in report.sentences] == ["“一次。两次！”是引语。", "真的？", "是；", "好"]


def test_figures_that_decide_through_a_name_or_a_loop_are_known(write: Write) -> None:
    report = write("{% set all_out = f.households_left == 0 %}{% if all_out %}都{% endif %}脱贫。其他。")
    assert [[f.indicator for f in s.decided_by] for s in report.sentences] == [["households_left"], []]
    report = write("任务{% for t in f.plan_tasks | entries(by='order') %}{{ t.order }}{% endfor %}。无关。")
    assert report.text.splitlines()[1].startswith("任务12345678910。")
    assert [[f.indicator for f in s.decided_by] for s in report.sentences] == [["plan_tasks"], []]
    report = write("{{ '全部' if f.households_left == 0 else '部分' }}脱贫。")
    assert [f.indicator for f in next(iter(report.sentences)).decided_by] == ["households_left"]


def test_a_passage_that_is_left_out_still_belongs_to_its_sentence(write: Write) -> None:
    report = write("甲{% if f.households_left > 0 %}，尚有{{ f.households_left }}{% endif %}。乙。")
    assert [[f.indicator for f in s.decided_by] for s in report.sentences] == [["households_left"], []]


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        ("f.insured_rate == 100", "100", True),
        ("f.insured_rate >= 99.5", "99.5", True),
        ("f.insured_rate > 99.5", "99.5", False),
        ("f.insured_rate >= 0.1", "0.1", True),
        ("f.insured_rate < f.reclaimed_rate", "99.99", True),
        ("f.insured_rate is none", None, True),
        ("f.insured_rate is not none", "1", True),
        ("f.insured_rate", "0", False),
    ],
)
def test_comparisons_are_exact(write: Write, condition: str, value: str | None, holds: bool) -> None:
    text = write(f"{{% if {condition} %}}是{{% else %}}否{{% endif %}}", insured_rate=value).text
    assert text.endswith("是") == holds


def test_a_rounded_rate_is_compared_by_its_fraction(town: Any) -> None:
    from dataclasses import replace

    from taizhang.report import GivenSource

    rate = replace(town.figures["insured_rate"], value=Decimal(100), numerator=Decimal(99999), denominator=Decimal(100000))
    definition = ReportDefinition("trial", "试", "year", "{% if f.insured_rate == 100 %}全部{% endif %}{{ f.insured_rate }}")
    text = compose(definition, GivenSource({"insured_rate": rate}), Period.parse("2020"), TOWN).text
    assert text == "试\n99.99%"


def test_a_null_figure_in_a_sentence_is_told_with_indicator_and_sentence(write: Write) -> None:
    with pytest.raises(Refusal) as caught:
        write("参保率{{ f.insured_rate }}。好。{% if f.reclaimed_rate == 100 %}全{% endif %}复垦。", insured_rate=None, reclaimed_rate=None)
    faults = caught.value.faults
    assert [(f.code, f.params["indicator"]) for f in faults] == [
        ("report.null_figure", "insured_rate"),
        ("report.null_figure", "reclaimed_rate"),
    ]
    assert "参保率" in faults[0].message
    assert "复垦。" in faults[1].message


def test_unknown_indicators_are_told_all_at_once(write: Write) -> None:
    with pytest.raises(Refusal) as caught:
        write("好。\n{{ f.no_such }}与{{ p.nor_this }}")
    assert [(f.code, f.params["indicator"], f.row) for f in caught.value.faults] == [
        ("report.unknown_indicator", "no_such", 2),
        ("report.unknown_indicator", "nor_this", 2),
    ]


def test_all_wrong_forms_are_told_at_once(write: Write) -> None:
    with pytest.raises(Refusal) as caught:
        write("{{ f.peach_area | form('公顷') }}{{ f.melon_area | form(digits=1, word='大概') }}")
    assert [f.params["indicator"] for f in caught.value.faults] == ["peach_area", "melon_area"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ f.__class__ }}",
        "{{ f.peach_area.__class__ }}",
        "{{ f.peach_area.print() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ f['peach_area'] }}",
        "{{ f.peach_area + 1 }}",
        "{{ 2 ** 99 }}",
        "{{ 'x' * 99999 }}",
        "{{ range(10) }}",
        "{% include 'x' %}",
        "{% macro x() %}{% endmacro %}",
        "{{ f.peach_area | string }}",
        "{{ year | upper }}",
        "{% set f = 1 %}",
        "{% for x in f.plan_tasks | entries recursive %}{{ loop(x) }}{% endfor %}",
        "\U0010fff2x\U0010fff1",
        r"{{ '\U0010fff0' }}",
    ],
)
def test_a_template_reaches_nothing_but_figures(write: Write, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        write(text)
    assert {f.code for f in caught.value.faults} == {"report.template_forbidden"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{% if %}", "report.template_syntax"),
        ("{{ nothing }}", "report.template_unknown"),
        ("{{ f.peach_area | form(colour='red') }}", "report.template_syntax"),
        ("{{ year | form }}", "report.template_syntax"),
        ("{% if f.peach_area == 'x' %}{% endif %}", "report.template_syntax"),
        ("{{ f }}", "report.template_syntax"),
    ],
)
def test_mistakes_in_a_template_are_refused_with_a_sentence(write: Write, text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        write(text)
    assert [f.code for f in caught.value.faults] == [code]
    assert caught.value.faults[0].message


def test_text_out_of_rows_cannot_change_the_shape(town: Any) -> None:
    hostile = "甲\n# 假标题 \U0010fff2households_left\U0010fff1{{ f.peach_area }}"
    rows = {**town.rows, "plan_tasks": [{"order": "1", "title": hostile}]}
    changed = type(town)(town.figures, rows)
    definition = ReportDefinition("trial", "试", "year", "{% for t in f.plan_tasks | entries %}{{ t.title }}。{% endfor %}")
    report = compose(definition, changed.source, Period.parse("2020"), TOWN)
    assert len(report.blocks) == 1
    assert "{{ f.peach_area }}" in report.text
    assert {f.indicator for s in report.sentences for f in s.figures} == {"plan_tasks"}


def test_a_report_is_for_its_own_kind_of_period(definition: ReportDefinition, town: Any) -> None:
    with pytest.raises(TaizhangError) as caught:
        compose(definition, town.source, Period.parse("2020Q1"), TOWN)
    assert caught.value.fault.code == "report.period_kind"
