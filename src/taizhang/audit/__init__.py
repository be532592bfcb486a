"""Auditing a written report: its figures against the ledgers, against each other, and against last year's report.

Names are loaded at first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.audit.auditing import Audit, Auditor, audit_as_dict
    from taizhang.audit.findings import AuditResult, Finding, PassedCheck
    from taizhang.audit.links_model import Link, Verdict

_HOMES = {
    "auditing": ("Audit", "Auditor", "audit_as_dict"),
    "findings": ("AuditResult", "Finding", "PassedCheck"),
    "links_model": ("Link", "Verdict"),
}

__all__ = ["Audit", "AuditResult", "Auditor", "Finding", "Link", "PassedCheck", "Verdict", "audit_as_dict"]


def __getattr__(name: str) -> Any:
    import importlib

    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"taizhang.audit.{module}"), name)
    raise AttributeError(name)
