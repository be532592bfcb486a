"""YAML scalars as their writer meant them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from taizhang.errors import Fault
from taizhang.pack.yaml_lines import Node, read_documents


def _read(tmp_path: Path, text: str | bytes) -> tuple[list[Node], list[Fault]]:
    path = tmp_path / "a.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    faults: list[Fault] = []
    return list(read_documents(path, "a.yaml", faults)), faults


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12:30", "12:30"),
        ("0.10", Decimal("0.10")),
        ("017", "017"),
        ("0", 0),
        ("-3", -3),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        (".5", ".5"),
        ("yes", "yes"),
        ("no", "no"),
        ("off", "off"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2020-02-29", date(2020, 2, 29)),
        ("2021-02-29", "2021-02-29"),
        ("2020-2-9", "2020-2-9"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("990128196503120011", 990128196503120011),
        ("99012819650312001X", "99012819650312001X"),
        ("3.2亩", "3.2亩"),
    ],
)
def test_scalar(tmp_path: Path, written: str, meant: Any) -> None:
    documents, faults = _read(tmp_path, f"on: {written}\n")
    value = documents[0].plain()["on"]  # the key `on` stays a word, too
    assert not faults
    assert value == meant
    assert type(value) is type(meant)


def test_decimal_keeps_its_places(tmp_path: Path) -> None:
    assert str(_read(tmp_path, "a: 0.10\n")[0][0].plain()["a"]) == "0.10"


def test_lines_of_documents(tmp_path: Path) -> None:
    documents, faults = _read(tmp_path, "---\na: 1\nb:\n  - x\n  - {c: 2}\n---\nd: 3\n")
    assert not faults
    first, second = documents
    assert (first.line, first.data["b"].data[1].data["c"].line) == (2, 5)
    assert second.data["d"].line == 7


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    documents, faults = _read(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert not faults
    assert documents[0].plain() == {"a": 1, "b": 2}


def test_an_alias_cannot_blow_up(tmp_path: Path) -> None:
    bomb = "a: &a [x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8))
    _, faults = _read(tmp_path, bomb)
    assert {f.code for f in faults} == {"definition.alias"}


def test_an_alias_to_itself(tmp_path: Path) -> None:
    _, faults = _read(tmp_path, "a: &a [*a]\n")
    assert [(f.code, f.row) for f in faults] == [("definition.alias", 1)]


@pytest.mark.parametrize("text", ["a: [1\n", "a: \x00\n", "a: 'x\n", "%BAD\n--- 1\n", "a: *nobody\n", "\ta: 1\n"])
def test_what_cannot_be_read_is_one_fault(tmp_path: Path, text: str) -> None:
    _, faults = _read(tmp_path, text)
    assert [f.code for f in faults] == ["definition.unreadable"]


def test_tags_make_no_objects(tmp_path: Path) -> None:
    documents, _ = _read(tmp_path, "a: !!python/object/apply:os.system ['true']\n")
    assert documents[0].plain() == {"a": ["true"]}
