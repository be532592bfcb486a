"""Comparison: ledgers against ledgers by the pack's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.comparison.model import Limits, RuleRun, StepCount
    from taizhang.comparison.running import explain, run_rule, run_rules

__all__ = ["Limits", "RuleRun", "StepCount", "explain", "run_rule", "run_rules"]

_HOMES = {"Limits": "model", "RuleRun": "model", "StepCount": "model", "explain": "running", "run_rule": "running", "run_rules": "running"}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(f"taizhang.comparison.{_HOMES[name]}"), name)
    raise AttributeError(name)
