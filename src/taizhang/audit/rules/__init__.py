"""The checks over the figures of a report, and running the pack's rules on it."""

from __future__ import annotations

from taizhang.audit.rules.running import audit_text

__all__ = ["audit_text"]
