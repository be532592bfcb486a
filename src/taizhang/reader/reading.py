"""Reading a text: traps and figures, clauses, what each figure measures, how figures belong together."""

from __future__ import annotations

from collections.abc import Mapping

from taizhang.reader.lexicon import Lexicon, shipped
from taizhang.reader.model import Reading
from taizhang.reader.normal import normalise


def read_text(text: str, lexicon: Lexicon | None = None, *, year: int | None = None, numbers: Mapping[int, str] | None = None) -> Reading:
    """Read every figure of a text.

    ``year`` is the report's own year where the caller knows it; otherwise it is taken from title and headings. ``numbers`` are numbers that a
    document prints before its paragraphs without their standing in the text, by offset. No input makes it fail.
    """
    from taizhang.reader.clauses import structure
    from taizhang.reader.groups import find_groups
    from taizhang.reader.measures import with_measures
    from taizhang.reader.quantities import find_quantities
    from taizhang.reader.scope import fill_scopes, report_year
    from taizhang.reader.traps import find_traps

    words = lexicon or shipped()
    plain = normalise(text)
    sections, sentences = structure(plain, words, numbers)
    traps = find_traps(plain, words)
    quantities, passed = find_quantities(text, plain, traps, words)
    year = year or report_year(plain, sections, passed)
    draft = Reading(
        text, tuple(quantities), tuple(passed), (), tuple(sections), tuple(sentences), year, sections[0].title if sections else ""
    )
    measured = with_measures(draft, plain, words)
    fill_scopes(measured, plain, words)
    return find_groups(measured, plain, words)
