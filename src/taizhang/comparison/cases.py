"""Cases: the work on findings, as it stands; who may not do it; how often a rule was right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from taizhang.clock import today
from taizhang.comparison.book import Book
from taizhang.comparison.findings import CASE, RECOVERY, TRUE, Finding
from taizhang.comparison.planning import Planner
from taizhang.comparison.versions import Versions
from taizhang.errors import TaizhangError
from taizhang.i18n import N_
from taizhang.pack.queries import queries_of
from taizhang.warehouse.store import Warehouse

if TYPE_CHECKING:
    from taizhang.pack.definitions import Pack
    from taizhang.workspace import Workspace

KIN = "recusal_pairs"  # the view that says who is related to whom
WAITING, VERIFIED, DECIDED, APPEALED = N_("待核实"), N_("已核实"), N_("已认定"), N_("申诉中")
_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it stands: ``data`` by the names of the ledger's fields."""

    data: Mapping[str, str]

    @property
    def number(self) -> str:
        """Number of the case."""
        return self.data["number"]

    @property
    def finding(self) -> str:
        """Number of the finding."""
        return self.data["finding"]

    @property
    def state(self) -> str:
        """How far it is."""
        return self.data["state"]

    @property
    def papers(self) -> dict[str, str]:
        """What was kept of it: the name that each file came with, by its hash; empty where that is not known."""
        names = self.data.get("file_names", "").split("/")
        return dict(zip_longest(self.data.get("files", "").split(), names, fillvalue="")) if self.data.get("files") else {}

    def overdue(self, day: date) -> bool:
        """Say whether nobody has been to the village by the day that was set."""
        return self.state == WAITING and date.fromisoformat(self.data["due_on"]) < day


def cases(book: Book) -> list[Case]:
    """Return all cases, by number."""
    return sorted((Case(json.loads(s.data)) for s in book.standing(CASE).values()), key=lambda c: c.number)


def case_of(book: Book, number: str) -> Case:
    """Return a case by its number, or the newest of a finding.

    Raises ``TaizhangError`` (``comparison.case_unknown``).
    """
    found = [c for c in cases(book) if number in (c.number, c.finding)]
    if not found:
        raise TaizhangError("comparison.case_unknown", number=number)
    return max(found, key=lambda c: int(c.number.rpartition("-")[2]))


def received(book: Book, case: str) -> list[tuple[Decimal, date]]:
    """Return what was paid back in a case, in order."""
    rows = sorted((json.loads(s.data) for s in book.standing(RECOVERY).values()), key=lambda r: int(r["line"]))
    return [(Decimal(r["amount"]), date.fromisoformat(r["received_on"])) for r in rows if r["case"] == case]


def people_of(finding: Finding, versions: Versions) -> set[str]:
    """Return the identity numbers of those whom a finding concerns."""
    values = versions.personal(finding.left_seq, finding.right_seq)
    return {value for value in (*values, finding.subject) if _ID.fullmatch(value)}


def keepers(finding: Finding, versions: Versions) -> set[str]:
    """Return who keyed the rows that a finding stands on."""

    from taizhang.journal import read

    seqs = {seq for row in finding.rows for seq in (row.left, row.right)} | {finding.left_seq, finding.right_seq}
    versions.load(seqs)
    numbers = {version.submission for seq in seqs if (version := versions.get(seq))}
    return {read.submission(number).person for number in numbers}


def refuse_partial(workspace: Workspace, finding: Finding, person: str, person_id: str | None = None) -> None:
    """Keep somebody from a finding who is concerned, related to who is, or keyed the row.

    Raises ``TaizhangError`` (``comparison.handler_concerned``, ``comparison.handler_related``, ``comparison.handler_keyed``).
    """
    versions = Versions(workspace.pack)
    me = {text for text in (person, person_id) if text}
    concerned = people_of(finding, versions)
    if me & (concerned | ({finding.name} if finding.name else set())):
        raise TaizhangError("comparison.handler_concerned", person=person)
    if me & keepers(finding, versions):
        raise TaizhangError("comparison.handler_keyed", person=person)
    if concerned and me & _kin(workspace, concerned):
        raise TaizhangError("comparison.handler_related", person=person)


def _kin(workspace: Workspace, people: Iterable[str]) -> set[str]:
    """Return numbers and names of those related to people, as the pack's view tells."""
    if KIN not in workspace.pack.views:
        return set()
    queries = queries_of(workspace.pack)
    warehouse = Warehouse(workspace)
    warehouse.refresh()
    with warehouse.snapshot() as snapshot:
        planner = Planner(queries, snapshot.engine.writer, today())
        path = planner.add_query(KIN, queries.view(KIN))
        sql = f"SELECT relative_id, relative FROM ({planner.plan.statement(path.answer)}) AS kin WHERE person_id IN (SELECT unnest(CAST($1 AS VARCHAR[])))"
        rows = snapshot.fetch(sql, *sorted(path.ledgers), parameters=[sorted(people)])
    return {text for row in rows for text in row if text}


@dataclass(frozen=True, slots=True)
class HitRate:
    """How often a rule was right: ``review`` when it is under its floor after enough decisions."""

    rule: str
    decided: int
    true: int
    percent: Decimal | None
    review: bool

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        percent = None if self.percent is None else format(self.percent, "f")
        return {"rule": self.rule, "decided": self.decided, "true": self.true, "percent": percent, "review": self.review}


def hit_rates(book: Book, pack: Pack, day: date) -> dict[str, HitRate]:
    """Return the hit rate of every rule with a decided case; what is under appeal does not count."""
    return rates_of(cases(book), pack, day)


def rates_of(listed: Iterable[Case], pack: Pack, day: date) -> dict[str, HitRate]:
    """Return the hit rates that some cases give."""
    counts: dict[str, list[int]] = {}
    for case in listed:
        if case.state == DECIDED:
            count = counts.setdefault(case.data["rule"], [0, 0])
            count[0] += 1
            count[1] += case.data["result"] == TRUE
    floor, least = (pack.parameters[name].on(day) for name in ("rule_hit_floor", "rule_hit_least"))
    found = {}
    for rule, (decided, true) in sorted(counts.items()):
        exact = Decimal(100) * true / decided
        review = floor is not None and least is not None and decided >= least and exact < floor
        found[rule] = HitRate(rule, decided, true, exact.quantize(Decimal("0.01"), ROUND_HALF_UP), review)
    return found
