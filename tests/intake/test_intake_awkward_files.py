"""Every awkward file in `files/` gives exactly what its `.expected.yaml` says: rows, faults with places, skipped lines, sheets passed over."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import yaml

from taizhang.errors import Refusal
from taizhang.intake.sources import read_file
from taizhang.intake.tables import read_tables

FILES = Path(__file__).parent / "files"
NAMES = sorted(path.name.removesuffix(".expected.yaml") for path in FILES.glob("*.expected.yaml"))


def place(fault):
    return [fault.code, fault.row, fault.column]


def test_there_are_enough_files_and_each_has_its_expectation():
    assert len(NAMES) >= 40
    assert {path.name for path in FILES.iterdir() if not path.name.endswith(".expected.yaml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_file(name: str, town: ModuleType):
    expected = yaml.safe_load((FILES / f"{name}.expected.yaml").read_text(encoding="utf-8"))
    if "refused" in expected:
        with pytest.raises(Refusal) as caught:
            read_file(FILES / name)
        assert [fault.code for fault in caught.value.faults] == [expected["refused"]]
        assert caught.value.faults[0].message
        return
    reading = read_tables(read_file(FILES / name), town.LEDGERS, town.CONTEXT, expected.get("ledger"))
    assert [place(f) for f in reading.faults] == expected.get("faults", expected.get("file_faults", []))
    assert [[p.sheet, p.reason] for p in reading.passed] == expected.get("passed", [])
    assert [table.ledger.name for table in reading.tables] == [t["ledger"] for t in expected["tables"]]
    for table, wanted in zip(reading.tables, expected["tables"], strict=True):
        if expected.get("blocked"):
            assert table.blocked
            assert [place(f) for f in table.faults if f.code.startswith("column.")] == [
                f for f in wanted["faults"] if f[0].startswith("column.")
            ]
            continue
        found = sorted((place(f) for f in table.faults), key=lambda f: (f[1] or 0, f[2] or "", f[0]))
        assert found == sorted(wanted["faults"], key=lambda f: (f[1] or 0, f[2] or "", f[0]))
        assert table.rows() == wanted["rows"]
        assert [[line.row, line.reason] for line in table.skipped] == wanted["skipped"]
    for fault in reading.all_faults():
        assert "{" not in fault.message
        assert fault.message != fault.code


@pytest.mark.parametrize("far", ['r="XFD1048576"', "r='XFD1048576'", 'r="xfd1048576"', 'r="A1048576"/><c r="XFD1"', 'r = "XFD1048576"'])
def test_far_cells_are_found_however_their_address_is_written(tmp_path: Path, far: str):
    import zipfile

    with zipfile.ZipFile(FILES / "01_plain.xlsx") as good, zipfile.ZipFile(tmp_path / "far.xlsx", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", f"<row r='1048576'><c {far}><v>1</v></c></row></sheetData>".encode())
            bad.writestr(name, content)
    with pytest.raises(Refusal) as caught:
        read_file(tmp_path / "far.xlsx")
    assert [fault.code for fault in caught.value.faults] == ["sheet.too_large"]
