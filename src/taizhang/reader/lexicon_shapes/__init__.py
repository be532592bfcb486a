"""The shape of every lexicon file as JSON Schema, with what each key means and an example of a local addition, in Chinese."""

from __future__ import annotations

from functools import cache

from taizhang.reader.lexicon_shapes import figures, naming
from taizhang.reader.lexicon_shapes.parts import Schema

__all__ = ["Schema", "lexicon_schemas"]


@cache
def lexicon_schemas() -> dict[str, Schema]:
    """Return the schema of every lexicon file by section name, as the shipped files must be: with all keys."""
    made = (
        figures.units, figures.numerals, figures.approximations, figures.contexts, figures.dates, figures.traps,
        naming.verbs, naming.measures, naming.scopes, naming.groups, naming.synonyms, naming.opposed,
    )  # fmt: skip
    return {make.__name__: make() for make in made}
