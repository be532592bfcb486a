"""Entries: lists, one, its history; recording, correcting and withdrawing them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Router
from pydantic import AliasPath, ConfigDict, StrictBool, StrictInt
from pydantic import Field as Told

from taizhang.access.actions import do_unmask
from taizhang.access.editing import Edit, Edited, do_edit
from taizhang.access.history import history_of
from taizhang.access.query import Query as Question
from taizhang.access.shelf import Row, Shelf
from taizhang.access.sight import Sight
from taizhang.api.answering import told
from taizhang.api.callers import ApiRequest
from taizhang.api.paging import mark, place_of
from taizhang.api.shapes import FILTER, LIMIT, SORT, Cursor, FreeText, Given, Limit, Name, Number, Shape, Text, answers, changes, conditions
from taizhang.errors import TaizhangError
from taizhang.journal import Source
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


class ChangedShape(Shape):
    """One field of a version that is not as it was before."""

    title: str
    before: str
    after: str
    original: str = Told(description="填写的原文，与存下的不同时 / what was written where that says something else")


class StepShape(Shape):
    """One version of an entry: who, when, why, from which file and line, and what changed."""

    version: int
    seq: int
    withdrawn: bool
    person: str
    decided_by: str
    at: datetime | None
    note: str
    submission: int = Told(validation_alias=AliasPath("submission", "number"))
    source_kind: str = Told(validation_alias=AliasPath("submission", "source", "kind"))
    source_name: str = Told(validation_alias=AliasPath("submission", "source", "name"))
    sheet: str | None
    line: int | None
    changes: list[ChangedShape]


class History(Shape):
    """The versions of an entry, the youngest first."""

    items: list[StepShape]


Value = Annotated[Text, Told(max_length=100_000)] | StrictInt | StrictBool | None


class ChangeGiven(Given):
    """One entry: a new one has neither ref nor base; a correction names both; so does a withdrawal, with withdraw true."""

    ref: Ref | None = None
    base: Number | None = Told(None, description="改的是哪个版本：它的seq / the seq of the version that is changed")
    values: dict[Name, Value] = Told(
        {}, max_length=500, description="字段的值；更正时只写要改的 / values by field; of a correction only what changes"
    )
    withdraw: bool = False


class ChangesGiven(Given):
    """A batch: all of it is recorded as one submission, or nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "changes": [
                        {"ref": "H0001", "base": 1203, "values": {"members": 5, "contracted_area": "4.25"}},
                        {"values": {"number": "H0900", "village": "銮塘村", "head": "张大山", "head_id": "990128196503120011"}},
                        {"ref": "H0007", "base": 1209, "withdraw": True},
                    ],
                    "reason": "入户核实",
                    "confirm": [],
                }
            ]
        },
    )

    changes: list[ChangeGiven] = Told(min_length=1, max_length=5000)
    reason: Annotated[Text, Told(max_length=500)] = Told(
        "", description="更正、撤销须写明原因 / why, where something that stands is changed"
    )
    confirm: list[Name] = Told([], max_length=100, description="已确认的提醒的代码 / codes of the warnings that somebody has confirmed")


class Changed(Shape):
    """What became of a batch."""

    submission: int | None = Told(description="报送编号；没有改动则为空 / null when nothing was different")
    pending: bool = Told(description="等待他人审核 / waits for somebody to accept it")
    count: int


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
    filter: list[Text] = FILTER,
    text: FreeText = "",
    sort: list[Name] = SORT,
    purpose: Purpose = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List the entries that stand and that the caller may see."""
    found = readable(request.sight, ledger)
    if purpose is not None:
        request.sight.check("unmask", found)
    asked = [ledger, filter, text, sort, purpose is not None]
    question = Question(
        conditions(filter), text, tuple(sort), limit, after=place_of(asked, cursor), unmasked=purpose is not None
    )  # fmt: skip
    rows = Shelf.of(request.workspace).rows(request.sight, found, question)
    _unmasked(request, found, rows.rows, purpose)
    told(request, ledger, len(rows.rows))
    return {"items": [as_shape(row) for row in rows.rows], "total": rows.total, "next": mark(asked, rows.cursor) if rows.cursor else None}


@router.get("/ledgers/{ledger}/entries/{path:ref}", response=answers(EntryShape, 404), summary="一条记录")
def entry(request: ApiRequest, ledger: Name, ref: Ref, purpose: Purpose = None) -> Any:
    """Return one entry as it stands."""
    return as_shape(_one(request, ledger, ref, purpose)[1])


@router.get("/ledgers/{ledger}/history/{path:ref}", response=answers(History, 404), summary="记录的历次版本")
def entry_history(request: ApiRequest, ledger: Name, ref: Ref, purpose: Purpose = None) -> Any:
    """Return the versions of an entry that stands."""
    found, row = _one(request, ledger, ref, purpose)
    return {"items": history_of(request.sight, found, row.name, unmasked=row.unmasked)}


@router.post("/ledgers/{ledger}/changes", response=changes(Changed, 404, 409), summary="登记、更正、撤销记录")
def change_entries(request: ApiRequest, ledger: Name, given: ChangesGiven) -> Any:
    """Record, correct and withdraw entries as one submission; where the ledger asks for it, somebody else has to accept it first.

    What others have changed since is told cell by cell (409, ``conflicts``) and never overwritten.
    """
    found = request.sight.pack.ledgers.get(ledger)
    if found is None or not (request.sight.places("read", found) or request.sight.places("write", found)):
        raise TaizhangError("definition.unknown_ledger", name=ledger)
    request.sight.check("write", found)
    names = Shelf.of(request.workspace).names_of(found, [one.ref for one in given.changes if one.ref is not None])
    edits = [Edit(one.values, names[one.ref] if one.ref is not None else None, one.base, one.withdraw) for one in given.changes]
    done = do_edit(request.workspace, request.sight, found, edits, source(request), reason=given.reason, confirm=frozenset(given.confirm))
    return became(done)


def became(done: Edited) -> dict[str, Any]:
    """Return what became of a batch as the interface tells it."""
    return {"submission": done.submission, "pending": done.pending, "count": len(done.entries)}


def source(request: ApiRequest) -> Source:
    """Return what the journal is told of where a submission came from."""
    token = request.caller.token
    return Source("api", token.title if token else "接口")


def _one(request: ApiRequest, name: str, ref: str, purpose: str | None) -> tuple[Ledger, Row]:
    """Return an entry that may be seen, having recorded that it is; raises ``TaizhangError`` as the shelf does."""
    ledger = readable(request.sight, name)
    if purpose is not None:
        request.sight.check("unmask", ledger)
    row = Shelf.of(request.workspace).entry(request.sight, ledger, ref, unmasked=purpose is not None)
    _unmasked(request, ledger, [row], purpose)
    told(request, name, 1)
    return ledger, row


def _unmasked(request: ApiRequest, ledger: Ledger, rows: list[Row], purpose: str | None) -> None:
    """Record that personal values are shown, before they are."""
    if purpose is not None and rows:
        do_unmask(request.caller.account.username, purpose, ledger.name, [row.ref for row in rows], address=request.address)
