"""The description of the interface (OpenAPI): the media type of failures, headers, what every operation may answer."""

from __future__ import annotations

from typing import Any

from taizhang.api.answering import KEY
from taizhang.api.problems import MEDIA_TYPE

WHEN = {
    400: "请求内容不是正确的JSON / malformed",
    401: "没有令牌，或令牌无效 / no token, or one that does not hold",
    403: "没有权限 / not allowed",
    404: "没有，或不让看 / there is none, or none for you",
    409: "与现状不符，或已有人处理 / somebody was first",
    413: "请求内容太大 / too large",
    415: "内容类型不对 / not a type that is taken",
    422: "内容不合要求，faults逐条说明 / what was sent does not fit; faults tell each thing",
    429: "无效令牌太多 / too many wrong tokens",
    503: "正忙或磁盘已满，稍后再试 / busy; try again",
}
_RETRY = {"Retry-After": {"description": "秒数 / seconds", "schema": {"type": "integer"}}}
_KEY_PARAMETER = {
    "name": KEY,
    "in": "header",
    "required": False,
    "description": "写入请求的唯一标记，保存一周以上：同样的请求重发，得到第一次的答复，不会做两次 / the same call again gets the first answer",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "2c7f9f7e-5f0e-4a53-9a0c-3f6f3b7d4a10",
}


def completed(description: Any) -> Any:
    """Add to what the framework describes."""
    for methods in description["paths"].values():
        for method, operation in methods.items():
            for status, told in operation["responses"].items():
                if int(status) >= 400:
                    _problem(int(status), told)
            if method != "get":
                operation["parameters"] = [*operation.get("parameters", []), _KEY_PARAMETER]
    return description


def _problem(status: int, told: dict[str, Any]) -> None:
    told["description"] = WHEN.get(status, told["description"])
    content = told.get("content", {})
    if "application/json" in content:
        told["content"] = {MEDIA_TYPE: content["application/json"]}
    if status in (429, 503):
        told["headers"] = _RETRY
