"""The page on which the sender of a returned submission mends its rows and sends it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.access.editing import EditConflict
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.http.statuses import status_of
from taizhang.i18n import _
from taizhang.journal.records import Submission
from taizhang.office.importing.telling import named, shown
from taizhang.office.ledgers.telling import columns_of
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.reviewing import actions, content
from taizhang.reviewing.correcting import Correction, corrections, reasons_by_row, taken_up

_SIZE = 20
_VALUE, _LEFT_OUT, _SEEN = "v-", "out-", "seen-"


@signed_in
def correct(request: OfficeRequest, number: int) -> HttpResponse:
    """Show the returned rows as forms; with POST keep what was written, send all of it again, or let it go."""
    found = taken_up(request.sight, number)
    if request.method != "POST":
        return _page(request, found)
    act = request.POST.get("act", "")
    if act == "drop":
        actions.do_let_go(found)
        messages.success(request, _("第{number}号报送的内容已不再保留。").format(number=number))
        return HttpResponseRedirect(reverse("submission", args=[number]))
    actions.do_correct(found, _written(request, found))
    if act == "send":
        return _sent(request, found)
    messages.success(request, _("已记下本页的改正。"))
    return HttpResponseRedirect(f"{reverse('submission-correct', args=[number])}?{request.GET.urlencode()}")


def _written(request: OfficeRequest, found: Submission) -> dict[int, Correction]:
    """Return what was written into the rows of the page; a cell that says what it said when it was shown was left alone."""
    told, posted = dict[int, Correction](), {int(text) for text in request.POST.getlist("row") if text.isdecimal()}
    for row in content.rows(found):
        if row.index not in posted:
            continue
        ledger = request.sight.pack.ledgers[row.ledger]
        before = shown(request.sight, ledger, row.new or {})
        cells = {name: request.POST.get(f"{_VALUE}{row.index}-{name}") for name in ledger.fields if row.new is not None}
        values = {name: text.strip() for name, text in cells.items() if text is not None and text.strip() != before.get(name, "")}
        told[row.index] = Correction(values, request.POST.get(f"{_LEFT_OUT}{row.index}") == "1")
    return told


def _sent(request: OfficeRequest, found: Submission) -> HttpResponse:
    seen = {
        int(name.removeprefix(_SEEN)): int(str(seq))
        for name, seq in request.POST.items()
        if name.startswith(_SEEN) and name[len(_SEEN) :].isdecimal() and str(seq).isdecimal()
    }
    asked: dict[str, Any] = {"reason": request.POST.get("reason", ""), "confirm": request.POST.getlist("confirm"), "seen": seen}
    try:
        done = actions.do_send_again(request.workspace, request.sight, found, **asked)
    except (EditConflict, Refusal) as refused:
        return _page(request, found, refused)
    except TaizhangError as error:
        if error.fault.code != "edit.reason_missing":
            raise
        return _page(request, found, error)
    if done.submission is None:
        messages.info(request, _("与现有数据完全相同，没有可报送的内容。"))
        return HttpResponseRedirect(reverse("submission-correct", args=[found.number]))
    messages.success(request, _("已报送，等待审核。") if done.pending else _("已入账。"))
    return HttpResponseRedirect(reverse("submission", args=[done.submission]))


def _page(request: OfficeRequest, found: Submission, error: TaizhangError | None = None) -> HttpResponse:
    asked, reasons, mended = Asked.of(request, _SIZE), reasons_by_row(found), corrections(found)
    faults: list[Fault] = error.faults if isinstance(error, Refusal) else [error.fault] if error else []
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        if fault.row:
            by_row.setdefault(fault.row - 1, []).append(fault)
    rows = content.rows(found)
    wanted = by_row or (reasons.keys() | mended.keys() if reasons and asked.get("rows") != "all" else None)
    listed = [row for row in rows if wanted is None or row.index in wanted]
    seen = {conflict.index: conflict.now for conflict in error.conflicts} if isinstance(error, EditConflict) else {}
    warnings = [fault for fault in faults if fault.severity == "warning"]
    only_warnings = bool(warnings) and len(warnings) == len(faults)
    told = [_row(request, row, mended.get(row.index, Correction()), reasons, by_row, seen) for row in asked.cut(listed)]
    values = {
        "submission": found, "asked": asked, "rows": told, "total": len(listed), "everything": len(rows), "noted": len(reasons), "faults": faults,
        "confirm": sorted({fault.code for fault in warnings}) if only_warnings else [], "left_out": sum(one.left_out for one in mended.values()),
        "reason": request.POST.get("reason") or _("按退回意见改正（第{number}号报送）").format(number=found.number),
    }  # fmt: skip
    answer = page(
        request, "office/review/correct.html", values, status=409 if isinstance(error, EditConflict) else status_of(error) if error else 200
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _row(
    request: OfficeRequest,
    row: content.Row,
    mended: Correction,
    reasons: Mapping[int, str],
    faults: Mapping[int, list[Fault]],
    seen: Mapping[int, int],
) -> dict[str, Any]:
    sight, ledger, mine = request.sight, request.sight.pack.ledgers[row.ledger], faults.get(row.index, [])
    values = {**shown(sight, ledger, row.new or {}), **mended.values}
    columns = columns_of(sight, ledger) if row.new is not None else []
    return {
        "row": row, "ledger": ledger, "name": named(sight, ledger, row.new or row.old or {}), "reason": reasons.get(row.index, ""),
        "left_out": mended.left_out, "seen": seen.get(row.index), "faults": [f for f in mine if f.field not in ledger.fields],
        "boxes": [(column, values.get(column.name, ""), [f for f in mine if f.field == column.name]) for column in columns],
    }  # fmt: skip
