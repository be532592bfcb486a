"""The worked examples of a report: figures in, a sentence out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.pack.definitions import Indicator, Pack, ReportDefinition
from taizhang.pack.examples import ExampleResult
from taizhang.pack.periods import Period
from taizhang.report.composing import compose, indicators_of, parameters_of
from taizhang.report.model import ReportFigure
from taizhang.report.source import GivenSource, parameter_figures

_PERIODS = {"year": "2020", "half": "2020H1", "quarter": "2020Q1", "month": "2020-01"}


def run_examples(definition: ReportDefinition, pack: Pack) -> list[ExampleResult]:
    """Run the examples of a report.

    An example gives ``figures`` and what the report ``says`` with them; figures that it does not name are 0. With ``text`` it is about
    that line alone, otherwise about the whole report, in which the words of ``says`` have to stand.
    """
    return [
        ExampleResult.of("report", definition.name, definition.place, example["says"], _got(definition, pack, example))
        for example in definition.examples
    ]


def _got(definition: ReportDefinition, pack: Pack, example: Mapping[str, Any]) -> str:
    """Return the expected words when they stand in the text, else the sentence that is likest to them or what went wrong."""
    tried = replace(definition, text=example["text"]) if "text" in example else definition
    period = Period.parse(_PERIODS[definition.period])
    try:
        called = indicators_of(tried)
        unused = sorted(example["figures"].keys() - set(called))
        if unused:
            return _("正文没有用到：{names}").format(names="、".join(unused))
        figures = {name: given_figure(pack.indicators[name], example["figures"].get(name, 0)) for name in called if name in pack.indicators}
        source = GivenSource(figures, parameters=parameter_figures(pack, parameters_of(tried), period), town="公坪镇")
        report = compose(tried, source, period, "")
    except TaizhangError as error:
        return "；".join(fault.message for fault in getattr(error, "faults", [error.fault]))
    said = "\n".join(block.text for block in report.blocks)
    if "text" in example:
        return said
    if example["says"] in said:
        return str(example["says"])
    return max((s.text for s in report.sentences), key=lambda text: SequenceMatcher(None, text, example["says"]).ratio(), default="")


def given_figure(indicator: Indicator, value: Any) -> ReportFigure:
    """Make a figure of an indicator out of a literal value."""
    return ReportFigure(indicator.name, indicator.title, indicator.unit, None if value is None else Decimal(str(value)))
