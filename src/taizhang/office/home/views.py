"""The home page."""

from __future__ import annotations

from django.http import HttpResponse

from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in


@signed_in
def home(request: OfficeRequest) -> HttpResponse:
    """Show what awaits the one who asks."""
    return page(request, "office/home/home.html")
