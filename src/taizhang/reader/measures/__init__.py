"""What each figure measures: ordered rules over its clause, with inheritance from the figures before it."""

from __future__ import annotations

from dataclasses import replace

from taizhang.reader.lexicon import Lexicon
from taizhang.reader.measures.naming import Namer
from taizhang.reader.measures.segment import words_of
from taizhang.reader.model import Reading

__all__ = ["with_measures"]


def with_measures(reading: Reading, plain: str, lexicon: Lexicon) -> Reading:
    """Fill in measure, measure_span, subject and sentence of every figure, and return the reading with what grows or is compared."""
    namer = Namer(reading, plain, words_of(lexicon))
    for frame in namer.frames:
        for quantity, name in zip(frame.quantities, namer.names(frame), strict=True):
            # A chain may run over a line's end, so that not all of it stands in the frame's sentence.
            sentence = frame.sentence if quantity is frame.quantities[0] else namer.frames.sentence_at(quantity.start)
            quantity.fill(measure=name.measure, measure_span=name.span, subject=name.subject, sentence=sentence)
    return replace(reading, groups=tuple(namer.groups))
