"""A workbook that was exported, changed and comes back: what it would change is shown three ways, conflicts are chosen by a person, then it is recorded."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from taizhang.access.editing import Edit, EditConflict, Preview, do_edit, goes_to_review, preview_of
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.http.uploads import kept
from taizhang.i18n import _
from taizhang.intake.round_trip import Returned, read_round_trip
from taizhang.journal import Source, read
from taizhang.office.ledgers.page import known
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in

if TYPE_CHECKING:
    from taizhang.pack.definitions import Ledger
    from taizhang.workspace import Workspace

_DAY = 24 * 3600
_TOLD = 500


@signed_in
def upload(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Ask for the file, or take it in and go on to what it would change."""
    definition = known(request, ledger)
    request.sight.check("write", definition)
    if request.method != "POST":
        return page(request, "office/ledgers/return.html", {"ledger": definition})
    token = secrets.token_urlsafe(16)
    folder = _folder(request.workspace, token)
    _clean(folder.parent)
    folder.mkdir(parents=True, mode=0o700)
    found = kept(request, "file", folder, (".xlsx",))
    try:
        returned = read_round_trip(found.path, definition)
        edits, faults = _edits(definition, returned)
    except Refusal as refused:
        return page(request, "office/ledgers/return.html", {"ledger": definition, "faults": refused.faults}, status=422)
    _keep(folder, request, definition, edits, faults, found.name)
    return HttpResponseRedirect(reverse("ledger-compare", args=[definition.name, token]))


def _folder(workspace: Workspace, token: str) -> Path:
    return workspace.path("jobs", ".returned", token)


def _clean(room: Path) -> None:
    """Throw away what was brought back and not gone on with for a day."""
    import shutil

    for folder in room.iterdir() if room.is_dir() else ():
        if time.time() - folder.stat().st_mtime > _DAY:
            shutil.rmtree(folder, ignore_errors=True)


def _edits(definition: Ledger, returned: Returned) -> tuple[list[Edit], list[Fault]]:
    versions = read.versions(row.seq for row in returned.rows if row.seq)
    edits, faults = [], [*returned.faults]
    for row in returned.rows:
        place: dict[str, Any] = {"sheet": returned.sheet, "line": row.line}
        if row.seq is None:
            edits.append(Edit({name: value for name, value in row.values.items() if value is not None}, **place))
            continue
        version = versions.get(row.seq)
        if version is None or version.ledger != definition.name:
            faults.append(Fault("round_trip.mark_spoilt", sheet=returned.sheet, row=row.line))
            continue
        edits.append(Edit(row.values, version.entry, row.seq, **place))
    return edits, faults


def _keep(folder: Path, request: OfficeRequest, definition: Ledger, edits: list[Edit], faults: list[Fault], name: str) -> None:
    told = [fault.as_dict() for fault in faults]
    data = {"person": request.user.username, "ledger": definition.name, "name": name, "edits": [asdict(e) for e in edits], "faults": told}
    path = folder / "edits.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def _kept(request: OfficeRequest, definition: Ledger, token: str) -> tuple[Path, dict[str, Any], list[Edit]]:
    folder = _folder(request.workspace, token)
    try:
        if not token.replace("-", "").replace("_", "").isalnum():
            raise FileNotFoundError
        data = json.loads((folder / "edits.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TaizhangError("ledgers.return_gone") from error
    if data["person"] != request.user.username or data["ledger"] != definition.name:
        raise TaizhangError("ledgers.return_gone")
    return folder, data, [Edit(**one) for one in data["edits"]]


@signed_in
def compare(request: OfficeRequest, ledger: str, token: str) -> HttpResponse:
    """Show what a file that came back would change, or record it with the choices that were made."""
    definition = known(request, ledger)
    folder, data, edits = _kept(request, definition, token)
    found = preview_of(request.workspace, request.sight, definition, edits)
    told: list[Fault] = []
    if request.method == "POST":
        chosen = _chosen(request, found)
        if chosen is not None:
            try:
                return _recorded(request, definition, folder, data, chosen)
            except EditConflict as conflict:
                told = [Fault("edit.conflict", {"count": len(conflict.conflicts)})]
                found = preview_of(request.workspace, request.sight, definition, edits)
            except Refusal as refused:
                told = refused.faults
            except TaizhangError as error:
                if error.fault.code != "edit.reason_missing":
                    raise
                told = [error.fault]
        else:
            told = [Fault("ledgers.choose_all", {"count": len(found.conflicts)})]
    return _shown(request, definition, data, edits, found, told)


def _chosen(request: OfficeRequest, found: Preview) -> list[Edit] | None:
    """Return the edits with the choices that were made; None while a conflict has none, or what stands has moved since the page was shown."""
    if request.POST.get("seen") != _seen(found):
        return None
    reduced = dict(found.reduced)
    for conflict in found.conflicts:
        choice = request.POST.get(f"c-{conflict.index}-{conflict.field}")
        if choice not in ("mine", "theirs"):
            return None
        if choice == "theirs" and conflict.index in reduced:
            edit = reduced[conflict.index]
            reduced[conflict.index] = replace(edit, values={n: v for n, v in edit.values.items() if n != conflict.field})
    return [reduced[index] for index in sorted(reduced)]


def _seen(found: Preview) -> str:
    """Return what a page has shown of the ledger: the versions on which its edits would be made."""
    return " ".join(f"{index}:{edit.base}" for index, edit in sorted(found.reduced.items()) if edit.base)


def _recorded(request: OfficeRequest, definition: Ledger, folder: Path, data: dict[str, Any], edits: list[Edit]) -> HttpResponse:
    import shutil

    file = folder / data["name"]
    source = Source("file", data["name"], request.workspace.store_file(file))
    reason, confirm = request.POST.get("reason", ""), frozenset(request.POST.getlist("confirm"))
    done = do_edit(request.workspace, request.sight, definition, edits, source, reason=reason, confirm=confirm)
    shutil.rmtree(folder, ignore_errors=True)
    if done.submission is None:
        messages.info(request, _("没有改动。"))
    elif done.pending:
        messages.success(request, _("已报送，待审核（报送 {number}）。").format(number=done.submission))
    else:
        messages.success(request, _("已保存。"))
    return HttpResponseRedirect(reverse("ledger", args=[definition.name]))


def _shown(
    request: OfficeRequest, definition: Ledger, data: dict[str, Any], edits: list[Edit], found: Preview, told: list[Fault]
) -> HttpResponse:
    errors = [f for f in found.faults if f.severity == "error"]
    values = {
        "ledger": definition,
        "name": data["name"],
        "found": found,
        "lines": {index: edit.line for index, edit in enumerate(edits)},
        "edits": edits,
        "file_faults": data["faults"],
        "faults": [(edits[(fault.row or 1) - 1].line, fault) for fault in found.faults][:_TOLD],
        "told": told[:_TOLD],
        "errors": len(errors) + sum(fault["severity"] == "error" for fault in data["faults"]),
        "confirm": sorted({f.code for f in found.faults if f.severity == "warning"}) if not errors else [],
        "seen": _seen(found),
        "reason": request.POST.get("reason", ""),
        "choices": request.POST,
        "cells": found.cells[:_TOLD],
        "review": goes_to_review(definition),
    }
    return page(request, "office/ledgers/compare.html", values, status=422 if told else 200)
