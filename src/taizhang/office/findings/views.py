"""Findings: the list, one finding, exclusions."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import Any

from django.http import HttpResponse, HttpResponseBase

from taizhang.access.actions import do_record_read, do_unmask
from taizhang.clock import today
from taizhang.comparison.desk import Desk
from taizhang.comparison.findings import EXCLUSION, FINDING, STATES, Finding
from taizhang.comparison.seen import attachments
from taizhang.comparison.seen.detail import Detail, plain_steps, steps
from taizhang.comparison.seen.lines import WORK, Line, lines
from taizhang.comparison.seen.people import candidates, names_of
from taizhang.comparison.telling import mask_shape
from taizhang.comparison.visible import hit_rates, visible_finding
from taizhang.errors import Refusal, TaizhangError
from taizhang.http.statuses import status_of
from taizhang.i18n import N_, _
from taizhang.office.findings import listing, papers
from taizhang.office.findings.tags import SEVERITY_KIND, STATE_KIND, TRANSLATED
from taizhang.office.shared.exporting import table_file
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.pack.rule_schema import SUBJECTS

_EXCLUSION_STATES = {"valid": N_("有效"), "over": N_("已到期"), "coming": N_("未开始")}


@needs("compare")
def findings(request: OfficeRequest) -> HttpResponse:
    """List the findings that somebody may see."""
    asked = Asked.of(request)
    all_lines = lines(request.workspace, request.sight, today())
    found = listing.listed(asked, all_lines, request.sight, request.address)
    shown = asked.cut(found.lines)
    handlers = names_of(line.case.data["handler"] for line in shown if line.case)
    values = {
        "asked": asked, "lines": shown, "total": len(found.lines), "everything": found.everything, "facets": found.facets, "handlers": handlers,
        "ages_shown": [(v, _(w)) for v, w in listing.AGES.items()], "exported": asked.address(page=None).partition("?")[2], "kinds": SEVERITY_KIND, "state_kinds": STATE_KIND, "states": STATES, "work": WORK,
    }  # fmt: skip
    return page(request, "office/findings/findings.html", values)


@needs("compare")
def export(request: OfficeRequest) -> HttpResponse:
    """Hand out what the list shows as a workbook or CSV, masked as it is."""
    asked = Asked.of(request)
    all_lines = [
        line for line in lines(request.workspace, request.sight, today()) if request.sight.may("export", FINDING, line.finding.village)
    ]
    found = listing.listed(asked, all_lines, request.sight, request.address)
    names = names_of(line.case.data["handler"] for line in found.lines if line.case)
    header = [
        _("疑点"), _("规则"), _("程度"), _("状态"), _("村"), _("对象"), _("补贴项目"), _("最早月份"), _("最近月份"), _("合计数额（元）"), _("行数"), _("说明"),
        _("发现日期"), _("天数"), _("核查"), _("核实人"), _("应核实日期"), _("认定结果"),
    ]  # fmt: skip
    rows = [_exported(line, request, names) for line in found.lines]
    return table_file(request, _("疑点"), header, rows, ledger=FINDING, what=asked.query.urlencode())


def _exported(line: Line, request: OfficeRequest, names: dict[str, str]) -> list[Any]:
    f, case = line.finding, line.case
    node = request.sight.divisions.get(f.village)
    subject = " ".join(part for part in (f.name_shown, f.subject_shown) if part)
    due = date.fromisoformat(case.data["due_on"]) if case else None
    handled = [case.number, names.get(case.data["handler"]), due] if case else [None, None, None]
    return [
        f.number, f.title, _(f.severity), _(STATES[f.state]), node.name if node else f.village, subject, f.programme, f.first_month, f.last_month,
        f.amount, f.count, f.says, f.found_on, line.age, *handled, _(f.result) if f.result else None,
    ]  # fmt: skip


@needs("compare")
def finding(request: OfficeRequest, number: str) -> HttpResponse:
    """Show one finding; a POST with a purpose shows it unmasked and is recorded before anything is shown."""
    found = visible_finding(request.workspace, request.sight, number)
    return finding_page(request, found, unmasked=request.method == "POST")


def finding_page(request: OfficeRequest, found: Finding, *, unmasked: bool = False, error: TaizhangError | None = None) -> HttpResponse:
    """Answer with the page of a finding; with what an action refused, and what was written into its form."""
    detail, number = Detail(request.workspace, request.sight, found, unmasked=unmasked), found.number
    if unmasked:
        request.sight.check("unmask", FINDING, found.village)
        purpose = str(request.POST.get("purpose", ""))
        for ledger, entry in detail.entries():
            do_unmask(request.user.username, purpose, ledger, [entry], address=request.address)
    desk = Desk.of(request.workspace)
    cases = desk.cases_of(number)
    counted = detail.rule is not None and request.GET.get("steps") == "1"
    history, sides = detail.history(case.number for case in cases), detail.sides()
    may = request.sight.may("handle") and request.sight.covers(found.village, "handle")
    values = {
        "f": found, "detail": detail, "sides": sides, "cases": cases, "history": history, "counted": counted, "may_handle": may,
        "steps": _steps(request, detail, counted), "rate": hit_rates(request.workspace, request.sight).get(found.rule), "age": (today() - found.found_on).days,
        "candidates": candidates(request.workspace, found) if may else [], "kinds": SEVERITY_KIND, "state_kinds": STATE_KIND, "states": STATES,
        "names": names_of([*(e.person for e in history), *(s.person for s in sides), *(c.data["handler"] for c in cases)]),
        "facts_shown": detail.facts(), "parameters": [(title, f"{value} {unit}".strip()) for title, value, unit in detail.parameters()],
        "others": detail.others(), "subjects": SUBJECTS, "translated": TRANSLATED, "open_case": next((c for c in cases if c.state != "已认定"), None), "today": today(), "accepted": attachments.ACCEPTED,
    }  # fmt: skip
    answer = page(request, "office/findings/finding.html", values | failure(error), status=status_of(error) if error else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


def failure(error: TaizhangError | None) -> dict[str, Any]:
    """Return what a page knows of what was refused, as the page of failures does."""
    faults = error.faults if isinstance(error, Refusal) else []
    return {"fault": error.fault if error else None, "faults": faults[:200], "count": len(faults)}


def _steps(request: OfficeRequest, detail: Detail, counted: bool) -> list[Any]:
    if detail.rule is None:
        return []
    return list(steps(request.workspace, request.sight, detail.rule, today()) if counted else plain_steps(detail.rule))


@needs("compare")
def exclusions(request: OfficeRequest) -> HttpResponse:
    """List what is held back, on what evidence and until when."""
    asked = Asked.of(request)
    listed = [row for row in _exclusions(request) if _wanted(row, asked)]
    sorts = {name: itemgetter(name) for name in ("number", "rule_title", "from_on", "until_on", "village")}
    found = asked.in_order(listed, sorts)
    if request.GET.get("form"):
        request.sight.check("export", EXCLUSION)
        header = [
            _("编号"),
            _("规则"),
            _("对象"),
            _("补贴项目"),
            _("起始日期"),
            _("截止日期"),
            _("状态"),
            _("依据"),
            _("批准人"),
            _("疑点"),
        ]
        names = ("number", "rule_title", "subject", "programme", "from_on", "until_on", "state_word", "evidence", "by_name", "finding")
        return table_file(
            request, _("疑点排除"), header, [[row[n] for n in names] for row in found], ledger=EXCLUSION, what=asked.query.urlencode()
        )
    values = {
        "asked": asked,
        "rows": asked.cut(found),
        "total": len(found),
        "states_shown": [(v, _(w)) for v, w in _EXCLUSION_STATES.items()],
    }
    return page(request, "office/findings/exclusions.html", values)


def _wanted(row: dict[str, Any], asked: Asked) -> bool:
    text = asked.get("q")
    return asked.get("state") in ("", row["state"]) and (
        not text or any(text in str(row[n] or "") for n in ("number", "rule_title", "evidence", "finding"))
    )


def _exclusions(request: OfficeRequest) -> list[dict[str, Any]]:
    desk, sight, day = Desk.of(request.workspace), request.sight, today()
    places, hidden = sight.places("read", EXCLUSION), sight.withheld(EXCLUSION)
    kept = {n: e.data for n, e in desk.entries[EXCLUSION].items() if n not in hidden and e.data["village"].startswith(places)}
    names, pack = names_of(d["by"] for d in kept.values()), request.workspace.pack
    rows = []
    for number, d in sorted(kept.items()):
        start, end = date.fromisoformat(d["from_on"]), date.fromisoformat(d["until_on"])
        state = "coming" if day < start else "over" if day > end else "valid"
        rule, found = d.get("rule"), desk.findings.get(d.get("finding", ""))
        rows.append({
            "number": number, "rule": rule, "rule_title": pack.rules[rule].title if rule and rule in pack.rules else rule or _("任何规则"),
            "subject": found.subject_shown if found else mask_shape(d["subject"]), "programme": d.get("programme"), "from_on": start, "until_on": end,
            "state": state, "state_word": _(_EXCLUSION_STATES[state]), "evidence": d["evidence"], "by_name": names.get(d["by"], d["by"]),
            "finding": d.get("finding"), "file": d.get("file"), "file_name": d.get("file_name"), "village": d["village"],
        })  # fmt: skip
    return rows


@needs("handle")
def exclusion_file(request: OfficeRequest, number: str) -> HttpResponseBase:
    """Hand out the evidence of an exclusion, and record it."""
    row = next((row for row in _exclusions(request) if row["number"] == number and row["file"]), None)
    if row is None:
        raise TaizhangError("office.not_found", what=number)
    do_record_read(request.user.username, "file", ledger=EXCLUSION, what=number, address=request.address)
    return papers.answer(request.workspace, row["file"], row["file_name"] or "", number)
