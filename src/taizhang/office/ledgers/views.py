"""The list of ledgers."""

from __future__ import annotations

from django.http import HttpResponse

from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in


@signed_in
def ledgers(request: OfficeRequest) -> HttpResponse:
    """Show the ledgers that the one who asks may read."""
    return page(request, "office/ledgers/ledgers.html", {"ledgers": request.sight.ledgers("read")})
