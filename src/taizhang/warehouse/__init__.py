"""The warehouse: the journal as typed columns, at any position of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.warehouse.snapshot import Snapshot
    from taizhang.warehouse.store import RefreshResult, Warehouse

__all__ = ["RefreshResult", "Snapshot", "Warehouse"]

_HOMES = {"RefreshResult": "store", "Warehouse": "store", "Snapshot": "snapshot"}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(f"taizhang.warehouse.{_HOMES[name]}"), name)
    raise AttributeError(name)
