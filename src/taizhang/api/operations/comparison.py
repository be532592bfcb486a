"""Comparison: rules, runs, findings. What concerns the caller herself does not exist for her."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import ConfigDict
from pydantic import Field as Told

from taizhang.access.actions import do_unmask
from taizhang.api.answering import told
from taizhang.api.callers import ApiRequest
from taizhang.api.operations.entries import Purpose
from taizhang.api.operations.jobs import JobShape, started
from taizhang.api.paging import page
from taizhang.api.shapes import LIMIT, Cursor, DivisionCode, Given, Limit, Name, Shape, Text, answers, changes, text_of
from taizhang.clock import today
from taizhang.comparison import jobs as finding_jobs
from taizhang.comparison.desk import Desk
from taizhang.comparison.findings import FINDING
from taizhang.comparison.plain_data import finding_as_dict
from taizhang.comparison.runs import Run, Runs
from taizhang.comparison.seen.detail import Detail
from taizhang.comparison.seen.lines import WORK, Line, lines
from taizhang.comparison.versions import Versions
from taizhang.comparison.visible import hit_rates, visible_finding, visible_findings
from taizhang.errors import TaizhangError
from taizhang.jobs.actions import do_start
from taizhang.pack.definitions import Rule
from taizhang.pack.rule_schema import SEVERITIES

router = Router()
Number = Annotated[Text, Told(min_length=1, max_length=60)]
Severity = Literal["high", "medium", "low", "info"]
_SEVERITY = {word: code for code, word in SEVERITIES.items()}


class HitRateShape(Shape):
    """How often a rule was right, from the cases that the caller may see."""

    decided: int
    true: int
    percent: str | None
    review: bool = Told(description="低于下限，应当复核规则 / under its floor")


class RuleShape(Shape):
    """A rule: a query over ledgers that should return nothing."""

    rule: str
    number: int
    title: str
    group: str
    severity: Severity
    basis: str
    about: str
    subject: str
    needs: list[str]
    open: int = Told(description="待核实的疑点 / findings that nobody has decided on")
    hit_rate: HitRateShape | None


class Rules(Shape):
    """Rules."""

    items: list[RuleShape]


class RunShape(Shape):
    """One run of comparison."""

    number: str
    day: date
    mode: str
    narrowed: str | None
    runner: str
    position: int
    rules: int
    ran: int
    unchanged: int
    not_run: int
    compared: int
    new: int
    changed: int
    closed: int
    standing: int


class RunPage(Shape):
    """A page of runs, the latest first."""

    items: list[RunShape]
    next: str | None


class RunOfRuleShape(Shape):
    """One rule in one run; rows and findings are null where nothing was compared, which is not nothing found."""

    rule: str
    title: str
    state: str
    whole: bool
    keys: int | None
    version: str
    parameters: dict[str, Any]
    sources: dict[str, str | None]
    rows: int | None
    findings: int | None
    told: str | None


class RunInFull(RunShape):
    """A run with what it did for each rule."""

    of_rules: list[RunOfRuleShape]


class RunGiven(Given):
    """What is to be compared."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rules": [], "day": "2020-12-31", "full": False}]})

    rules: list[Name] = Told([], max_length=500, description="规则名；不写为全部 / rules; all")
    day: date | None = Told(None, description="按哪一天的情况；默认今天 / as of which day")
    full: bool = Told(False, description="全部重新比对 / not only what has changed")


class FindingShape(Shape):
    """A finding: a machine only suspects."""

    number: str
    rule: str
    title: str
    severity: Severity
    state: Literal["open", "excluded", "decided", "closed"]
    division: str
    subject_kind: str
    subject: str | None = Told(description="已遮盖 / masked")
    name: str | None
    programme: str | None
    first_month: str | None
    last_month: str | None
    amount: str | None
    count: int
    says: str
    found_on: date
    age: int = Told(description="发现了几天 / days since it was found")
    case: str | None = Told(description="最近的核查编号 / the newest case")
    work: list[str] = Told(description=f"办理情况：{'、'.join(WORK)} / what is done about it: {', '.join(WORK)}")
    result: str | None


