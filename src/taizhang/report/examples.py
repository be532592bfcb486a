"""The worked examples of a report: figures in, a sentence out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.pack.definitions import Indicator, Pack, ReportDefinition
from taizhang.pack.periods import Period
from taizhang.report.composing import compose, indicators_of, parameters_of
from taizhang.report.model import ReportFigure
from taizhang.report.source import GivenSource, parameter_figures

_PERIODS = {"year": "2020", "half": "2020H1", "quarter": "2020Q1", "month": "2020-01"}


def run_examples(definition: ReportDefinition, pack: Pack) -> list[Fault]:
    """Run the examples of a report and return what does not hold.

    An example gives ``figures`` and what the report ``says`` with them; figures that it does not name are 0. With ``text`` it is about
    that line alone, otherwise about the whole report, in which the words of ``says`` have to stand.
    """
    faults = []
    for number, example in enumerate(definition.examples, start=1):
        problem = _problem(definition, pack, example)
        if problem:
            fault = Fault("report.example_failed", {"report": definition.name, "number": number, "problem": problem})
            faults.append(fault.at(file=definition.place.file, row=definition.place.line) if definition.place else fault)
    return faults


def _problem(definition: ReportDefinition, pack: Pack, example: Mapping[str, Any]) -> str:
    tried = replace(definition, text=example["text"]) if "text" in example else definition
    period = Period.parse(_PERIODS[definition.period])
    try:
        called = indicators_of(tried)
        figures = {name: given_figure(pack.indicators[name], example["figures"].get(name, 0)) for name in called if name in pack.indicators}
        unused = sorted(example["figures"].keys() - set(called))
        if unused:
            return f"正文没有用到 {'、'.join(unused)}"
        source = GivenSource(figures, parameters=parameter_figures(pack, parameters_of(tried), period), town="公坪镇")
        text = compose(tried, source, period, "").text
    except Refusal as refusal:
        return "；".join(fault.message for fault in refusal.faults)
    except TaizhangError as error:
        return str(error)
    said = text.split("\n", 1)[1] if "text" in example else text
    if example["says"] == said or ("text" not in example and example["says"] in text):
        return ""
    return f"应有“{example['says']}”" + (f"，实为“{said}”" if "text" in example else "，正文中没有")


def given_figure(indicator: Indicator, value: Any) -> ReportFigure:
    """Make a figure of an indicator out of a literal value."""
    return ReportFigure(indicator.name, indicator.title, indicator.unit, None if value is None else Decimal(str(value)))
