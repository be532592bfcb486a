"""All that a finding's page tells: both rows with their sources, what the rule says, what it was computed with, what happened since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from taizhang.addresses import known_address
from taizhang.clock import SHANGHAI
from taizhang.comparison.column_titles import column_titles
from taizhang.comparison.findings import CASE, FINDING, Finding, Row
from taizhang.comparison.seen.people import names_of
from taizhang.comparison.telling import Masker, mask_shape
from taizhang.comparison.telling import shown as told
from taizhang.comparison.versions import Versions
from taizhang.comparison.visible import visible_findings
from taizhang.i18n import _
from taizhang.journal.records import Version
from taizhang.pack.fieldtypes import unit_of

if TYPE_CHECKING:
    from taizhang.access.sight import Sight
    from taizhang.pack.definitions import Field, Rule
    from taizhang.workspace import Workspace

_NOTED = ("state", "severity", "result", "excluded_by", "closed_why")
_LEFT_OUT = ("handler_id", "files", "file_names", "number", "finding", "rule", "village")  # of a case
_PEOPLE = ("handler", "assigned_by", "decided_by")  # by account name


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rows: its ledger, the day the list holds for, its values, and where it came from."""

    ledger: str
    title: str
    as_of: date | None
    entry: str
    values: list[tuple[str, str]]
    allowed: bool
    person: str
    when: Any
    source: str
    submission: int
    sheet: str | None
    line: int | None
    stands: bool
    address: str | None
    submission_address: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a finding or its cases."""

    at: Any
    person: str
    what: str
    changes: list[tuple[str, str]]


class Detail:
    """What is told of one finding to one person; ``unmasked`` after she has said what for."""

    def __init__(self, workspace: Workspace, sight: Sight, finding: Finding, *, unmasked: bool = False) -> None:
        self.workspace, self.sight, self.finding, self.unmasked = workspace, sight, finding, unmasked
        self.pack = workspace.pack
        self.rule: Rule | None = self.pack.rules.get(finding.rule)
        self.versions = Versions(self.pack)
        self.versions.load([finding.left_seq, finding.right_seq])

    def may_unmask(self) -> bool:
        """Say whether she may see the finding unmasked, with a purpose."""
        return self.sight.may("unmask", FINDING, self.finding.village)

    def entries(self) -> list[tuple[str, str]]:
        """Return ledger and entry of what an unmasking shows, the finding first."""
        rows = [self.versions.get(seq) for seq in (self.finding.left_seq, self.finding.right_seq)]
        return [(FINDING, self.finding.number), *((v.ledger, v.entry) for v in rows if v)]

    def subject(self) -> str:
        """Return whom or what it is about."""
        f = self.finding
        parts = (f.name, f.subject) if self.unmasked else (f.name_shown, f.subject_shown)
        return " ".join(part for part in parts if part)

    def sides(self) -> list[Side]:
        """Return the two rows; one where the rule has nothing to hold it against."""
        f = self.finding
        pairs = ((f.left_seq, f.left_on), (f.right_seq, f.right_on))
        return [self._side(version, as_of) for seq, as_of in pairs if (version := self.versions.get(seq))]

    def _side(self, version: Version, as_of: date | None) -> Side:
        from taizhang.journal import read

        ledger = self.pack.ledgers.get(version.ledger)
        sent = read.submission(version.submission)
        allowed = ledger is not None and self.sight.may("read", ledger, version.division)
        data: Mapping[str, str] = json.loads(version.data)
        clear = self.unmasked and ledger is not None and self.sight.may("unmask", ledger, version.division)
        shown: Mapping[str, Any] = data if clear else self.sight.shown(ledger, data) if ledger else {}
        values = [(f.title, self._value(f, shown[name])) for name, f in ledger.fields.items() if name in data] if ledger and allowed else []
        stands = read.standing(version.ledger, [version.entry]).get(version.entry)
        key = " ".join(self._value(ledger.fields[name], shown.get(name)) for name in ledger.key) if ledger and allowed else ""
        return Side(
            version.ledger,
            ledger.title if ledger else version.ledger,
            as_of,
            key,
            values,
            allowed,
            sent.person,
            sent.decided_at or sent.created_at,
            sent.source.name,
            version.submission,
            version.sheet,
            version.line,
            stands is not None and stands.seq == version.seq,
            known_address("entry", version.ledger, f"@{version.seq}") if allowed else None,
            known_address("submission", version.submission) if allowed else None,
        )

    def _value(self, field: Field, value: Any) -> str:
        if value is None:
            return "—"
        text = str(value)
        if field.type == "yes_no":
            return {"true": _("是"), "false": _("否")}.get(text, text)
        if field.type == "division":
            return _place(self.sight, text)
        unit = unit_of(field)
        return f"{text} {unit}" if unit else text

    def rows(self) -> tuple[Row, ...]:
        """Return the rows month by month."""
        return self.finding.rows

    def facts(self) -> list[tuple[str, str]]:
        """Return what the query gave for the last row, masked where it repeats personal fields."""
        masker = Masker(self.pack, self.rule, self.versions) if self.rule else None
        personal = self.versions.personal(self.finding.left_seq, self.finding.right_seq)
        titles = column_titles(self.pack, self.rule) if self.rule else {}
        found = []
        for name, value in json.loads(self.finding.facts).items():
            text = _place(self.sight, value) if name == "division" else told(value)
            if not self.unmasked and isinstance(value, str):
                text = personal.get(value) or (masker.column(name, value) if masker else mask_shape(value))
            found.append((titles.get(name, name), text))
        return found

    def parameters(self) -> list[tuple[str, str, str]]:
        """Return title, value and unit of each parameter that it was computed with."""
        return parameters_of(self.pack.parameters, json.loads(self.finding.parameters))

    def others(self) -> list[Finding]:
        """Return the other findings about the same subject that she may see."""
        mine = self.finding
        listed = visible_findings(self.workspace, self.sight)
        return [f for f in listed if f.subject == mine.subject and f.subject_kind == mine.subject_kind and f.number != mine.number]

    def history(self, cases: Iterable[str] = ()) -> list[Event]:
        """Return what happened to it and to its cases, the latest first."""
        from taizhang.journal import read

        histories = [
            (ledger, [(version, json.loads(version.data)) for version in read.history(ledger, entry)])
            for ledger, entry in ((FINDING, self.finding.number), *((CASE, number) for number in cases))
        ]
        called = names_of(data[n] for _ledger, versions in histories for _version, data in versions for n in _PEOPLE if n in data)
        events: dict[int, Event] = {}
        for ledger, versions in histories:
            fields, before = self.pack.ledgers[ledger].fields, dict[str, str]()
            for version, data in versions:
                noted = _NOTED if ledger == FINDING else [n for n in fields if n not in _LEFT_OUT]
                new = [n for n in noted if n in data and data[n] != before.get(n)]
                changes = [(fields[n].title, called.get(data[n], data[n]) if n in _PEOPLE else data[n]) for n in new]
                if version.submission in events:
                    events[version.submission].changes.extend(changes)
                else:
                    sent = read.submission(version.submission)
                    events[version.submission] = Event(
                        (sent.decided_at or sent.created_at).astimezone(SHANGHAI), sent.person, sent.note, changes
                    )
                before = data
        return [events[number] for number in sorted(events, reverse=True)]


def _place(sight: Sight, code: str) -> str:
    return node.name if (node := sight.divisions.get(code)) else code


def parameters_of(known: Mapping[str, Any], values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return title, value and unit of parameters by name."""
    return [
        (known[name].title if name in known else name, told(value), known[name].unit if name in known else "")
        for name, value in sorted(values.items())
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule in a clerk's words; ``rows`` where it was run step by step."""

    title: str
    rows: int | None = None


def steps(workspace: Workspace, sight: Sight, rule: Rule, day: date) -> list[Step]:
    """Run a rule step by step and tell how many rows each step gave; what is kept from whom asks is left out of the last one.

    Raises ``TaizhangError`` when a ledger is missing or it takes too long.
    """
    from taizhang.comparison.desk import Desk
    from taizhang.comparison.model import Limits
    from taizhang.comparison.running import explain
    from taizhang.errors import TaizhangError
    from taizhang.warehouse.store import Warehouse

    warehouse = Warehouse(workspace)
    warehouse.refresh()
    with warehouse.snapshot() as snapshot:
        run = explain(snapshot, rule, day, Limits(seconds=20))
    if run.state != "ran" and run.told:
        raise TaizhangError(run.told.code, **run.told.params)
    findings = Desk.of(workspace).findings
    hidden = sum(findings[n].count for n in sight.withheld(FINDING) if n in findings and findings[n].rule == rule.name)
    made = [Step(step.title, step.rows) for step in run.steps]
    if made and made[-1].rows is not None:
        made[-1] = Step(made[-1].title, max(0, made[-1].rows - hidden))
    return made


def plain_steps(rule: Rule) -> list[Step]:
    """Return the steps of a rule."""
    return [Step(step.title) for step in rule.steps]
