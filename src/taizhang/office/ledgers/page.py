"""The page of one ledger: a table that works without script, which the grid takes the place of where it can."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from taizhang.access.editing import goes_to_review
from taizhang.access.pending import Pending
from taizhang.access.shelf import Rows, Shelf
from taizhang.access.written import cells, masked_fields
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.i18n import _
from taizhang.office.ledgers.asking import SIZES, begin_unmasking, end_unmasking, purpose_of, query_of, record_unmasked
from taizhang.office.ledgers.telling import columns_of, own_places, submission_address
from taizhang.office.ledgers.words import PAGING, WORDS
from taizhang.office.shared import filtering
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.pack.definitions import Ledger


@signed_in
@require_GET
def ledger(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Show a page of a ledger's rows."""
    definition = known(request, ledger)
    request.sight.check("read", definition)
    address = filtering.added(request)
    if address is not None:
        return HttpResponseRedirect(address)
    query, asked = query_of(request, definition)
    faults: list[Fault] = []
    found = Rows([], 0)
    try:
        found = Shelf.of(request.workspace).rows(request.sight, definition, query)
    except Refusal as refused:
        faults = refused.faults
    record_unmasked(request, definition, found.rows)
    columns = columns_of(request.sight, definition, unmasked=query.unmasked)
    hidden, here = masked_fields(request.sight, definition), reverse("entry", args=[definition.name, "__ref__"])
    waiting = Pending.of(request.workspace)
    mine = [s for s in waiting.submissions(definition.name) if s.person == request.user.username]
    values = {
        "ledger": definition,
        "columns": columns,
        "rows": [(row, cells(request.sight, definition, row, hidden), here.replace("__ref__", quote(row.ref))) for row in found.rows],
        "waiting": {row.ref: waited[-1][0] for row in found.rows if (waited := waiting.entries(definition.name).get(row.name))},
        "submission_address": submission_address,
        "total": found.total,
        "asked": asked,
        "sizes": SIZES,
        "filters": {
            "columns": columns,
            "conditions": filtering.conditions(request.GET, definition),
            "kept": filtering.kept(request.GET, "size"),
            "places": own_places(request.sight, "read", definition),
            "clear": request.path,
        },
        "faults": faults,
        "mine": mine[-20:],
        "mine_count": len(mine),
        "may": {act: request.sight.may(act, definition) for act in ("write", "export", "unmask")},
        "purpose": purpose_of(request, definition),
        "personal": any(column.personal for column in columns),
        "review": goes_to_review(definition),
        "config": json.dumps(_config(request, definition, columns), ensure_ascii=False),
    }
    return page(request, "office/ledgers/ledger.html", values, status=422 if faults else 200)


def _config(request: OfficeRequest, definition: Ledger, columns: list[Any]) -> dict[str, Any]:
    return {
        "columns": [column.plain for column in columns],
        "rows": reverse("ledger-rows", args=[definition.name]),
        "save": reverse("ledger-save", args=[definition.name]),
        "write": request.sight.may("write", definition),
        "sizes": SIZES,
        "sign_in": reverse("sign-in"),
        "entry": reverse("entry", args=[definition.name, "__ref__"]),
        "words": {**{key: _(word) for key, word in WORDS.items()}, "pagination": _paging()},
    }


def _paging() -> dict[str, Any]:
    counter = {"showing": "", "of": "/", "rows": "", "pages": ""}
    return {**{key: _(word) for key, word in PAGING.items()}, "all": _("全部"), "counter": counter}


def known(request: OfficeRequest, name: str) -> Ledger:
    """Return the ledger of a name; raises ``TaizhangError`` (``definition.unknown_ledger``)."""
    if name not in request.workspace.pack.ledgers:
        raise TaizhangError("definition.unknown_ledger", name=name)
    return request.workspace.pack.ledgers[name]


@signed_in
@require_POST
def unmask(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Show personal values for a while, for a purpose, or mask them again; the purpose is recorded, and each entry that is shown."""
    definition = known(request, ledger)
    if request.POST.get("end"):
        end_unmasking(request, definition)
    else:
        begin_unmasking(request, definition, request.POST.get("purpose", ""))
    back = request.POST.get("back", "")
    here = reverse("ledger", args=[definition.name])
    return HttpResponseRedirect(back if back.startswith(here) else here)
