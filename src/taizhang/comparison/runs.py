"""Runs of comparison as one person may see them: each with its counts, without what is kept from her."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from taizhang.comparison.desk import Desk, Entry
from taizhang.comparison.findings import FINDING, RUN, RUN_RULE, Finding, from_data

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.workspace import Workspace

_COUNTS = ("rules", "ran", "unchanged", "not_run", "compared", "position")


@dataclass(frozen=True, slots=True)
class Run:
    """One run."""

    number: str
    day: date
    mode: str
    narrowed: str | None
    runner: str
    seq: int
    counts: Mapping[str, int]
    new: int
    changed: int
    closed: int
    standing: int


@dataclass(frozen=True, slots=True)
class RunOfRule:
    """One rule in one run: ``findings`` and ``rows`` are None where nothing was compared, which is not nothing found."""

    run: str
    rule: str
    title: str
    day: date
    state: str
    whole: bool
    keys: int | None
    version: str
    parameters: Mapping[str, Any]
    sources: Mapping[str, str | None]
    rows: int | None
    findings: int | None
    told: str | None
    seq: int


class Runs:
    """All runs, for one person."""

    def __init__(self, workspace: Workspace, sight: Sight) -> None:
        self.desk = Desk.of(workspace)
        self.sight = sight

    def all(self) -> list[Run]:
        """Return the runs, the latest first."""
        places = self.sight.places("read", RUN)
        listed = [e for e in self.desk.entries[RUN].values() if e.data["village"].startswith(places)]
        return [self._run(entry) for entry in sorted(listed, key=lambda e: -e.seq)]

    def one(self, number: str) -> Run | None:
        """Return a run by its number."""
        return next((run for run in self.all() if run.number == number), None)

    def of_rules(self, *, rule: str | None = None, run: str | None = None) -> list[RunOfRule]:
        """Return what runs did for rules, the latest first: for one rule, or in one run."""
        places = self.sight.places("read", RUN_RULE)
        wanted = [
            e
            for e in self.desk.entries[RUN_RULE].values()
            if rule in (None, e.data["rule"]) and run in (None, e.data["run"]) and e.data["village"].startswith(places)
        ]
        return [self._of_rule(entry) for entry in sorted(wanted, key=lambda e: -e.seq)]

    def _run(self, entry: Entry) -> Run:
        d, number = entry.data, entry.data["number"]
        made = self._submission(entry)
        here = [(f, last, first) for f, last, first in self._as_of(made) if self._held(f)]
        by = [(f, first) for f, last, first in here if last == made]
        new = sum(first for _f, first in by)
        closed = sum(f.state == "closed" for f, _first in by)
        return Run(
            number,
            date.fromisoformat(d["run_on"]),
            d["mode"],
            d.get("narrowed"),
            d["runner"],
            entry.seq,
            {name: int(d[name]) for name in _COUNTS},
            max(0, int(d["new"]) - new),
            max(0, int(d["changed"]) - (len(by) - new - closed)),
            max(0, int(d["closed"]) - closed),
            max(0, int(d["standing"]) - sum(f.state == "open" for f, _last, _first in here)),
        )

    def _of_rule(self, entry: Entry) -> RunOfRule:
        d = entry.data
        hidden = [f for f, _last, _first in self._as_of(self._submission(entry)) if f.rule == d["rule"]]
        rows, findings = (int(d[name]) if name in d else None for name in ("rows", "findings"))
        return RunOfRule(
            d["run"],
            d["rule"],
            d["title"],
            date.fromisoformat(d["run_on"]),
            d["state"],
            d["whole"] == "true",
            int(d["keys"]) if "keys" in d else None,
            d["version"],
            json.loads(d.get("parameters", "{}")),
            json.loads(d.get("sources", "{}")),
            None if rows is None else max(0, rows - sum(f.count for f in hidden if f.state != "closed")),
            None if findings is None else max(0, findings - sum(f.state == "open" for f in hidden)),
            d.get("told"),
            entry.seq,
        )

    def _held(self, finding: Finding) -> bool:
        return finding.village.startswith(self.sight.places("read", FINDING))

    @cached_property
    def _hidden(self) -> list[list[tuple[int, Finding]]]:
        """The versions of each finding that is kept from this person, each with its submission."""
        from taizhang.journal import read

        kept = sorted(self.sight.withheld(FINDING))
        return [[(v.submission, from_data(v.data)) for v in read.history(FINDING, number) if v.op == "record"] for number in kept]

    @cached_property
    def _submissions(self) -> Mapping[int, int]:
        from taizhang.journal import read

        seqs = [e.seq for ledger in (RUN, RUN_RULE) for e in self.desk.entries[ledger].values()] if self._hidden else []
        return {seq: version.submission for seq, version in read.versions(seqs).items()}

    def _submission(self, entry: Entry) -> int:
        return self._submissions.get(entry.seq, 0)

    def _as_of(self, submission: int) -> Iterable[tuple[Finding, int, bool]]:
        """Yield each hidden finding as it stood after a submission, with the submission that made it so, and whether that was its first."""
        for versions in self._hidden:
            known = [(number, finding) for number, finding in versions if number <= submission]
            if known:
                number, finding = known[-1]
                yield finding, number, len(known) == 1
