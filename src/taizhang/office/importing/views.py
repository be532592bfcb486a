"""The pages of importing: choose a file, see and correct how it was read, see what it would do and all its faults, send it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from taizhang.errors import Refusal, TaizhangError
from taizhang.http.uploads import WORKBOOKS, kept
from taizhang.i18n import _
from taizhang.intake.importing import kind_of
from taizhang.jobs.actions import do_start
from taizhang.jobs.models import Job
from taizhang.jobs.running import fault_of
from taizhang.office.importing.forms import corrections
from taizhang.office.importing.telling import compared, named, shown
from taizhang.office.review.listing import mine
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.sending import actions, drafts, jobs, preview
from taizhang.sending.models import CHECKING, DROPPED, READY, SENDING, SENT, Draft

_SILENT: actions.Tell = lambda stage, share: None  # noqa: E731


@signed_in
def importing(request: OfficeRequest) -> HttpResponse:
    """Choose a file; what was begun, and what became of what was sent in. With POST: take the file."""
    ledgers = request.sight.ledgers("write")
    if not ledgers:
        raise TaizhangError("access.refused", act=_("填报"), ledger="")
    if request.method == "POST":
        found = actions.do_begin(request.workspace, request.user.username, lambda folder: kept(request, "file", folder, WORKBOOKS))
        return _check(request, found)
    begun = Draft.objects.filter(person=request.user.username).exclude(state__in=(SENT, DROPPED)).order_by("-id")[:20]
    asked = Asked.of(request, 20)
    sent, total = mine(request.user.username, asked)
    values = {"ledgers": ledgers, "begun": begun, "sent": sent, "total": total, "asked": asked, "accept": ",".join(WORKBOOKS)}
    return page(request, "office/importing/importing.html", values)


def _check(request: OfficeRequest, found: Draft) -> HttpResponse:
    """Read a short file at once, a long one in the background."""
    if found.size <= drafts.SMALL:
        actions.do_check(request.workspace, request.sight, found, _SILENT)
        return HttpResponseRedirect(reverse("import-draft", args=[found.id]))
    return HttpResponseRedirect(reverse("job", args=[actions.do_check_later(found, request.sight).id]))


@signed_in
def draft(request: OfficeRequest, number: int) -> HttpResponse:
    """Show how a file was read, what it would do, its faults, and what can be done with it."""
    found = drafts.own(number, request.user.username)
    if found.state in (CHECKING, SENDING):
        job = Job.objects.filter(id=found.job).first()
        if job and not job.ended:
            return HttpResponseRedirect(reverse("job", args=[job.id]))
        actions.do_settle(request.workspace, found)
    if found.state == SENT:
        return HttpResponseRedirect(reverse("submission", args=[found.submission]))
    return page(request, "office/importing/draft.html", _values(request, found))


def _values(request: OfficeRequest, found: Draft) -> dict[str, Any]:
    values: dict[str, Any] = {"draft": found, "fault": fault_of(found.fault) if found.fault else None, "summary": found.summary}
    if found.state != READY:
        return values
    asked = Asked.of(request)
    folder = drafts.folder_of(request.workspace, found)
    listed, total = preview.faults(
        folder, severity=asked.get("severity"), kind=asked.get("kind"), sheet=asked.get("sheet"), sort=asked.sort, down=asked.down,
        offset=asked.offset, limit=asked.size,
    )  # fmt: skip
    ledgers = request.sight.ledgers("write")
    return values | {
        "asked": asked, "faults": listed, "total": total, "kinds": preview.kinds(folder), "kind_of": kind_of, "writable": ledgers,
        "pack": request.workspace.pack, "doubtful": _doubtful(found),
    }  # fmt: skip


def _doubtful(found: Draft) -> bool:
    """Say whether a person should look at the columns: a sheet without a ledger, a column without a field, a title that was remembered."""
    sheets = found.summary.get("sheets", [])
    return any(s["fault"] or any(c["how"] in ("unknown", "repeated") for c in s["columns"]) for s in sheets if not s["left_out"])


@signed_in
@require_POST
def columns(request: OfficeRequest, number: int) -> HttpResponse:
    """Take corrections of ledgers and columns and read the file again."""
    found = drafts.own(number, request.user.username)
    actions.do_say(found, *corrections(found.summary.get("sheets", []), request.POST, request.workspace.pack))
    return _check(request, found)


@signed_in
def rows(request: OfficeRequest, number: int) -> HttpResponse:
    """Show the rows of one ledger that are new, changed, the same or missing."""
    found = drafts.own(number, request.user.username)
    ledger, kind = request.workspace.pack.ledgers.get(request.GET.get("ledger", "")), request.GET.get("kind", "new")
    counts = next((one for one in found.summary.get("ledgers", []) if ledger and one["ledger"] == ledger.name), None)
    if ledger is None or counts is None or kind not in preview.KINDS:
        raise TaizhangError("office.not_found", what=request.GET.get("ledger", ""))
    request.sight.check("write", ledger)
    asked, sight = Asked.of(request), request.sight
    listed = preview.rows(drafts.folder_of(request.workspace, found), ledger.name, kind, asked.offset, asked.size)
    told = [
        {"row": row, "name": named(sight, ledger, row.new or row.old or {}), "cells": compared(sight, ledger, row.old, row.new),
         "values": shown(sight, ledger, row.new or row.old or {})}
        for row in listed
    ]  # fmt: skip
    values = {"draft": found, "ledger": ledger, "kind": kind, "counts": counts, "rows": told, "asked": asked, "total": counts[kind]}
    return page(request, "office/importing/rows.html", values)


@signed_in
def marked(request: OfficeRequest, number: int) -> HttpResponseBase:
    """Hand out the copy of the file in which its faults are marked; that of a long file is written in the background."""
    found = drafts.own(number, request.user.username)
    if found.size > drafts.SMALL and not (drafts.folder_of(request.workspace, found) / drafts.marked_name(found)).is_file():
        job = do_start(jobs.MARK, request.sight, about=found.name, draft=found.id)
        return HttpResponseRedirect(reverse("job", args=[job.id]))
    path = actions.do_mark(request.workspace, found)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@signed_in
@require_POST
def send(request: OfficeRequest, number: int) -> HttpResponse:
    """Send a file in: at once when it is short, else in the background."""
    found = drafts.own(number, request.user.username)
    if found.state != READY:
        return HttpResponseRedirect(reverse("import-draft", args=[number]))
    asked: dict[str, Any] = {
        "partial": request.POST.get("partial") == "1",
        "confirmed": request.POST.getlist("confirmed"),
        "withdraw": request.POST.get("withdraw") == "1",
        "note": request.POST.get("note", "").strip(),
    }
    if found.size > drafts.SMALL:
        return HttpResponseRedirect(reverse("job", args=[actions.do_send_later(found, request.sight, **asked).id]))
    try:
        result = actions.do_send(request.workspace, request.sight, found, **asked, tell=_SILENT)
    except Refusal as refusal:
        messages.error(request, f"{refusal.fault.message} {refusal.fault.accepted}")
        return page(request, "office/importing/draft.html", _values(request, found), status=422)
    if result.submission is None:
        messages.info(request, _("与现有数据完全相同，没有可报送的内容。"))
        return HttpResponseRedirect(reverse("import-draft", args=[number]))
    messages.success(request, _("已报送，等待审核。") if result.pending else _("已入账。"))
    return HttpResponseRedirect(reverse("submission", args=[result.submission]))


@signed_in
@require_POST
def drop(request: OfficeRequest, number: int) -> HttpResponse:
    """Forget a file that was not sent in."""
    actions.do_drop(request.workspace, drafts.own(number, request.user.username))
    return HttpResponseRedirect(reverse("importing"))
