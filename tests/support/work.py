"""How much work something takes, counted in lines of our code that are run: the same on a busy machine as on a quiet one.

What a regular expression does within itself is not counted; ``python -m benchmarks.reader --only awkward`` times that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import taizhang

T = TypeVar("T")
OURS = str(Path(taizhang.__file__).parent)


def work(call: Callable[[], Any], within: str | tuple[str, ...] = OURS) -> int:
    """Return how many lines run of the files below these paths, loops and comprehensions counted once a turn."""
    lines = 0

    def count(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    def enter(frame: FrameType, _event: str, _argument: object) -> Any:
        return count if frame.f_code.co_filename.startswith(within) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines


def growth(call: Callable[[T], Any], less: T, more: T) -> float:
    """Return how many times the work is done over more of the same."""
    call(less)  # what is made once and kept
    return (work(lambda: call(more)) + 1) / (work(lambda: call(less)) + 1)
