"""The pack: what is kept, counted, published and reported, as data.

Names are loaded at first use, so that a command which needs no pack does not pay for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.pack.definitions import Field, Indicator, Ledger, Pack, Parameter, ReportDefinition
    from taizhang.pack.divisions import Division, DivisionTree
    from taizhang.pack.loader import load_pack
    from taizhang.pack.periods import Period

_HOMES = {
    "definitions": ("Field", "Indicator", "Ledger", "Pack", "Parameter", "ReportDefinition"),
    "divisions": ("Division", "DivisionTree"),
    "loader": ("load_pack",),
    "periods": ("Period",),
}

__all__ = ["Division", "DivisionTree", "Field", "Indicator", "Ledger", "Pack", "Parameter", "Period", "ReportDefinition", "load_pack"]


def __getattr__(name: str) -> Any:
    import importlib

    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"taizhang.pack.{module}"), name)
    raise AttributeError(name)
