"""What an address asks of a ledger: filters, free text, order, page, and whether personal values are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from taizhang.access.actions import do_unmask
from taizhang.clock import now
from taizhang.office.shared.filtering import question
from taizhang.office.shared.lists import Asked

if TYPE_CHECKING:
    from taizhang.access.query import Query
    from taizhang.access.shelf import Row
    from taizhang.office.shared.requests import OfficeRequest
    from taizhang.pack.definitions import Ledger

SIZES = (50, 100, 500, 2000)
_UNMASKED = "unmasked"
_MINUTES = 15


def query_of(request: OfficeRequest, ledger: Ledger) -> tuple[Query, Asked]:
    """Return what a request asks of a ledger, and its address as lists see it."""
    size = request.GET.get("size", "")
    asked = Asked.of(request, int(size) if size.isdecimal() and int(size) in SIZES else SIZES[0])
    found = question(request.GET, unmasked=purpose_of(request, ledger) is not None)
    return replace(found, limit=asked.size, offset=asked.offset), asked


def purpose_of(request: OfficeRequest, ledger: Ledger) -> str | None:
    """Return the purpose for which somebody sees a ledger's personal values now; None when they are masked."""
    told = request.session.get(_UNMASKED, {}).get(ledger.name)
    if not told or datetime.fromisoformat(told[1]) < now() or not request.sight.may("unmask", ledger):
        return None
    return str(told[0])


def begin_unmasking(request: OfficeRequest, ledger: Ledger, purpose: str) -> None:
    """Show personal values for a while; raises ``TaizhangError`` (``access.refused``, ``access.purpose_missing``)."""
    request.sight.check("unmask", ledger)
    do_unmask(request.user.username, purpose, ledger.name, [], address=request.address)
    told = request.session.get(_UNMASKED, {})
    told[ledger.name] = [purpose.strip(), (now() + timedelta(minutes=_MINUTES)).isoformat()]
    request.session[_UNMASKED] = told


def end_unmasking(request: OfficeRequest, ledger: Ledger) -> None:
    """Mask personal values again."""
    told = request.session.get(_UNMASKED, {})
    told.pop(ledger.name, None)
    request.session[_UNMASKED] = told


def record_unmasked(request: OfficeRequest, ledger: Ledger, rows: list[Row]) -> None:
    """Record which entries' personal values are about to be shown."""
    purpose = purpose_of(request, ledger)
    shown = [row.ref for row in rows if row.unmasked]
    if purpose and shown:
        do_unmask(request.user.username, purpose, ledger.name, shown, address=request.address)
