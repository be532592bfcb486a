"""A small town, and a way to call commands as the command line does, without a process for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.calling import Outcome, caller
from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED
from taizhang.workspace import Workspace

DIVISIONS = SHIPPED / "township" / "divisions.csv"
HEADINGS = [
    "所属年度", "村组", "户编号", "补贴项目", "领款人", "领款人身份证号", "联系电话", "核实面积", "补贴标准", "补贴金额", "一卡通账号", "发放日期",
]  # fmt: skip
ROWS: list[list[Any]] = [
    ["2020", "公坪社区3组", "H0001", "稻谷补贴", "张三", "990128196503120011", "13900000001", "3.2亩", "30", "96", None, "2020年9月25日"],
    ["2020", "銮塘村", "H0002", "稻谷补贴", "李四", "990128196503120011", "13900000002", "10.05", "30", "301.5", None, "2020-03-25"],
    ["2020", "銮塘村", "H0002", "耕地地力保护补贴", "李四", "990128196503120011", "13900000002", "10", "100", "1000", None, "2020-04-20"],
    ["2019", "桐木村", "H0003", "稻谷补贴", "王五", "990128196503120011", "13900000003", "2", "30", "60", None, "2019-09-25"],
]
REPORT = """report: subsidy_note
title: "{town}{year}年补贴情况"
period: year
examples:
  - {figures: {rice_subsidy_area: 4.25, rice_subsidy_paid: 96, subsidised_households: 2}, says: 4.25亩}
  - {figures: {rice_subsidy_area: 0, rice_subsidy_paid: 0, subsidised_households: 0}, says: 无稻谷补贴}
"""
REPORT_TEXT = """# {{ year }}年补贴
{% if f.rice_subsidy_area > 0 %}发放稻谷补贴{{ f.rice_subsidy_area }}，共{{ f.rice_subsidy_paid }}。{% else %}本年无稻谷补贴。{% endif %}领取补贴{{ f.subsidised_households | form(digits=1, word='余') }}。
"""


def write_book(path: Path, rows: list[list[Any]], headings: list[str] | None = None) -> Path:
    """Write a workbook as a clerk would: a heading, rows of text."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "稻谷与耕地地力补贴"
    for row in [headings or HEADINGS, *rows]:
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Return a function (name, rows) → path of a workbook of subsidies in the temporary folder."""
    return lambda name, rows: write_book(tmp_path / name, rows)


@pytest.fixture
def good_rows() -> list[list[Any]]:
    """Four rows that are taken in: two of rice and one of farmland in 2020, one of 2019."""
    return [list(row) for row in ROWS]


def _close() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()


@pytest.fixture(scope="session")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from taizhang.intake.importing import import_file

    root = tmp_path_factory.mktemp("cli") / "town"
    workspace = Workspace.create(root, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=DIVISIONS)
    (root / "pack" / "subsidy_note.yaml").write_text(REPORT, encoding="utf-8")
    (root / "pack" / "subsidy_note.txt").write_text(REPORT_TEXT, encoding="utf-8")
    import_file(workspace, write_book(root.with_name("补贴.xlsx"), ROWS), person="王会计", confirm=True)
    _close()
    return root


@pytest.fixture
def town(_town: Path, tmp_path: Path) -> Iterator[Path]:
    """A workspace of its own for each test: four rows of subsidies, and a short report `subsidy_note`."""
    root = tmp_path / "镇 town"  # a blank and a Chinese character in the path, as clerks have them
    shutil.copytree(_town, root)
    yield root
    _close()


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Return a function that calls ``taizhang`` with arguments in this process and returns its outcome."""
    return caller(capsys, monkeypatch)


@pytest.fixture
def at(call: Callable[..., Outcome], town: Path) -> Callable[..., Outcome]:
    """Return a function that calls ``taizhang -C town`` with arguments."""
    return lambda *arguments: call("-C", town, *arguments)
