"""Pages of written reports."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from taizhang.access.actions import do_record_read
from taizhang.access.models import Account
from taizhang.addresses import address
from taizhang.clock import today
from taizhang.errors import TaizhangError
from taizhang.figures.desk import Desk
from taizhang.figures.question import home, periods_of, usual_period
from taizhang.figures.visible import rows_for
from taizhang.i18n import _
from taizhang.jobs.actions import do_start
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page, period_words
from taizhang.office.shared.requests import OfficeRequest, needs
from taizhang.pack.periods import Period
from taizhang.report import Staleness, jobs, open_panels
from taizhang.report.archive import Written, forms_for, versions_beside
from taizhang.report.html_writer import Around, Link, markup
from taizhang.report.model import ReportFigure, Sentence
from taizhang.report.visible import definition_named, readable, refuse_unseen, staleness_of, visible_versions

_YEARS = 6
_NAMED = 3  # stale sentences that the home page names
_ROWS = 20  # of a figure that is opened in the page; its own page has all


@needs("report")
def report(request: OfficeRequest) -> HttpResponse:
    """List what was written, and offer to write."""
    asked = Asked.of(request)
    found = visible_versions(request.workspace, request.sight)
    people = dict(Account.objects.filter(username__in={one.by for one in found}).values_list("username", "name"))
    periods = sorted({one.period for one in found}, reverse=True)
    if asked.get("in"):
        found = [one for one in found if one.period == asked.get("in")]
    found = asked.in_order(
        found, {"title": lambda w: (w.title, w.number), "period": lambda w: w.period, "at": lambda w: w.at, "by": lambda w: w.by}
    )
    usual = usual_period(Desk.of(request.workspace), tuple(x.name for x in request.sight.ledgers("read")))
    offered = [(definition, *_offered(definition.period, usual)) for definition in request.sight.pack.reports.values()]
    place = home(request.sight)
    told = {
        "asked": asked,
        "found": asked.cut(found),
        "total": len(found),
        "people": people,
        "periods": [(p, period_words(Period.parse(p))) for p in periods],
        "offered": offered,
        "place": place,
        "words": lambda text: period_words(Period.parse(text)),
    }
    return page(request, "office/report/reports.html", told)


def _offered(kind: str, usual: Period) -> tuple[list[tuple[str, str]], str]:
    """Return the periods of a kind to choose from, the latest years first, and the one that is chosen: the last of the usual year."""
    listed = [p for year in range(today().year, today().year - _YEARS - 1, -1) for p in periods_of(year) if p.kind == kind]
    chosen = [p.text for p in listed if p.start.year == usual.start.year][-1:]
    return [(p.text, period_words(p)) for p in listed], "".join(chosen)


@needs("report")
@require_POST
def write(request: OfficeRequest) -> HttpResponse:
    """Begin to write a report; the page of the job shows how far it is."""
    place = home(request.sight)
    division = request.POST.get("division") or (place.code if place else "")
    return _begin(request, request.POST.get("report", ""), request.POST.get("period", ""), division, request.POST.get("dated") or None)


def _begin(request: OfficeRequest, name: str, period: str, division: str, dated: str | None) -> HttpResponse:
    from taizhang.figures.question import day

    definition = definition_named(request.sight.pack, name)
    wanted = Period.parse(period)
    if wanted.kind != definition.period:
        raise TaizhangError("report.period_kind", report=name, wanted=definition.period, period=period, example="2020")
    if division not in request.sight.divisions or not request.sight.covers(division, "report"):
        raise TaizhangError("figure.division_unknown", code=division)
    refuse_unseen(request.sight, definition, division)
    on = day(dated or "")
    about = f"{request.sight.divisions[division].name} {period_words(wanted)}"
    arguments = {"name": name, "period": wanted.text, "division": division, "dated": on.isoformat() if on else None}
    started = do_start(jobs.KIND, request.sight, about=about, **arguments)
    return HttpResponseRedirect(reverse("job", args=[started.id]))


@needs("report")
def version(request: OfficeRequest, name: str, division: str, period: str, number: int) -> HttpResponse:
    """Show one written report; the sentences that no longer hold are looked for when the page is open, or at once with ``check=1``."""
    one = readable(request.workspace, request.sight, name, division, period, number)
    others = versions_beside(request.workspace, one)
    people = dict(Account.objects.filter(username__in={w.by for w in others}).values_list("username", "name"))
    told = _shown(request, one, check="check" in request.GET or "figures" in request.GET)
    told |= {"others": others, "people": people, "words": period_words(Period.parse(one.period)), "forms": forms_for(request.sight, one)}
    if "figures" in request.GET:  # the way without script
        told["opened"] = _opened(request, one, request.GET["figures"].split())
    return page(request, "office/report/version.html", told)


@needs("report")
def text(request: OfficeRequest, name: str, division: str, period: str, number: int) -> HttpResponse:
    """Answer the open page with the text again, in which stale sentences are marked."""
    one = readable(request.workspace, request.sight, name, division, period, number)
    return page(request, "office/report/text.html", _shown(request, one, check=True))


@needs("report")
def stale(request: OfficeRequest, name: str, division: str, period: str, number: int) -> HttpResponse:
    """Answer the home page with the first sentences that no longer hold, each leading to its place in the report."""
    one = readable(request.workspace, request.sight, name, division, period, number)
    told = _judged(request, one)
    found = told["found"]
    return page(request, "office/report/stale.html", told | {"path_of": _path(one), "named": found.stale[:_NAMED] if found else ()})


def _judged(request: OfficeRequest, one: Written) -> dict[str, Any]:
    try:
        return {"found": staleness_of(Desk.of(request.workspace), one), "fault": None}
    except TaizhangError as error:
        return {"found": None, "fault": error.fault, "faults": getattr(error, "faults", [])}


def _shown(request: OfficeRequest, one: Written, *, check: bool) -> dict[str, Any]:
    saved = one.saved.report
    told: dict[str, Any] = {"one": one, "report": saved, "path_of": _path(one), "checked": check, "fault": None, "found": None}
    if check:
        told |= _judged(request, one)
    told["markup"] = markup(saved, _link_to(one), _around(told["found"]))
    return told


def _path(one: Written) -> list[Any]:
    return [one.name, one.division, one.period, one.number]


def _link_to(one: Written) -> Link:
    """Return what makes the link of a figure: it opens beside the text, or in the page itself where no script runs."""

    def link(kind: str, anchor: str, figures: Sequence[ReportFigure], shown: str, title: str) -> str:
        names = " ".join(figure.indicator for figure in figures)
        whole, piece = (address(view, *_path(one), figures=names) for view in ("report-version", "report-figure"))
        return (
            f'<a class="{kind}" id="{anchor}" href="{escape(whole)}#trace" hx-get="{escape(piece)}" hx-target="#trace" hx-swap="innerHTML"'
            f' title="{escape(title)}">{escape(shown)}</a>'
        )

    return link


def _around(found: Staleness | None) -> Around:
    """Return what puts marks around sentences that no longer hold, or whose figures moved."""
    gone = {s.number: s for s in found.stale} if found else {}
    held = {s.number for s in found.still_true} if found else set()
    no_more, still = escape(_("已不成立")), escape(_("数字有变，仍成立"))

    def around(sentence: Sentence, inner: str) -> str:
        if sentence.number in gone:
            now = gone[sentence.number].new
            should = escape(_("应改为：{text}").format(text=now) if now else _("这一句已没有依据，应删去。"))
            mark = f'<mark class="stale" id="sentence-{sentence.number}"><span class="tag bad">{no_more}</span>{inner}</mark>'
            return f'{mark}<span class="should">{should}</span>'
        tag = f'<span class="tag warn">{still}</span>' if sentence.number in held else ""
        return f'<span id="sentence-{sentence.number}">{tag}{inner}</span>'

    return around


@needs("report")
def panel(request: OfficeRequest, name: str, division: str, period: str, number: int) -> HttpResponse:
    """Open figures of a written report, as they were when it was written: formula, parts, rows that the reader may see."""
    one = readable(request.workspace, request.sight, name, division, period, number)
    opened = _opened(request, one, request.GET.get("figures", "").split())
    return page(request, "office/report/panel.html", {"one": one, "opened": opened, "report": one.saved.report})


def _opened(request: OfficeRequest, one: Written, names: Sequence[str]) -> list[tuple[str, Any]]:
    saved = one.saved.report
    with Desk.of(request.workspace).snapshot(saved.position) as snapshot:
        panels = open_panels(saved, snapshot, rows=_ROWS, only=set(names), visible=rows_for(request.sight))
    return [(name, panels[name]) for name in names if name in panels]


@needs("report")
@require_POST
def rewrite(request: OfficeRequest, name: str, division: str, period: str, number: int) -> HttpResponse:
    """Write the report again from the present rows, as a new version; the old one stays."""
    one = readable(request.workspace, request.sight, name, division, period, number)
    return _begin(request, one.name, one.period, one.division, one.saved.report.dated)


@needs("report")
def file(request: OfficeRequest, name: str, division: str, period: str, number: int, form: str) -> HttpResponseBase:
    """Hand out a written report as a file; that it left is recorded."""
    one = readable(request.workspace, request.sight, name, division, period, number)
    path = one.file(form)
    if form not in forms_for(request.sight, one):
        raise TaizhangError("access.refused", act=_("下载"), ledger=one.title)
    do_record_read(request.user.username, "export", what=f"{one.title} #{one.number} {form}", address=request.address)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{one.title}.{form}")
