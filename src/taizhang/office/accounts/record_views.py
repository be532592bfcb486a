"""The record of reads, for who oversees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from taizhang.access.models import ReadRecord
from taizhang.access.reading import RECORDED, RecordQuery, names, told
from taizhang.access.reading import records as found_records
from taizhang.access.words import change_in_words
from taizhang.comparison.seen.people import without_withheld
from taizhang.i18n import _
from taizhang.office.shared.exporting import table_file
from taizhang.office.shared.lists import Asked
from taizhang.office.shared.pages import moment, page
from taizhang.office.shared.requests import OfficeRequest, needs

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

_MOST_EXPORTED = 100_000
_CHANGES = {"account", "password", "second_factor", "session", "sign_in_rules"}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _query(asked: Asked) -> RecordQuery:
    return RecordQuery(
        asked.get("person"),
        asked.get("act"),
        asked.get("ledger"),
        _day(asked.get("since")),
        _day(asked.get("until")),
        asked.sort,
        asked.down,
    )


@require_GET
@needs("oversee")
def records(request: OfficeRequest) -> HttpResponse:
    """Show who saw, took out or changed what, when and what for."""
    asked = Asked.of(request)
    found = without_withheld(request.sight, found_records(_query(asked)))
    people = names()
    ledgers = {ledger.name: ledger.title for ledger in request.workspace.pack.ledgers.values()}
    acts = sorted({*RECORDED, *ReadRecord.objects.order_by().values_list("act", flat=True).distinct()})
    values = {
        "asked": asked,
        "total": found.count(),
        "rows": [_row(record, people, ledgers, request.workspace) for record in found[asked.offset : asked.offset + asked.size]],
        "people": sorted(people.items()),
        "acts": [(act, _act(act)) for act in acts],
        "ledgers": list(ledgers.items()),
    }
    return page(request, "office/accounts/records.html", values)


def _act(act: str) -> str:
    return _(RECORDED[act]) if act in RECORDED else act


def _row(record: ReadRecord, people: dict[str, str], ledgers: dict[str, str], workspace: Workspace) -> dict[str, object]:
    return {
        "at": record.at,
        "person": record.person,
        "name": people.get(record.person, "") if record.person else _("没有这个账号"),
        "act": _act(record.act),
        "ledger": ledgers.get(record.ledger, record.ledger),
        "what": told(change_in_words(record.what, workspace) if record.act in _CHANGES else record.what),
        "purpose": told(record.purpose),
        "rows": record.rows,
        "address": record.address,
    }


@require_GET
@needs("oversee")
def export(request: OfficeRequest) -> HttpResponseBase:
    """Write out the records asked for; that is recorded too."""
    asked = Asked.of(request)
    people = names()
    ledgers = {ledger.name: ledger.title for ledger in request.workspace.pack.ledgers.values()}

    def rows() -> Iterator[list[object]]:
        for record in without_withheld(request.sight, found_records(_query(asked)))[:_MOST_EXPORTED].iterator():
            row = _row(record, people, ledgers, request.workspace)
            yield [
                moment(record.at),
                row["person"],
                row["name"],
                row["act"],
                row["ledger"],
                row["what"],
                row["purpose"],
                row["rows"],
                row["address"],
            ]

    header = [_("时间"), _("账号"), _("姓名"), _("事项"), _("台账"), _("内容"), _("用途"), _("行数"), _("来自")]
    return table_file(request, _("查阅记录"), header, rows(), what="records")
