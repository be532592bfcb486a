"""The list of findings: each with the newest case about it, how old it is and what is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from taizhang.comparison.cases import APPEALED, DECIDED, VERIFIED, WAITING, Case
from taizhang.comparison.desk import Desk
from taizhang.comparison.findings import Finding
from taizhang.comparison.visible import visible_findings
from taizhang.i18n import N_
from taizhang.pack.rule_schema import SEVERITIES

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.workspace import Workspace

WORK = {
    "none": N_("未交办"),
    "waiting": N_("待核实"),
    "overdue": N_("逾期未核实"),
    "verified": N_("待认定"),
    "appealed": N_("申诉中"),
    "decided": N_("已认定"),
    "mine": N_("交办给我的"),
}
LEVEL = {word: level for level, word in enumerate(SEVERITIES.values())}
_OF_CASE = {WAITING: "waiting", VERIFIED: "verified", DECIDED: "decided", APPEALED: "appealed"}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding of the list with the newest case about it."""

    finding: Finding
    case: Case | None
    group: str
    age: int
    work: frozenset[str]

    @property
    def state(self) -> str:
        """The finding's state."""
        return self.finding.state


def lines(workspace: Workspace, sight: Sight, day: date) -> list[Line]:
    """Return a line for every finding that a person may see, the grave ones first, then the older ones."""
    newest: dict[str, Case] = {}
    for case in Desk.of(workspace).cases():
        known = newest.get(case.finding)
        if known is None or _nth(case) > _nth(known):
            newest[case.finding] = case
    rules = workspace.pack.rules
    made = (
        Line(f, case, rules[f.rule].group if f.rule in rules else "", (day - f.found_on).days, _work(case, sight.person, day))
        for f in visible_findings(workspace, sight)
        for case in [newest.get(f.number)]
    )
    return sorted(made, key=lambda line: (LEVEL[line.finding.severity], -line.age, line.finding.rule, line.finding.number))


def _nth(case: Case) -> int:
    return int(case.number.rpartition("-")[2])


def _work(case: Case | None, person: str, day: date) -> frozenset[str]:
    if case is None:
        return frozenset({"none"})
    found = {_OF_CASE[case.state]}
    if case.overdue(day):
        found.add("overdue")
    if case.data["handler"] == person and case.state == WAITING:
        found.add("mine")
    return frozenset(found)
