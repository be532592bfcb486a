"""Failures as ``application/problem+json`` (RFC 9457): the same codes, parameters and faults as everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from taizhang.access.editing import EditConflict
from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.i18n import N_, _
from taizhang.office.shared.failing import status_of as status_of_page

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 1000
RETRY_SECONDS = 5

_STATUS: Mapping[str, int] = {
    "api.unauthenticated": 401,
    "api.token_invalid": 401,
    "access.sign_in_needed": 401,
    "api.no_interface": 403,
    "api.forged": 403,
    "journal.own_submission": 403,
    "comparison.not_the_handler": 403,
    "comparison.handler_concerned": 403,
    "comparison.handler_related": 403,
    "comparison.handler_keyed": 403,
    "comparison.appeal_same_person": 403,
    "api.unknown_address": 404,
    "api.token_unknown": 404,
    "api.file_not_found": 404,
    "access.entry_unknown": 404,
    "api.wrong_method": 405,
    "journal.already_decided": 409,
    "edit.not_yours": 403,
    "edit.conflict": 409,
    "jobs.already_ended": 409,
    "comparison.finding_settled": 409,
    "comparison.case_decided": 409,
    "comparison.case_undecided": 409,
    "comparison.case_unverified": 409,
    "comparison.case_handed_over": 409,
    "api.too_large": 413,
    "api.media_type": 415,
    "api.malformed": 400,
    "comparison.result_unknown": 422,
    "api.too_many_failures": 429,
    "pack.refused": 503,  # the workspace's own definitions are being written, or wrong: no caller can help it
    "journal.busy": 503,
    "journal.disk_full": 503,
    "journal.unreachable": 503,
    "warehouse.busy": 503,
    "workspace.disk_full": 503,
}


def status_of(error: TaizhangError) -> int:
    """Return the HTTP status of a failure; what does not fit the ledgers is 422."""
    code = error.fault.code
    if code in _STATUS:
        return _STATUS[code]
    status = status_of_page(error)
    return 422 if status == 400 else status


def answer(error: TaizhangError, status: int | None = None) -> HttpResponse:
    """Return the answer that tells a failure."""
    status = status or status_of(error)
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


# What is wrong with a value by pydantic's word for it, as what would be accepted.
_WANTED: tuple[tuple[str, str], ...] = (
    ("int", N_("整数")),
    ("greater_than_equal", "≥ {ge}"),
    ("greater_than", "> {gt}"),
    ("less_than_equal", "≤ {le}"),
    ("less_than", "< {lt}"),
    ("string_too_short", N_("至少{min_length}个字")),
    ("string_too_long", N_("至多{max_length}个字")),
    ("string_pattern", N_("形如 {pattern}")),
    ("string", N_("文字")),
    ("bool", "true / false"),
    ("datetime", N_("时间，如2020-12-31T08:00:00+08:00")),
    ("date", N_("日期，如2020-12-31")),
    ("literal_error", "{expected}"),
    ("enum", "{expected}"),
    ("too_short", N_("至少{min_length}项")),
    ("too_long", N_("至多{max_length}项")),
    ("list", N_("列表")),
    ("dict", N_("对照表")),
    ("model", N_("对照表")),
)


def faults_of(error: ValidationError) -> Refusal:
    """Return what is wrong with the parts of a request."""
    faults = []
    for one in error.errors:
        place = [str(part) for part in one["loc"][1:]]
        name = ".".join(place) or str(one["loc"][0])
        kind = str(one["type"])
        code = {"missing": "api.field_missing", "extra_forbidden": "api.field_unknown"}.get(kind, "api.field_unfit")
        wanted = next((words for start, words in _WANTED if kind.startswith(start)), "")
        params = {"name": name, "wanted": _(wanted).format_map(_Known(one.get("ctx", {})))} if code == "api.field_unfit" else {"name": name}
        faults.append(Fault(code, params, field=name))
    return Refusal(faults, "api.invalid")


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    """Tell what is wrong with the parts of a request."""
    return answer(faults_of(error))


def told(request: HttpRequest, error: Any) -> HttpResponse:
    """Tell a failure of ours."""
    return answer(error)


def of_http(request: HttpRequest, error: Any) -> HttpResponse:
    """Tell what the framework refuses: content that is no JSON, or nobody known."""
    known: HttpError = error
    code = {400: "api.malformed", 401: "api.unauthenticated"}.get(known.status_code, "api.malformed")
    return answer(TaizhangError(code))
