"""Refusing a whole document."""

from __future__ import annotations

from taizhang.errors import Fault, Refusal


def refuse(code: str, name: str, **params: object) -> Refusal:
    """Return the refusal of a whole document."""
    return Refusal([Fault(code, {"name": name, **params}, file=name)], "document.refused")
