"""Linkage of persons through its door: pairs from a text file, and what must hold for any lists."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.comparison.linkage import Link, link_persons, link_rows, load_model, shipped_model
from taizhang.comparison.linkage.model import CONTEXTS, LEVELS, SHIPPED, Model
from taizhang.comparison.linkage.wording import level_words
from taizhang.demo.numbers import id_number
from taizhang.errors import Refusal, TaizhangError

pytest.importorskip("pypinyin")

PAIRS = Path(__file__).with_name("linkage_pairs.txt")
COLUMNS = ("name", "number", "born", "sex", "village", "household", "maiden_household")
STATUS = {"同一人": "same", "人工": "person", "参考": "info"}


@dataclass
class Case:
    """A case of the text file."""

    title: str
    left: list[dict[str, str]] = field(default_factory=list)
    right: list[dict[str, str]] = field(default_factory=list)
    expected: dict[tuple[str, str], tuple[str, list[str]]] = field(default_factory=dict)


def number(text: str) -> str:
    """Return a number whose last character is written as ? (right) or ! (wrong)."""
    if text[-1:] not in ("?", "!"):
        return text
    digits = "".join(str(int(c)) for c in text if c.isdigit())
    right = "10X98765432"[sum(int(c) * w for c, w in zip(digits, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11]
    return text[:-1] + (right if text[-1] == "?" else "1" if right != "1" else "2")


def cases() -> Iterator[Case]:
    case: Case | None = None
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            if case:
                yield case
            case = None
        elif line[0] == "#":
            continue
        elif case is None:
            case = Case(line.strip())
        elif line[0] in "左右":
            cells = [cell.strip() for cell in line[1:].split("|")]
            row = {c: number(cell) if c == "number" else cell for c, cell in zip(COLUMNS, cells, strict=False) if cell}
            (case.left if line[0] == "左" else case.right).append(row)
        elif line != "无":
            status, pair, *reasons = line.split()
            left, right = pair.split("-")
            case.expected[str(int(left) - 1), str(int(right) - 1)] = STATUS[status], reasons
    if case:
        yield case


@pytest.mark.parametrize("case", [pytest.param(c, id=c.title, marks=[pytest.mark.slow] if n % 4 else []) for n, c in enumerate(cases())])
def test_pair(case: Case) -> None:
    links = {(link.left, link.right): link for link in link_rows(case.left, case.right)}
    assert {pair: link.status for pair, link in links.items()} == {pair: status for pair, (status, _) in case.expected.items()}, links
    for pair, (_, reasons) in case.expected.items():
        assert set(reasons) <= {f"{r.field}:{r.level}" for r in links[pair].reasons}


def test_a_name_alone_is_info_and_only_when_asked() -> None:
    rows = [{"name": "欧阳慧敏", "sex": "女"}]
    assert link_rows(rows, rows) == []
    found = link_rows(rows, rows, names_alone=True)
    assert [(link.status, link.probability) for link in found] == [("info", None)]
    assert "只供参考" in found[0].text


def test_reasons_are_told_in_words() -> None:
    left = {"name": "吕红梅", "born": "1985-11-23", "household": "21"}
    right = {"name": "呂红梅", "born": "1985-11-23", "household": "21"}
    (link,) = link_rows([left], [right])
    assert link.text == "同一人：姓名是同一字的不同写法；出生日期相同；同户"
    for name, levels in LEVELS.items():
        assert all(level_words(name, level) for level in levels if name != "born_beside")


def test_missing_columns_and_repeated_keys_are_refused() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a as select 'x' as name")
        connection.execute("create table b as select 1 as key, 'x' as name from range(2)")
        with pytest.raises(TaizhangError) as error:
            link_persons(connection, "a", "b")
        assert error.value.fault.code == "linkage.no_column"
        with pytest.raises(Refusal) as refusal:
            link_persons(connection, "b", "b")
        assert [fault.code for fault in refusal.value.faults] == ["linkage.key_repeated"]


def test_without_pypinyin_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from taizhang.comparison.linkage import sounds

    sounds.sound_of.cache_clear()
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    with pytest.raises(TaizhangError, match="拼音") as error:
        link_rows([{"name": "王英"}], [])
    assert "taizhang[linkage]" in error.value.fault.accepted


def test_a_table_name_is_no_sql() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table \"a; drop table b\" as select 1 as key, '王英' as name")
        connection.execute("create table b as select 1 as key, '王英' as name")
        link_persons(connection, "a; drop table b", "b", into='links"; drop table b; --')
        assert connection.execute("select count(*) from b").fetchall() == [(1,)]


def test_it_can_be_run_again_and_leaves_nothing_behind() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a as select 1 as key, '王英' as name, date '1985-11-23' as born, 21 as household")
        first, again = [list(link_persons(connection, "a", "a").links()) for _ in range(2)]
        assert first == again
        assert [link.status for link in first] == ["same"]
        assert sorted(row[0] for row in connection.execute("select table_name from information_schema.tables").fetchall()) == [
            "a",
            "person_link",
        ]


def test_a_model_with_a_hole_is_refused(tmp_path: Path) -> None:
    for name in ("model.yaml", "names.yaml"):
        text = (SHIPPED / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("heard_alike: ", "herd_alike: ", 1) if name == "model.yaml" else text, encoding="utf-8")
    with pytest.raises(TaizhangError) as error:
        load_model(tmp_path)
    assert error.value.fault.code == "linkage.model_wrong"


def test_thresholds_are_data() -> None:
    left = {"name": "覃丽华", "born": "1978-10-05", "household": "40"}
    assert [link.status for link in link_rows([left], [left])] == ["same"]
    assert [link.status for link in link_rows([left], [left], model=replace(shipped_model(), same=99.0))] == ["person"]
    assert link_rows([left], [left], model=replace(shipped_model(), same=99.0, person=98.0)) == []


def test_every_weight_is_there() -> None:
    model: Model = shipped_model()
    assert set(model.weights) == set(CONTEXTS)
    assert model.person < model.same
    for context in ("household", "elsewhere"):
        names = model.weights[context]["name"]
        assert names["different"] < names["surname"] < min(names[level] for level in ("homophone", "variant", "middle_differs"))
        assert model.weights[context]["born"]["same"] > model.weights[context]["born"]["different"]
        assert all(levels["missing"] == 0 for levels in model.weights[context].values())


def test_strangers_make_a_likeness_weigh_less() -> None:
    """Where none of many valid numbers of one list is in the other, the same likeness is worth less."""
    pair = {"name": "王丽", "born": "1978-10-05", "sex": "女", "village": "甲", "household": "40"}
    others = [
        [{"key": f"{side}{i}", "name": f"赵{c}", "number": id_number("990128", DAYS[i], i + 1)} for i, c in enumerate(COMMON)]
        for side in (1, 2)
    ]
    for i, row in enumerate(others[1]):
        row["number"] = id_number("990128", DAYS[i], i + 501)
    (alone,) = link_rows([pair], [pair])
    among = [
        link for link in link_rows([{**pair, "key": "p"}, *others[0]], [{**pair, "key": "p"}, *others[1]]) if link.left == link.right == "p"
    ]
    assert among[0].weight < alone.weight - 3


# Any lists -----------------------------------------------------------------------------------------------------------------------------------

COMMON = "伟强丽红英华军明国玉梅兰桂芳文武志建平秀春生发旺德胜天龙凤云山水木金土火"
DAYS = [date(1950, 1, 1) + timedelta(days=731 * i % 25000) for i in range(len(COMMON))]
NAMES = st.builds("".join, st.tuples(st.sampled_from("王李张章吕呂"), st.sampled_from("伟玮文"), st.sampled_from(["", "强", "墙", "武"])))
NUMBERS = st.builds(
    lambda day, sequence, slip: _slipped(id_number("990128", DAYS[day], sequence), slip),
    st.integers(0, 3),
    st.integers(1, 6),
    st.one_of(st.none(), st.integers(0, 17)),
)
PERSONS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "number": NUMBERS,
            "born": st.sampled_from([str(day) for day in DAYS[:4]]),
            "sex": st.sampled_from("男女"),
            "village": st.sampled_from("甲乙"),
            "household": st.sampled_from("123"),
            "maiden_household": st.sampled_from("123"),
        },
    ),
    max_size=7,
)
ANY_TEXT = st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=25)).map(lambda row: {"name": "", **row}), max_size=4)
LAZY = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _slipped(text: str, place: int | None) -> str:
    return text if place is None else text[:place] + ("1" if text[place] != "1" else "2") + text[place + 1 :]


def told(links: list[Link], turned: bool = False) -> set[tuple[Any, ...]]:
    return {
        (*((link.right, link.left) if turned else (link.left, link.right)), link.status, link.weight, link.rival, link.reasons)
        for link in links
    }


def keyed(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**row, "key": f"k{i}"} for i, row in enumerate(rows)]


@pytest.mark.slow
@LAZY
@given(PERSONS, PERSONS, st.randoms(use_true_random=False))
def test_whatever_the_lists(left: list[dict[str, str]], right: list[dict[str, str]], rng: random.Random) -> None:
    """Lists may change places, rows their order; everybody has one counterpart, and weights add up."""
    left, right = keyed(left), keyed(right)
    links = link_rows(left, right)
    assert told(link_rows(right, left), turned=True) == told(links)
    assert told(link_rows(*(rng.sample(rows, len(rows)) for rows in (left, right)))) == told(links)
    same = [link for link in links if link.status == "same"]
    assert len({link.left for link in same}) == len({link.right for link in same}) == len(same)
    for link in links:
        assert link.weight == link.start + sum((reason.weight for reason in link.reasons), Decimal(0))
        assert link.status != "same" or link.weight >= Decimal(str(shipped_model().same))


@pytest.mark.slow
@LAZY
@given(PERSONS, PERSONS, st.sampled_from(["99012819700312003?", "99012820010203004?"]), NAMES, st.booleans())
def test_the_exact_number_always_links(left: list[dict[str, str]], right: list[dict[str, str]], own: str, name: str, old: bool) -> None:
    """A number that each list has once, with the same name, is linked whatever else the lists say of it or of others."""
    written = number(own)
    other = written[:6] + written[8:17] if old and written[6:8] == "19" else f" '{written.lower()}"
    links = link_rows(
        [*keyed(left), {"key": "own", "name": name, "number": written}], [*keyed(right), {"key": "own", "name": name, "number": other}]
    )
    assert [(link.left, link.right, link.stage) for link in links if link.status == "same" and "own" in (link.left, link.right)] == [
        ("own", "own", "number")
    ]


@pytest.mark.slow
@LAZY
@given(ANY_TEXT, ANY_TEXT)
def test_no_text_is_too_much(left: list[dict[str, str]], right: list[dict[str, str]]) -> None:
    for link in link_rows(left, right, names_alone=True):
        assert link.status in ("same", "person", "info")
