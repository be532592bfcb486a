"""A thousand damaged workbooks: never a traceback, and never a value taken in that does not read back to itself."""

from __future__ import annotations

import io
import json
import random
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from taizhang.errors import TaizhangError
from taizhang.intake.sources import read_file
from taizhang.intake.tables import read_tables
from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes import read_value

FILES = Path(__file__).parent / "files"
VALUES = [
    None, "", " ", 0, -1, 1e300, -0.0, 3.2, 2020, 99012819900307653, True, False, date(2020, 6, 5), datetime(2020, 6, 5, 8, 1), time(8, 0),  # noqa: DTZ001
    "公坪社区", "銮塘村", "合计", "注：", "稻谷补贴", "2020", "３.２", "1,2,3", "1e5", "2020-02-30", "H|1", "a\\b", "=1+1", "'x", "\"", "x" * 3000, "\u200b", "𠮷",
    "nan", "inf", "99012819900307653X", "是", "0.1元", "一百二十", "1.005万元", "-5亩", "村", "核实面积", "示例（导入时跳过）", "#N/A", "\t=1",
]  # fmt: skip


def attempt(path: Path, town: ModuleType, counted: dict[str, int]) -> None:
    """Read and check a file; what is accepted must read back to itself, and nothing but a refusal may be raised."""
    try:
        reading = read_tables(read_file(path), town.LEDGERS, town.CONTEXT)
        faults = reading.all_faults()
    except TaizhangError as refusal:
        counted["refused"] += 1
        assert str(refusal)  # noqa: PT017
        return
    for fault in faults:
        assert fault.message
        json.dumps(fault.as_dict())
    for table in reading.tables:
        counted["tables"] += 1
        fields = table.ledger.fields
        for row in table.rows():
            counted["rows"] += 1
            for name, text in row.items():
                again = read_value(fields[name], text, town.CONTEXT)
                bare = fields[name].unit is None or fields[name].type not in ("money", "area")
                assert again.value == text or not bare, (name, text, again)
                assert not [f for f in again.faults if f.severity == "error"], (name, text, again)
            assert all(row.get(name) for name in table.ledger.key)


def bytes_of(name: str) -> bytes:
    return (FILES / name).read_bytes()


def damaged(rng: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randrange(1, 12)):
        kind, at = rng.randrange(4), rng.randrange(max(len(data), 1))
        if kind == 0 and data:
            data[min(at, len(data) - 1)] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + rng.randrange(1, 40)]
        elif kind == 2:
            data[at:at] = rng.randbytes(rng.randrange(1, 20))
        else:
            data[at : at + 4] = data[:4]
    return bytes(data)


def damaged_inside(rng: random.Random, content: bytes) -> bytes:
    """Damage one part of a zip, so that the archive itself stays whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = archive.namelist()
        chosen = rng.choice([n for n in names if "sheet" in n or "shared" in n or "styles" in n or "content" in n] or names)
        for name in names:
            part = archive.read(name)
            target.writestr(name, damaged(rng, part) if name == chosen else part)
    return out.getvalue()


def good(field: Field, number: int) -> object:
    """Return a cell that its field accepts."""
    by_type = {"division": "公坪社区", "area": 3.2, "money": 12.5, "date": date(2020, 6, 5), "year": 2020, "count": 3, "yes_no": "是", "mass": 5,
               "percentage": 80, "id_number": None, "bank_card": None, "telephone": None}  # fmt: skip
    if field.name == "declared":
        return 9
    return field.choices[0] if field.choices else by_type.get(field.type, f"甲{number}")


def random_workbook(rng: random.Random, town: ModuleType) -> bytes:
    ledger = rng.choice(list(town.LEDGERS.values()))
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    fields = list(ledger.fields.values())
    rng.shuffle(fields)
    titles = [field.title for field in fields]
    for _ in range(rng.randrange(3)):
        page.append([rng.choice(VALUES)])
    page.append(titles)
    for number in range(rng.randrange(1, 12)):
        page.append([rng.choice(VALUES) if rng.random() < 0.12 else good(field, number) for field in fields])
    if rng.random() < 0.3:
        top, left = rng.randrange(1, 8), rng.randrange(1, 8)
        page.merge_cells(start_row=top, start_column=left, end_row=top + rng.randrange(3), end_column=left + rng.randrange(3))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(count: int, seed: int, folder: Path, town: ModuleType) -> dict[str, int]:
    rng = random.Random(seed)
    counted = {"refused": 0, "tables": 0, "rows": 0}
    seeds = [
        p.name
        for p in FILES.iterdir()
        if not p.name.endswith(".yaml") and 0 < p.stat().st_size < 60_000 and not p.name.startswith(("65", "67"))
    ]
    for _ in range(count):
        kind = rng.randrange(3)
        name = rng.choice(sorted(seeds))
        if kind == 0:
            path, content = folder / f"f{Path(name).suffix}", damaged(rng, bytes_of(name))
        elif kind == 1:
            name = rng.choice([n for n in sorted(seeds) if zipfile.is_zipfile(FILES / n)])
            path, content = folder / f"f{Path(name).suffix}", damaged_inside(rng, bytes_of(name))
        else:
            path, content = folder / "f.xlsx", random_workbook(rng, town)
        path.write_bytes(content)
        attempt(path, town, counted)
    return counted


def test_some_damaged_workbooks(tmp_path: Path, town: ModuleType):
    counted = run(40, 1, tmp_path, town)
    assert counted["refused"] > 3
    assert counted["tables"] > 10


@pytest.mark.slow
def test_a_thousand_damaged_workbooks(tmp_path: Path, town: ModuleType):
    counted = run(1000, 20261123, tmp_path, town)
    assert counted["refused"] > 100
    assert counted["tables"] > 300
    assert counted["rows"] > 500
