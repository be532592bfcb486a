"""One long way through a browser: a clerk's faulty workbook, mended and sent in, returned, mended, accepted; then a new ledger from a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from taizhang.journal import read

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
HEAD = ("户编号", "村", "走访事由", "走访日期", "谁去的", "走访结果")


def book(path: Path, sheet: str, *rows: tuple[Any, ...]) -> str:
    made = Workbook()
    page = made.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    made.save(path)
    return str(path)


def visit(number: int, reason: str = "防返贫监测", village: str = "銮塘村", result: str = "正常") -> tuple[Any, ...]:
    return (f"H{number:04d}", village, reason, date(2020, 3, number), "周敏", result)


def nothing_serious(page: Any) -> None:
    """axe finds nothing serious or critical on the page."""
    if not AXE.is_file():
        return
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [v["id"] for v in found["violations"] if v["impact"] in ("serious", "critical")] == []


@pytest.mark.slow
def test_from_a_faulty_workbook_to_a_new_ledger(browse: Callable[..., Any], served: Any, tmp_path: Path) -> None:
    faulty = book(tmp_path / "三月走访.xlsx", "入户走访", HEAD, visit(2), visit(3, "串门"), visit(4, village="桐木村"))
    mended = book(tmp_path / "三月走访（改）.xlsx", "入户走访", HEAD, visit(2), visit(3))
    again = book(tmp_path / "三月走访（再改）.xlsx", "入户走访", HEAD, visit(2), visit(3, result="有困难已解决"))
    clerk, reviewer = browse("cunguan"), browse("shenhe")
    number = sent_once_mended(clerk, faulty, mended)
    returned(reviewer, number)
    clerk.goto(f"/submissions/{number}/")
    assert "走访结果与记录本不一致" in clerk.inner_text("main")
    clerk.click("a:text-is('重新导入')")
    number = sent(clerk, again)
    reviewer.goto(f"/submissions/{number}/")
    reviewer.click("text=接收全部")
    reviewer.wait_for_selector("text=已接收")
    served.workspace.activate()
    assert {"H0002|防返贫监测|2020-03-02", "H0003|防返贫监测|2020-03-03"} <= set(read.standing("household_visit"))
    new_ledger(browse("guanli"), clerk, tmp_path)


def sent_once_mended(clerk: Any, faulty: str, mended: str) -> str:
    """Import a workbook that tells its faults, and the one in which they are mended; return the submission's number."""
    clerk.goto("/import/")
    nothing_serious(clerk)
    clerk.set_input_files("#id-file", faulty)
    clerk.click("text=读取")
    clerk.wait_for_selector("text=column.missing")
    told = clerk.inner_text("main")
    assert "串门" in told
    assert "不在您填报的范围" in told
    assert "C3" in told
    nothing_serious(clerk)
    # The column is said once; the next file knows it.
    clerk.select_option("select[aria-label='字段 谁去的']", label="走访干部 *")
    clerk.click("text=按这样重新读")
    clerk.wait_for_selector("text=报送审核")
    with clerk.expect_download() as marked:
        clerk.click("text=下载标出问题的工作簿")
    assert marked.value.suggested_filename.endswith(".xlsx")
    clerk.goto("/import/")
    number = sent(clerk, mended)
    clerk.go_back()
    assert clerk.url.endswith(f"/submissions/{number}/"), "what was sent is sent once"
    return number


def sent(clerk: Any, file: str) -> str:
    """Send a workbook without faults from the import page; return the submission's number."""
    clerk.set_input_files("#id-file", file)
    clerk.click("text=读取")
    clerk.wait_for_selector("text=没有问题")
    clerk.click("text=报送审核")
    clerk.wait_for_url("**/submissions/*/")
    return str(clerk.url.rstrip("/").rsplit("/", 1)[-1])


def returned(reviewer: Any, number: str) -> None:
    """See what the submission would cause, and return it with a reason for a row."""
    reviewer.goto("/review/")
    reviewer.click(f"text=第{number}号")
    reviewer.wait_for_selector("text=会新出现", timeout=120_000)
    nothing_serious(reviewer)
    reviewer.fill("input[name=reason-1]", "走访结果与记录本不一致")
    reviewer.click("button[value=return]")
    reviewer.wait_for_selector("text=已退回")


def new_ledger(admin: Any, clerk: Any, tmp_path: Path) -> None:
    """A workbook that no ledger knows becomes one, and the clerk fills it in."""
    head = ("维修单号", "村名", "报修人", "故障", "费用（元）", "维修日期")
    rows = [
        (f"LD{n:03d}", ["銮塘村", "桐木村", "石板村"][n % 3], ["王强", "李红"][n % 2], ["灯不亮", "杆倒"][n % 2], 80 + n, date(2020, 3, n + 1)) for n in range(9)
    ]  # fmt: skip
    admin.goto("/definitions/")
    nothing_serious(admin)
    admin.set_input_files("#id-file", book(tmp_path / "路灯维修.xlsx", "路灯维修", head, *rows))
    admin.click("text=提出定义")
    admin.wait_for_selector("text=没有问题，可以保存")
    nothing_serious(admin)
    admin.fill("#id-ledger", "street_light_repair")
    admin.click("text=保存，立即启用")
    admin.wait_for_selector("text=现在就可以填报", timeout=60_000)
    admin.go_back()
    assert admin.url.endswith("/definitions/ledgers/street_light_repair/")
    clerk.goto("/import/")
    clerk.set_input_files("#id-file", book(tmp_path / "路灯.xlsx", "路灯维修", head, rows[0]))
    clerk.click("text=读取")
    clerk.wait_for_selector("text=没有问题", timeout=60_000)
    clerk.click("text=报送审核")
    clerk.wait_for_url("**/submissions/*/")
