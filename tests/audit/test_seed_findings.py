"""The first draft of the demonstration town's report: all that is found in it, all that is in order, and what invented slips add."""

from __future__ import annotations

from pathlib import Path

import pytest

from taizhang.audit.findings import AuditResult
from taizhang.audit.rules import audit_text
from taizhang.pack import Pack, load_pack
from taizhang.reader import read_text

CASES = Path(__file__).parent / "cases" / "rules"
DRAFT = (CASES / "draft.txt").read_text(encoding="utf-8")
NO_FIGURES = (
    "“两会”", "一村一策", "“一村一社”", "四种形态", "十九届五中全会", "320国道", "九年一贯制", "六年巩固", "三年巩固", "24小时", "三大攻坚战", "春秋两季", "一线",
)  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def audited(pack: Pack, text: str) -> AuditResult:
    return audit_text(read_text(text), pack.audit_rules.values(), pack.parameters)


def order(number: str) -> tuple[str, int]:
    return number[0], int(number[1:])


def lines(name: str) -> list[str]:
    return [line for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def quoted(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    return "｜".join(text[a:b] for a, b in spans)


def test_all_that_is_found(pack: Pack) -> None:
    found = sorted(audited(pack, DRAFT).findings, key=lambda f: (order(f.number), f.spans))
    assert [f"{f.number}\t{f.class_}\t{quoted(DRAFT, f.spans)}\t{f.arithmetic}" for f in found] == lines("draft.expected.tsv")


def test_what_is_in_order_is_shown(pack: Pack) -> None:
    passed = {f"{p.number}\t{quoted(DRAFT, p.spans)}\t{p.arithmetic}" for p in audited(pack, DRAFT).passed}
    assert set(lines("draft.passed.tsv")) - passed == set()


def test_the_heaviest_come_first(pack: Pack) -> None:
    first = [f.number for f in audited(pack, DRAFT).findings[:10]]
    assert set(first) == {"B14", "A3", "E2", "A10", "F3", "C4", "C3", "C2", "E6"}


def test_what_is_no_figure_is_left_alone(pack: Pack) -> None:
    spans = [span for f in audited(pack, DRAFT).findings for span in f.spans]
    for words in NO_FIGURES:
        start = DRAFT.index(words)
        assert not [DRAFT[a:b] for a, b in spans if a < start + len(words) and start < b], words


@pytest.mark.parametrize(
    ("written", "slip", "number", "class_"),
    [
        ("89.3万元", "893万元", "D3", "L"),
        ("5户8人", "5户80户", "C5", "S"),
        ("2.8万亩", "2.8亩", "C1", "S"),
        ("立案1件", "立案15件", "A9", "P"),
        ("128人", "228人", "A9", "P"),
        ("53万", "93万", "D4", "L"),
        ("百分之百", "102%", "B1", "P"),
        ("产量2550吨", "产量25500吨", "D1", "S"),
        ("12户22人", "22户12人", "C5", "S"),
        ("8、强化民生保障。\n", "", "F3", "P"),
        ("10、落实安全生产。\n", "", "F1", "P"),
    ],
)
def test_invented_slip_adds_a_finding(pack: Pack, written: str, slip: str, number: str, class_: str) -> None:
    assert written in DRAFT
    marks = [
        {(f.number, f.class_, quoted(text, f.spans)) for f in audited(pack, text).findings}
        for text in (DRAFT, DRAFT.replace(written, slip, 1))
    ]
    assert (number, class_) in {(n, c) for n, c, _ in marks[1] - marks[0]}
