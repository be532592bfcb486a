"""The ledger, the town and the workbook of the benchmark; people and numbers are invented (region 990128 is not assigned)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from taizhang.pack.definitions import Field, Ledger, Pack
from taizhang.pack.divisions import Division

TOWN = "990128105"
VILLAGES = [
    Division(f"{TOWN}{200 + n}", f"{name}村")
    for n, name in enumerate(["銮塘", "桐木", "石板", "枫香", "白岩", "青山", "茶坪", "竹溪", "大洞", "罗湾"], 1)
]
NODES = [Division("99", "省"), Division("9901", "市"), Division("990128", "县"), Division(TOWN, "公坪镇"), *VILLAGES]
PROGRAMMES = ("稻谷补贴", "耕地地力补贴", "农机购置补贴")
CROPS = ("早稻", "中稻", "晚稻", "玉米", "油菜")

_FIELDS = (
    Field("village", "村", "division"),
    Field("household", "户编号", "text"),
    Field("payee", "领款人", "text", is_name=True, required=True),
    Field("payee_id", "身份证号", "id_number", required=True),
    Field("programme", "补贴项目", "choice", required=True, choices=PROGRAMMES),
    Field("for_year", "所属年度", "year", required=True),
    Field("crop", "作物", "choice", choices=CROPS),
    Field("declared", "申报面积", "area", min=Decimal(0)),
    Field("area", "核实面积", "area", required=True, min=Decimal(0), max=Decimal(10000)),
    Field("rate", "补贴标准", "money", min=Decimal(0)),
    Field("amount", "补贴金额", "money", required=True, min=Decimal(0)),
    Field("paid_on", "发放日期", "date", required=True),
    Field("phone", "联系电话", "telephone"),
    Field("poor", "是否脱贫户", "yes_no"),
    Field("people", "人口数", "count", min=Decimal(0), max=Decimal(50)),
)
LEDGER = Ledger(
    "bench_subsidy",
    "补贴发放",
    11,
    "农业综合服务中心",
    "event",
    {f.name: f for f in _FIELDS},
    ("for_year", "household", "programme"),
    "village",
    at="paid_on",
)
PACK = Pack("bench", {LEDGER.name: LEDGER}, {}, {}, {})
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(first: str) -> str:
    """Return the 18th character of an identity number (GB 11643)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def identity(rng: random.Random) -> str:
    """Return an invented identity number."""
    born = date(1930, 1, 1) + timedelta(days=rng.randrange(30000))
    first = f"990128{born:%Y%m%d}{rng.randrange(1000):03d}"
    return first + check_digit(first)


def rows(count: int, seed: int = 1) -> list[list[Any]]:
    """Return invented rows in the order of the ledger's fields, typed as a workbook holds them."""
    rng = random.Random(seed)
    first = [
        rng.choice("王李张刘陈杨黄赵吴周徐孙马朱胡") + rng.choice("建国秀英桂兰志强玉珍") + rng.choice(["", *"华明军平芳"])
        for _ in range(5000)
    ]
    made = []
    for n in range(count):
        area = rng.randrange(20, 2000) / 100
        rate = rng.choice([95.5, 105, 130])
        made.append([
            rng.choice(VILLAGES).name, f"H{n:06d}", rng.choice(first), identity(rng), rng.choice(PROGRAMMES), 2020, rng.choice(CROPS),
            round(area + rng.choice([0, 0, 0.5]), 2), area, rate, round(area * rate, 2), date(2020, 1, 1) + timedelta(days=rng.randrange(366)),
            f"1{rng.choice('3578')}{rng.randrange(10**9):09d}", rng.choice("是否"), rng.randrange(1, 9),
        ])  # fmt: skip
    return made


def write_workbook(path: Path, count: int, *, inline: bool = False) -> None:
    """Write the workbook as an office program would: identity numbers and telephones as text, dates as dates, texts in the shared table.

    With ``inline``, texts stand in their cells, as programs write them that stream their rows.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": inline})
    page = book.add_worksheet("补贴发放")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, [field.title for field in LEDGER.fields.values()])
    for number, row in enumerate(rows(count), start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(number, column, value, day)  # type: ignore[arg-type]
            elif isinstance(value, str):
                page.write_string(number, column, value)
            else:
                page.write_number(number, column, value)
    book.close()
