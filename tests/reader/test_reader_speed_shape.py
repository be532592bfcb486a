"""Reading is linear: three times a text takes three times the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.work import OURS, growth
from taizhang.reader import read_text

CASES = Path(__file__).parent / "cases" / "speed" / "repeated.tsv"
LENGTH, TIMES, ROOM = 2_500, 3, 1.3  # the shorter text is longer than any window that the reader looks through


def pieces() -> list[str]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def grown(read: Callable[[str], Any], piece: str, length: int = LENGTH) -> float:
    """Return how many times the work is done over a text that is ``TIMES`` as long."""
    short = piece * (length // len(piece))
    return growth(read, short, short * TIMES)


def test_the_count_sees_a_loop_in_a_loop() -> None:
    code = "def all_pairs(text):\n    return [a for a in text for b in text if a == b]\n"
    names: dict[str, Any] = {}
    exec(compile(code, OURS + "/pairs.py", "exec"), names)
    assert grown(names["all_pairs"], "一", 200) > TIMES * 2


@pytest.mark.slow
@pytest.mark.parametrize("piece", pieces())
def test_work_grows_with_the_text(piece: str) -> None:
    assert grown(read_text, piece) < TIMES * ROOM


@pytest.mark.parametrize("piece", ["其中12人，", "一、抓12户\n"])
def test_work_grows_with_a_short_text(piece: str) -> None:
    assert grown(read_text, piece, 1_200) < TIMES * ROOM
