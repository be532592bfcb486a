"""The demonstration town: invented people, the figures of a real report."""

from __future__ import annotations

import importlib
from typing import Any

_WHERE = {"generate": "build", "Town": "town"}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"taizhang.demo.{_WHERE[name]}"), name)
