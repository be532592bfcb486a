"""Intake: workbooks and rows become clean entries and faults; templates, marked copies and the difference to what stands."""

from __future__ import annotations

import importlib
from typing import Any

_WHERE = {
    "read_file": "sources",
    "Limits": "limits",
    "Sheet": "sheets",
    "SourceFile": "sheets",
    "check": "checking",
    "check_rows": "checking",
    "Checked": "checking",
    "difference": "difference",
    "Difference": "difference",
    "import_file": "importing",
    "import_rows": "importing",
    "ImportResult": "importing",
    "write_marked_copy": "marking",
    "write_template": "template",
    "write_rows": "export",
    "fault_rows": "telling",
}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"taizhang.intake.{_WHERE[name]}"), name)
