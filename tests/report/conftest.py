"""The figures of the demonstration town, given outright, and the shipped report definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import taizhang
from taizhang.pack.definitions import ReportDefinition
from taizhang.pack.periods import Period
from taizhang.report import GivenSource, Report, ReportFigure, compose

CASES = Path(__file__).parent / "cases"
REPORTS = Path(taizhang.__file__).parent / "packs" / "township" / "reports"
TOWN = "990128105"
TASKS = "坚定不移抓好常态化疫情防控 全力以赴巩固三大攻坚战成果 凝心聚力振兴新型工业 持续用力发展旅游产业 积极稳妥实施乡村振兴战略"
TASKS += " 精益求精提升乡村品质 狠抓招商引资 强化民生保障 推进综治维稳 落实安全生产"


def table(name: str) -> list[list[str]]:
    """Read a file of tab-separated cases; lines with # are remarks."""
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="session")
def cases() -> Callable[[str], list[list[str]]]:
    return table


@dataclass(frozen=True)
class Town:
    """The demonstration town at a journal position."""

    figures: dict[str, ReportFigure]
    rows: dict[str, list[dict[str, str]]]
    position: int = 7

    def having(self, position: int | None = None, **values: Any) -> Town:
        """The same town with some figures changed."""
        figures = dict(self.figures)
        for name, value in values.items():
            figures[name] = replace(figures[name], value=None if value is None else Decimal(str(value)))
        if position is not None:
            figures = {name: replace(figure, position=position) for name, figure in figures.items()}
        return Town(figures, self.rows, self.position if position is None else position)

    @property
    def source(self) -> GivenSource:
        target = ReportFigure("p.collective_income_target", "村集体经济收入目标", "元", Decimal(50000))
        parameters = {"collective_income_target": target}
        return GivenSource(self.figures, parameters=parameters, rows=self.rows, town="公坪镇", position=self.position)


@pytest.fixture(scope="session")
def town() -> Town:
    figures = {name: ReportFigure(name, name, unit, Decimal(value), TOWN, "2020", 7) for name, unit, value, *_ in table("seed_values.tsv")}
    tasks = [{"order": str(i), "title": title + "。" * (i % 2)} for i, title in enumerate(TASKS.split(), start=1)]
    projects = [{"place": "公坪社区銮塘沿河一线", "name": "銮塘沿河风貌整治"}]
    return Town(figures, {"plan_tasks": tasks[::-1], "beautiful_village_projects": projects})


@pytest.fixture(scope="session")
def definition() -> ReportDefinition:
    data = yaml.safe_load((REPORTS / "township_annual.yaml").read_text(encoding="utf-8"))
    text = (REPORTS / "township_annual.txt").read_text(encoding="utf-8")
    return ReportDefinition(data["report"], data["title"], data["period"], text, examples=tuple(data["examples"]))


@pytest.fixture(scope="session")
def report(definition: ReportDefinition, town: Town) -> Report:
    return compose(definition, town.source, Period.parse("2020"), TOWN)


@pytest.fixture(scope="session")
def write(town: Town) -> Callable[..., Report]:
    """Compose one line of template over the demonstration town."""

    def written(text: str, title: str = "试", **values: Any) -> Report:
        return compose(ReportDefinition("trial", title, "year", text), town.having(**values).source, Period.parse("2020"), TOWN)

    return written
