"""One long way through the grid in a real browser: typing, a Chinese input method, bad cells, undo, pasting, saving; and entry on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from taizhang.journal import read

pytestmark = pytest.mark.slow
CELL = '.tabulator-row:nth-child({row}) .tabulator-cell[tabulator-field="{field}"]'


def cell(page: Any, row: int, field: str) -> Any:
    return page.locator(CELL.format(row=row, field=field))


def open_grid(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".grid[data-ready]")
    page.wait_for_selector(".tabulator-row")


def compose(page: Any, steps: list[str], text: str) -> None:
    """Type as an input method does: keys that only it understands, a word that grows, Enter that chooses it."""
    devtools = page.context.new_cdp_session(page)
    for step in steps:
        devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": "KeyA"})
        devtools.send("Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)})
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Enter", "code": "Enter"})
    assert page.locator(".tabulator-cell.tabulator-editing input").count() == 1, "choosing a word does not end the entry"
    devtools.send("Input.insertText", {"text": text})
    devtools.detach()


def paste(page: Any, text: str) -> None:
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        document.querySelector('.grid').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
        text,
    )


def last_submission(served: Any) -> Any:
    served.workspace.activate()
    return read.submissions()[-1]


def test_grid_and_phone(browse: Callable[..., Any], served: Any) -> None:
    page = browse("minzheng")
    arriving_late(page)
    filtering(page)
    typing_to_saving(page, served)
    pasting(page, served)
    signed_out_meanwhile(page, served)
    on_a_phone(browse("cunguan", phone=True), served)


def arriving_late(page: Any) -> None:
    """Rows that come when somebody is on her way by Tab already leave the focus where it is."""
    held: list[Any] = []
    page.route("**/household_visit/rows/**", lambda route: held.append(route))
    with page.expect_request("**/household_visit/rows/**"):
        page.goto("/ledgers/household_visit/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.wait_for_selector(".grid", state="attached")
    assert page.locator(".grid[data-ready]").count() == 0
    held[0].continue_()
    page.wait_for_selector(".grid[data-ready]")
    expect(page.locator("a.skip")).to_be_focused()
    page.unroute_all()


def filtering(page: Any) -> None:
    """What the heads of the columns ask is in the address: reloaded, handed on and exported it is the same."""
    open_grid(page, "/ledgers/household_visit/")
    whole = page.locator("p.count").inner_text()
    page.select_option("select[aria-label='走访事由 等于']", index=1)
    expect(page.locator("p.count")).not_to_have_text(whole)
    since = page.locator("input[aria-label='走访日期 不小于']")
    since.fill("2020-06")
    since.press("Enter")
    expect(page.locator("#conditions li")).to_have_count(2)
    expect(since).to_be_focused()
    assert "f.visited_on.from=2020-06" in page.url
    told = page.locator("p.count").inner_text()
    with page.expect_download() as sent:
        page.click("a:has-text('导出CSV')")
    lines = sent.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert f"{len(lines) - 1:,}" in told
    page.reload()
    page.wait_for_selector(".grid[data-ready]")
    expect(page.locator("p.count")).to_have_text(told)
    assert page.input_value("input[aria-label='走访日期 不小于']") == "2020-06"
    page.locator("input[aria-label='走访日期 不大于']").fill("昨天")
    expect(page.locator(".grid-status")).to_contain_text("“走访日期”")
    expect(page.locator("input[aria-label='走访日期 不大于']")).to_have_attribute("aria-invalid", "true")
    page.locator("#conditions a").first.click()
    expect(page.locator("#conditions li")).to_have_count(2)


def typing_to_saving(page: Any, served: Any) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" and "Security" in message.text else None)
    open_grid(page, "/ledgers/household_visit/")
    assert page.locator("[role=status]").inner_text() == ""
    typing(page)
    a_fault_mended_and_saved(page, served)
    assert errors == []


def typing(page: Any) -> None:
    # Nobody who uses the keyboard alone is kept out or in: Tab enters at the chosen cell and leaves behind the grid.
    page.locator("button:has-text('撤销所选记录')").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.tabulator-cell')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.tabulator-footer') !== null")

    # Typing on a chosen cell begins an entry; an input method composes in it; Enter ends it only when nothing is being composed.
    cell(page, 1, "visitor").click()
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    assert cell(page, 1, "visitor").inner_text() == "abc"
    cell(page, 2, "visitor").click()
    compose(page, ["n", "ni", "ni h", "ni hao"], "你好")
    page.keyboard.press("Enter")
    assert cell(page, 2, "visitor").inner_text() == "你好"
    assert "changed" in cell(page, 2, "visitor").get_attribute("class")

    # The key of an entry that stands is not changed; Delete empties; undo and redo go by steps.
    cell(page, 1, "purpose").click()
    page.keyboard.press("F2")
    assert "主键" in page.locator("[role=status]").inner_text()
    cell(page, 2, "visitor").click()
    page.keyboard.press("Delete")
    assert cell(page, 2, "visitor").inner_text().strip() == ""
    page.keyboard.press("Control+z")
    expect(cell(page, 2, "visitor")).to_have_text("你好")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator(".tabulator-cell.changed")).to_have_count(0)
    assert page.locator("button:has-text('保存')").last.is_disabled()


def a_fault_mended_and_saved(page: Any, served: Any) -> None:
    """A bad cell is told in place and in a list; nothing is saved; mended, it goes to review."""
    before = last_submission(served).number
    cell(page, 1, "next_on").click()
    page.keyboard.type("2020-13-45")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.locator("[role=status]")).to_contain_text("原因")
    page.fill("#grid-reason", "回访补登")
    page.keyboard.press("Enter")
    bad = page.locator('.tabulator-cell[aria-invalid="true"]')
    bad.wait_for()
    assert bad.get_attribute("title")
    assert "第 1 行" in page.locator("#grid-faults").inner_text()
    assert last_submission(served).number == before
    page.locator("#grid-faults button").first.click()
    page.keyboard.type("2020-12-31")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.locator("[role=status]")).to_contain_text("待审")
    sent = last_submission(served)
    assert (sent.number, sent.status, sent.rows, sent.person, sent.note) == (before + 1, "pending", 1, "minzheng", "回访补登")
    assert "待审" in page.locator(".tabulator-row").first.inner_text()


def pasting(page: Any, served: Any) -> None:
    """Two thousand rows of three columns at once: one batch, one submission, saved at once."""
    open_grid(page, "/ledgers/household_visit/?size=2000&f.visited_on.from=2019-02-16")
    text = "\n".join(f"吴{chr(0x4E00 + i)}\t正常\t第{i}次走访" for i in range(2000))
    cell(page, 1, "visitor").click()
    paste(page, text)
    expect(page.locator("[role=status]")).to_contain_text("2000 行 3 列", timeout=20_000)
    assert page.locator(".tabulator-row").count() < 200, "only the rows in sight are drawn"
    page.fill("#grid-reason", "整批回访")
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if "/save/" in request.url else None)
    page.locator("#grid-reason").press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("已报送 2000 条", timeout=20_000)
    sent = last_submission(served)
    assert (sent.rows, sent.status) == (2000, "pending"), "one batch, one submission"
    assert len(saves) == 1


def signed_out_meanwhile(page: Any, served: Any) -> None:
    """Nothing typed is lost when the session has ended: the grid waits for another sign-in, a form comes back to the same person filled in."""
    open_grid(page, "/ledgers/relief_payment/")
    cell(page, 1, "approver").click()
    page.keyboard.type("Zhou Qiong")
    page.keyboard.press("Enter")
    page.fill("#grid-reason", "核对")
    page.context.clear_cookies(name="sessionid")
    page.locator("#grid-reason").press("Enter")
    with page.expect_popup() as opened:
        page.click(".grid-status a")
    enter(opened.value, served, "minzheng")
    page.locator("#grid-reason").press("Enter")
    expect(page.locator(".grid-status")).to_contain_text("已报送 1 条")

    for back, expected in (("minzheng", "周琼"), ("cunguan", "")):
        page.goto("/ledgers/household_visit/new/")
        page.fill("#v-visitor", "周琼")
        page.context.clear_cookies(name="sessionid")
        page.click("button:has-text('报送') >> nth=0")
        enter(page, served, back)
        assert page.url.endswith("/ledgers/household_visit/new/")
        assert page.input_value("#v-visitor") == expected


def enter(page: Any, served: Any, username: str) -> None:
    page.fill("#id_username", username)
    page.fill("#id_password", served.password)
    page.click("main button.primary")
    page.wait_for_url(lambda address: "/sign-in/" not in address)
    page.wait_for_load_state("networkidle")


def on_a_phone(page: Any, served: Any) -> None:
    """The form of one entry at 390 pixels."""
    page.goto("/ledgers/household_visit/")
    assert page.locator(".grid").count() == 0, "the grid is not loaded on a phone"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.click("text=新增")
    page.fill("#v-household", "H0760")
    page.select_option("#v-village", index=1)
    page.select_option("#v-purpose", index=1)
    page.fill("#v-visited_on", "2020-12-30")
    page.select_option("#v-result", "正常")
    page.click("button:has-text('报送') >> nth=0")
    page.wait_for_selector("text=没有保存")
    page.fill("#v-visitor", "罗小英")
    page.click("button:has-text('报送') >> nth=0")
    page.wait_for_selector("text=待审核")
    page.go_back()
    assert page.input_value("#v-household") == "", "who goes back to a form that was sent finds an empty one"
    sent = last_submission(served)
    assert (sent.person, sent.rows, sent.status) == ("cunguan", 1, "pending")
