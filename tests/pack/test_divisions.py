"""The tree of divisions: names, levels, mergers, dates, the list as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from taizhang.errors import Refusal
from taizhang.pack.divisions import Division, DivisionTree, read_divisions, standard_code, write_divisions
from taizhang.pack.loader import demonstration_divisions

TOWN = "990128105"
HEAD = "code,name,valid_from,valid_to,successor\n"


@pytest.fixture(scope="module")
def tree() -> DivisionTree:
    """Two villages of which one was merged into the other in 2019, a renamed village, a village of the same name in another town."""
    return DivisionTree(
        [
            Division("990128", "示范县"),
            Division(TOWN, "公坪镇"),
            Division("990128105001", "公坪社区"),
            Division("99012810500103", "3组"),
            Division("990128105201", "銮塘村"),
            Division("99012810520103", "3组"),
            Division("990128105206", "老塘村", valid_to=date(2019, 7, 1), successor="990128105201"),
            Division("99012810520601", "1组"),
            Division("990128105207", "旧名村", valid_to=date(2020, 1, 1), successor="990128105208"),
            Division("990128105208", "新名村", valid_from=date(2020, 1, 1)),
            Division("990128106", "邻镇"),
            Division("990128106201", "銮塘村"),
        ],
        TOWN,
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("公坪社区", "990128105001"),
        (" 公坪 社区 ", "990128105001"),
        ("公坪社区3组", "99012810500103"),
        ("公坪社区３组", "99012810500103"),
        ("銮塘村3组", "99012810520103"),
        ("990128105001", "990128105001"),
        ("990128105000", TOWN),
        ("990128000000", "990128"),
        ("銮塘村", "990128105201"),  # that of the own town
        ("老塘村", "990128105206"),  # ended, and still known by its name
        ("3组", None),  # two of them
        ("没有村", None),
        ("", None),
    ],
)
def test_resolve(tree: DivisionTree, text: str, code: str | None) -> None:
    found = tree.resolve(text)
    assert (found.code if found else None) == code


def test_same_name_without_an_own_town_is_ambiguous(tree: DivisionTree) -> None:
    assert DivisionTree(tree).resolve("銮塘村") is None


def test_of_two_with_one_name_the_living_one_is_meant() -> None:
    tree = DivisionTree(
        [Division("990128105201", "桐木村", valid_to=date(2018, 1, 1)), Division("990128105202", "桐木村", date(2018, 1, 1))]
    )
    found = tree.resolve("桐木村")
    assert found is not None
    assert found.code == "990128105202"


@pytest.mark.parametrize(
    ("code", "level", "kind", "parent"),
    [
        ("99", "province", "省", None),
        ("9901", "city", "市", "99"),
        ("990128", "county", "县", "9901"),
        (TOWN, "town", "镇", "990128"),
        ("990128105001", "village", "居", TOWN),
        ("990128105199", "village", "居", TOWN),
        ("990128105200", "village", "村", TOWN),
        ("99012810520103", "group", "组", "990128105201"),
    ],
)
def test_level_kind_and_parent(code: str, level: str, kind: str, parent: str | None) -> None:
    node = Division(code, code)
    assert (node.level, node.kind, node.parent) == (level, kind, parent)


def test_at_level_by_date(tree: DivisionTree) -> None:
    def villages(day: date) -> list[str]:
        return [d.name for d in tree.at_level("village", TOWN, day)]

    assert villages(date(2019, 6, 30)) == ["公坪社区", "銮塘村", "老塘村", "旧名村"]
    assert villages(date(2019, 7, 1)) == ["公坪社区", "銮塘村", "旧名村"]
    assert villages(date(2020, 1, 1)) == ["公坪社区", "銮塘村", "新名村"]


def test_closure_counts_the_merged_into_its_successor(tree: DivisionTree) -> None:
    pairs = set(tree.closure)
    assert ("990128105201", "990128105206") in pairs
    assert ("990128105201", "99012810520601") in pairs  # the group of the merged village too
    assert ("990128105208", "990128105207") in pairs  # a rename is a merger of one
    assert ("990128105206", "990128105201") not in pairs
    assert sum(descendant == "990128105206" and ancestor == TOWN for ancestor, descendant in tree.closure) == 1
    for node in tree:
        assert (node.code, node.code) in pairs


def test_subtree_is_by_code_alone(tree: DivisionTree) -> None:
    assert [d.code for d in tree.subtree("990128105201")] == ["990128105201", "99012810520103"]
    assert tree.subtree("99") == []


def test_a_list_may_leave_levels_out() -> None:
    tree = DivisionTree([Division(TOWN, "公坪镇"), Division("99012810500103", "公坪社区3组")], TOWN)
    assert (TOWN, "99012810500103") in tree.closure
    assert [d.code for d in tree.subtree(TOWN)] == [TOWN, "99012810500103"]


def test_successors_in_a_circle_end(tmp_path: Path) -> None:
    tree = DivisionTree(
        [Division("990128105201", "甲", successor="990128105202"), Division("990128105202", "乙", successor="990128105201")]
    )
    assert len(tree.closure) == 4


def test_a_list_goes_to_a_file_and_back(tree: DivisionTree, tmp_path: Path) -> None:
    write_divisions(tmp_path / "d.csv", tree)
    assert list(read_divisions(tmp_path / "d.csv")) == list(tree)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_list_as_spreadsheets_save_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes((HEAD + "990128105000,公坪镇,,,\r\n").replace("\n", "\r\n").encode(encoding))
    assert [(d.code, d.name) for d in read_divisions(path)] == [(TOWN, "公坪镇")]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            "990128105,公坪镇,,,\n99012,短,,,\n字,字,,,\n,空,,,\n",
            [("division.code_malformed", 3), ("division.code_malformed", 4), ("division.code_malformed", 5)],
        ),
        ("990128105,公坪镇,2020-13-01,,\n", [("division.date_malformed", 2)]),
        ("990128105,公坪镇,2020-01-01,2019-01-01,\n", [("division.date_malformed", 2)]),
        ("990128105,公坪镇,,2020-01-01,990128109\n", [("division.successor_unknown", None)]),
        ("990128105,公坪镇,,,\n990128105000,公坪镇,,,\n", [("division.repeated", None)]),
    ],
)
def test_faulty_list(tmp_path: Path, rows: str, told: list[tuple[str, int | None]]) -> None:
    path = tmp_path / "d.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_divisions(path)
    assert [(f.code, f.row) for f in refused.value.faults] == told
    assert {f.file for f in refused.value.faults} == {"d.csv"}


def test_list_without_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("代码,名称\n990128105,公坪镇\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_divisions(path)
    assert [f.params["name"] for f in refused.value.faults] == ["code", "name"]


def test_list_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes(b"PK\x03\x04\xff\xff\x80")
    with pytest.raises(Refusal) as refused:
        read_divisions(path)
    assert [f.code for f in refused.value.faults] == ["division.not_text"]


def test_standard_code() -> None:
    assert standard_code("990128105001") == "990128105001"
    assert standard_code("990000000000") == "99"
    assert standard_code("99012810500100") == "99012810500100"


def test_divisions_of_the_examples() -> None:
    tree = demonstration_divisions()
    assert {d.name for d in tree.at_level("village", TOWN, date(2020, 12, 31))} == {
        "公坪社区",
        "銮塘村",
        "桐木村",
        "石板村",
        "枫香村",
        "白岩村",
    }
