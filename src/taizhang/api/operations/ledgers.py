"""Ledgers: what they hold, field by field, and their blank workbooks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from ninja import Router
from pydantic import Field as Told

from taizhang.access.query import operators, personal, sortable
from taizhang.access.sight import Sight
from taizhang.api.callers import ApiRequest
from taizhang.api.shapes import Name, Shape, answers
from taizhang.errors import TaizhangError
from taizhang.pack.definitions import Field, Ledger
from taizhang.pack.fieldtypes import FIELD_TYPES, unit_of
from taizhang.pack.roles import LEDGER_ACTS

router = Router()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LedgerShape(Shape):
    """A ledger, and what may be done with it."""

    ledger: str = Told(examples=["household"])
    title: str
    system: int
    office: str
    kind: str = Told(description="register 名册类，event 事件类 / register: what stands; event: what happened")
    access: str
    about: str
    acts: list[str] = Told(description="可以做什么 / what may be done with it")


class Ledgers(Shape):
    """Ledgers."""

    items: list[LedgerShape]


class FieldShape(Shape):
    """A field of a ledger."""

    field: str
    title: str
    type: str
    type_title: str
    required: bool
    personal: bool = Told(description="个人信息，默认遮盖 / masked unless unmasked")
    unit: str | None = Told(description="数字的单位 / unit of the number")
    places: int | None
    choices: list[str]
    to: str | None = Told(description="引用哪本台账 / the ledger that it refers to")
    min: str | None
    max: str | None
    default: str | None
    accepts: str = Told(description="可以怎样填 / what may be filled in")
    filters: list[str] = Told(description="可用的筛选 / conditions that may be put on it")
    sortable: bool


class LedgerInFull(LedgerShape):
    """A ledger with its fields."""

    key: list[str] = Told(description="这些字段相同的是同一条记录 / fields that tell entries apart")
    division: str = Told(description="记录属于哪个行政单元的字段 / the field that tells the division")
    fields: list[FieldShape]


def visible(sight: Sight, name: str) -> Ledger:
    """Return a ledger that may be read; one that may not is told like one that is not there.

    Raises ``TaizhangError`` (``definition.unknown_ledger``).
    """
    found = sight.pack.ledgers.get(name)
    if found is None or not any(sight.places(act, found) for act in LEDGER_ACTS):
        raise TaizhangError("definition.unknown_ledger", name=name)
    return found


@router.get("/ledgers", response=answers(Ledgers), summary="台账列表")
def ledgers(request: ApiRequest) -> Any:
    """List the ledgers with which anything may be done."""
    sight = request.sight
    return {"items": [_plain(sight, ledger) for ledger in sight.pack.ledgers.values() if _acts(sight, ledger)]}


@router.get("/ledgers/{ledger}", response=answers(LedgerInFull, 404), summary="台账的字段")
def ledger_in_full(request: ApiRequest, ledger: Name) -> Any:
    """Tell a ledger field by field: types, units, choices, what is accepted."""
    found = visible(request.sight, ledger)
    fields = [_field(request.sight, found, field) for field in found.fields.values()]
    return {**_plain(request.sight, found), "key": list(found.key), "division": found.division, "fields": fields}


@router.get(
    "/ledgers/{ledger}/template",
    response=answers(None, 404),
    summary="空白模板",
    openapi_extra={"responses": {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}},
)
def ledger_template(request: ApiRequest, ledger: Name) -> HttpResponse:
    """Download the blank workbook of a ledger."""
    from taizhang.intake import write_template

    found = visible(request.sight, ledger)
    with tempfile.TemporaryDirectory() as folder:
        path = write_template(found, request.sight.pack, request.sight.divisions, Path(folder) / "template.xlsx")
        return download(path.read_bytes(), f"{found.title}.xlsx", XLSX)


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Answer with a file."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _acts(sight: Sight, ledger: Ledger) -> list[str]:
    return [act for act in LEDGER_ACTS if sight.places(act, ledger)]


def _plain(sight: Sight, ledger: Ledger) -> dict[str, Any]:
    names = ("title", "system", "office", "kind", "access", "about")
    return {"ledger": ledger.name, **{name: getattr(ledger, name) for name in names}, "acts": _acts(sight, ledger)}


def _field(sight: Sight, ledger: Ledger, field: Field) -> dict[str, Any]:
    from taizhang.intake.headers import needed
    from taizhang.intake.template import explain

    return {
        "field": field.name,
        "title": field.title,
        "type": field.type,
        "type_title": FIELD_TYPES[field.type].title,
        "required": needed(ledger, field.name),
        "personal": personal(sight, ledger, field.name),
        "unit": unit_of(field) or None,
        "places": field.places,
        "choices": list(field.choices),
        "to": field.to if field.to in {x.name for x in sight.ledgers("read")} else None,
        "min": None if field.min is None else format(field.min, "f"),
        "max": None if field.max is None else format(field.max, "f"),
        "default": field.default,
        "accepts": explain(ledger, field, sight.pack),
        "filters": list(operators(sight, ledger, field.name)),
        "sortable": sortable(sight, ledger, field.name),
    }
