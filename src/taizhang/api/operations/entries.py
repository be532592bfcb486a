"""Entries: lists, one, its history; recording, correcting and withdrawing them."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router
from pydantic import Field as Told

from taizhang.access.actions import do_unmask
from taizhang.access.query import Query as Question
from taizhang.access.query import filters_of
from taizhang.access.shelf import Row, Shelf
from taizhang.access.sight import Sight
from taizhang.api.answering import told
from taizhang.api.callers import ApiRequest
from taizhang.api.paging import mark, place_of
from taizhang.api.shapes import LIMIT, SEVERAL, Cursor, Limit, Name, Shape, Text, answers
from taizhang.errors import TaizhangError
from taizhang.pack.definitions import Ledger

router = Router()
Ref = Annotated[Text, Told(min_length=1, max_length=1000, description="记录的 ref / the ref of an entry")]
Purpose = Annotated[
    Text | None,
    Told(
        min_length=1,
        max_length=200,
        description="写明用途则显示个人信息原文，须有权限，记录在案 / shows personal values unmasked; it is recorded",
    ),
]


class EntryShape(Shape):
    """An entry as it stands; personal values are masked unless a purpose was told."""

    ref: str = Told(description="用于取这条记录 / names the entry in addresses")
    entry: str = Told(description="各关键字段以|相连 / the fields of its key")
    seq: int = Told(description="现行版本的流水号；更正、撤销时作base带回 / the base of a correction")
    version: int
    division: str
    submission: int
    sheet: str | None
    line: int | None
    masked: bool
    values: dict[str, str | None] = Told(description="各字段的值，一律是文字 / values by field, all text")


class EntryPage(Shape):
    """A page of entries."""

    items: list[EntryShape]
    total: int = Told(description="符合条件、看得到的共有多少 / how many there are that may be seen")
    next: str | None = Told(description="下一页的 cursor / cursor of the next page")


def readable(sight: Sight, name: str) -> Ledger:
    """Return a ledger whose rows may be read; one that may not is told like one that is not there.

    Raises ``TaizhangError`` (``definition.unknown_ledger``).
    """
    found = sight.pack.ledgers.get(name)
    if found is None or not sight.places("read", found):
        raise TaizhangError("definition.unknown_ledger", name=name)
    return found


def as_shape(row: Row) -> dict[str, Any]:
    """Return a row of the shelf as the interface tells it."""
    names = ("ref", "entry", "seq", "version", "division", "submission", "sheet", "line", "values")
    return {**{name: getattr(row, name) for name in names}, "masked": not row.unmasked}


@router.get("/ledgers/{ledger}/entries", response=answers(EntryPage, 404), summary="记录列表")
def entries(
    request: ApiRequest,
    ledger: Name,
    filter: Annotated[
        list[Text],
        Told(max_length=50, description="条件，可重复：字段=值、字段.from=值、字段.to=值、字段.contains=值、字段.empty=1、字段.filled=1"),
    ] = SEVERAL,
    text: Annotated[Text, Told(max_length=200, description="任意文字 / free text")] = "",
    sort: Annotated[list[Name], Told(max_length=10, description="按哪些字段排序，-在前为倒序 / fields, with - for descending")] = SEVERAL,
    purpose: Purpose = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List the entries that stand and that the caller may see."""
    found = readable(request.sight, ledger)
    if purpose is not None:
        request.sight.check("unmask", found)
    pairs = [(key, value) for key, _, value in (one.partition("=") for one in filter)]
    asked = [ledger, filter, text, sort, purpose is not None]
    question = Question(
        filters_of(pairs), text, tuple(sort), limit, after=place_of(asked, cursor), unmasked=purpose is not None
    )  # fmt: skip
    rows = Shelf.of(request.workspace).rows(request.sight, found, question)
    _unmasked(request, found, rows.rows, purpose)
    told(request, ledger, len(rows.rows))
    return {"items": [as_shape(row) for row in rows.rows], "total": rows.total, "next": mark(asked, rows.cursor) if rows.cursor else None}


@router.get("/ledgers/{ledger}/entries/{path:ref}", response=answers(EntryShape, 404), summary="一条记录")
def entry(request: ApiRequest, ledger: Name, ref: Ref, purpose: Purpose = None) -> Any:
    """Return one entry as it stands."""
    found = readable(request.sight, ledger)
    if purpose is not None:
        request.sight.check("unmask", found)
    row = Shelf.of(request.workspace).entry(request.sight, found, ref, unmasked=purpose is not None)
    _unmasked(request, found, [row], purpose)
    told(request, ledger, 1)
    return as_shape(row)


def _unmasked(request: ApiRequest, ledger: Ledger, rows: list[Row], purpose: str | None) -> None:
    """Record that personal values are shown, before they are."""
    if purpose is not None and rows:
        do_unmask(request.caller.account.username, purpose, ledger.name, [row.ref for row in rows], address=request.address)
