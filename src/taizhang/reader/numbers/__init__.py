"""Bare numbers on request: every number of a text, whether it counts anything or not; and ordinals, shares, measures, ages, ranges alone.

A report reader holds bare numbers back (``read_text``). These entry points give them, with blanks between characters allowed.
"""

from __future__ import annotations

from taizhang.reader.numbers.entry import (
    read_ages,
    read_currencies,
    read_measures,
    read_number_ranges,
    read_numbers,
    read_ordinals,
    read_percents,
)
from taizhang.reader.numbers.tables import Number, NumberRange

__all__ = [
    "Number", "NumberRange", "read_ages", "read_currencies", "read_measures", "read_number_ranges", "read_numbers", "read_ordinals", "read_percents",
]  # fmt: skip
