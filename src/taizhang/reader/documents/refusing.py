"""Refusing a whole document."""

from __future__ import annotations

from taizhang.errors import Fault, Refusal


def refuse(code: str, name: str, **params: object) -> Refusal:
    """Return the refusal of a document; ``code`` without its leading ``document.``."""
    return Refusal([Fault(f"document.{code}", {"name": name, **params}, file=name)], "document.refused")
