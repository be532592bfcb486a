"""The time and the place that a figure belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Passed, Reading, Section


def report_year(plain: str, sections: Sequence[Section], passed: Sequence[Passed]) -> int | None:
    """Return the report's own year, from its title and headings."""
    return None


def with_scopes(reading: Reading, plain: str, lexicon: Lexicon) -> Reading:
    """Return the reading with scope, period and place of every figure filled in."""
    return reading
