"""One way of getting the workbook in, each run in a fresh process: `python ways.py NAME WORKBOOK FOLDER` prints seconds and peak memory as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).parent))


_worked = [0.0]


def _begin() -> float:
    """Start both clocks: what comes before (making the workspace) is no part of the way."""
    _worked[0] = time.process_time()
    return time.perf_counter()


def _workspace(folder: Path) -> Any:
    import ledger

    from taizhang.pack.divisions import write_divisions
    from taizhang.workspace import Workspace

    listed = folder.parent / f"{folder.name}-divisions.csv"
    write_divisions(listed, ledger.NODES)
    made = Workspace.create(folder, town=ledger.TOWN, title="公坪镇", divisions=listed)
    made.__dict__["pack"] = ledger.PACK
    return made


def fastexcel(book: Path, folder: Path) -> tuple[float, int]:
    """Read alone: every cell as text, into Arrow."""
    begun = _begin()
    import fastexcel as reader

    sheet = reader.read_excel(str(book)).load_sheet(0, dtypes="string")
    capsule = sheet.__arrow_c_array__() if hasattr(sheet, "__arrow_c_array__") else sheet.__arrow_c_stream__()
    taken = time.perf_counter() - begun
    del capsule
    return taken, sheet.height


def calamine(book: Path, folder: Path) -> tuple[float, int]:
    """Read alone: every cell with its own type, into Python lists."""
    begun = _begin()
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return time.perf_counter() - begun, len(rows) - 1


def ours(book: Path, folder: Path) -> tuple[float, int]:
    """The whole way: read, find the heading, check every cell, compare, hash, commit; loading the libraries counts."""
    import ledger

    workspace = _workspace(folder)
    begun = _begin()
    from taizhang.intake import import_file

    result = import_file(workspace, book, ledger=ledger.LEDGER.name, person="基准")
    return time.perf_counter() - begun, result.total("new")


def ours_cold(book: Path, folder: Path) -> tuple[float, int]:
    """The same in a process that has loaded nothing: the workspace exists already, as on any day but the first."""
    import subprocess

    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import ways; ways._workspace(ways.Path({str(folder)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True)
    begun = _begin()
    import ledger

    from taizhang.intake import import_file
    from taizhang.workspace import Workspace

    workspace = Workspace.open(folder)
    workspace.__dict__["pack"] = ledger.PACK
    result = import_file(workspace, book, ledger=ledger.LEDGER.name, person="基准")
    return time.perf_counter() - begun, result.total("new")


def usual(book: Path, folder: Path) -> tuple[float, int]:
    """pandas with openpyxl, one pydantic model a row, then the same journal action."""
    import ledger

    workspace = _workspace(folder)
    begun = _begin()
    import pandas as pd
    from pydantic import BaseModel, Field, field_validator

    from taizhang.journal import actions
    from taizhang.journal.records import Change, Source

    codes = {node.name: node.code for node in ledger.VILLAGES}

    class Row(BaseModel):
        village: str
        household: str = Field(min_length=1)
        payee: str = Field(min_length=1)
        payee_id: str
        programme: Literal["稻谷补贴", "耕地地力补贴", "农机购置补贴"]
        for_year: int = Field(ge=1900, le=2100)
        crop: Literal["早稻", "中稻", "晚稻", "玉米", "油菜"]
        declared: Decimal = Field(ge=0)
        area: Decimal = Field(ge=0, le=10000)
        rate: Decimal = Field(ge=0)
        amount: Decimal = Field(ge=0)
        paid_on: date
        phone: str = Field(pattern=r"^1\d{10}$")
        poor: Literal["是", "否"]
        people: int = Field(ge=0, le=50)

        @field_validator("village")
        @classmethod
        def _village(cls, value: str) -> str:
            return codes[value]

        @field_validator("payee_id")
        @classmethod
        def _identity(cls, value: str) -> str:
            if len(value) != 18 or ledger.check_digit(value[:17]) != value[17]:
                raise ValueError("check digit")
            datetime.strptime(value[6:14], "%Y%m%d")  # noqa: DTZ007
            return value

        @field_validator("paid_on", mode="before")
        @classmethod
        def _day(cls, value: str) -> str:
            return value[:10]

    frame = pd.read_excel(book, engine="openpyxl", dtype=str)
    frame.columns = list(ledger.LEDGER.fields)
    changes, seen = [], set()
    for line, record in enumerate(frame.to_dict("records"), start=2):
        row = Row.model_validate(record)
        key = f"{row.for_year}|{row.household}|{row.programme}"
        if key in seen:
            raise ValueError(key)
        seen.add(key)
        changes.append(Change(ledger.LEDGER.name, key, "record", row.village, row.model_dump_json(), sheet="补贴发放", line=line))
    actions.do_record("基准", Source("file", book.name, workspace.store_file(book)), changes)
    return time.perf_counter() - begun, len(changes)


WAYS: dict[str, Callable[[Path, Path], tuple[float, int]]] = {
    "fastexcel": fastexcel, "calamine": calamine, "ours": ours, "ours_cold": ours_cold, "usual": usual,
}  # fmt: skip


def peak_megabytes() -> float | None:
    """Return the highest resident memory of this process; None where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    name, workbook, place = sys.argv[1:4]
    seconds, count = WAYS[name](Path(workbook), Path(place))
    worked = time.process_time() - _worked[0]
    print(
        json.dumps({"way": name, "seconds": round(seconds, 3), "cpu_seconds": round(worked, 3), "rows": count, "peak_mb": peak_megabytes()})
    )
