"""Checks by name, as rules call them. One module a family; each registers its checks at import."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from taizhang.audit.findings import Held, Hit
from taizhang.audit.rules.facts import Facts

Outcome = Hit | Held
Options = Mapping[str, Any]
Check = Callable[[Facts, Options], Iterator[Outcome]]

_FAMILIES = (
    "bounds", "counts", "growth", "ledgers", "limits", "numbering", "parts", "rates", "repeated", "style", "times", "totals", "units",
)  # fmt: skip
_registered: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Register a check under its own name."""
    _registered[function.__name__] = function
    return function


@cache
def checks() -> Mapping[str, Check]:
    """Return all checks, loading every family."""
    for name in _FAMILIES:
        importlib.import_module(f"taizhang.audit.rules.{name}")
    return _registered
