"""The pages of review: the queue, one submission with its difference, deciding on it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from taizhang.access.actions import do_record_read
from taizhang.access.models import Account
from taizhang.access.written import place_name
from taizhang.errors import Fault, TaizhangError
from taizhang.i18n import _
from taizhang.jobs.models import Job
from taizhang.journal import read, reasons
from taizhang.journal.records import Submission
from taizhang.office.importing.telling import compared, named
from taizhang.office.review.listing import queue
from taizhang.office.shared.exporting import table_file
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.reviewing import actions, content, correcting
from taizhang.reviewing.jobs import KIND
from taizhang.sending.models import Draft

_NOTE = "reason-"


@signed_in
def review(request: OfficeRequest) -> HttpResponseBase:
    """List what waits for the one who asks."""
    sight = request.sight
    ledgers = sight.ledgers("accept")
    if not ledgers:
        raise TaizhangError("access.refused", act=_("审核"), ledger="")
    asked = Asked.of(request)
    items = queue(sight, asked)
    titles = {ledger.name: ledger.title for ledger in ledgers}
    if request.GET.get("form"):
        header = (_("报送号"), _("台账"), _("村"), _("报送人"), _("报送时间"), _("行数"), _("等了几天"))
        lines = [
            (i.submission.number, "、".join(titles.get(n, n) for n in i.submission.ledgers), "、".join(_village(request, c) for c in i.villages),
             i.person, i.submission.created_at.isoformat(timespec="minutes"), i.submission.rows, i.days)
            for i in items
        ]  # fmt: skip
        return table_file(request, _("待审核报送"), header, lines)
    villages = sorted({code[:12] for item in items for code in item.villages})
    values = {
        "asked": asked, "items": asked.cut(items), "total": len(items), "titles": titles,
        "villages": [(code, _village(request, code)) for code in villages], "village": lambda code: _village(request, code),
        "persons": sorted({(item.submission.person, item.person) for item in items}),
    }  # fmt: skip
    return page(request, "office/review/review.html", values)


def _village(request: OfficeRequest, code: str) -> str:
    return place_name(request.workspace.divisions, code)


@signed_in
def submission(request: OfficeRequest, number: int) -> HttpResponse:
    """Show a submission: to its sender, to who decides on it, and of an accepted one the rows that somebody may read."""
    found, rows = content.seen(request.sight, number)
    own, decides = found.person == request.user.username, found.status == "pending" and content.may_accept(request.sight, found)
    return page(request, "office/review/submission.html", _values(request, found, rows, own=own, decides=decides))


def _values(request: OfficeRequest, found: Submission, rows: Sequence[content.Row], *, own: bool, decides: bool) -> dict[str, Any]:
    asked, sight, pack = Asked.of(request), request.sight, request.workspace.pack
    returned = correcting.reasons_by_row(found) if own else {}
    counts = {kind: sum(row.kind == kind for row in rows) for kind in content.KINDS}
    listed = [
        r
        for r in rows
        if (not asked.get("kind") or r.kind == asked.get("kind"))
        and asked.get("ledger") in ("", r.ledger)
        and (not asked.get("noted") or r.index in returned)
    ]
    notes = actions.notes(sight, found) if decides and not own else {}
    told = [
        {"row": row, "ledger": pack.ledgers[row.ledger], "name": named(sight, pack.ledgers[row.ledger], row.new or row.old or {}),
         "cells": compared(sight, pack.ledgers[row.ledger], row.old, row.new), "note": notes.get(row.index, "")}
        for row in asked.cut(listed) if row.ledger in pack.ledgers
    ]  # fmt: skip
    general, of_rows = reasons.read(found.reason)
    names = dict(Account.objects.filter(username__in=[found.person, found.decided_by or ""]).values_list("username", "name"))
    return {
        "submission": found, "own": own, "decides": decides and not own, "rows": told, "total": len(listed), "asked": asked, "counts": counts,
        "stale": sum(row.stale for row in rows), "notes": len(notes), "general": general, "reasons": _reasons(request, of_rows) if own and not rows else [], "marked": any(one.line for one in of_rows),
        "returned": returned, "correctable": correcting.correctable(sight, found), "most": correcting.MOST,
        "titles": {n: pack.ledgers[n].title for n in found.ledgers if n in pack.ledgers}, "names": names,
        "unsent": Draft.objects.filter(submission=found.number, person=request.user.username, summary__errors__gt=0).first() if own else None,
        "job": Job.objects.filter(kind=KIND, person=request.user.username, arguments__number=found.number).order_by("-id").first(),
    }  # fmt: skip


def _reasons(request: OfficeRequest, found: list[reasons.RowReason]) -> list[dict[str, Any]]:
    ledgers = request.workspace.pack.ledgers
    told = []
    for one in found:
        ledger = ledgers.get(one.ledger)
        key = dict(zip(ledger.key, one.entry.split("|"), strict=False)) if ledger else {}
        told.append(
            {"reason": one, "ledger": ledger.title if ledger else one.ledger, "name": named(request.sight, ledger, key) if ledger else ""}
        )
    return told


@signed_in
@require_POST
def accept(request: OfficeRequest, number: int) -> HttpResponse:
    """Accept a submission."""
    done = actions.do_accept(request.sight, read.submission(number))
    messages.success(request, _("已接收第{number}号报送，{rows}行从现在起有效。").format(number=number, rows=done.rows))
    return HttpResponseRedirect(reverse("review"))


@signed_in
@require_POST
def decide(request: OfficeRequest, number: int) -> HttpResponse:
    """Keep the reasons of the rows on the page; with ``act=return``, return the submission."""
    found = read.submission(number)
    told = {int(n.removeprefix(_NOTE)): text for n, text in request.POST.items() if n.startswith(_NOTE) and n[len(_NOTE) :].isdecimal()}
    actions.do_note(request.sight, found, told)  # type: ignore[arg-type]
    if request.POST.get("act") != "return":
        messages.success(request, _("已记下本页的意见，退回时一并告知。"))
        return HttpResponseRedirect(f"{reverse('submission', args=[number])}?{request.GET.urlencode()}")
    actions.do_return(request.sight, found, request.POST.get("reason", ""))
    messages.success(request, _("已退回第{number}号报送。").format(number=number))
    return HttpResponseRedirect(reverse("review"))


def _file(request: OfficeRequest, number: int) -> tuple[Submission, Path]:
    """Return a submission of the one who asks with the file that it came from."""
    found = read.submission(number)
    digest = found.source.sha256
    if found.person != request.user.username or digest is None:
        raise TaizhangError("journal.no_submission", number=number)
    path = next(iter(request.workspace.path("files", digest[:2]).glob(f"{digest}.*")), None)
    if path is None:
        raise TaizhangError("office.not_found", what=found.source.name)
    return found, path


@signed_in
def source(request: OfficeRequest, number: int) -> HttpResponseBase:
    """Hand a sender her own file back."""
    found, path = _file(request, number)
    do_record_read(request.user.username, "export", what=found.source.name, rows=found.rows, address=request.address)
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.source.name)


@signed_in
def marked(request: OfficeRequest, number: int) -> HttpResponseBase:
    """Hand a sender her file with the reviewer's reasons marked in it."""
    from taizhang.intake.marking import write_marked_copy

    found, path = _file(request, number)
    of_rows = reasons.read(found.reason)[1]
    faults = [Fault("review.returned", {"reason": one.reason}, sheet=one.sheet, row=one.line) for one in of_rows if one.line]
    if found.status != "returned" or not faults:
        raise TaizhangError("office.not_found", what=found.source.name)
    with tempfile.TemporaryDirectory() as folder:
        target = write_marked_copy(path, faults, Path(folder) / "marked.xlsx")
        content_ = target.read_bytes() if target else b""
    if not content_:
        raise TaizhangError("office.not_found", what=found.source.name)
    name = f"{Path(found.source.name).stem}（退回意见）.xlsx"
    do_record_read(request.user.username, "export", what=name, rows=found.rows, address=request.address)
    from io import BytesIO

    return FileResponse(BytesIO(content_), as_attachment=True, filename=name)
