"""Exports of exactly what is filtered, masked as the page is, and the files that submissions came from; each is recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from taizhang.access.actions import do_record_read, do_unmask
from taizhang.access.query import Query, personal
from taizhang.access.shelf import Row, Shelf
from taizhang.access.sight import Sight
from taizhang.access.written import written
from taizhang.errors import TaizhangError
from taizhang.i18n import N_
from taizhang.intake.export import write_table
from taizhang.intake.round_trip import write_round_trip
from taizhang.jobs.actions import do_start
from taizhang.jobs.registry import job
from taizhang.jobs.work import Work
from taizhang.office.ledgers.asking import purpose_of
from taizhang.office.ledgers.page import known
from taizhang.office.shared.filtering import question
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.pack.definitions import Ledger
from taizhang.pack.fieldtypes import write_value

AT_ONCE = 20_000  # more than this is written by a job
MOST_RETURNED = 5_000
FORMS = ("xlsx", "csv", "round")


@signed_in
@require_GET
def export(request: OfficeRequest, ledger: str) -> HttpResponse:
    """Answer with what is filtered, as a workbook, CSV or a workbook that comes back; a large one is made by a job."""
    definition = known(request, ledger)
    purpose = purpose_of(request, definition)
    form = request.GET.get("form", "")
    form = form if form in FORMS else FORMS[0]
    query = _query(request.GET, definition, purpose)
    total = Shelf.of(request.workspace).count(request.sight, definition, query)
    if form == "round" and total > MOST_RETURNED:
        raise TaizhangError("ledgers.too_many_to_return", count=total, most=MOST_RETURNED)
    if total > AT_ONCE:
        asked = {
            "ledger": definition.name,
            "query": request.GET.urlencode(),
            "form": form,
            "purpose": purpose or "",
            "address": request.address,
        }
        started = do_start("export-ledger", request.sight, about=definition.title, **asked)
        return HttpResponseRedirect(reverse("job", args=[started.id]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _file_name(definition, form)
        shelf = Shelf.of(request.workspace)
        _write(shelf, request.sight, definition, query, form, path, _Record(request.user.username, definition, purpose, request.address))
        return FileResponse(BytesIO(path.read_bytes()), as_attachment=True, filename=path.name)  # type: ignore[return-value]


def _query(parameters: QueryDict, definition: Ledger, purpose: str | None) -> Query:
    return replace(question(parameters, unmasked=purpose is not None), act="export", limit=None, offset=0)


def _file_name(definition: Ledger, form: str) -> str:
    return f"{definition.title}.{'csv' if form == 'csv' else 'xlsx'}"


class _Record:
    """Who exports what for which purpose; told before the file leaves."""

    def __init__(self, person: str, definition: Ledger, purpose: str | None, address: str) -> None:
        self.person, self.definition, self.purpose, self.address = person, definition, purpose, address

    def rows(self, refs: list[str], what: str) -> None:
        """Record the rows of an export."""
        if self.purpose:
            do_unmask(self.person, self.purpose, self.definition.name, refs, address=self.address)
        do_record_read(
            self.person, "export", ledger=self.definition.name, what=what, purpose=self.purpose or "", rows=len(refs), address=self.address
        )


def _write(
    shelf: Shelf, sight: Sight, definition: Ledger, query: Query, form: str, path: Path, record: _Record, work: Work | None = None
) -> int:
    refs: list[str] = []
    fields = definition.fields
    hidden = {name for name in fields if personal(sight, definition, name)} if not query.unmasked else set()

    def told() -> Iterator[tuple[Row, dict[str, Any]]]:
        for row in shelf.stream(sight, definition, query):
            refs.append(row.ref)
            if work and len(refs) % 1000 == 0:
                work.tell(N_("正在写文件"), 0.5)
            yield row, {name: _cell(sight, definition, name, value, name in hidden) for name, value in row.values.items()}

    if form == "round":
        write_round_trip(definition, ((row.seq, values) for row, values in told()), path)
    else:
        write_table(definition.title, [f.title for f in fields.values()], ([values[n] for n in fields] for _row, values in told()), path)
    record.rows(refs, form)
    return len(refs)


def _cell(sight: Sight, definition: Ledger, name: str, value: str | None, hidden: bool) -> Any:
    field = definition.fields[name]
    if hidden or value is None:
        return value
    return written(field, value, sight.divisions) if field.type == "division" else write_value(field, value)


@job("export-ledger", title=N_("导出台账"))
def export_ledger(work: Work, ledger: str, query: str, form: str, purpose: str, address: str) -> dict[str, Any]:
    """Write a large export; what may be seen is what the person may see when it is written."""
    definition = work.workspace.pack.ledgers[ledger]
    asked = _query(QueryDict(query), definition, purpose or None)
    path = work.folder / _file_name(definition, form)
    work.tell(N_("正在写文件"), 0)
    record = _Record(work.person, definition, purpose or None, address)
    count = _write(Shelf.of(work.workspace), work.sight, definition, asked, form, path, record, work)
    return {"files": {definition.title: path.name}, "facts": [["条数", count]], "url": reverse("ledger", args=[ledger])}
