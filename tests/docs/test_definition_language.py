"""The page on the definition language names every key and every function that there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from taizhang.pack.expression_functions import OWN, SHARED
from taizhang.pack.query_functions import AGGREGATES, QUERY, VALUE_ON, WINDOWS
from taizhang.pack.schema import definition_schemas

PAGE = (Path(__file__).parents[2] / "docs" / "definition-language.md").read_text(encoding="utf-8")


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for key, inner in schema.get("properties", {}).items():
        yield key
        yield from keys(inner)
    for inner in schema.get("patternProperties", {}).values():
        yield from keys(inner)
    if isinstance(schema.get("items"), dict):
        yield from keys(schema["items"])


@pytest.mark.parametrize("kind", definition_schemas())
def test_every_key_is_described(kind: str) -> None:
    assert [key for key in keys(definition_schemas()[kind]) if not re.search(rf"\b{key}\b", PAGE)] == []


def test_every_function_is_described() -> None:
    assert [name for name in (*OWN, *SHARED, *QUERY, *AGGREGATES, *WINDOWS, VALUE_ON) if name not in PAGE] == []
