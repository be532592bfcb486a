"""Figures: indicators over divisions and periods, and the rows that each is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.figures.computing import compute, compute_many
    from taizhang.figures.examples import run_examples
    from taizhang.figures.model import Figure
    from taizhang.figures.tracing import Trace, recombine, trace

__all__ = ["Figure", "Trace", "compute", "compute_many", "recombine", "run_examples", "trace"]

_HOMES = {
    "Figure": "model",
    "Trace": "tracing",
    "compute": "computing",
    "compute_many": "computing",
    "recombine": "tracing",
    "run_examples": "examples",
    "trace": "tracing",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(f"taizhang.figures.{_HOMES[name]}"), name)
    raise AttributeError(name)
