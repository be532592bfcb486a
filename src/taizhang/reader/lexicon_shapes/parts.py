"""The pieces out of which the shapes of lexicon files are put together.

The keywords are those which :func:`taizhang.pack.schema.validate` knows, and ``format: regex`` (:mod:`taizhang.reader.lexicon_schema`). Words
that become part of a pattern as they stand are kept to characters which mean nothing in a pattern.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

PERSONS = (
    "person", "household", "visit", "case", "place", "thing", "event", "document", "group", "plant", "animal", "kind", "dose", "order",
)  # fmt: skip
MEASURED = ("area", "money", "mass", "length", "rate", "change", "other")
KEY = r"^[^\n]{1,40}$"
LATIN = "^[a-z][a-z0-9_]{0,40}$"
HAN = r"[^\x00-\x7f]"
ONE_HAN = "一个汉字"
WORD: Schema = {"type": "string", "pattern": KEY, "description": "1至40字的词（纯数字要加引号）"}
ANY_WORD: Schema = {"type": "string", "pattern": r"^[^\n]{0,40}$", "description": "至多40字的词"}
HAN_WORD: Schema = {"type": "string", "pattern": f"^{HAN}{{1,12}}$", "description": "1至12个汉字的词"}
PHRASE: Schema = {"type": ["string", "integer"], "pattern": r"^[^\n]{1,60}$", "description": "1至60字的词"}
REGEX: Schema = {"type": "string", "pattern": r"^[^\n]{1,500}$", "format": "regex", "description": "不分组、不会匹配空文字的正则表达式"}
# As Decimal writes it, which may be with an exponent.
POSITIVE = r"^(?!0*\.?0*(?:E|$))[0-9]{1,16}(?:\.[0-9]{1,24})?(?:E-[0-9]{1,2})?$"


def text_of(about: str) -> Schema:
    """Return the shape of any text."""
    return {"type": "string", "description": about}


def flag(about: str) -> Schema:
    """Return the shape of true or false."""
    return {"type": "boolean", "description": about}


def choice(about: str, *values: object, kind: str = "string") -> Schema:
    """Return the shape of one of some values."""
    return {"type": kind, "enum": list(values), "description": about}


def words_of(about: str, items: Schema = WORD) -> Schema:
    """Return the shape of a list of words."""
    return {"type": "array", "items": items, "description": about}


def groups_of(about: str, least: int = 1) -> Schema:
    """Return the shape of a list of lists of words."""
    return {"type": "array", "items": {"type": "array", "items": ANY_WORD, "minItems": least}, "description": about}


def letters(about: str, least: int = 0) -> Schema:
    """Return the shape of a text of which each character counts by itself."""
    return {"type": "string", "pattern": f"^{HAN}{{{least},80}}$", "description": f"{about}；一串汉字，逐字看"}


def number(about: str) -> Schema:
    """Return the shape of a number above zero."""
    return {"type": "number", "pattern": POSITIVE, "exclusiveMinimum": 0, "description": f"{about}；大于0的数"}


def whole(about: str, pattern: str) -> Schema:
    """Return the shape of a whole number whose digits match a pattern."""
    return {"type": "integer", "pattern": f"^{pattern}$", "description": about}


def table(about: str, value: Schema, key: str = KEY) -> Schema:
    """Return the shape of a mapping whose keys are words."""
    return {"type": "object", "patternProperties": {key: value}, "additionalProperties": False, "description": about}


def closed(properties: dict[str, Schema], required: tuple[str, ...] = (), *, empty: bool = False, about: str = "") -> Schema:
    """Return the shape of a mapping with these keys and no others; ``empty`` allows no value at all."""
    return {
        "type": ["object", "null"] if empty else "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **({"description": about} if about else {}),
    }


def file_of(title: str, about: str, example: str, **properties: Schema) -> Schema:
    """Return the shape of a file, with its title and an example of a local one."""
    named = {key.rstrip("_"): schema for key, schema in properties.items()}
    return {**closed(named, tuple(named), about=about), "title": title, "examples": [example]}