class FindingPage(Shape):
    """A page of findings, the grave ones first, then the older ones."""

    items: list[FindingShape]
    total: int
    next: str | None


class RowSide(Shape):
    """One of the two rows that a finding stands on; null values where the ledger may not be read."""

    ledger: str
    title: str
    seq: int
    entry: str
    submission: int
    as_of: date | None
    values: dict[str, str] | None


class FoundRow(Shape):
    """One row found."""

    left: int
    right: int | None
    month: str | None
    amount: str | None


class FindingInFull(FindingShape):
    """A finding with both rows, what it was computed with, and its cases."""

    left: RowSide | None
    right: RowSide | None
    rows: list[FoundRow]
    reference_on: date | None
    parameters: dict[str, Any]
    version: str
    run: str
    first_run: str
    excluded_by: str | None
    closed_on: date | None
    closed_why: str | None
    cases: list[str]
    unmasked: bool


@router.get("/rules", response=answers(Rules), summary="比对规则")
def rules(request: ApiRequest) -> Any:
    """List the rules with their hit rates."""
    request.sight.check("compare")
    counts = Counter(f.rule for f in visible_findings(request.workspace, request.sight) if f.state == "open")
    known = hit_rates(request.workspace, request.sight)
    return {"items": [_rule(rule, counts[rule.name], known.get(rule.name)) for rule in request.sight.pack.rules.values()]}


@router.get("/runs", response=answers(RunPage), summary="比对运行")
def runs(request: ApiRequest, limit: Limit = LIMIT, cursor: Cursor = None) -> Any:
    """List the runs of comparison, those that found nothing among them."""
    request.sight.check("compare")
    listed, more = page(Runs(request.workspace, request.sight).all(), lambda run: run.seq, "runs", cursor, limit, backwards=True)
    return {"items": [_run(run) for run in listed], "next": more}


@router.get("/runs/{number}", response=answers(RunInFull, 404), summary="一次运行")
def run(request: ApiRequest, number: Number) -> Any:
    """Tell what a run did for each rule."""
    request.sight.check("compare")
    everything = Runs(request.workspace, request.sight)
    found = everything.one(number)
    if found is None:
        raise TaizhangError("office.not_found", what=number)
    return {**_run(found), "of_rules": everything.of_rules(run=number)}


@router.post("/runs", response=changes(JobShape, 404, status=202), summary="运行比对")
def start_run(request: ApiRequest, given: RunGiven) -> Any:
    """Run rules in the background; the answer is the job."""
    request.sight.check("compare")
    for name in given.rules:
        if name not in request.sight.pack.rules:
            raise TaizhangError("comparison.rule_unknown", name=name)
    day = given.day.isoformat() if given.day else ""
    return started(do_start(finding_jobs.COMPARE, request.sight, about="、".join(given.rules), rules=given.rules, day=day, full=given.full))


