"""The strict check of lexicon files: types, keys, numbers, kinds, patterns and units, every fault with file, line and key.

A shipped file has every key. A local file has what it adds: a key may be left out where the file under it has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from taizhang.errors import Fault
from taizhang.pack.schema import validate
from taizhang.pack.yaml_lines import Node
from taizhang.reader.lexicon_shapes import Schema, lexicon_schemas
from taizhang.reader.normal import simplify

__all__ = ["lexicon_schemas", "local_schema", "section_faults", "unit_faults"]


def local_schema(section: str) -> Schema:
    """Return the JSON Schema of a local file, for editors: the shipped one without its required keys."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_loose(section)}


def section_faults(section: str, node: Node, file: str, base: Any = None) -> list[Fault]:
    """Check one document of a file; ``base`` is the section that a local file is laid over."""
    schema = lexicon_schemas().get(section)
    if schema is None:
        return [Fault("definition.kind_unknown", {"allowed": "、".join(f"{s}.yaml" for s in lexicon_schemas())}, file=file, row=node.line)]
    found = [*validate(node, _loose(section), file), *_missing(node, schema, base, file, ""), *_patterns(node, schema, file, "")]
    return sorted(found, key=lambda f: f.row or 0)


def unit_faults(node: Node, file: str, known: Mapping[str, Any]) -> list[Fault]:
    """Check that what ``contexts`` takes for an omitted unit is a unit of the joined ``units`` section."""
    omitted = node.data.get("omitted") if isinstance(node.data, dict) else None
    if omitted is None or not isinstance(omitted.data, dict):
        return []
    names = set(_surfaces(known))
    return [
        _fault("definition.not_allowed", file, value, f"omitted.{unit}", value=unit, allowed="units.yaml里的单位")
        for unit, value in omitted.data.items()
        if simplify(unit) not in names
    ]


@cache
def _loose(section: str) -> Schema:
    return dict(_without(lexicon_schemas()[section], "required"))


def _without(schema: Any, keyword: str) -> Any:
    if isinstance(schema, dict):
        return {k: _without(v, keyword) for k, v in schema.items() if not (k == keyword and isinstance(v, list))}
    return [_without(v, keyword) for v in schema] if isinstance(schema, list) else schema


def _inner(schema: Schema, key: str) -> Schema:
    """Return the schema of a key that has passed the check."""
    named: dict[str, Schema] = schema.get("properties", {})
    by_pattern: dict[str, Schema] = schema.get("patternProperties", {})
    return named.get(key) or next((s for p, s in by_pattern.items() if re.fullmatch(p, key)), {})


def _children(node: Node, schema: Schema, path: str) -> Iterator[tuple[Node, Schema, str, str | None]]:
    if isinstance(node.data, dict):
        for key, value in node.data.items():
            yield value, _inner(schema, key), f"{path}.{key}" if path else key, key
    elif isinstance(node.data, list):
        for index, value in enumerate(node.data, 1):
            yield value, schema.get("items", {}), f"{path}[{index}]", None


def _missing(node: Node, schema: Schema, base: Any, file: str, path: str) -> Iterator[Fault]:
    under = base if isinstance(base, dict) else {}
    if isinstance(node.data, dict):
        for key in schema.get("required", ()):
            if key not in node.data and key not in under:
                yield _fault("definition.key_missing", file, node, f"{path}.{key}" if path else key, key=key)
    for value, inner, where, key in _children(node, schema, path):
        yield from _missing(value, inner, under.get(key) if key is not None else None, file, where)


def _patterns(node: Node, schema: Schema, file: str, path: str) -> Iterator[Fault]:
    regex = schema.get("format") == "regex" and isinstance(node.data, str) and re.fullmatch(schema["pattern"], node.data)
    if regex and not _usable(node.data):
        yield _fault("definition.malformed", file, node, path, value=node.data, allowed=schema["description"])
    for value, inner, where, _ in _children(node, schema, path):
        yield from _patterns(value, inner, file, where)


def _usable(pattern: str) -> bool:
    """Tell whether a pattern can stand among others in one: it compiles inside a group, captures nothing and needs some text."""
    try:
        alone, made = re.compile(pattern), re.compile(f"(?:{pattern})", re.MULTILINE)
    except (re.error, OverflowError, RecursionError):
        return False
    return alone.groups == made.groups == 0 and made.match("") is None


def _surfaces(units: Mapping[str, Any]) -> Iterator[str]:
    tables = [*(group["units"] for group in units["measures"].values()), units["classifiers"], units["nouns"]]
    for table in tables:
        for name, data in table.items():
            yield name
            yield from (data or {}).get("also", ())


def _fault(code: str, file: str, node: Node, path: str, **params: Any) -> Fault:
    value = None if isinstance(node.data, dict | list) else str(node.data)
    return Fault(code, {"path": path, **params}, file=file, row=node.line, column=path, value=value)
