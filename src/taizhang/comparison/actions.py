"""What people do with findings. Every action checks the person, and is one submission in the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taizhang.comparison.book import Book
from taizhang.comparison.cases import APPEALED, DECIDED, VERIFIED, WAITING, Case, case_of, cases, received, refuse_partial
from taizhang.comparison.exclusions import Exclusion
from taizhang.comparison.findings import (
    CASE,
    EXCLUDING,
    EXCLUSION,
    FINDING,
    LEAD,
    NOT_REAL,
    PUBLIC_RUN,
    RECOVERY,
    RESULTS,
    Finding,
    compact,
    plain,
)  # fmt: skip
from taizhang.comparison.versions import Versions
from taizhang.errors import TaizhangError
from taizhang.http.uploads import safe_name
from taizhang.i18n import _
from taizhang.pack.rule_schema import SUBJECTS

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

_LEAD_SOURCE = "互联网+监督比对"


def do_assign(
    workspace: Workspace, finding: str, handler: str, *, by: str, day: date, due: date | None = None, handler_id: str | None = None
) -> str:
    """Give a finding to somebody to look into; a case that nobody has verified yet is given to another. Return the number of the case.

    Raises ``TaizhangError``: ``comparison.finding_unknown``, ``comparison.finding_settled``, ``comparison.case_decided``, and those of ``refuse_partial``.
    """
    book = Book(workspace)
    found = _finding(book, finding)
    if found.state in ("decided", "closed"):
        raise TaizhangError("comparison.finding_settled", number=finding)
    refuse_partial(workspace, found, handler, handler_id)
    mine = [c for c in cases(book) if c.finding == finding]
    open_case = next((c for c in mine if c.state in (WAITING, VERIFIED)), None)
    if open_case and open_case.state != WAITING:
        raise TaizhangError("comparison.case_decided", number=open_case.number)
    number = open_case.number if open_case else f"{finding}-{len(mine) + 1}"
    row: dict[str, Any] = {
        "number": number, "village": found.village, "finding": finding, "rule": found.rule, "state": WAITING, "handler": handler,
        "handler_id": handler_id, "assigned_by": by, "assigned_on": day, "due_on": due or day + _days(workspace, "case_days", day),
    }  # fmt: skip
    _record(book, {CASE: [row]}, by, _("交办 {number}"), number)
    return number


def do_verify(workspace: Workspace, case: str, note: str, *, by: str, day: date, files: Iterable[Path] = ()) -> None:
    """Tell what was seen in the village; files are kept by their hash, with the names that they came with.

    Raises ``TaizhangError``: ``comparison.case_unknown``, ``comparison.not_the_handler``, ``comparison.case_decided``, ``comparison.note_missing``.
    """
    book = Book(workspace)
    found = case_of(book, case)
    if by != found.data["handler"]:
        raise TaizhangError("comparison.not_the_handler", person=by, number=found.number)
    if found.state not in (WAITING, VERIFIED):
        raise TaizhangError("comparison.case_decided", number=found.number)
    _needed(note)
    papers = found.papers
    for path in files:
        digest = workspace.store_file(path)
        papers[digest] = papers.get(digest) or safe_name(path.name)
    kept = {"files": " ".join(papers) or None, "file_names": "/".join(papers.values()) if any(papers.values()) else None}
    row = {**found.data, "state": VERIFIED, "verified_on": day, "verification": note, **kept}
    _record(book, {CASE: [row]}, by, _("核实 {number}"), found.number)


def do_decide(workspace: Workspace, case: str, result: str, note: str, *, by: str, day: date) -> None:
    """Decide on a verified case, or anew after an appeal. What is not real for good reasons also feeds an exclusion with an end.

    Raises ``TaizhangError``: ``comparison.result_unknown``, ``comparison.case_unverified``, ``comparison.case_decided``,
    ``comparison.appeal_same_person``, ``comparison.note_missing``, and those of ``refuse_partial``.
    """
    if result not in RESULTS:
        raise TaizhangError("comparison.result_unknown", result=result, known="、".join(RESULTS))
    _needed(note)
    book = Book(workspace)
    found = case_of(book, case)
    if found.state == WAITING:
        raise TaizhangError("comparison.case_unverified", number=found.number)
    if found.state == DECIDED:
        raise TaizhangError("comparison.case_decided", number=found.number)
    if found.state == APPEALED and by == found.data["decided_by"]:
        raise TaizhangError("comparison.appeal_same_person", person=by)
    finding = _finding(book, found.finding)
    refuse_partial(workspace, finding, by)
    rows = _decided(workspace, book, found, finding, result, note, by, day)
    _record(book, rows, by, _("认定 {number}"), found.number)


def _decided(
    workspace: Workspace, book: Book, case: Case, finding: Finding, result: str, note: str, by: str, day: date
) -> dict[str, list[Mapping[str, Any]]]:
    row = {**case.data, "state": DECIDED, "result": result, "decision": note, "decided_by": by, "decided_on": day}
    rows: dict[str, list[Mapping[str, Any]]] = {CASE: [row]}
    if finding.state == "closed":  # it went by itself meanwhile; the case is decided all the same
        return rows
    now = replace(finding, state="decided", result=result, excluded_by=None, decided_rows=tuple(r.place for r in finding.rows))
    rows[FINDING] = [now.as_row()]
    rows[PUBLIC_RUN] = list(_verified(book, [now]))
    if result in EXCLUDING:
        rows[EXCLUSION] = [_exclusion_from(workspace, case.number, now, note, by, day)]
    elif case.state == APPEALED:
        rows[EXCLUSION] = _ended(book, case.number, day)
    return rows


def _verified(book: Book, settled: list[Finding]) -> list[dict[str, Any]]:
    counts, numbers = {f.first_run: 0 for f in settled}, {f.number for f in settled}
    for finding in (*(f for f in book.findings() if f.number not in numbers), *settled):
        if finding.first_run in counts:
            counts[finding.first_run] += finding.settled
    return book.verified(counts)


def _exclusion_from(workspace: Workspace, case: str, finding: Finding, note: str, by: str, day: date) -> dict[str, Any]:
    """Return the exclusion that a decision leaves: the same story against the same rows, until a day."""
    months = int(workspace.pack.parameters["exclusion_months"].on(day) or 0)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    until = date(year, month + 1, min(day.day, 28))
    rests = {"left": sorted({r.left for r in finding.rows}), "right": sorted({r.right for r in finding.rows}, key=lambda s: s or 0)}
    return {
        "number": f"PC-{case}", "village": finding.village, "rule": finding.rule, "subject": finding.subject, "programme": finding.programme,
        "from_on": day, "until_on": max(until, day), "evidence": note, "by": by, "finding": finding.number, "rests_on": compact(rests),
    }  # fmt: skip


def _ended(book: Book, case: str, day: date) -> list[Mapping[str, Any]]:
    """Return the exclusion that an overturned decision left, ended the day before."""
    stands = book.standing(EXCLUSION).get(f"PC-{case}")
    if not stands:
        return []
    row = json.loads(stands.data)
    end = max(day - timedelta(days=1), date.fromisoformat(row["from_on"]))
    return [row | {"until_on": min(end, date.fromisoformat(row["until_on"]))}]


def do_plan_recovery(workspace: Workspace, case: str, amount: Decimal, *, by: str, day: date, due: date | None = None) -> None:
    """Set how much has to be paid back, and by when.

    Raises ``TaizhangError``: ``comparison.case_undecided``, ``comparison.nothing_to_recover``.
    """
    book = Book(workspace)
    found = _recoverable(book, case)
    row = {**found.data, "recover_amount": amount, "recover_due_on": due or day + _days(workspace, "recovery_days", day)}
    _record(book, {CASE: [row]}, by, _("追缴计划 {number}"), found.number)


def do_record_recovery(workspace: Workspace, case: str, amount: Decimal, *, by: str, received_on: date, receipt: str | None = None) -> None:
    """Record money that was paid back; a lead that the case was handed over as is told too.

    Raises ``TaizhangError``: ``comparison.case_undecided``, ``comparison.nothing_to_recover``.
    """
    book = Book(workspace)
    found = _recoverable(book, case)
    before = received(book, found.number)
    row = {
        "case": found.number,
        "line": len(before) + 1,
        "village": found.data["village"],
        "amount": amount,
        "received_on": received_on,
        "receipt": receipt,
        "by": by,
    }
    rows: dict[str, list[Mapping[str, Any]]] = {RECOVERY: [row]}
    lead = book.standing(LEAD).get(found.data.get("lead", ""))
    if lead:
        rows[LEAD] = [json.loads(lead.data) | _recovered([*before, (amount, received_on)])]
    _record(book, rows, by, _("追缴 {number}"), found.number)


def _recovered(paid: list[tuple[Decimal, date]]) -> dict[str, Any]:
    if not paid:
        return {}
    return {"recovered": plain(sum((amount for amount, _day in paid), Decimal(0))), "recovered_on": max(day for _amount, day in paid)}


def do_hand_over(workspace: Workspace, case: str, to: str, *, by: str, day: date) -> str:
    """Hand a case over to discipline: it becomes a lead of theirs. A case that was only verified is thereby decided. Return the lead's number.

    Raises ``TaizhangError``: ``comparison.case_unverified``, ``comparison.case_handed_over``, ``comparison.nothing_to_recover`` and those of ``refuse_partial``.
    """
    book = Book(workspace)
    found = case_of(book, case)
    if found.state == WAITING:
        raise TaizhangError("comparison.case_unverified", number=found.number)
    if "lead" in found.data:
        raise TaizhangError("comparison.case_handed_over", number=found.number, lead=found.data["lead"])
    if found.data.get("result") in NOT_REAL:
        raise TaizhangError("comparison.nothing_to_recover", number=found.number, result=found.data["result"])
    finding = _finding(book, found.finding)
    refuse_partial(workspace, finding, by)
    lead = f"XS{day.year}-{found.number[2:]}"
    rows: dict[str, list[Mapping[str, Any]]] = {CASE: [found.data]}
    if found.state == VERIFIED:
        rows = _decided(workspace, book, found, finding, RESULTS[-1], found.data["verification"], by, day)
    rows[CASE] = [{**rows[CASE][0], "handed_to": to, "handed_on": day, "lead": lead}]
    person = finding.subject if finding.subject_kind == "person" else None
    who = finding.name or f"{SUBJECTS.get(finding.subject_kind, '')}{finding.subject}"
    row = {
        "number": lead,
        "village": finding.village,
        "source": _LEAD_SOURCE,
        "finding": finding.number,
        "subject": who,
        "subject_id": person,
    }
    rows[LEAD] = [row | {"matter": f"{finding.title}：{finding.says}"[:200], "found_on": day} | _recovered(received(book, found.number))]
    _record(book, rows, by, _("移送 {number}"), found.number)
    return lead


def do_appeal(workspace: Workspace, case: str, text: str, *, by: str, day: date) -> None:
    """Record that somebody does not accept a decision; another person decides anew.

    Raises ``TaizhangError``: ``comparison.case_undecided``, ``comparison.note_missing``.
    """
    _needed(text)
    book = Book(workspace)
    found = case_of(book, case)
    if found.state != DECIDED:
        raise TaizhangError("comparison.case_undecided", number=found.number)
    _record(book, {CASE: [{**found.data, "state": APPEALED, "appeal": text, "appealed_on": day}]}, by, _("申诉 {number}"), found.number)


def do_exclude(
    workspace: Workspace,
    subject: str,
    until: date,
    evidence: str,
    *,
    by: str,
    day: date,
    rule: str | None = None,
    programme: str | None = None,
    file: Path | None = None,
) -> str:
    """Hold back what is found about a subject until a day, on evidence; it stays in sight as excluded. Return the exclusion's number.

    Raises ``TaizhangError``: ``comparison.rule_unknown``, ``comparison.note_missing``, ``comparison.exclusion_over``.
    """
    _needed(evidence)
    if rule is not None and rule not in workspace.pack.rules:
        raise TaizhangError("comparison.rule_unknown", name=rule)
    if until < day:
        raise TaizhangError("comparison.exclusion_over", until=until.isoformat())
    book, versions = Book(workspace), Versions(workspace.pack)
    number = f"PC{day.year}-{len(book.standing(EXCLUSION)) + 1:04d}"
    exclusion = Exclusion(number, rule, subject, programme, day, until)
    held = [f for f in book.findings() if f.state == "open" and exclusion.holds(f, day, versions)]
    row = {
        "number": number, "village": held[0].village if held else workspace.town, "rule": rule, "subject": subject, "programme": programme,
        "from_on": day, "until_on": until, "evidence": evidence, "by": by, "file": workspace.store_file(file) if file else None, "file_name": safe_name(file.name) if file else None,
    }  # fmt: skip
    findings = [replace(f, state="excluded", excluded_by=number).as_row() for f in held]
    _record(book, {EXCLUSION: [row], FINDING: findings}, by, _("排除 {number}"), number)
    return number


def _record(book: Book, rows: Mapping[str, list[Any]], by: str, note: str, number: str) -> None:
    book.record(rows, by, note.format(number=number))


def _finding(book: Book, number: str) -> Finding:
    found = book.finding(number)
    if found is None:
        raise TaizhangError("comparison.finding_unknown", number=number)
    return found


def _recoverable(book: Book, case: str) -> Case:
    found = case_of(book, case)
    if found.state != DECIDED:
        raise TaizhangError("comparison.case_undecided", number=found.number)
    if found.data["result"] in NOT_REAL:
        raise TaizhangError("comparison.nothing_to_recover", number=found.number, result=found.data["result"])
    return found


def _days(workspace: Workspace, parameter: str, day: date) -> timedelta:
    return timedelta(days=int(workspace.pack.parameters[parameter].on(day) or 0))


def _needed(text: str) -> None:
    if not text.strip():
        raise TaizhangError("comparison.note_missing")
