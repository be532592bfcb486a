"""What the awkward files are made of: two rows, how a file is entered with what is expected of it, one sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

HEAD = ["村", "户编号", "领款人", "补贴项目", "所属年度", "核实面积", "补贴金额", "发放日期"]
ONE = ["公坪社区", "H001", "张三", "稻谷补贴", 2020, 3.2, 416, date(2020, 6, 5)]
TWO = ["銮塘村", "H002", "李四", "稻谷补贴", 2020, 1.05, 136.5, date(2020, 6, 5)]
TEXT_ONE = ["公坪社区", "H001", "张三", "稻谷补贴", "2020", "3.2", "416", "2020-06-05"]
TEXT_TWO = ["銮塘村", "H002", "李四", "稻谷补贴", "2020", "1.05", "136.5", "2020-06-05"]
NAMES = ["village", "household", "payee", "programme", "for_year", "area", "amount", "paid_on"]
C1 = dict(zip(NAMES, ["990128105001", "H001", "张三", "稻谷补贴", "2020", "3.2", "416", "2020-06-05"], strict=True))
C2 = dict(zip(NAMES, ["990128105201", "H002", "李四", "稻谷补贴", "2020", "1.05", "136.5", "2020-06-05"], strict=True))
BOTH = [C1, C2]

Maker = Callable[[Path], None]
CASES: dict[str, tuple[Maker, dict[str, Any]]] = {}


def case(name: str, expected: dict[str, Any]) -> Callable[[Maker], Maker]:
    """Enter a file under its name, with what is expected of it."""

    def enter(maker: Maker) -> Maker:
        CASES[name] = (maker, expected)
        return maker

    return enter


def table(rows: list[dict[str, str]], *, ledger: str = "subsidy", **more: Any) -> dict[str, Any]:
    """Expect one table: faults as [code, row, column], skipped lines as [row, reason]."""
    return {"tables": [{"ledger": ledger, "rows": rows, "faults": more.pop("faults", []), "skipped": more.pop("skipped", [])}], **more}


def sheet(
    path: Path, rows: list[list[Any]], merges: Sequence[str] = (), *, title: str = "Sheet1", more: Callable[[Any, Any], None] | None = None
) -> None:
    """Write one sheet with openpyxl."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(row)
    for merge in merges:
        page.merge_cells(merge)
    if more:
        more(book, page)
    book.save(path)


def simple(name: str, expected: dict[str, Any], rows: list[list[Any]], merges: list[str] = [], **more: Any) -> None:  # noqa: B006
    """Enter a file that is one sheet written with openpyxl."""
    CASES[name] = (lambda path: sheet(path, rows, merges, **more), expected)
