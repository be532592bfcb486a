"""One entry: what it holds, its history with sources, the form that changes it or makes a new one, its withdrawal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from taizhang.access.editing import Edit, EditConflict, Edited, do_edit, goes_to_review
from taizhang.access.history import history_of
from taizhang.access.pending import Pending
from taizhang.access.query import Query, personal
from taizhang.access.shelf import Row, Shelf
from taizhang.access.written import cells
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.i18n import _
from taizhang.intake.of_comparison import closed, of_comparison
from taizhang.journal import Source
from taizhang.office.ledgers.asking import purpose_of, record_unmasked
from taizhang.office.ledgers.page import known
from taizhang.office.ledgers.telling import Column, columns_of, own_places, submission_address
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger

FORM = Source("form", "记录页")
FIELD = "v-"
_FOUND = 20


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a form with what stands in it and what is wrong with that."""

    column: Column
    value: str
    faults: tuple[Fault, ...] = ()
    locked: str = ""  # why it may not be changed


@signed_in
@require_GET
def entry(request: OfficeRequest, ledger: str, entry: str) -> HttpResponse:
    """Show an entry and its history."""
    definition = known(request, ledger)
    purpose = purpose_of(request, definition)
    row = _row(request, definition, entry)
    record_unmasked(request, definition, [row])
    waiting = Pending.of(request.workspace).entries(definition.name).get(row.name, [])
    values = {
        "ledger": definition,
        "row": row,
        "columns": columns_of(request.sight, definition),
        "cells": cells(request.sight, definition, row),
        "history": history_of(request.sight, definition, row.name, unmasked=row.unmasked),
        "waiting": [(number, submission_address(number)) for number, _change in waiting],
        "may_write": request.sight.may("write", definition, row.division),
        "of_comparison": bool(of_comparison(definition, [row.name])),
        "may_unmask": request.sight.may("unmask", definition, row.division),
        "purpose": purpose,
        "submission_address": submission_address,
    }
    return page(request, "office/ledgers/entry.html", values)


def _row(request: OfficeRequest, definition: Ledger, ref: str) -> Row:
    purpose = purpose_of(request, definition)
    shelf = Shelf.of(request.workspace)
    if purpose is not None:
        try:
            return shelf.entry(request.sight, definition, ref, unmasked=True)
        except TaizhangError:
            pass  # it may be read, but not unmasked
    return shelf.entry(request.sight, definition, ref)


@signed_in
def edit(request: OfficeRequest, ledger: str, entry: str) -> HttpResponse:
    """Show the form that changes an entry, or take it in."""
    definition = known(request, ledger)
    row = _row(request, definition, entry)
    request.sight.check("write", definition, row.division)
    shown = cells(request.sight, definition, row)
    if request.method != "POST":
        if Pending.of(request.workspace).entries(definition.name).get(row.name):
            return HttpResponseRedirect(reverse("entry", args=[definition.name, row.ref]))  # it says what the entry waits for
        record_unmasked(request, definition, [row])
        return _form(request, definition, shown, row=row)
    sent = _sent(request, definition)
    base = request.POST.get("base", "")
    one = Edit(sent, row.name, int(base) if base.isdecimal() else None)
    return _taken(request, definition, one, sent, row)


