"""Figures: number, approximate word and unit read together, and the traps that stand against them."""

from __future__ import annotations

from taizhang.reader.quantities.finding import find_quantities

__all__ = ["find_quantities"]
