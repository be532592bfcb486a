"""The tutorial as a clerk follows it: every command is run, every line that it promises is said."""

from __future__ import annotations

import re
import shlex
from datetime import date, datetime
from pathlib import Path

import pytest

from support.calling import caller

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-year.md"
_STEP = re.compile(r"<!-- by hand: (?P<hand>\w+) -->|(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)```", re.DOTALL)
_INSTALL = "python3 do.py demo "  # after it has installed what is needed, `do.py demo` is `taizhang demo`
_REFUSED = "收入.xlsx --person 会计"  # refused the first time, taken the second


def _leak(folder: Path) -> None:
    from openpyxl import load_workbook

    path = folder / "演示镇" / "demo-files" / "14-水库山塘等.xlsx"
    book = load_workbook(path)
    rows = [
        row
        for row in book["水库巡查检查"].iter_rows(min_row=3)
        if row[0].value == "SK04" and isinstance(row[2].value, datetime) and row[2].value.date() == date(2020, 12, 24)
    ]
    assert [row[4].value for row in rows] == ["完好"]
    rows[0][4].value = "渗漏"
    assert [book["水库巡查检查"].cell(2, 9).value, rows[0][8].value] == ["发现问题", None]
    rows[0][8].value = "坝脚渗水"
    book.save(path)


def _fill(folder: Path) -> None:
    from openpyxl import load_workbook

    table = re.search(r"^\| 收款票据号.*?\n\n", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert table
    titles, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].strip().splitlines()]
    book = load_workbook(folder / "收入.xlsx")
    sheet = book.worksheets[0]
    heading = next(row for row in sheet.iter_rows() if any(str(c.value or "").startswith("收款票据号") for c in row))
    for n, values in enumerate(rows, start=heading[0].row + 2):  # below the example row
        filled = dict(zip(titles, values, strict=True))
        for cell in heading:
            title = re.split("[*（(]", str(cell.value or ""))[0].strip()
            sheet.cell(n, cell.column).value = filled.pop(title, None)
        assert not filled
    book.save(folder / "收入.xlsx")


def _mend(folder: Path) -> None:
    from openpyxl import load_workbook

    marked = load_workbook(folder / "收入-问题.xlsx")["村集体经济收入"]
    assert sorted(str(c.value) for row in marked.iter_rows(min_row=4) for c in row if c.comment) == ["中河村", "五千多"]
    book = load_workbook(folder / "收入.xlsx")
    changed = {"五千多": "5000", "中河村": "下河村"}
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value in changed:
                cell.value = changed[cell.value]
    book.save(folder / "收入.xlsx")


BY_HAND = {"leak": _leak, "fill": _fill, "mend": _mend}


def _arguments(line: str) -> list[str]:
    program, *arguments = shlex.split(line.replace(_INSTALL, "taizhang demo "))
    assert program == "taizhang", line
    return arguments


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile("^" + ".*".join(re.escape(part) for part in line.split("…")) + ("$" if not line.endswith("…") else ""), re.MULTILINE)


@pytest.mark.slow
def test_every_command_of_the_tutorial(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    call = caller(capsys, monkeypatch)
    monkeypatch.chdir(tmp_path)
    said, commands, promised = "", [], 0
    for step in _STEP.finditer(TUTORIAL.read_text(encoding="utf-8")):
        if step["hand"]:
            BY_HAND[step["hand"]](tmp_path)
        elif step["file"]:
            (tmp_path / step["file"]).write_text(step["body"], encoding="utf-8")
        elif step["kind"] == "sh":
            said = ""
            for line in step["body"].splitlines():
                done = call(*_arguments(line))
                refused = line.endswith(_REFUSED) and not any(c.endswith(_REFUSED) for c in commands)
                assert done.code == (2 if refused else 0), f"{line}\n{done.out}{done.err}"
                commands.append(line)
                said += done.out + done.err
        else:
            assert step["kind"] == "text"
            for line in step["body"].splitlines():
                assert _pattern(line).search(said), f"{commands[-1]} does not say “{line}” but\n{said[:3000]}"
                promised += 1
    assert len(commands) >= 17
    assert promised >= 25
    assert (tmp_path / "新报告.docx").stat().st_size > 10_000
    assert "其中一座有破损、渗漏现象" in (tmp_path / "新报告.html").read_text(encoding="utf-8")
