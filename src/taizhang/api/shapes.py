"""Shapes that several operations take and answer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja.params.functions import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from taizhang.access.query import Filter, filters_of
from taizhang.i18n import N_


class Shape(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(from_attributes=True)


class Given(BaseModel):
    """Something that is sent: nothing in it is passed over."""

    model_config = ConfigDict(extra="forbid")


class FaultShape(Shape):
    """One thing that is wrong."""

    code: str = Field(description="固定的错误代码 / stable code")
    severity: str
    message: str = Field(description="一句话 / a sentence")
    accepted: str = Field(description="可接受的写法 / what would be accepted")
    params: dict[str, str]
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    title: str | None = None
    field: str | None = None
    value: str | None = None


class ConflictShape(Shape):
    """A cell that somebody else has changed since; without a field the whole entry."""

    index: int = Field(description="这一批里的第几项，从0起 / place in the batch, from 0")
    field: str | None
    title: str
    yours: str | None
    theirs: str | None
    base: str | None
    person: str
    now: int = Field(description="现行版本的seq / the version that stands")


class Problem(Shape):
    """A failure (RFC 9457)."""

    type: str = Field(examples=["urn:taizhang:error:journal.conflict"])
    title: str
    status: int
    detail: str
    code: str = Field(description="固定的错误代码；程序按它判断 / programs go by it", examples=["journal.conflict"])
    params: dict[str, str]
    accepted: str
    faults: list[FaultShape]
    conflicts: list[ConflictShape] | None = Field(None, description="他人已改的单元格 / cells that others have changed")


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL")
    return text


Text = Annotated[str, AfterValidator(_no_nul)]
Name = Annotated[str, AfterValidator(_no_nul), Field(min_length=1, max_length=64)]
Short = Annotated[str, AfterValidator(_no_nul), Field(min_length=1, max_length=200)]
Long = Annotated[str, AfterValidator(_no_nul), Field(min_length=1, max_length=2000)]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{2,14}$", description="行政单元代码 / code of a division", examples=["990128105202"])]
PeriodText = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])|Q[1-4]|H[12])?$",
        description="时期 / period: 2020、2020H1、2020Q3、2020-05",
        examples=["2020"],
    ),
]
DecimalText = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="十进制数 / decimal number", examples=["1234.50"])]
AmountText = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,2})?$", description="金额，元 / yuan", examples=["1280.00"])]
Limit = Annotated[int, Field(ge=1, le=1000, description="一页几条，至多1000 / how many on a page")]
Cursor = Annotated[str | None, Field(max_length=2000, description="上一页的 next，原样带回 / the next of the page before")]
Number = Annotated[int, Field(ge=1, le=2**62)]

LIMIT: Any = Query(100, description="一页几条，至多1000 / how many on a page, at most 1000")
AS_OF: Any = Query(None, description=N_("按当时的实情：只算到这一天 / as of a day"))
KNOWN_AT: Any = Query(
    None, description=N_("按当时所知：流水位置、日期或时间 / as known at: a position of the journal, a day or a moment"), max_length=40
)
FILTER: Any = Query(
    [],
    max_length=50,
    description="条件，可重复：字段=值、字段.from=值、字段.to=值、字段.contains=值、字段.empty=1、字段.filled=1 / conditions",
)
SORT: Any = Query([], max_length=10, description="按哪些字段排序，-在前为倒序 / fields, with - for descending")
FreeText = Annotated[Text, Field(max_length=200, description="任意文字 / free text")]


def conditions(filter: list[str]) -> tuple[Filter, ...]:
    """Return the conditions that a call names."""
    return filters_of([(key, value) for key, _equal, value in (one.partition("=") for one in filter)])


def answers(shape: Any, *more: int, status: int = 200) -> dict[Any, Any]:
    """Return what an operation answers: its shape, and the failures that it may tell besides those that any may."""
    return {status: shape, **dict.fromkeys(sorted({401, 403, 422, 429, 503, *more}), Problem)}


def changes(shape: Any, *more: int, status: int = 200) -> dict[Any, Any]:
    """Return what an operation answers that changes something."""
    return answers(shape, 400, 413, 415, *more, status=status)


def text_of(value: Any) -> str | None:
    """Return a value as the interface writes it: numbers as decimal text, days and moments in ISO 8601."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
