"""Whatever an address names by a number, a name or a token is asked for by everybody: who may not have it learns and changes nothing.

Who may is written down in ``others_things.tsv``; a new address that names something has to be added there, with a thing in ``support.belongings``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client
from django.urls import URLResolver, get_resolver

from support.belongings import CANARIES, Belongings, belongings
from taizhang.access.models import Account, ApiToken, SignIn
from taizhang.defining.models import LedgerDraft
from taizhang.jobs.models import Job
from taizhang.journal import read
from taizhang.journal.models import Submission, SubmissionPayload
from taizhang.pack import Pack
from taizhang.reviewing.models import RowCorrection, RowNote
from taizhang.sending.models import Draft
from taizhang.workspace import Workspace

TABLE = Path(__file__).with_name("others_things.tsv")
# Of everybody who looks, those who also try to do something: the like of the owner, those above and beside, and who holds nothing.
SENDERS = ("other_clerk", "station", "other_reviewer", "other_inspector", "leader", "other_administrator", "nobody")


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    method: str
    address: str
    sent: str
    who: frozenset[str]


def table() -> list[Line]:
    groups: dict[str, list[str]] = {}

    def people(text: str) -> list[str]:
        return [p for word in text.split() if word != "-" for p in (groups[word] if word.startswith("@") else [word])]

    lines = []
    for text in TABLE.read_text(encoding="utf-8").splitlines():
        cells = text.split("\t")
        if text.startswith("@"):
            groups[cells[0]] = people(cells[1])
        elif not text.startswith("#"):
            method, address, sent, who = cells
            lines.append(Line(method, address, sent, frozenset(people(who))))
    return lines


LINES = table()


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif "<" in route and not route.endswith("<path:rest>"):
            yield route


def fits(route: str, address: str) -> bool:
    parts = re.split(r"<(?:(\w+):)?\w+>", route.removesuffix("\\Z"))
    pattern = re.escape(parts[0]) + "".join((".+" if kind == "path" else "[^/]+") + re.escape(text) for kind, text in zip(parts[1::2], parts[2::2], strict=True))  # fmt: skip
    return re.fullmatch(pattern, address) is not None


def test_every_address_that_names_something_is_in_the_table() -> None:
    named = list(routes(get_resolver().url_patterns))
    assert len(named) > 90
    missing = [route for route in named if not any(fits(route, line.address) for line in LINES)]
    assert missing == []
    stale = [line.address for line in LINES if not any(fits(route, line.address) for route in named)]
    assert stale == []


def filled(text: str, things: dict[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: str(things[m[1]]), text)


def ask(client: Client, line: Line, things: dict[str, Any]) -> Any:
    address, sent = "/" + filled(line.address, things), line.sent.removeprefix("FORM ")
    body = json.loads(filled(re.sub(r'"\{(household|petition)\}"', r"{\1}", sent), things)) if sent else {}
    if line.method == "GET":
        return client.get(address, follow=True)
    if line.sent.startswith("FORM") or not (address.startswith("/api/") or address.endswith("/save/")):
        return client.post(address, body)
    return client.post(address, json.dumps(body), content_type="application/json")


def text_of(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8", "replace")


def state() -> Any:
    """Return all that somebody could have changed."""
    tables = (Account, ApiToken, SignIn, Submission, Job, Draft, LedgerDraft, RowNote, RowCorrection, SubmissionPayload)
    kept = [sorted(map(str, model.objects.values_list())) for model in tables]  # type: ignore[attr-defined]
    return read.position(), kept


@pytest.fixture(scope="module")
def lasting_town(lasting_workspace: Workspace, own_pack: Pack) -> Belongings:
    """The town with somebody's things."""
    made = belongings(lasting_workspace, own_pack)
    for client in made.people.values():
        client.raise_request_exception = False
    return made


@pytest.fixture
def town(lasting_town: Belongings) -> Iterator[Belongings]:
    """The town of all tests here, in use; none of them changes anything in it."""
    lasting_town.workspace.activate()
    yield lasting_town
    connections.close_all()


