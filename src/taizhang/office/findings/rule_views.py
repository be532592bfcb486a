"""Rules with their hit rates, and the runs of comparison."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from taizhang.addresses import address
from taizhang.clock import today
from taizhang.comparison import jobs
from taizhang.comparison.cases import HitRate
from taizhang.comparison.findings import STATES
from taizhang.comparison.runs import Run, RunOfRule, Runs
from taizhang.comparison.seen.detail import parameters_of
from taizhang.comparison.seen.people import names_of
from taizhang.comparison.stamps import stamps
from taizhang.comparison.visible import hit_rates, visible_findings
from taizhang.errors import TaizhangError
from taizhang.i18n import _
from taizhang.jobs.actions import do_start
from taizhang.office.findings import forms
from taizhang.office.findings.examples import Told, told
from taizhang.office.findings.tags import SEVERITY_KIND
from taizhang.office.shared.exporting import table_file
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.pack.definitions import Rule
from taizhang.pack.rule_schema import GROUPS, SEVERITIES, SUBJECTS

_LAST_RUNS = 20


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the list."""

    rule: Rule
    open: int
    total: int
    rate: HitRate | None
    last: RunOfRule | None


_SORTS: dict[str, Callable[[RuleLine], Any]] = {
    "number": lambda line: line.rule.number,
    "title": lambda line: line.rule.title,
    "severity": lambda line: list(SEVERITIES).index(line.rule.severity),
    "open": lambda line: line.open,
    "decided": lambda line: line.rate.decided if line.rate else 0,
    "percent": lambda line: line.rate.percent if line.rate else None,
    "last": lambda line: line.last.seq if line.last else None,
}


def _lines(request: OfficeRequest) -> list[RuleLine]:
    counts: Counter[tuple[str, str]] = Counter()
    for f in visible_findings(request.workspace, request.sight):
        counts.update([(f.rule, f.state), (f.rule, "")])
    last: dict[str, RunOfRule] = {}
    for one in Runs(request.workspace, request.sight).of_rules():
        last.setdefault(one.rule, one)
    known, rules = hit_rates(request.workspace, request.sight), request.workspace.pack.rules.values()
    ordered = sorted(rules, key=lambda rule: (rule.group, rule.number))
    return [RuleLine(r, counts[r.name, "open"], counts[r.name, ""], known.get(r.name), last.get(r.name)) for r in ordered]


@needs("compare")
def rules(request: OfficeRequest) -> HttpResponse:
    """List the rules by group, with how often each was right and when it last ran."""
    asked, everything = Asked.of(request, size=200), _lines(request)
    found = asked.in_order([line for line in everything if _wanted(line, asked)], _SORTS)
    if request.GET.get("form"):
        header = [_("序号"), _("规则"), _("组"), _("程度"), _("待核实"), _("认定"), _("属实"), _("命中率（%）"), _("最近运行"), _("结果")]
        return table_file(request, _("比对规则"), header, [_exported(line) for line in found], what=asked.query.urlencode())
    groups = {line.rule.group: GROUPS[line.rule.group] for line in everything}
    values = {
        "asked": asked, "lines": asked.cut(found), "total": len(found), "groups": groups, "severities": SEVERITIES, "kinds": SEVERITY_KIND,
        "groups_shown": [(v, f"{v} {_(w)}") for v, w in groups.items()], "severities_shown": [(v, _(w)) for v, w in SEVERITIES.items()],
        "review": [line for line in everything if line.rate and line.rate.review], "today": today(),
    }  # fmt: skip
    return page(request, "office/findings/rules.html", values)


def _exported(line: RuleLine) -> list[Any]:
    rate, last = line.rate, line.last
    counts = [rate.decided, rate.true, rate.percent] if rate else [0, 0, None]
    return [
        line.rule.number,
        line.rule.title,
        line.rule.group,
        _(SEVERITIES[line.rule.severity]),
        line.open,
        *counts,
        *([last.day, last.state] if last else [None, None]),
    ]


def _wanted(line: RuleLine, asked: Asked) -> bool:
    rule, text = line.rule, asked.get("q")
    if asked.get("group") not in ("", rule.group) or asked.get("severity") not in ("", rule.severity):
        return False
    show = asked.get("show")
    if (show == "open" and not line.open) or (show == "review" and not (line.rate and line.rate.review)):
        return False
    if show == "failed" and not (line.last and line.last.findings is None):
        return False
    return not text or any(text in part for part in (rule.title, rule.basis, rule.about, rule.name, str(rule.number)))


def _rule_of(request: OfficeRequest, name: str) -> Rule:
    if name not in request.workspace.pack.rules:
        raise TaizhangError("comparison.rule_unknown", name=name)
    return request.workspace.pack.rules[name]


