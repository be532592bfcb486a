"""What the grid asks for and sends: pages of rows, and batches of edits; JSON both ways."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from taizhang.access.editing import Edit, EditConflict, do_edit
from taizhang.access.pending import Pending
from taizhang.access.shelf import Row, Shelf
from taizhang.access.written import cells, masked_fields
from taizhang.errors import Refusal, TaizhangError
from taizhang.i18n import _
from taizhang.journal import Source
from taizhang.office.ledgers.asking import query_of, record_unmasked
from taizhang.office.ledgers.page import known
from taizhang.office.shared import filtering
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.pack.definitions import Ledger

MOST_EDITS = 5_000
GRID = Source("form", "表格")


@signed_in
@require_GET
def rows(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Answer with a page of rows for the grid, and the conditions that were asked; 422 tells every one that does not fit."""
    definition = known(request, ledger)
    query, asked = query_of(request, definition)
    conditions = [asdict(one) for one in filtering.conditions(request.GET, definition)]
    try:
        found = Shelf.of(request.workspace).rows(request.sight, definition, query)
    except Refusal as refused:
        return _refusal(refused, 422, conditions=conditions)
    record_unmasked(request, definition, found.rows)
    waiting = Pending.of(request.workspace).entries(definition.name)
    hidden = masked_fields(request.sight, definition)
    data = [_told(request, definition, row, waiting, hidden) for row in found.rows]
    return JsonResponse({"last_page": asked.pages(found.total), "total": found.total, "data": data, "conditions": conditions})


def _told(request: OfficeRequest, definition: Ledger, row: Row, waiting: Any, hidden: frozenset[str]) -> dict[str, Any]:
    pending = waiting.get(row.name)
    system = {"_ref": row.ref, "_seq": row.seq, "_pending": pending[-1][0] if pending else 0}
    return {**system, **cells(request.sight, definition, row, hidden)}


@signed_in
@require_POST
def save(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Take a batch of edits: ``{edits: [{ref, base, values, withdraw}], reason, confirm: [codes]}``; all of it is recorded, or nothing.

    422 tells every fault with the place of its edit and its field, 409 every cell that others have changed since.
    """
    definition = known(request, ledger)
    edits, reason, confirm = _read(request, definition)
    try:
        done = do_edit(request.workspace, request.sight, definition, edits, GRID, reason=reason, confirm=confirm)
    except EditConflict as conflict:
        return _refusal(conflict, 409, conflicts=[c.as_dict() for c in conflict.conflicts])
    except Refusal as refused:
        return _refusal(refused, 422)
    return JsonResponse({"submission": done.submission, "pending": done.pending, "count": len(done.entries), "first_seq": done.first_seq})


def _refusal(refused: Refusal, status: int, **more: Any) -> HttpResponse:
    faults = [{**fault.as_dict(), "index": (fault.row or 1) - 1} for fault in refused.faults]
    return JsonResponse({**refused.fault.as_dict(), "faults": faults, **more}, status=status)


def _read(request: OfficeRequest, definition: Ledger) -> tuple[list[Edit], str, frozenset[str]]:
    try:
        sent = json.loads(request.body)
        names = Shelf.of(request.workspace).names_of(definition, [str(one["ref"]) for one in sent["edits"] if one.get("ref")])
        edits = [_edit(names, one) for one in sent["edits"]]
        reason, confirm = str(sent.get("reason", "")), frozenset(map(str, sent.get("confirm", ())))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TaizhangError("edit.unreadable") from error
    if len(edits) > MOST_EDITS:
        raise TaizhangError("edit.too_many", count=len(edits), most=MOST_EDITS)
    return edits, reason, confirm


def _edit(names: dict[str, str], one: dict[str, Any]) -> Edit:
    values = {str(name): None if value is None else str(value) for name, value in dict(one.get("values") or {}).items()}
    if not one.get("ref"):
        return Edit({name: value for name, value in values.items() if value})
    return Edit(values, names[str(one["ref"])], int(one["base"]), bool(one.get("withdraw")))


@signed_in
@require_POST
def retract(request: OfficeRequest, ledger: str, number: int) -> HttpResponse:
    """Take back what one has sent oneself and nobody has decided on."""
    from taizhang.journal import read
    from taizhang.reviewing.actions import do_retract

    definition = known(request, ledger)
    submission = read.submission(number)
    if submission.person != request.user.username or submission.status != "pending" or definition.name not in submission.ledgers:
        raise TaizhangError("edit.not_yours", number=number)
    do_retract(request.sight, submission)
    messages.success(request, _("报送已撤回。"))
    return HttpResponseRedirect(reverse("ledger", args=[definition.name]))