@pytest.mark.slow
def test_who_may_not_have_it_learns_nothing_and_changes_nothing(town: Belongings) -> None:
    wrong, before = list[str](), state()
    posted = {line.address for line in LINES if line.method == "POST"}
    asked = LINES + [Line("POST", line.address, "", line.who) for line in LINES if line.address not in posted]
    for line in asked:
        for name in town.people if line.method == "GET" else SENDERS:
            if line.method == "POST" and name in line.who:
                continue  # that it works is shown where the thing itself is tested
            answer = ask(town.of(name), line, town.things)
            if name in line.who:
                wrong += [
                    f"{line.address}: {name} {problem}"
                    for problem in [*unguarded(answer), *astray(answer, filled(line.address, town.things))]
                ]
            elif not 400 <= answer.status_code < 500:
                wrong.append(f"{line.method} {line.address}: {name} may not, and gets {answer.status_code}")
            elif name not in insiders(line) and any(canary in text_of(answer) for canary in CANARIES):
                wrong.append(f"{line.method} {line.address}: {name} is refused, and told of it")
        after = state()
        if after != before:
            wrong.append(f"{line.method} {line.address} changed something")
            before = after
    assert not wrong, "\n".join(wrong)


def unguarded(answer: Any) -> Iterator[str]:
    """Yield what is wrong with an answer that somebody rightly gets: it stays in no cache, and a file is a file."""
    if answer.status_code != 200:
        yield f"gets {answer.status_code}"
    if "no-store" not in answer.get("Cache-Control", ""):
        yield "leaves it in a cache"
    if answer.get("X-Content-Type-Options") != "nosniff":
        yield "may take it for something else"
    kind = answer["Content-Type"].partition(";")[0]
    if kind not in ("text/html", "application/json") and not answer.get("Content-Disposition", "").startswith("attachment"):
        yield f"is shown {kind}"


def astray(answer: Any, address: str) -> Iterator[str]:
    """Yield where an answer leads that is no page above the one that was asked for: from a form that is closed to its thing."""
    for target, _status in answer.redirect_chain if hasattr(answer, "redirect_chain") else ():
        if not f"/{address}".startswith(urlsplit(target).path):
            yield f"is led to {target}"


def insiders(line: Line) -> set[str]:
    """Return who may look at the thing itself, and so be told of it when she may not do this with it."""
    return {"import": {"clerk"}, "submissions": {"clerk", "its_reviewer"}, "findings": {"inspector", "other_inspector"}}.get(
        line.address.removeprefix("api/v1/").partition("/")[0], set()
    )


@pytest.mark.slow
def test_no_form_is_taken_from_elsewhere(town: Belongings) -> None:
    """Everybody's browser may be made to send a form; what does not carry our mark is refused whoever sends it, also what htmx would send."""
    before, wrong = state(), []
    for line in LINES:
        client = town.of(min(line.who, default="administrator"))
        client.handler.enforce_csrf_checks = True
        for headers in ({}, {"HX-Request": "true"}, {"Origin": "https://evil.example"}) if line.method == "POST" else ():
            client.defaults = {f"HTTP_{name.replace('-', '_').upper()}": value for name, value in headers.items()}
            answer = ask(client, line, town.things)
            wrong += [f"{line.address} {headers}: {answer.status_code}"] if answer.status_code != 403 else []
        client.defaults, client.handler.enforce_csrf_checks = {}, False
    assert wrong == []
    assert state() == before


# What is asked for in an address's query, by any name that a page or an operation knows.
NAMES = [
    "act",
    "age",
    "answer",
    "as_of",
    "cursor",
    "day",
    "division",
    "down",
    "figures",
    "filter",
    "form",
    "from",
    "group",
    "in",
    "indicator",
    "kind",
    "known_at",
    "ledger",
    "limit",
    "nothing",
    "number",
    "office",
    "on",
    "origin",
    "page",
    "period",
    "person",
    "place",
    "programme",
    "q",
    "role",
    "rule",
    "severity",
    "sheet",
    "show",
    "since",
    "size",
    "sort",
    "state",
    "status",
    "steps",
    "unit",
    "until",
    "what",
    "year",
]
ODD = ["-1", "9" * 30, "9999-12-31", "0000-00-00", "\x00%_'\"[(", "٣", "2020Q9", "a" * 3000]


@pytest.mark.slow
def test_odd_questions_break_nothing(town: Belongings) -> None:
    wrong = []
    for line in LINES:
        client = town.of(min(line.who, default="administrator"))
        for value in ODD if line.method == "GET" else ():
            answer = client.get("/" + filled(line.address, town.things), dict.fromkeys(NAMES, value))
            told = text_of(answer)
            if answer.status_code >= 500 or "Traceback" in told or str(town.workspace.root) in told:
                wrong.append(f"{line.address} {value[:40]!r}: {answer.status_code}")
    assert wrong == []
