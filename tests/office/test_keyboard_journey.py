"""Whole tasks without a mouse: everything is reached by Tab, in sight, and done by the keys that a browser gives to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from taizhang.journal import read

pytestmark = pytest.mark.slow
MOST = 150  # presses of Tab; beyond, nobody has the patience
_REACHED = "([where, text]) => document.activeElement.matches(where) && document.activeElement.innerText.includes(text)"
_IN_SIGHT = """() => {
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return seen && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
}"""


def tab_to(page: Any, where: str, text: str = "") -> None:
    """Press Tab until what is meant has the focus, which must be seen."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate(_REACHED, [where, text]):
            assert page.evaluate(_IN_SIGHT), f"{where} {text} has the focus out of sight on {page.url}"
            return
    pytest.fail(f"{where} {text} is not reached by Tab on {page.url}")


def go(page: Any, where: str, text: str = "") -> None:
    """Follow a link, or press a button, to another page."""
    tab_to(page, where, text)
    page.evaluate("document.documentElement.dataset.left = ''")
    page.keyboard.press("Enter")
    # Any navigation would not do: that to the place below the link past the navigation is told late.
    page.wait_for_selector("html:not([data-left])", state="attached")
    page.wait_for_load_state()


def skip(page: Any) -> None:
    """Go past the navigation."""
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")


def fill(page: Any, where: str, value: str) -> None:
    """Type into a field."""
    tab_to(page, where)
    page.keyboard.type(value)


def choose(page: Any, where: str, choice: str) -> None:
    """Go down a list to a choice."""
    tab_to(page, where)
    for _ in range(MOST):
        if choice in page.evaluate("document.activeElement.selectedOptions[0].text"):
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{where} has no {choice}")


def test_whole_tasks_without_a_mouse(browse: Callable[..., Any], served: Any) -> None:
    number = an_entry(signed_in(browse, served, "cunguan"))
    reviewer = signed_in(browse, served, "shenhe")
    accepted(reviewer, number)
    served.workspace.activate()
    assert read.submission(int(number)).status == "accepted"
    assert any("龙小妹" in one.data for one in read.standing("household_visit").values())
    a_figure(signed_in(browse, served, "lingdao"))
    a_report(signed_in(browse, served, "dangzheng"))
    an_account(signed_in(browse, served, "guanli"))


def signed_in(browse: Callable[..., Any], served: Any, username: str) -> Any:
    page = browse("")
    page.evaluate("document.activeElement.blur()")
    fill(page, "#id_username", username)
    fill(page, "#id_password", served.password)
    go(page, "main button.primary")
    return page


def an_entry(clerk: Any) -> str:
    """Add an entry by its form, from the home page on; return the submission's number."""
    go(clerk, "nav a", "台账")
    skip(clerk)
    go(clerk, "main a", "入户走访")
    skip(clerk)
    go(clerk, "main a", "新增")
    skip(clerk)
    fill(clerk, "#v-household", "H0760")
    choose(clerk, "#v-village", "銮塘村")
    choose(clerk, "#v-purpose", "防返贫监测")
    fill(clerk, "#v-visited_on", "12302020")  # the order of the test browser's own language
    fill(clerk, "#v-visitor", "龙小妹")
    choose(clerk, "#v-result", "正常")
    go(clerk, "main button", "报送")
    told = re.search(r"第(\d+)号", clerk.inner_text("main"))
    assert told, clerk.inner_text("main")
    return told[1]


def accepted(reviewer: Any, number: str) -> None:
    go(reviewer, "nav a", "审核")
    skip(reviewer)
    go(reviewer, "main a", f"第{number}号")
    skip(reviewer)
    go(reviewer, "main button", "接收全部")
    assert "已接收" in reviewer.inner_text("main")


def a_figure(leader: Any) -> None:
    """Open an office, a number and one of its rows."""
    go(leader, "nav a", "指标")
    skip(leader)
    tab_to(leader, "summary", "财政所")
    leader.keyboard.press("Enter")
    go(leader, "main a.trace")
    skip(leader)
    go(leader, "main table a")
    assert leader.locator("main h1").count() == 1


def a_report(writer: Any) -> None:
    go(writer, "nav a", "报告")
    skip(writer)
    choose(writer, "main select[name=period]", "2020")
    go(writer, "main button", "写报告")
    writer.wait_for_selector("text=公坪镇", timeout=120_000)


def an_account(admin: Any) -> None:
    go(admin, "nav a", "账号")
    skip(admin)
    go(admin, "main a", "新建账号")
    skip(admin)
    fill(admin, "#id-username", "xinren")
    fill(admin, "#id-name", "田小梅")
    choose(admin, "#id-role", "村")
    choose(admin, "#id-division", "公坪社区")
    go(admin, "main button", "建账号")
    assert len(admin.locator("code.secret").inner_text()) > 8
