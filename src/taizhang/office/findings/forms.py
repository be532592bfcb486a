"""What people write into the forms of findings and cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from taizhang.errors import TaizhangError
from taizhang.office.shared.requests import OfficeRequest


def text(request: OfficeRequest, name: str) -> str:
    """Return what was written into a field."""
    return str(request.POST.get(name, "")).strip()


def day(request: OfficeRequest, name: str) -> date | None:
    """Return a day; None for an empty field. Raises ``TaizhangError`` (``office.day_unreadable``)."""
    written = text(request, name)
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise TaizhangError("office.day_unreadable", value=written[:40]) from error


def amount(request: OfficeRequest, name: str) -> Decimal:
    """Return an amount of money above zero. Raises ``TaizhangError`` (``office.amount_unreadable``)."""
    written = text(request, name)
    try:
        value = Decimal(written.replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or value <= 0:
        raise TaizhangError("office.amount_unreadable", value=written[:40])
    return value
