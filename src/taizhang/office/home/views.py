"""The home page."""

from __future__ import annotations

from django.http import HttpResponse

from taizhang.clock import today
from taizhang.office.home.awaiting import Awaiting
from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in


@signed_in
def home(request: OfficeRequest) -> HttpResponse:
    """Show what awaits the one who asks, what is late and what changed."""
    found = Awaiting(request.workspace, request.sight, request.user).home()
    return page(request, "office/home/home.html", {"home": found, "today": today()})
