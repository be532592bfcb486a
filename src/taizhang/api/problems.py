"""What the framework finds wrong with a call, told as every failure is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from taizhang.errors import Fault, Refusal, TaizhangError
from taizhang.http.problems import answer
from taizhang.i18n import N_, _

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
