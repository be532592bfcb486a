"""One long way in a browser: a leader follows a figure to its file; a report goes stale when a row changes, and is written anew; its draft is audited."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from support.recorded import record
from taizhang.journal import read

PATIENCE = 60_000


def _one_more_mu(served: Any) -> None:
    """Mend a row of the crops: one mu more of peaches."""
    served.workspace.activate()
    standing = read.standing("crop_planting")
    entry, row = next((e, json.loads(s.data)) for e, s in sorted(standing.items()) if '"黄桃"' in s.data and '"2020' in s.data)
    before = next(v for v in read.history("crop_planting", entry))
    record(
        "crop_planting", [{"_entry": entry, "_division": before.division, **row, "area": str(Decimal(row["area"]) + 1)}], person="nongye"
    )


@pytest.mark.slow
def test_a_figure_is_followed_a_report_goes_stale_a_draft_is_audited(served: Any, browse: Callable[..., Any], tmp_path: Path) -> None:
    said: list[str] = []
    leader = browse("lingdao")
    leader.set_default_timeout(PATIENCE)
    leader.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)

    # From the tree to the rows, from a row to its file and line; by the keyboard where a branch opens.
    leader.goto("/figures/?period=2020")
    branch = leader.locator("details.branch", has_text="农业综合服务中心").first
    branch.locator("summary").press("Enter")
    branch.get_by_role("link", name="黄桃种植面积").click()
    leader.wait_for_selector(".chart svg")
    assert leader.locator(".headline strong").inner_text() == "1,700"
    leader.locator(".headline a.trace").click()
    leader.wait_for_url("**/rows/**")
    leader.locator("table.list tbody a.trace").first.click()
    row = leader.locator("main")
    expect(row).to_contain_text(re.compile(r"行号\s+\d+"), use_inner_text=True)
    expect(row).to_contain_text(re.compile(r"来源文件.*\.xlsx", re.DOTALL))

    # The report, written in the background; a figure opens beside the text.
    leader.goto("/report/")
    leader.select_option("select[name=period]", "2020")
    leader.get_by_role("button", name="写报告").click()
    leader.wait_for_url("**/jobs/*/")
    leader.locator('main a[href*="/report/township_annual/"]').first.click()
    leader.wait_for_selector(".standing .success")
    leader.get_by_text("1700亩", exact=True).first.click()
    assert "黄桃" in leader.locator("#trace .formula").inner_text()
    leader.keyboard.press("Escape")
    with leader.expect_download() as download:
        leader.locator('a[href$="report.docx"]').click()
    draft = tmp_path / "初稿.docx"
    download.value.save_as(draft)

    # A row changes: the sentence is marked, written anew, and the old version stays.
    first = leader.url
    _one_more_mu(served)
    leader.reload()
    leader.wait_for_selector("mark.stale")
    assert "1701亩" in leader.locator(".should").first.inner_text()
    leader.get_by_role("button", name="按现在的台账重写").click()
    leader.wait_for_url("**/jobs/*/")
    leader.locator('main a[href*="/report/township_annual/"]').first.click()
    leader.wait_for_selector(".standing .success")
    assert leader.url != first
    assert "1701亩" in leader.locator("article").inner_text()

    # What was written before is audited as a draft: its figure differs now.
    leader.goto("/audit/")
    leader.set_input_files("#id-draft", draft)
    leader.get_by_role("button", name="上传并审核").click()
    leader.wait_for_url("**/jobs/*/")
    leader.locator('main a[href*="/audit/"]').first.click()
    differing = leader.locator(".sheet a.figure.differs", has_text="1700亩").first
    differing.click()
    assert "1701" in leader.locator("#card").inner_text()
    leader.locator("#card a").click()
    expect(leader.locator("main")).to_contain_text("这个数字是哪个指标")
    assert said == []
