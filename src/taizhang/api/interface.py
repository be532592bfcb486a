"""The interface as one: its parts, how failures are told, its own description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import PathView
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from taizhang.api import problems
from taizhang.api.answering import around
from taizhang.api.callers import Session, Token
from taizhang.api.description import completed
from taizhang.api.operations import ROUTERS
from taizhang.api.wording import spoken
from taizhang.errors import TaizhangError
from taizhang.http.problems import answer
from taizhang.i18n import Language, language

VERSION = "1"


class Renderer(JSONRenderer):
    """JSON in which Chinese stands as it is."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Interface(NinjaAPI):
    """The data interface."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """Return the description in the language of the session, with what the framework leaves out."""
        return spoken(completed(super().get_openapi_schema(**more)))

    def get_openapi_operation_id(self, operation: Any) -> str:
        """Return the name of an operation: that of its function."""
        return str(operation.view_func.__name__)


def make() -> Interface:
    """Put the interface together."""
    made = Interface(
        title="台账 Taizhang",
        version=VERSION,
        description="乡镇台账的数据接口。数字一律写成十进制文字，日期为ISO 8601，错误为 application/problem+json。"
        " / The data interface of a township's ledgers. Numbers are decimal text, days ISO 8601, failures application/problem+json.",
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        auth=[Token(), Session()],
        renderer=Renderer(),
    )
    made.add_exception_handler(TaizhangError, problems.told)
    made.add_exception_handler(ValidationError, problems.not_valid)
    made.add_exception_handler(HttpError, problems.of_http)
    made.add_exception_handler(Http404, lambda request, error: answer(TaizhangError("api.unknown_address")))
    made.add_decorator(around, mode="view")
    for tag, router in ROUTERS:
        made.add_router("", router, tags=[tag])
    return made


def _wrong_method(self: PathView) -> HttpResponse:
    allowed = sorted({method for operation in self.operations for method in operation.methods})
    told = answer(TaizhangError("api.wrong_method", method="", allowed=", ".join(allowed)))
    told["Allow"] = ", ".join(allowed)
    return told


PathView._not_allowed = _wrong_method  # type: ignore[method-assign]

interface = make()


def described() -> str:
    """Return the description as JSON, in the language of the session; it is the same for whoever asks."""
    return _described(language())


@lru_cache(maxsize=2)
def _described(spoken_in: Language) -> str:
    return json.dumps(interface.get_openapi_schema(), cls=NinjaJSONEncoder, ensure_ascii=False)


def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Tell that the interface has no such address."""
    return answer(TaizhangError("api.unknown_address"))


def urls() -> list[URLPattern | URLResolver]:
    """Return the addresses of the interface and of what it does not have."""
    return [path("", interface.urls), path("<path:rest>", unknown)]
