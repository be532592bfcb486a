"""Every page that links lead to: none is broken, all are English when asked, axe finds nothing serious, home and forms are light."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from support.crawling import Links, crawl
from support.findings_office import FindingsTown, make_town
from support.staff import hire, signed_in
from taizhang.access.sight import Grant
from taizhang.comparison import actions
from taizhang.i18n import LOCALE_DIR
from taizhang.pack import Pack
from taizhang.workspace import Workspace

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TOWN, VILLAGE = "990128105", "990128105201"
ROLES = {
    "village_clerk": Grant("village_clerk", VILLAGE),
    "station": Grant("station", TOWN, ("社会事务办",)),
    "reviewer": Grant("reviewer", TOWN, ("社会事务办",)),
    "report_writer": Grant("report_writer", TOWN),
    "inspector": Grant("inspector", TOWN, ("纪委",)),
    "leader": Grant("leader", TOWN),
    "administrator": Grant("administrator", TOWN),
}
_CHINESE = re.compile("[\u4e00-\u9fff]")
# What axe may find: Tabulator's own markup of an empty grid has a role without the children that the role asks for.
ALLOWED = {("aria-required-children", ".grid")}
_WIRE = 60_000


@pytest.fixture
def town(sqlite_workspace: Workspace, own_pack: Pack) -> FindingsTown:
    """A town with a few rows and a finding that is worked on."""
    made = make_town(sqlite_workspace, own_pack)
    made.die(0)
    made.pay(1, 0, "2020-05")
    made.pay(2, 0, "2020-06")
    made.check("t_dead_paid")
    actions.do_assign(made.workspace, made.only().number, "inspector", by="舒华", day=made.only().found_on)
    return made


def walked(town: FindingsTown, role: str, *, english: bool) -> dict[str, str]:
    """Return all pages that a role comes to by links; any failure of one fails the test."""
    client: Client = signed_in(hire(town.workspace, role, ROLES[role], name="Jo"))
    if english:
        client.cookies["language"] = "en"

    def get(address: str) -> str | None:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, f"{role} {address}: {answer.status_code}"
        return answer.content.decode() if "html" in answer.get("Content-Type", "") and not answer.streaming else None

    return dict(crawl(get, set()))


@pytest.mark.slow
@pytest.mark.parametrize("role", list(ROLES))
def test_no_link_is_broken_and_english_is_complete(town: FindingsTown, role: str) -> None:
    with (LOCALE_DIR / "en" / "LC_MESSAGES" / "taizhang.po").open("rb") as stream:
        ours = {str(message.id) for message in read_po(stream) if message.id and message.string}
    pages = walked(town, role, english=True)
    assert len(pages) > 3
    left = {
        (address, text) for address, page in pages.items() for text in Links(page).texts if _CHINESE.search(text) and text in ours and not data(town, text)
    }  # fmt: skip
    assert not left


def data(town: FindingsTown, text: str) -> bool:
    """Say whether a text stands in the pack's or the rows' own words, which stay Chinese."""
    pack = town.workspace.pack
    titles = {ledger.title for ledger in pack.ledgers.values()} | {
        f.title for ledger in pack.ledgers.values() for f in ledger.fields.values()
    }
    choices = {c for ledger in pack.ledgers.values() for f in ledger.fields.values() for c in f.choices}
    offices = {ledger.office for ledger in pack.ledgers.values()} | {role.title for role in pack.roles.values()}
    figures = {word for indicator in pack.indicators.values() for word in (indicator.title, indicator.unit)}
    return text in titles | choices | offices | figures | {"中文"}


def violations(page: Any) -> list[tuple[str, str, str]]:
    """Return what axe finds serious or critical in the page: rule, place, whole place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    return [
        (v["id"], " ".join(map(str, node["target"])), node["failureSummary"])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.slow
@pytest.mark.long
def test_axe_finds_nothing_serious_and_pages_are_light(browse: Callable[..., Any]) -> None:
    seen: set[str] = set()
    bad: list[tuple[str, str, str]] = []
    heavy: dict[str, int] = {}
    for username, phone in (("jijian", False), ("nongye", True), ("shenhe", False), ("dangzheng", False), ("guanli", True)):
        page = browse(username, phone=phone)
        weight: list[int] = []
        page.on(
            "requestfinished",
            lambda request, weight=weight: weight.append(sum(request.sizes()[n] for n in ("responseBodySize", "responseHeadersSize"))),
        )

        def get(address: str, page: Any = page, weight: list[int] = weight) -> str | None:
            weight.clear()
            answer = page.goto(address, wait_until="networkidle")
            assert answer is not None
            assert answer.status == 200, address
            heavy[address] = sum(weight)
            bad.extend((address, rule, place) for rule, place, _why in violations(page) if not allowed(rule, place))
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{address} is wider than the screen"
            return str(page.content())

        list(crawl(get, seen, most=40))
        seen.discard("home")
    assert bad == []
    assert {address: size for address, size in heavy.items() if size > _WIRE and light(address)} == {}


def allowed(rule: str, place: str) -> bool:
    """Say whether a finding of axe is one of the named ones."""
    return any(rule == known and where in place for known, where in ALLOWED)


def light(address: str) -> bool:
    """Say whether a page is the home page or a form."""
    return address == "/" or address.endswith("/new/") or "/sign-in/" in address
