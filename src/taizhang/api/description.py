"""The description of the interface (OpenAPI): the media type of failures, headers, what every operation may answer."""

from __future__ import annotations

from typing import Any

from taizhang.api.answering import KEY
from taizhang.http.problems import MEDIA_TYPE

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


def told_operations(description: Any) -> list[dict[str, Any]]:
    """Return every operation as a reader needs it: method, path, words, parameters with their types, answers with their shapes."""
    found, schemas = [], description["components"]["schemas"]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            parameters = [
                {
                    "name": p["name"], "place": p["in"], "required": p.get("required", False), "type": _type(p["schema"]),
                    "about": p.get("description") or _about(p["schema"]),
                }
                for p in operation.get("parameters", [])
            ]  # fmt: skip
            found.append(
                {
                    "method": method.upper(),
                    "path": path,
                    "name": operation["operationId"],
                    "tag": operation["tags"][0],
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "parameters": [*parameters, *_of_body(operation.get("requestBody"), schemas)],
                    "answers": [(str(status), _answer(told)) for status, told in operation["responses"].items()],
                }
            )
    return found


def told_shapes(description: Any) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return every shape: its name, what it is, its fields with type and words."""
    return [
        (
            name,
            str(schema.get("description", "")),
            [(field, _type(part), _about(part)) for field, part in schema.get("properties", {}).items()],
        )
        for name, schema in sorted(description["components"]["schemas"].items())
    ]


def _of_body(body: Any, schemas: Any) -> list[dict[str, Any]]:
    if not body:
        return []
    media_type, content = next(iter(body["content"].items()))
    schema = _resolved(content["schema"], schemas)
    needed, place = schema.get("required", []), "form" if media_type.startswith("multipart") else "body"
    return [
        {"name": name, "place": place, "required": name in needed, "type": _type(part), "about": part.get("description", "")}
        for name, part in schema.get("properties", {}).items()
    ]


def _resolved(schema: Any, schemas: Any) -> Any:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _about(schema: Any) -> str:
    inner = (part["description"] for part in schema.get("anyOf", []) if "description" in part)
    return str(schema.get("description") or next(inner, ""))


def _type(schema: Any) -> str:
    """Return a type in words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(kind for part in schema["anyOf"] for kind in _type(part).split(" | ")))
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"[{_type(schema.get('items', {}))}]"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"{{{_type(schema['additionalProperties'])}}}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _answer(told: Any) -> str:
    content = next(iter(told.get("content", {}).items()), None)
    if content is None:
        return ""
    return _type(content[1]["schema"]) if content[0].endswith("json") else content[0]
