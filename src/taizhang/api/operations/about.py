"""Who am I, what may I do, and where am I: the caller and the divisions; the description of the interface itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from taizhang.api.callers import ApiRequest
from taizhang.api.shapes import Shape, answers
from taizhang.i18n import Language, language, speaking
from taizhang.journal import read
from taizhang.pack.roles import ACTS, LEDGER_ACTS

router = Router()
LANGUAGES: dict[str, Language] = {"zh": "zh", "en": "en"}


class GrantShape(Shape):
    """A role that is held."""

    role: str
    title: str
    division: str
    offices: list[str]


class TokenShape(Shape):
    """The token of the call."""

    title: str
    scopes: list[str]
    expires_at: datetime


class Me(Shape):
    """Who calls, and what she may do here: by act the ledgers with which it is allowed; functions concern no ledger."""

    username: str
    name: str
    grants: list[GrantShape]
    token: TokenShape | None = Field(description="令牌；会话没有 / none for a session")
    functions: list[str] = Field(description="可用的功能 / functions that may be used", examples=[["figures"]])
    ledgers: dict[str, list[str]] = Field(description="每种权限各可用于哪些台账 / ledgers by act", examples=[{"read": ["household"]}])
    town: str
    title: str
    position: int = Field(description="流水现在的位置 / position of the journal")


class DivisionShape(Shape):
    """A division: a node of the hierarchy, with the days on which it exists."""

    code: str = Field(examples=["990128105202"])
    name: str
    level: str
    kind: str
    parent: str | None
    valid_from: date
    valid_to: date | None = Field(description="不再存在的第一天 / the first day on which it is no more")
    successor: str | None


class Divisions(Shape):
    """Divisions."""

    items: list[DivisionShape]


@router.get("/me", response=answers(Me), summary="我是谁、能做什么")
def me(request: ApiRequest) -> Any:
    """Tell who calls, and what she may do."""
    sight, token = request.sight, request.caller.token
    ledgers = {act: [ledger.name for ledger in sight.ledgers(act)] for act in LEDGER_ACTS}
    return {
        "username": request.caller.account.username,
        "name": request.caller.account.name,
        "grants": [
            {"role": g.role, "title": sight.pack.roles[g.role].title, "division": g.division, "offices": list(g.offices)}
            for g in sight.grants
        ],
        "token": {"title": token.title, "scopes": token.scopes.split(), "expires_at": token.expires_at} if token else None,
        "functions": [act for act in ACTS if act not in LEDGER_ACTS and sight.may(act)],
        "ledgers": {act: names for act, names in ledgers.items() if names},
        "town": request.workspace.town,
        "title": request.workspace.settings.title,
        "position": read.position(),
    }


@router.get("/divisions", response=answers(Divisions), summary="行政单元")
def divisions(request: ApiRequest) -> Any:
    """List all divisions that the workspace knows, with the days on which they exist; they are no secret."""
    tree = request.sight.divisions
    names = ("code", "name", "level", "kind", "valid_from", "valid_to", "successor")
    return {"items": [{**{name: getattr(d, name) for name in names}, "parent": tree.above(d)} for d in sorted(tree, key=lambda d: d.code)]}


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: ApiRequest) -> HttpResponse:
    """Return the description of the interface: in Chinese, or in the language that ``lang``, the cookie of the pages or Accept-Language asks for."""
    from taizhang.api.interface import described

    with speaking(LANGUAGES.get(request.GET.get("lang", ""), language())):
        return HttpResponse(described(), content_type="application/json; charset=utf-8", headers={"Content-Language": language()})
