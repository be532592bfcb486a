"""The reader: figures out of Chinese reports. Stands alone: it knows no database and no workspace."""

from __future__ import annotations

from taizhang.reader.lexicon import Lexicon, load_lexicon
from taizhang.reader.model import Group, Interval, Passed, Quantity, Reading, Section, Sentence, Unit, as_dict
from taizhang.reader.reading import read_text

__all__ = [
    "Group", "Interval", "Lexicon", "Passed", "Quantity", "Reading", "Section", "Sentence", "Unit", "as_dict", "load_lexicon", "read_text",
]  # fmt: skip
