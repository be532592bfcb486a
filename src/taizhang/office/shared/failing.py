"""Failures as pages: the sentence, what would be accepted, the code; for htmx only the piece, for JSON the fault as data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.http import problems
from taizhang.http.requests import INTERFACE
from taizhang.http.statuses import status_of
from taizhang.office.shared.pages import page


def told(request: HttpRequest, error: TaizhangError) -> HttpResponse:
    """Return the answer that tells a failure."""
    if request.path.startswith(INTERFACE):
        return problems.answer(error)
    status = status_of(error)
    faults: list[Fault] = error.faults if isinstance(error, Refusal) else []
    if "application/json" in request.headers.get("Accept", "") or request.content_type == "application/json":
        return JsonResponse({**error.fault.as_dict(), "faults": [f.as_dict() for f in faults]}, status=status)
    template = "office/failure_piece.html" if request.headers.get("HX-Request") else "office/failure.html"
    return page(request, template, {"fault": error.fault, "faults": faults[:200], "count": len(faults), "status": status}, status=status)


def wrong_host(request: HttpRequest, host: str) -> HttpResponse:
    """Tell that the office is not called by this name; the page shows nothing of the workspace."""
    error = TaizhangError("office.host_refused", host=host)
    if request.path.startswith(INTERFACE):
        return problems.answer(error, 400)
    return HttpResponse(render_to_string("office/wrong_host.html", {"fault": error.fault, "faults": []}), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell that a form was sent from elsewhere, or is too old."""
    return page(request, "office/failure.html", {"fault": Fault("office.form_expired"), "faults": [], "status": 403}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Tell that there is no such page."""
    return page(request, "office/failure.html", {"fault": Fault("office.no_page"), "faults": [], "status": 404}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Tell that something failed that should not; what, is in the log."""
    if request.path.startswith(INTERFACE):
        return problems.answer(TaizhangError("office.broken"), 500)
    return page(request, "office/failure.html", {"fault": Fault("office.broken"), "faults": [], "status": 500}, status=500)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Tell that something is not allowed."""
    return page(request, "office/failure.html", {"fault": Fault("office.forbidden"), "faults": [], "status": 403}, status=403)