@router.get("/findings", response=answers(FindingPage, 404), summary="疑点列表")
def findings(
    request: ApiRequest,
    rule: Name | None = None,
    severity: Severity | None = None,
    state: Literal["open", "excluded", "decided", "closed"] | None = None,
    work: Annotated[str | None, Told(pattern="^(" + "|".join(WORK) + ")$", description="、".join(WORK))] = None,
    division: DivisionCode | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List the findings that the caller may see."""
    request.sight.check("compare")
    wanted = [
        line
        for line in lines(request.workspace, request.sight, today())
        if rule in (None, line.finding.rule)
        and severity in (None, _SEVERITY[line.finding.severity])
        and state in (None, line.state)
        and (work is None or work in line.work)
        and (division is None or line.finding.village.startswith(division))
    ]
    listed, more = page(wanted, _place, ["findings", rule, severity, state, work, division], cursor, limit)
    told(request, FINDING, len(listed))
    return {"items": [_finding(line) for line in listed], "total": len(wanted), "next": more}


@router.get("/findings/{number}", response=answers(FindingInFull, 404), summary="一个疑点")
def finding(request: ApiRequest, number: Number, purpose: Purpose = None) -> Any:
    """Return a finding with both of its rows; with a purpose unmasked, as far as the caller may, and that is recorded."""
    request.sight.check("compare")
    found = visible_finding(request.workspace, request.sight, number)
    detail = Detail(request.workspace, request.sight, found, unmasked=purpose is not None)
    if purpose is not None:
        request.sight.check("unmask", FINDING, found.village)
        for ledger, entry in detail.entries():
            do_unmask(request.caller.account.username, purpose, ledger, [entry], address=request.address)
    line = next(line for line in lines(request.workspace, request.sight, today()) if line.finding.number == number)
    told(request, FINDING, 1)
    versions = Versions(request.sight.pack)
    masked, clear = (finding_as_dict(found, request.sight.pack, versions, masked=one) for one in (True, False))
    plain = clear if purpose is not None else masked
    sides = {name: _side(request, masked[name], clear[name], purpose is not None) for name in ("left", "right")}
    same = (
        "subject",
        "name",
        "rows",
        "reference_on",
        "parameters",
        "version",
        "run",
        "first_run",
        "excluded_by",
        "closed_on",
        "closed_why",
    )
    cases = [case.number for case in Desk.of(request.workspace).cases_of(number)]
    return {**_finding(line), **{name: plain[name] for name in same}, **sides, "cases": cases, "unmasked": purpose is not None}


def _side(request: ApiRequest, masked: dict[str, Any] | None, clear: dict[str, Any] | None, unmask: bool) -> dict[str, Any] | None:
    """Return one of the two rows as far as the caller may see it."""
    if masked is None or clear is None:
        return None
    sight, name = request.sight, masked["ledger"]
    ledger = sight.pack.ledgers.get(name)
    division = clear["values"].get(ledger.division, "") if ledger else ""
    if ledger is None or not sight.may("read", ledger, division):
        return {**masked, "values": None, "entry": ""}
    if not unmask or not sight.may("unmask", ledger, division):
        # A reference repeats the key that it refers to: masked as that is.
        return {**masked, "values": {n: v or "" for n, v in sight.shown(ledger, masked["values"]).items()}}
    return clear


def _place(line: Line) -> tuple[int, int, str, str]:
    return list(SEVERITIES.values()).index(line.finding.severity), -line.age, line.finding.rule, line.finding.number


def _rule(rule: Rule, count: int, rate: Any) -> dict[str, Any]:
    names = ("number", "title", "group", "severity", "basis", "about", "subject")
    plain = {"rule": rule.name, **{name: getattr(rule, name) for name in names}, "needs": list(rule.needs), "open": count}
    return plain | {"hit_rate": rate.as_dict() if rate else None}


def _run(run: Run) -> dict[str, Any]:
    names = ("number", "day", "mode", "narrowed", "runner", "new", "changed", "closed", "standing")
    return {**{name: getattr(run, name) for name in names}, **run.counts}


def _finding(line: Line) -> dict[str, Any]:
    f = line.finding
    names = (
        "number",
        "rule",
        "title",
        "subject_kind",
        "programme",
        "first_month",
        "last_month",
        "count",
        "says",
        "found_on",
        "result",
        "state",
    )
    return {
        **{name: getattr(f, name) for name in names},
        "severity": _SEVERITY[f.severity],
        "division": f.village,
        "subject": f.subject_shown,
        "name": f.name_shown,
        "amount": text_of(f.amount.normalize() if isinstance(f.amount, Decimal) and f.amount == f.amount.to_integral() else f.amount),
        "age": line.age,
        "case": line.case.number if line.case else None,
        "work": sorted(line.work),
    }
