"""In a browser: an inspector runs a comparison, verifies what it finds, decides on it, and home shows what awaits before and after."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from taizhang.intake.importing import import_rows
from taizhang.journal.records import Source
from taizhang.workspace import Workspace

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def plant(workspace: Workspace) -> str:
    """Report somebody dead who was paid long after, and return the rule that finds her."""
    from taizhang.journal import read

    workspace.activate()
    row = next(
        json.loads(s.data)
        for s in read.standing("payment").values()
        if (d := json.loads(s.data)).get("payee_id") and d["for_month"] >= "2020-06" and d["programme"] == "低保金"
    )
    dead = {
        "id_number": row["payee_id"], "name": row["payee"], "village": row["village"], "died_on": "2020-01-05", "source": "公安部门",
        "as_of_on": "2020-12-31",
    }  # fmt: skip
    import_rows(workspace, {"death_record": [dead]}, "派出所", Source("api", "死亡名单"), confirm=True)
    return "deceased_paid"


@pytest.mark.slow
def test_an_inspector_closes_a_finding(browse: Callable[..., Any], served: Any, tmp_path: Path) -> None:
    rule = plant(served.workspace)
    page = browse("jijian")
    page.goto("/")
    assert "等我办" in page.inner_text("main")
    assert "还没有交办的疑点" not in page.inner_text("main")
    page.goto(f"/findings/rules/{rule}/")
    page.click("text=只比对这条规则")
    page.wait_for_url("**/jobs/*/")
    page.click("a.button.primary:has-text('继续')", timeout=90_000)
    page.wait_for_url("**/findings/runs/*/")
    page.goto("/")
    page.click("text=还没有交办的疑点")
    page.click("main table tbody th a")
    expect(page.locator("main")).to_contain_text("死亡信息名单")
    assert "*" in page.inner_text("dl.facts >> nth=0")
    page.check('input[name="handler"][value="jijian"]')
    page.click('form[action$="/assign/"] button')
    page.wait_for_url("**/findings/cases/*/")
    page.goto("/")
    assert "交办给我的核查" in page.inner_text("main")
    page.click("section:has-text('交办给我的核查') li a")
    photo = tmp_path / "照片.png"
    photo.write_bytes(PNG)
    page.fill("#id-note", "已入户，死亡证明属实，款仍在卡上")
    page.set_input_files("#id-files", str(photo))
    page.click("text=登记核实")
    expect(page.locator("ul.papers img")).to_have_count(1)
    decide_by_keyboard(page)
    page.go_back()
    assert "已认定" in page.inner_text("main")
    assert page.locator("#id-result").count() == 0, "a decision is not made twice"
    page.goto("/")
    told = page.inner_text("main")
    assert "交办给我的核查" not in told
    assert "待认定的核查" not in told
    page.goto(f"/findings/rules/{rule}/")
    assert "100.00%" in page.inner_text("main")


def decide_by_keyboard(page: Any) -> None:
    """Decide on the case that is open without a mouse: from the top of the page, over the link to the text, by tabs."""
    page.keyboard.press("Home")
    page.locator("body").press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "id-result":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline not in ("none", ""), "focus must be seen"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("应予收回")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已认定。")