@needs("compare")
def rule(request: OfficeRequest, name: str) -> HttpResponse:
    """Show a rule: what it rests on, its parameters, worked examples, hit rate and last runs."""
    found, pack = _rule_of(request, name), request.workspace.pack
    runs = Runs(request.workspace, request.sight).of_rules(rule=name)
    states = Counter(f.state for f in visible_findings(request.workspace, request.sight) if f.rule == name)
    ledgers = {n: pack.ledgers[n].title for n in (*found.needs, *found.reference) if n in pack.ledgers}
    examples: list[Told] = told(pack, found, request.workspace.divisions)
    values = {
        "rule": found, "ledgers": ledgers, "runs": runs[:_LAST_RUNS], "run_count": len(runs), "states": STATES, "counts": states,
        "parameters": [(t, f"{v} {u}".strip()) for t, v, u in _parameters(request, found)], "examples": examples, "rate": hit_rates(request.workspace, request.sight).get(name), "kinds": SEVERITY_KIND,
        "severities": SEVERITIES, "groups": GROUPS, "subjects": SUBJECTS, "today": today(),
        "floor": pack.parameters["rule_hit_floor"].on(today()), "least": pack.parameters["rule_hit_least"].on(today()),
    }  # fmt: skip
    return page(request, "office/findings/rule.html", values)


def _parameters(request: OfficeRequest, found: Rule) -> list[tuple[str, str, str]]:
    """Return the parameters of a rule with their values of today."""
    stamp = stamps(request.workspace.pack, [found], today(), request.workspace.divisions)[found.name]
    return parameters_of(request.workspace.pack.parameters, json.loads(stamp.parameters))


@needs("compare")
def runs(request: OfficeRequest) -> HttpResponse:
    """List every run with its counts, those that found nothing among them."""
    asked = Asked.of(request)
    found = Runs(request.workspace, request.sight).all()
    if text := asked.get("q"):
        found = [run for run in found if text in run.number or text in (run.narrowed or "")]
    if since := asked.get("since"):
        found = [run for run in found if run.day.isoformat() >= since]
    if asked.get("nothing"):
        found = [run for run in found if not run.standing]
    sorts: dict[str, Callable[[Run], Any]] = {name: attrgetter(name) for name in ("day", "new", "closed", "standing")}
    found = asked.in_order(found, sorts | {"compared": lambda run: run.counts["compared"]})
    names = names_of(run.runner for run in found)
    if request.GET.get("form"):
        header = [
            _("运行编号"),
            _("比对日期"),
            _("方式"),
            _("限定"),
            _("规则条数"),
            _("已比对"),
            _("数据未变"),
            _("未比对"),
            _("比对行数"),
            _("新增疑点"),
            _("消失疑点"),
            _("现有疑点"),
            _("操作人"),
        ]
        rows = [
            [
                r.number,
                r.day,
                r.mode,
                r.narrowed,
                *(r.counts[n] for n in ("rules", "ran", "unchanged", "not_run", "compared")),
                r.new,
                r.closed,
                r.standing,
                names[r.runner],
            ]
            for r in found
        ]
        return table_file(request, _("比对运行"), header, rows, ledger="check_run", what=asked.query.urlencode())
    values = {"asked": asked, "runs": asked.cut(found), "total": len(found), "names": names}
    return page(request, "office/findings/runs.html", values)


@needs("compare")
def run(request: OfficeRequest, number: str) -> HttpResponse:
    """Show one run with what it did for every rule."""
    everything = Runs(request.workspace, request.sight)
    found = everything.one(number)
    if found is None:
        raise TaizhangError("office.not_found", what=number)
    asked = Asked.of(request, size=200)
    listed = [one for one in everything.of_rules(run=number) if asked.get("state") in ("", one.state)]
    sorts: dict[str, Callable[[RunOfRule], Any]] = {
        "title": lambda one: one.title,
        "rows": lambda one: one.rows,
        "findings": lambda one: one.findings,
    }
    listed = asked.in_order(listed, sorts)
    values = {
        "asked": asked, "run": found, "rules": asked.cut(listed), "total": len(listed), "names": names_of([found.runner]),
        "states": sorted({one.state for one in listed}), "known": request.workspace.pack.rules,
        "ledger_titles": {name: ledger.title for name, ledger in request.workspace.pack.ledgers.items()},
    }  # fmt: skip
    return page(request, "office/findings/run.html", values)


@require_POST
@needs("compare")
def start(request: OfficeRequest) -> HttpResponse:
    """Start a run in the background and go to its page."""
    day = forms.day(request, "day")
    names = [name for name in request.POST.getlist("rule") if name]
    for name in names:
        _rule_of(request, name)
    full = request.POST.get("full") == "1"
    job = do_start(jobs.COMPARE, request.sight, about="、".join(names), rules=names, day=day.isoformat() if day else "", full=full)
    return HttpResponseRedirect(address("job", job.id))
