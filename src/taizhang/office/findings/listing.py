"""What the list of findings may be filtered and sorted by, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taizhang.access.actions import do_record_read
from taizhang.comparison.cases import WAITING
from taizhang.comparison.findings import FINDING, STATES, Finding
from taizhang.comparison.seen.lines import LEVEL, WORK, Line
from taizhang.comparison.telling import mask_shape
from taizhang.i18n import N_, _
from taizhang.pack.rule_schema import GROUPS, SEVERITIES

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.office.shared.lists import Asked

AGES = {"7": N_("7天以内"), "30": N_("30天以内"), "-30": N_("超过30天"), "-90": N_("超过90天"), "-365": N_("超过1年")}
FACETS = ("severity", "state", "work", "group", "rule", "village")
SORTS: dict[str, Callable[[Line], Any]] = {
    "number": lambda line: line.finding.number,
    "severity": lambda line: LEVEL[line.finding.severity],
    "rule": lambda line: line.finding.title,
    "village": lambda line: line.finding.village,
    "state": lambda line: [*STATES].index(line.finding.state),
    "month": lambda line: line.finding.first_month,
    "amount": lambda line: line.finding.amount,
    "age": lambda line: line.age,
    "due": lambda line: line.case.data["due_on"] if line.case and line.case.state == WAITING else None,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """The lines that were asked for, in order, and for every facet its values with how many lines each would give."""

    lines: list[Line]
    facets: Mapping[str, Sequence[tuple[str, str, int]]]
    everything: int


def listed(asked: Asked, all_lines: list[Line], sight: Sight, address: str = "") -> Listed:
    """Filter, count and sort. A full identity number is looked for as it is; that somebody looked for it is recorded."""
    tests = _tests(asked, sight, address)
    found: list[Line] = []
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for line in all_lines:
        failed = [name for name, test in tests.items() if not test(line)]
        if len(failed) > 1:
            continue
        if not failed:
            found.append(line)
        # Of a facet that is chosen, the other choices are counted as if it were not.
        for name in failed or FACETS:
            if name in counts:
                counts[name].update(_values(name, line))
    titles = _titles(all_lines, sight)
    facets = {name: [(value, title, counts[name][value]) for value, title in titles[name].items()] for name in FACETS}
    return Listed(asked.in_order(found, SORTS), facets, len(all_lines))


def _values(facet: str, line: Line) -> Iterable[str]:
    finding = line.finding
    return {
        "severity": (finding.severity,), "state": (finding.state,), "work": line.work, "group": (line.group,), "rule": (finding.rule,),
        "village": (finding.village[:12],),
    }[facet]  # fmt: skip


def _titles(all_lines: list[Line], sight: Sight) -> dict[str, dict[str, str]]:
    rules = {line.finding.rule: line.finding.title for line in all_lines}
    villages = {line.finding.village[:12] for line in all_lines}
    named = {code: node.name if (node := sight.divisions.get(code)) else code for code in sorted(villages)}
    groups = {line.group for line in all_lines}
    return {
        "severity": {word: _(word) for word in SEVERITIES.values()},
        "state": {state: _(word) for state, word in STATES.items()},
        "work": {name: _(word) for name, word in WORK.items()},
        "group": {letter: f"{letter} {_(title)}" for letter, title in GROUPS.items() if letter in groups},
        "rule": dict(sorted(rules.items(), key=lambda pair: pair[1])),
        "village": named,
    }


def _tests(asked: Asked, sight: Sight, address: str) -> dict[str, Callable[[Line], bool]]:
    tests: dict[str, Callable[[Line], bool]] = {}
    for name in FACETS:
        if value := asked.get(name):
            tests[name] = _equals(name, value)
    age = asked.get("age")
    if age in AGES:
        days = int(age)
        tests["age"] = (lambda line: line.age > -days) if days < 0 else (lambda line: line.age <= days)
    if programme := asked.get("programme"):
        tests["programme"] = lambda line: programme in (line.finding.programme or "")
    if text := asked.get("q"):
        tests["q"] = text_test(text, sight, address)
    return tests


def _equals(name: str, value: str) -> Callable[[Line], bool]:
    if name == "village":
        return lambda line: line.finding.village.startswith(value)
    return lambda line: value in _values(name, line)


def text_test(text: str, sight: Sight, address: str = "") -> Callable[[Line], bool]:
    """Return whether a line holds a text in what is shown of it; a whole number of a person finds what is about her, and is recorded."""
    wanted = text.upper()
    if len(wanted) >= 11 and wanted[:-1].isdecimal() and sight.places("unmask", FINDING):
        do_record_read(sight.person, "search", ledger=FINDING, what=mask_shape(wanted), address=address)
        return lambda line: line.finding.subject == wanted
    return lambda line: any(text in (shown or "") for shown in _shown(line.finding)) or line.finding.number == wanted


def _shown(f: Finding) -> tuple[str | None, ...]:
    return f.number, f.title, f.says, f.subject_shown, f.name_shown, f.programme
