"""The search page."""

from __future__ import annotations

from django.http import HttpResponse

from taizhang.office.shared.pages import page
from taizhang.office.shared.requests import OfficeRequest, signed_in
from taizhang.search import SHORTEST
from taizhang.search import search as answer_to


@signed_in
def search(request: OfficeRequest) -> HttpResponse:
    """Show what a text finds."""
    text, since = request.GET.get("q", "").strip(), request.GET.get("from", "")
    onwards = int(since) if since.isdecimal() and len(since) < 5 else 0
    found = answer_to(request.workspace, request.sight, text, onwards, came_from=request.address)
    answer = page(
        request, "office/search/search.html", {"q": text, "found": found, "shortest": SHORTEST, "short": 0 < len(text) < SHORTEST}
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
