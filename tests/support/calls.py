"""Programs that call the data interface with a token."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client

from support.staff import hire
from taizhang.access.current import sight_of
from taizhang.access.models import Account
from taizhang.access.sight import Grant
from taizhang.access.tokens import do_make_token, scopes_of
from taizhang.clock import today
from taizhang.workspace import Workspace

TOWN, VILLAGE, OTHER_VILLAGE = "990128105", "990128105202", "990128105203"
ROOT = "/api/v1"


@dataclass
class Caller:
    """A program that calls with a token."""

    token: str
    account: Account
    client: Client = field(default_factory=Client)

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        """Return what is answered, after looking at its status."""
        answer = self.client.get(ROOT + path, query, headers=self.headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if "json" in answer["Content-Type"] else answer.content

    def post(self, path: str, body: Any = None, *, status: int = 200, key: str | None = None, **headers: str) -> Any:
        """Send JSON and return what is answered."""
        more = {"Idempotency-Key": key} if key else {}
        content = json.dumps(body if body is not None else {}, ensure_ascii=False)
        answer = self.client.post(ROOT + path, content, content_type="application/json", headers={**self.headers, **more, **headers})
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    @property
    def headers(self) -> dict[str, str]:
        """The header with the token."""
        return {"Authorization": f"Bearer {self.token}"}


def caller(workspace: Workspace, username: str, *grants: Grant, scopes: list[str] | None = None, **more: Any) -> Caller:
    """Make an account that may use the interface, and a token of it."""
    post = grants[0].division if grants else VILLAGE
    account = hire(workspace, username, *grants, Grant("interface", post if len(post) == 12 else VILLAGE), **more)
    sight = sight_of(workspace, account)
    return Caller(new_token(workspace, account, scopes or scopes_of(sight)), account)


def new_token(workspace: Workspace, account: Account, scopes: list[str]) -> str:
    """Make a token of an account."""
    return do_make_token(account, sight_of(workspace, account), "a program", scopes, today() + timedelta(days=30))
