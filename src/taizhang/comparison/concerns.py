"""Whom findings concern: the people of their rows and households, those people's relatives, and who keyed the rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taizhang.clock import today
from taizhang.comparison.cases import KIN
from taizhang.comparison.findings import Finding
from taizhang.comparison.planning import Planner
from taizhang.comparison.versions import Versions
from taizhang.errors import Fault
from taizhang.masking import is_personal
from taizhang.pack.queries import queries_of
from taizhang.warehouse.columns import quoted
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    from taizhang.workspace import Workspace


PEOPLE = "subject_people"  # the view that says who belongs to a household
_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as journals and rows may name her. Without a number of her own, names alone count: rather too much is kept from her."""

    username: str
    name: str = ""
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom one finding concerns: people by number, names that no number tells apart, what a view may know people of, who keyed the rows."""

    ids: frozenset[str]
    names: frozenset[str]  # in rows that hold no number: a namesake cannot be told apart
    known: frozenset[str]  # names whose numbers stand beside them
    subjects: frozenset[str]
    keepers: frozenset[str]


class Concerns:
    """The concerns of all findings, kept up to date by who holds it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.pack = workspace.pack
        self._found: dict[str, Concern] = {}
        self._told: dict[Person, dict[str, str]] = {}
        self._pairs: Mapping[str, set[tuple[str, str]]] | None = None
        self._people: Mapping[str, set[tuple[str, str]]] | None = None
        self._view_ledgers = {name for view in (KIN, PEOPLE) if view in self.pack.views for name in self._ledgers(view)}

    def learn(self, findings: Iterable[Finding]) -> None:
        """Take in findings that are new or have changed."""
        from taizhang.journal import read

        listed = list(findings)
        if not listed:
            return
        versions = Versions(self.pack)
        seqs = {f.number: _seqs(f) for f in listed}
        versions.load(set[int]().union(*seqs.values()))
        loaded = [v for of in seqs.values() for seq in of if (v := versions.get(seq))]
        persons = read.persons({v.submission for v in loaded})
        for finding in listed:
            self._found[finding.number] = self._concern(finding, seqs[finding.number], versions, persons)
        self._told.clear()
        self._pairs = self._people = None

    def forget(self, ledgers: Iterable[str]) -> None:
        """Take note that ledgers have changed: relatives are looked up again when they come from one of them."""
        if self._view_ledgers & set(ledgers):
            self._told.clear()
            self._pairs = self._people = None

    def withheld(self, person: Person) -> Mapping[str, str]:
        """Return the numbers of the findings that a person must not see, each with the code that says why."""
        if person not in self._told:
            if len(self._told) > 1_000:
                self._told.clear()
            relatives = self._relatives_of(person)
            reasons = ((number, self._reason(concern, person, relatives)) for number, concern in self._found.items())
            self._told[person] = {number: reason for number, reason in reasons if reason}
        return self._told[person]

    def against(self, finding: str, person: Person) -> Fault | None:
        """Return why a person must not handle a finding; None when she may."""
        code = self.withheld(person).get(finding)
        return Fault(code, {"person": person.name or person.username}) if code else None

    def _concern(self, finding: Finding, seqs: Iterable[int], versions: Versions, persons: Mapping[int, str]) -> Concern:
        ids, names, known, subjects, keepers = (set[str]() for _ in range(5))
        subjects.add(finding.subject)
        for seq in seqs:
            version = versions.get(seq)
            if version is None:
                continue
            keepers.add(persons.get(version.submission, ""))
            mine = {value for value in versions.personal(seq) if _ID.fullmatch(value)}
            ids |= mine
            ledger = self.pack.ledgers.get(version.ledger)
            for name, value in versions.data(seq).items() if ledger else ():
                definition = ledger.fields.get(name) if ledger else None
                if definition and definition.is_name and is_personal(definition):
                    (known if mine else names).add(value)
                elif definition and definition.type == "reference":
                    subjects.add(value)
        if _ID.fullmatch(finding.subject):
            ids.add(finding.subject)
        if finding.name:
            (known if ids else names).add(finding.name)
        return Concern(*map(frozenset, (ids, names, known, subjects, keepers - {""})))

    def _reason(self, concern: Concern, person: Person, relatives: frozenset[str]) -> str | None:
        ids = concern.ids | {i for subject in concern.subjects for i, _name in self.people.get(subject, ())}
        mine = {text for text in (person.username, person.name) if text}
        named = concern.names if person.id_number else concern.names | concern.known | self._names(concern.subjects)
        if person.id_number in ids or mine & named:
            return "comparison.handler_concerned"
        if mine & concern.keepers:
            return "comparison.handler_keyed"
        return "comparison.handler_related" if relatives & ids else None

    def _names(self, subjects: Iterable[str]) -> set[str]:
        return {name for subject in subjects for _id, name in self.people.get(subject, ())}

    def _relatives_of(self, person: Person) -> frozenset[str]:
        """Return the numbers of those concerned to whom a person is related."""
        found = {other for other, _number in self.pairs.get(person.id_number, ())} if person.id_number else set[str]()
        # A relative that the list names with a number of her own is a namesake when the person's number is another one.
        found |= {other for other, number in self.pairs.get(person.name, ()) if not (person.id_number and number)}
        return frozenset(found)

    @property
    def pairs(self) -> Mapping[str, set[tuple[str, str]]]:
        """By a relative's number, and by her name: (the number of whom she is related to, her own number where the list has it)."""
        if self._pairs is None:
            concerned = set[str]().union(*(c.ids for c in self._found.values())) | {i for of in self.people.values() for i, _name in of}
            found: dict[str, set[tuple[str, str]]] = defaultdict(set)
            for number, relative_id, relative in self._rows(KIN, ("person_id", "relative_id", "relative"), concerned):
                for text in filter(None, (relative_id, relative)):
                    found[text].add((number, relative_id or ""))
            self._pairs = found
        return self._pairs

    @property
    def people(self) -> Mapping[str, set[tuple[str, str]]]:
        """By what findings name (a household): numbers and names of its people."""
        if self._people is None:
            wanted = set[str]().union(*(c.subjects for c in self._found.values()))
            found: dict[str, set[tuple[str, str]]] = defaultdict(set)
            for subject, number, name in self._rows(PEOPLE, ("subject", "person_id", "person"), wanted):
                found[subject].add((number or "", name or ""))
            self._people = found
        return self._people

    def _ledgers(self, view: str) -> frozenset[str]:
        return queries_of(self.pack).ledgers_of(queries_of(self.pack).view(view))

    def _rows(self, view: str, columns: tuple[str, ...], wanted: set[str]) -> list[tuple[str, ...]]:
        """Return rows of a view of the pack, as the ledgers stand now, whose first column is one of the wanted values."""
        if view not in self.pack.views or not wanted:
            return []
        queries = queries_of(self.pack)
        warehouse = Warehouse(self.workspace)
        warehouse.refresh()
        names = ", ".join(map(quoted, columns))
        with warehouse.snapshot() as snapshot:
            planner = Planner(queries, snapshot.engine.writer, today())
            path = planner.add_query(view, queries.view(view))
            sql = f"SELECT {names} FROM ({planner.plan.statement(path.answer)}) AS v WHERE {quoted(columns[0])} IN (SELECT unnest(CAST($1 AS VARCHAR[])))"
            return snapshot.fetch(sql, *sorted(path.ledgers), parameters=[sorted(wanted)])


def _seqs(finding: Finding) -> set[int]:
    seqs = {seq for row in finding.rows for seq in (row.left, row.right)} | {finding.left_seq, finding.right_seq}
    return {seq for seq in seqs if seq is not None}
