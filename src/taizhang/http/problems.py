"""Failures as ``application/problem+json`` (RFC 9457): the same codes, parameters and faults as everywhere."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from taizhang.access.editing import EditConflict
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.http.statuses import status_of_call

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 1000
RETRY_SECONDS = 5


def answer(error: TaizhangError, status: int | None = None) -> HttpResponse:
    """Return the answer that tells a failure."""
    status = status or status_of_call(error)
    fault = error.fault
    faults: list[Fault] = error.faults if isinstance(error, Refusal) else []
    told: dict[str, Any] = {
        "type": f"urn:taizhang:error:{fault.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": fault.message,
        "code": fault.code,
        "params": {name: str(value) for name, value in fault.params.items()},
        "accepted": fault.accepted,
        "faults": [one.as_dict() for one in faults[:MOST_FAULTS]],
    }
    if isinstance(error, EditConflict):
        told["conflicts"] = [one.as_dict() for one in error.conflicts]
    response = HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="taizhang"'
    if status in (429, 503):
        response["Retry-After"] = str(fault.params.get("seconds", RETRY_SECONDS))
    return response
