"""Cells as offices write them, from the flat files in `cases/`: both readers give what stands there."""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes import FIELD_TYPES, Context, Raw, Reading, read_value, reader

CASES = Path(__file__).parent / "cases"
_KINDS: dict[str, Any] = {
    "float": float,
    "int": int,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "bool": lambda text: text == "true",
}
_KIND = re.compile(r"\[(\w+)\](.*)")
_ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|[nrt])")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: codecs.decode(match[0], "unicode_escape"), text)


def _cell(text: str) -> Raw:
    kind = _KIND.fullmatch(text)
    return _KINDS[kind[1]](kind[2]) if kind else _unescaped(text)


def _field(kind: str, keys: str) -> Field:
    given: dict[str, Any] = {}
    for pair in keys.split():
        key, value = pair.split("=", 1)
        if key in ("min", "max"):
            given[key] = Decimal(value)
        elif key == "choices":
            given[key] = tuple(value.split(","))
        elif key == "places":
            given[key] = int(value)
        elif key == "name":
            given["is_name"] = True
        else:
            given[key] = value
    return Field("column", "列", kind, **given)


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line and not line.startswith("# "):
                kind, keys, cell, expected = line.split("\t")
                found.append(pytest.param(kind, keys, cell, expected, id=f"{path.stem}:{number}"))
    return found


ALL = _cases()


@pytest.mark.parametrize(("kind", "keys", "cell", "expected"), ALL)
def test_cell_reads_as_the_file_says(kind: str, keys: str, cell: str, expected: str, context: Context) -> None:
    field, raw = _field(kind, keys), _cell(cell)
    full = read_value(field, raw, context)
    assert told(full) == _unescaped(expected), full
    for found in (quick := reader(field, context))(raw), quick(raw):
        assert found == full if isinstance(found, Reading) else Reading(found) == full


def told(reading: Reading) -> str:
    codes = [("!" if fault.severity == "error" else "?") + fault.code for fault in reading.faults]
    return " ".join([*codes, *([reading.value] if reading.value is not None else [])])


def test_files_hold_enough_cases_of_every_type() -> None:
    kinds = [case.values[0] for case in ALL]
    assert len(ALL) >= 350
    assert {kind: kinds.count(kind) for kind in FIELD_TYPES if kinds.count(kind) < 2} == {}


@pytest.mark.parametrize(
    ("kind", "cell", "original"),
    [
        ("money", "1,234.50", "1,234.50"),
        ("money", " 22.5 ", None),
        ("money", 22.5, None),
        ("money", "89.3万元", "89.3万元"),
        ("money", "无", None),
        ("money", "abc", "abc"),
        ("id_number", "340524800101001", "340524800101001"),
        ("id_number", " 11010519491231002X", None),
        ("date", date(2020, 3, 1), None),
        ("date", datetime.fromisoformat("2020-03-01 08:30"), "2020-03-01 08:30:00"),
        ("date", 43891.0, "43891"),
        ("timestamp", datetime.fromisoformat("2020-03-01 08:30"), None),
        ("timestamp", datetime.fromisoformat("2020-03-01 08:30:15"), "2020-03-01 08:30:15"),
        ("month", date(2020, 3, 1), "2020-03-01"),
        ("yes_no", "是", None),
        ("yes_no", "√", "√"),
        ("text", "a\nb", "a\nb"),
        ("division", "公坪社区", "公坪社区"),
    ],
)
def test_original_text_is_kept_only_when_it_says_something_else(kind: str, cell: Raw, original: str | None, context: Context) -> None:
    field = Field("column", "列", kind)
    assert read_value(field, cell, context).original == original


def test_fault_names_field_title_and_value(context: Context) -> None:
    field = Field("programme", "补贴项目", "choice", choices=("稻谷补贴", "耕地地力补贴"))
    (fault,) = read_value(field, "稻谷补帖", context).faults
    assert (fault.field, fault.title, fault.value, fault.severity) == ("programme", "补贴项目", "稻谷补帖", "error")
    assert "“稻谷补帖”" in fault.message
    assert "最接近的是“稻谷补贴”" in fault.message
    assert fault.accepted == "其中之一：稻谷补贴、耕地地力补贴"
    (far,) = read_value(field, "xyz", context).faults
    assert far.message == "“xyz”不在选项中"


def test_too_long_text_is_refused_with_both_lengths(context: Context) -> None:
    (fault,) = read_value(Field("note", "备注", "text"), "长" * 201, context).faults
    assert (fault.code, fault.params["length"], fault.params["longest"]) == ("text.too_long", 201, 200)
    assert read_value(Field("note", "备注", "text"), "长" * 200, context).value == "长" * 200
    assert read_value(Field("note", "备注", "long_text"), "长" * 10_001, context).faults[0].code == "text.too_long"


def test_without_a_tree_a_division_is_a_code_of_a_known_length() -> None:
    alone = Context(None, date(2026, 11, 23))
    field = Field("village", "村", "division")
    assert read_value(field, "990128105001", alone).value == "990128105001"
    assert read_value(field, "99012810500", alone).faults[0].code == "division.unknown"
    assert read_value(field, "公坪社区", alone).faults[0].code == "division.unknown"


def test_birth_date_of_today_is_accepted_and_of_tomorrow_refused() -> None:
    field = Field("id", "身份证号", "id_number")
    born = "99012820261123001"
    from taizhang.pack.fieldtypes._idents import id_check_character

    number = born + id_check_character(born)
    assert read_value(field, number, Context(None, date(2026, 11, 23))).value == number
    assert read_value(field, number, Context(None, date(2026, 11, 22))).faults[0].code == "id_number.future_birth"
