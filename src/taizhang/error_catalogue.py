"""Every error code with its sentence and what would have been accepted: Chinese, and English beside it.

One file a part: each part registers its own codes at import through :func:`register`; codes are never reused.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from taizhang.i18n import language

_MODULES = (
    "pack.codes",
    "pack.expression_codes",
    "pack.query_codes",
    "pack.fieldtypes.codes",
    "reader.codes",
    "workspace.codes",
    "journal.codes",
    "intake.codes",
    "warehouse.codes",
    "comparison.linkage.codes",
    "access.codes",
    "figures.codes",
    "comparison.codes",
    "report.codes",
    "audit.links_codes",
    "audit.comment_codes",
    "jobs.codes",
    "http.codes",
    "sending.codes",
    "reviewing.codes",
    "office.codes",
    "api.codes",
    "cli.codes",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: sentences and accepted forms by language."""

    zh: str
    en: str
    accepted_zh: str = ""
    accepted_en: str = ""


_entries: dict[str, Entry] = {}
_loaded = False


def register(codes: dict[str, Entry]) -> None:
    """Add codes; a code that is already there is a programming error.

    Raises ``ValueError`` for a repeated code.
    """
    repeated = _entries.keys() & codes.keys()
    if repeated:
        raise ValueError(f"error codes registered twice: {sorted(repeated)}")
    _entries.update(codes)


def catalogue() -> dict[str, Entry]:
    """Return all codes, loading every part's `codes` module."""
    global _loaded
    if not _loaded:
        _loaded = True
        for name in _MODULES:
            importlib.import_module(f"taizhang.{name}")
    return _entries


def _fill(template: str, params: dict[str, Any]) -> str:
    return template.format_map(_Missing(params))


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def sentence(code: str, params: dict[str, Any]) -> str:
    """Return the sentence of a code, filled with its parameters."""
    entry = catalogue().get(code)
    if entry is None:
        return code
    return _fill(entry.zh if language() == "zh" else entry.en, params)


def accepted(code: str, params: dict[str, Any]) -> str:
    """Return what would have been accepted; empty when the code does not say."""
    entry = catalogue().get(code)
    if entry is None:
        return ""
    return _fill(entry.accepted_zh if language() == "zh" else entry.accepted_en, params)
