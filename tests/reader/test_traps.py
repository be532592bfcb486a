"""What is passed over: numbers that are no figures. Cases in ``cases/traps/*.tsv``, one a line."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.work import growth
from taizhang.errors import Refusal
from taizhang.reader import load_lexicon
from taizhang.reader.lexicon import shipped
from taizhang.reader.model import Passed
from taizhang.reader.normal import normalise
from taizhang.reader.traps import find_traps

CASES = Path(__file__).parent / "cases" / "traps"


def rows(name: str) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [[cell.replace("\\n", "\n") for cell in line.split("\t")] for line in lines if line and not line.startswith("#")]


def traps(text: str) -> list[Passed]:
    return find_traps(normalise(text), shipped())


@pytest.mark.parametrize("row", rows("passed.tsv"), ids=lambda row: row[0][:24])
def test_passed(row: list[str]) -> None:
    text, span, kind, *value = row
    found = {(p.text, p.kind): p for p in traps(text)}
    assert (normalise(span), kind) in found, [(p.text, p.kind, p.rule) for p in found.values()]
    if value:
        assert found[normalise(span), kind].value == value[0]


@pytest.mark.parametrize("row", rows("figures.tsv"), ids=lambda row: row[0][:24])
def test_figures_are_left_alone(row: list[str]) -> None:
    text, figure = row
    start = text.rindex(figure)
    touching = [(p.text, p.kind, p.rule) for p in traps(text) if p.start < start + len(figure) and start < p.end]
    assert touching == []


def test_overlay_adds_words(tmp_path: Path) -> None:
    (tmp_path / "traps.yaml").write_text(
        "phrases:\n  slogan: [三色管理]\npatterns:\n  - {kind: identifier, rule: 支线, at: digit, match: '\\d+支线'}\n"
    )
    found = {(p.text, p.kind) for p in find_traps("实行三色管理，修通12支线。", load_lexicon(tmp_path))}
    assert found == {("三色管理", "slogan"), ("12支线", "identifier")}
    assert not {p.text for p in traps("实行三色管理，修通12支线。")} & {"三色管理", "12支线"}


def phrases() -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, words in shipped()["traps"]["phrases"].items():
        for word in words:
            kinds.setdefault(str(word), []).append(kind)
    return kinds


def test_every_listed_phrase_has_one_kind_and_is_passed() -> None:
    kinds = phrases()
    assert [word for word, found in kinds.items() if len(found) > 1] == []
    missed = []
    for word in kinds:
        text = normalise(f"，{word}，")
        if not any(p.start <= 1 and p.end >= len(text) - 1 for p in find_traps(text, shipped())):
            missed.append(word)
    assert missed == []


def test_a_pattern_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "traps.yaml").write_text("patterns:\n  - {kind: term, rule: 坏, match: '(三'}\n")
    with pytest.raises(Refusal) as refusal:
        find_traps("三农", load_lexicon(tmp_path))
    assert [(f.code, f.column, f.params["value"]) for f in refusal.value.faults] == [("definition.malformed", "patterns[1].match", "(三")]


PIECES = st.sampled_from(
    [
        *'一二三四五六七八九十百千万亿两零〇0123456789第届年月日号个大村组期级季度.、，。：；-—~/()（）“”"《》\n 是全会五普法',
        "20",
        "十三五",
        "24小时",
        "元至",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)))
def test_spans_are_sound(text: str) -> None:
    plain = normalise(text)
    found = find_traps(plain, shipped())
    assert all(p.start < p.end and p.text == plain[p.start : p.end] for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    "piece",
    [
        "2",
        "一",
        "一村",
        "“",
        '"',
        "第",
        "1、",
        "2020年",
        " ",
        "(",
        "一二",
        "20-",
        "三季",
        '"一',
        "1.",
        "十",
        "近三年",
        "甲",
        "三中、",
        "1+",
        "一、",
        "50、",
        "A1.",
        "1:",
        "20xx年",
        "半",
        "\t",
        "一个企业",
        "《一",
    ],
)
def test_work_is_linear(piece: str) -> None:
    assert growth(lambda text: find_traps(text, shipped()), piece * 1_000, piece * 8_000) < 8 * 1.3
