"""Checks by name, as rules call them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts

Outcome = Hit | Held
Options = Mapping[str, Any]
Check = Callable[[Facts, Options], Iterator[Outcome]]
REGISTRY: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Register a check under its own name."""
    REGISTRY[function.__name__] = function
    return function
