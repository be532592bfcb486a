"""YAML with line numbers and exact scalars.

YAML 1.1 turns `on` into true, `12:30` into 750 and `0.10` into a binary float. A definition is written by people who mean
what they wrote, so plain scalars are read by five rules only: empty or null, true/false, whole number, decimal number, date; all else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from taizhang.errors import Fault

_INT = re.compile(r"-?(0|[1-9]\d*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its line: ``data`` is a scalar, a list of nodes, or a dict of text → node."""

    data: Any
    line: int

    def plain(self) -> Any:
        """Return the value without lines."""
        if isinstance(self.data, dict):
            return {k: v.plain() for k, v in self.data.items()}
        if isinstance(self.data, list):
            return [v.plain() for v in self.data]
        return self.data


def _scalar(node: yaml.ScalarNode) -> Any:
    text = node.value
    if node.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INT.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _convert(node: yaml.Node, file: str, faults: list[Fault], seen: set[int]) -> Node:
    line = node.start_mark.line + 1
    # One node met twice is an alias: it hides what a definition says, and a few of them can stand for millions of values.
    if id(node) in seen:
        faults.append(Fault("definition.alias", {}, file=file, row=line))
        return Node("", line)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                faults.append(Fault("definition.key_repeated", {"key": name}, file=file, row=key.start_mark.line + 1, column=name))
            found[name] = _convert(value, file, faults, seen)
        return Node(found, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(item, file, faults, seen) for item in node.value], line)
    assert isinstance(node, yaml.ScalarNode)
    return Node(_scalar(node), line)


def read_documents(path: Path, file: str, faults: list[Fault]) -> Iterator[Node]:
    """Yield every document of a YAML file; what cannot be read becomes a fault with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        faults.append(Fault("definition.not_utf8", {}, file=file))
        return
    loader = None
    try:
        loader = _Loader(text)
        while loader.check_node():
            node = loader.get_node()
            if not (isinstance(node, yaml.ScalarNode) and node.value == ""):
                yield _convert(node, file, faults, set())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        faults.append(Fault("definition.unreadable", {"problem": getattr(error, "problem", "") or ""}, file=file, row=line))
    finally:
        if loader is not None:
            loader.dispose()
