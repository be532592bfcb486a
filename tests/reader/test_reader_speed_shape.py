"""Reading is linear: three times a text takes three times the work. Work is counted, in lines of the reader that are run, and not timed.

What a regular expression does within itself is not counted; ``python -m benchmarks.reader --only awkward`` times that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import taizhang.reader
from taizhang.reader import read_text

READER = str(Path(taizhang.reader.__file__).parent)
CASES = Path(__file__).parent / "cases" / "speed" / "repeated.tsv"
LENGTH, TIMES, ROOM = 2_500, 3, 1.3  # the shorter text is longer than any window that the reader looks through


def pieces() -> list[str]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def work(read: Callable[[str], Any], text: str) -> int:
    """Return how many lines of the reader run, loops and comprehensions counted once a turn."""
    lines = 0

    def count(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    def enter(frame: FrameType, _event: str, _argument: object) -> Any:
        return count if frame.f_code.co_filename.startswith(READER) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return lines


def grown(read: Callable[[str], Any], piece: str, length: int = LENGTH) -> float:
    """Return how many times the work is done over a text that is ``TIMES`` as long."""
    short = piece * (length // len(piece))
    return (work(read, short * TIMES) + 1) / (work(read, short) + 1)


def test_the_count_sees_a_loop_in_a_loop() -> None:
    code = "def all_pairs(text):\n    return [a for a in text for b in text if a == b]\n"
    names: dict[str, Any] = {}
    exec(compile(code, READER + "/pairs.py", "exec"), names)
    assert grown(names["all_pairs"], "一", 200) > TIMES * 2


@pytest.mark.slow
@pytest.mark.parametrize("piece", pieces())
def test_work_grows_with_the_text(piece: str) -> None:
    read_text("12户")
    assert grown(read_text, piece) < TIMES * ROOM


@pytest.mark.parametrize("piece", ["其中12人，", "一、抓12户\n"])
def test_work_grows_with_a_short_text(piece: str) -> None:
    read_text("12户")
    assert grown(read_text, piece, 1_200) < TIMES * ROOM
