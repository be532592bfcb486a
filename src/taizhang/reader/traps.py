"""Spans with a number in them that are no figures, so that nothing counts them and a person can see what was passed over."""

from __future__ import annotations

from collections.abc import Iterator

from taizhang.reader.dates import find_dates, find_periods
from taizhang.reader.lexicon import Lexicon
from taizhang.reader.model import Passed
from taizhang.reader.spots import Spots
from taizhang.reader.trap_bank import HAS_NUMBER, Candidate
from taizhang.reader.trap_numbers import find_numbered
from taizhang.reader.trap_phrases import find_phrases


def find_traps(plain: str, lexicon: Lexicon) -> list[Passed]:
    """Return every span of a normalised text that has a number and is no figure, in text order; where two overlap the longer stays.

    A trap knows nothing of units: whoever reads figures lets a number with a measuring unit win when it covers more of the text.
    """
    taken = bytearray(len(plain))
    kept: list[Candidate] = []
    for found in sorted(_candidates(plain, lexicon), key=lambda c: (c.start - c.end, c.rank, c.start)):
        if taken.find(1, found.start, found.end) < 0:
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            kept.append(found)
    return [Passed(c.start, c.end, plain[c.start : c.end], c.kind, c.value, c.rule) for c in sorted(kept)]


def _candidates(plain: str, lexicon: Lexicon) -> Iterator[Candidate]:
    spots = Spots(plain)
    for dated in find_dates(plain, lexicon, spots=spots):
        if HAS_NUMBER.search(plain, dated.start, dated.end):
            yield Candidate(dated.start, dated.end, "date", dated.rule, dated.value, rank=1)
    for dated in find_periods(plain, lexicon, spots):
        yield Candidate(dated.start, dated.end, "term" if dated.rule == "term" else "period", dated.rule, dated.value, rank=2)
    yield from find_phrases(plain, lexicon)
    yield from find_numbered(plain, lexicon, spots)
