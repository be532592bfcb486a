"""Figures that belong together."""

from __future__ import annotations

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Reading


def find_groups(reading: Reading, plain: str, lexicon: Lexicon) -> Reading:
    """Return the reading with its groups."""
    return reading
