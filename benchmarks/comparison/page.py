"""What ``benchmarks.comparison`` measured, as tables of a Markdown page, and the goals that it is held against."""

from __future__ import annotations

import operator
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.comparison.bench import ALL, CHECKED, EXPECTATIONS, HAND, LIKE, PANDAS, PANDERA, POLARS, TEN

BEGIN, END = "<!-- comparison: begin -->", "<!-- comparison: end -->"
PEAK = 8_000  # MB


@dataclass(frozen=True)
class Goal:
    """A ratio of two ways, ``over`` ÷ ``under``, and what is asked of it."""

    over: str
    under: str
    meets: Callable[[float, float], bool]
    asked: float

    def __str__(self) -> str:
        return f"{self.over} ÷ {self.under}"

    @property
    def told(self) -> str:
        """What is asked, in signs."""
        return {operator.le: "≤", operator.gt: ">", operator.ge: "≥"}[self.meets] + f" {self.asked:g}"

    def ratio(self, ways: dict[str, Any], kind: str) -> float | None:
        """Return the ratio of ``seconds`` or of ``used`` (processor seconds); None when one of the two was not run."""
        return ways[self.over][kind] / ways[self.under][kind] if self.over in ways and self.under in ways else None


GOALS = (
    Goal(LIKE, HAND, operator.le, 1.2),
    Goal(POLARS, TEN, operator.gt, 1),
    Goal(PANDAS, TEN, operator.ge, 10),
    Goal(PANDERA, CHECKED, operator.gt, 1),
    Goal(EXPECTATIONS, CHECKED, operator.gt, 1),
)


def judge(told: dict[str, Any]) -> None:
    """Print the ratios and whether goals are met."""
    ways = told["ways"]
    print()
    for goal in GOALS:
        for kind, what in (("seconds", "seconds"), ("used", "processor seconds")):
            if (ratio := goal.ratio(ways, kind)) is not None:
                print(f"{goal!s:36} {what:18} {ratio:7.2f}  goal {goal.told}  {'met' if goal.meets(ratio, goal.asked) else 'MISSED'}")
    if ALL in ways:
        print(f"{'peak of all rules':36} {ways[ALL]['peak']:.0f} MB  goal < {PEAK} MB  {'met' if ways[ALL]['peak'] < PEAK else 'MISSED'}")
    for name, rules in told["unequal"].items():
        print(f"rows of {name}: {'all equal' if not rules else 'UNEQUAL in ' + '、'.join(rules)}")
    print("rules:", told["states"], "slowest:", told["slowest"])


def rewritten(text: str, section: str) -> str:
    """Return a page with the part between the marks replaced; raises ValueError when the page lacks them."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{section.strip()}\n{END}{after}"


def section(cities: Sequence[dict[str, Any]], image: str) -> str:
    """Return what was measured over cities, smallest first, as Markdown; ``image`` is the chart's place as the page names it."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    made = (
        f"Made by `python -m benchmarks.comparison --page` on {now:%Y-%m-%d, %H:%M} (Asia/Shanghai), one turn of each way, one after the other; {os.cpu_count()} cores, "
        f"{memory:.0f} GB of memory, {platform.system()}, Python {platform.python_version()}."
    )
    return "\n\n".join([made, _ways(cities), _goals(cities), _equal(cities), *_growth(cities, image)])


def _ways(cities: Sequence[dict[str, Any]]) -> str:
    names = dict.fromkeys(name for told in cities for name in told["ways"])
    rows = [[name, *(cell for told in cities for cell in _taken(told, name))] for name in names]
    return _table(["way", *(head for told in cities for head in (f"{_size(told)}: processor s (s)", "peak MB"))], rows)


def _taken(told: dict[str, Any], name: str) -> tuple[str, str]:
    if name in told["missing"]:
        return f"not run: {told['missing'][name]}", ""
    if name not in told["ways"]:
        return "", ""
    way = told["ways"][name]
    return f"{_number(way['used'])} ({_number(way['seconds'])})", _number(way["peak"], 0)


def _goals(cities: Sequence[dict[str, Any]]) -> str:
    rows = []
    for goal in GOALS:
        cells = []
        for told in cities:
            used, seconds = goal.ratio(told["ways"], "used"), goal.ratio(told["ways"], "seconds")
            cells.append("" if used is None or seconds is None else f"{_held(goal, used)} ({_held(goal, seconds)})")
        rows.append([str(goal), goal.told, *cells])
    peaks = [
        f"{_number(w[ALL]['peak'], 0)} {'met' if w[ALL]['peak'] < PEAK else '**missed**'}" if ALL in (w := told["ways"]) else ""
        for told in cities
    ]
    rows.append(["peak of all rules, MB", f"< {_number(PEAK, 0)}", *peaks])
    return _table(["ratio", "goal", *(f"{_size(told)}: of processor s (of s)" for told in cities)], rows)


def _held(goal: Goal, ratio: float) -> str:
    return f"{ratio:.2f} {'met' if goal.meets(ratio, goal.asked) else '**missed**'}"


def _equal(cities: Sequence[dict[str, Any]]) -> str:
    held = dict.fromkeys(name for told in cities for name in told["unequal"])
    unequal = [f"{name} at {_size(told)}: {', '.join(wrong)}" for told in cities for name, wrong in told["unequal"].items() if wrong]
    return (
        f"Rows held against ours: {', '.join(held) or 'none'}. " + (f"**Unequal**: {'; '.join(unequal)}." if unequal else "All equal.")
    ).strip()


def _growth(cities: Sequence[dict[str, Any]], image: str) -> list[str]:
    points = growing(cities)
    if len(points) < 2:
        return []
    steps = []
    for small, large in [*pairwise(points), *([(points[0], points[-1])] if len(points) > 2 else [])]:
        seconds, used = large["seconds"] / small["seconds"], large["used"] / small["used"]
        steps.append(
            [
                f"{small['payments'] / 1e6:.1f} → {large['payments'] / 1e6:.1f} M",
                f"{large['payments'] / small['payments']:.2f}",
                f"{used:.2f}",
                f"{seconds:.2f}",
            ]
        )
    return [
        _table(["all rules, payments", "times the payments", "times the processor s", "times the s"], steps),
        f"![Seconds of all rules by payments, beside a straight line]({image})",
    ]


def growing(cities: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what all rules took by payments, of the cities over which all were run."""
    return [{"payments": told["city"]["rows"]["payment"], **told["ways"][ALL]} for told in cities if ALL in told["ways"]]


def _size(told: dict[str, Any]) -> str:
    return f"{told['city']['rows']['payment'] / 1e6:.1f} M payments"


def _number(value: float, places: int | None = None) -> str:
    return f"{value:,.{(1 if value >= 10 else 2) if places is None else places}f}".replace(",", " ")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows])
