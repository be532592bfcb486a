"""Search: one text over all that the caller may see."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router
from ninja.params.functions import Query
from pydantic import Field as Told

from taizhang.api.callers import ApiRequest
from taizhang.api.shapes import Shape, Text, answers
from taizhang.search import LONGEST, SHORTEST
from taizhang.search import search as find

router = Router()
SINCE: Any = Query(0, ge=0, le=10_000, description="接着上次的 onwards 找 / goes on where the last answer's onwards says")


class HitShape(Shape):
    """One answer."""

    text: str
    note: str
    address: str | None = Told(description="网页地址 / the address of its page")


class HitsShape(Shape):
    """The answers of one kind: how many there are, and the first of them."""

    title: str
    total: int
    hits: list[HitShape]


class Found(Shape):
    """What a text finds."""

    groups: list[HitsShape]
    left: int = Told(description="还有几本台账没有找 / how many ledgers have not been looked into")
    onwards: int


@router.get("/search", response=answers(Found), summary="搜索")
def search(request: ApiRequest, q: Annotated[Text, Told(min_length=SHORTEST, max_length=LONGEST)], since: int = SINCE) -> Any:
    """Search ledgers, entries, figures, findings and submissions; personal values are found only whole, and by who may unmask them."""
    found = find(request.workspace, request.sight, q.strip(), since, came_from=request.address)
    return {"groups": found.groups, "left": found.left, "onwards": found.onwards}
