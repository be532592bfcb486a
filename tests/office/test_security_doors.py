"""Every address of the office, asked by nobody and by everybody: closed unless it is said to be open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from support.staff import hire, signed_in
from taizhang.access.current import sight_of
from taizhang.access.models import Account
from taizhang.access.sight import Grant
from taizhang.office.navigation import AREAS
from taizhang.workspace import Workspace

TOWN = "990128105"
# Who is not signed in may see these, and no others.
OPEN = {"sign-in", "sign-in-code", "sign-out", "first-run", "language"}
SAMPLES = {"int": "1", "str": "household", "slug": "close", "path": "H1", "uuid": "00000000-0000-4000-8000-000000000000"}


def walked(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the office, its variables filled in, with its pattern."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walked(pattern.url_patterns, route)
        else:
            yield "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: SAMPLES[m[1] or "str"], route), pattern


def test_who_is_not_signed_in_is_asked_to_everywhere(sqlite_workspace: Workspace) -> None:
    hire(sqlite_workspace, "admin", Grant("administrator", TOWN))
    wrong = []
    addresses = list(walked(get_resolver().url_patterns))
    for address, pattern in addresses:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            if address.startswith("/api/"):
                closed = answer.status_code in (401, 404, 405) or ((method, answer.status_code) == ("get", 200) and "openapi" in address)
            elif pattern.name in OPEN:
                closed = answer.status_code in (200, 302, 405)
            else:
                closed = answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next=")
            if not closed:
                wrong.append(f"{method} {address}: {answer.status_code}")
    assert wrong == []
    assert len(addresses) > 30
    assert {pattern.name for address, pattern in addresses if not address.startswith("/api/")} >= OPEN


def test_a_view_that_nobody_thought_of_is_closed(sqlite_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from taizhang.office.signing_in import own_views

    pattern = next(p for address, p in walked(get_resolver().url_patterns) if address == "/me/")
    monkeypatch.setattr(pattern, "callback", lambda request: HttpResponse("secret"))
    assert Client().get("/me/").status_code == 302
    assert own_views.me is not pattern.callback


ROLES = ["village_clerk", "station", "reviewer", "report_writer", "inspector", "leader", "county", "administrator", "interface", ""]
POSTS = {"village_clerk": "990128105202", "interface": "990128105202", "county": "990128"}


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_where_its_navigation_leads_and_nowhere_else(sqlite_workspace: Workspace, role: str) -> None:
    grants = [Grant(role, POSTS.get(role, TOWN), ("民政办", "纪委"))] if role else []
    account = hire(sqlite_workspace, "somebody", *grants)
    client, sight = signed_in(account), sight_of(sqlite_workspace, account)
    page = client.get("/me/").content.decode()
    for area in AREAS:
        try:
            address = reverse(area.view)
        except NoReverseMatch:  # the navigation leaves it out as well
            continue
        answer = client.get(address)
        if area.shown(sight):
            assert answer.status_code == 200, address
            assert f'href="{address}"' in page
        else:
            assert f'<li><a href="{address}"' not in page
            # An area that shows only what one may see may be empty; any other is refused.
            assert answer.status_code in (403, 404) or area.view in ("ledgers", "importing", "review", "jobs"), address


def test_a_role_that_was_taken_away_opens_nothing_from_the_next_page_on(
    sqlite_workspace: Workspace, client_of: Callable[..., Client]
) -> None:
    client = client_of("inspector", TOWN, "纪委", username="yao")
    assert client.get(reverse("findings")).status_code == 200
    Account.objects.get(username="yao").grants.all().delete()  # type: ignore[attr-defined]
    assert client.get(reverse("findings")).status_code == 403