@signed_in
def new(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Show the form of a new entry, or take it in."""
    definition = known(request, ledger)
    request.sight.check("write", definition)
    if request.method != "POST":
        places = own_places(request.sight, "write", definition)
        given = {name: field.default for name, field in definition.fields.items() if field.default is not None}
        only = {definition.division: places[0][0]} if len(places) == 1 else {}
        return _form(request, definition, {**{n: str(v) for n, v in given.items()}, **only})
    sent = _sent(request, definition)
    return _taken(request, definition, Edit({name: value for name, value in sent.items() if value}), sent, None)


def _sent(request: OfficeRequest, definition: Ledger) -> dict[str, str]:
    return {name: request.POST[FIELD + name].strip() for name in definition.fields if FIELD + name in request.POST}


def _taken(request: OfficeRequest, definition: Ledger, one: Edit, sent: dict[str, str], row: Row | None) -> HttpResponse:
    reason, confirm = request.POST.get("reason", ""), frozenset(request.POST.getlist("confirm"))
    try:
        done = do_edit(request.workspace, request.sight, definition, [one], FORM, reason=reason, confirm=confirm)
    except EditConflict as conflict:
        present = cells(request.sight, definition, row) if row is not None else {}
        kept = {**present, **{name: value for name, value in sent.items() if name in conflict.changed.get(0, ())}}
        return _form(request, definition, kept, conflict.faults, row, conflict=conflict, status=409)
    except Refusal as refused:
        return _form(request, definition, sent, refused.faults, row, status=422)
    except TaizhangError as error:
        if error.fault.code != "edit.reason_missing":
            raise
        return _form(request, definition, sent, [error.fault.at(field="reason")], row, status=422)
    _say(request, done)
    if row is not None:
        return HttpResponseRedirect(reverse("entry", args=[definition.name, row.ref]))
    return HttpResponseRedirect(reverse("entry-new" if request.POST.get("again") else "ledger", args=[definition.name]))


def _say(request: OfficeRequest, done: Edited) -> None:
    if done.submission is None:
        messages.info(request, _("没有改动。"))
    elif done.pending:
        messages.success(request, _("已报送，待审核（报送 {number}）。").format(number=done.submission))
    else:
        messages.success(request, _("已保存。"))


def _locked(definition: Ledger, row: Row | None) -> dict[str, str]:
    """Return why fields of an entry that stands may not be changed, by their names."""
    if row is None:
        return {}
    if of_comparison(definition, [row.name]):
        return dict.fromkeys((fault.field or "" for fault in closed(definition, definition.fields)), _("由比对登记，只由比对和办理改动。"))
    return dict.fromkeys(definition.key, _("主键不能改；撤销这条，另填一条。"))


def _form(
    request: OfficeRequest,
    definition: Ledger,
    values: dict[str, str],
    faults: list[Fault] | None = None,
    row: Row | None = None,
    *,
    conflict: EditConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    told = faults or []
    locked = _locked(definition, row)
    boxes = [
        Box(column, values.get(column.name) or "", tuple(f for f in told if f.field == column.name), locked.get(column.name, ""))
        for column in columns_of(request.sight, definition)
    ]
    warnings = [f for f in told if f.severity == "warning"]
    only_warnings = bool(warnings) and len(warnings) == len(told)
    shown = {
        "ledger": definition,
        "row": row,
        "boxes": boxes,
        "faults": told,
        "elsewhere": [f for f in told if f.field not in definition.fields and f.field != "reason"],
        "confirm": sorted({f.code for f in warnings}) if only_warnings else [],
        "conflicts": conflict.conflicts if conflict else [],
        # With conflicts told, sending again means that the person has seen what stands now.
        "base": request.POST.get("base", "")
        if conflict is None and row is not None and request.method == "POST"
        else (row.seq if row else ""),
        "reason": request.POST.get("reason", ""),
        "reason_faults": [f for f in told if f.field == "reason"],
        "places": own_places(request.sight, "write", definition),
        "review": goes_to_review(definition),
        "may_unmask": row is not None and request.sight.may("unmask", definition, row.division),
        "finding": {
            name: reverse("ledger-find", args=[field.to])
            for name, field in definition.fields.items()
            if field.type == "reference" and field.to in request.sight.pack.ledgers and request.sight.may("read", field.to)
        },
    }
    return page(request, "office/ledgers/form.html", shown, status=status)


@signed_in
@require_POST
def withdraw(request: OfficeRequest, ledger: str, entry: str) -> HttpResponse:
    """Withdraw an entry with a reason."""
    definition = known(request, ledger)
    row = Shelf.of(request.workspace).entry(request.sight, definition, entry)
    base = request.POST.get("base", "")
    one = Edit(entry=row.name, base=int(base) if base.isdecimal() else None, withdraw=True)
    done = do_edit(request.workspace, request.sight, definition, [one], FORM, reason=request.POST.get("reason", ""))
    _say(request, done)
    if done.pending:
        return HttpResponseRedirect(reverse("entry", args=[definition.name, row.ref]))
    return HttpResponseRedirect(reverse("ledger", args=[definition.name]))


@signed_in
@require_GET
def find(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Find entries that a reference may name, by whatever may be searched: options of a list, or JSON."""
    definition = known(request, ledger)
    text = next((str(value) for name, value in request.GET.items() if name.startswith(FIELD) or name == "q"), "")
    found: list[dict[str, Any]] = []
    if len(definition.key) == 1 and not personal(request.sight, definition, definition.key[0]) and text.strip():
        for row in Shelf.of(request.workspace).rows(request.sight, definition, Query(text=text, limit=_FOUND)).rows:
            shown = cells(request.sight, definition, row)
            about = [value for name, value in shown.items() if value and name not in definition.key][:3]
            found.append({"key": shown[definition.key[0]], "about": " ".join(about)})
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"found": found})
    return page(request, "office/ledgers/options.html", {"found": found})
