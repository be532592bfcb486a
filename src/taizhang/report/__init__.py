"""The report: prose out of the pack, figures out of the ledgers, each sentence with what it rests on.

Names are loaded at first use; the writers pull in python-docx and Jinja.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taizhang.report.composing import compose
    from taizhang.report.docx_writer import write_docx
    from taizhang.report.examples import run_examples
    from taizhang.report.html_writer import write_html
    from taizhang.report.model import Report, ReportFigure, Sentence, as_json, from_json
    from taizhang.report.panels import open_panels
    from taizhang.report.saved import SavedReport, read_saved
    from taizhang.report.source import GivenSource, SnapshotSource, Source
    from taizhang.report.staleness import Staleness, StaleSentence, stale

_HOMES = {
    "composing": ("compose",),
    "docx_writer": ("write_docx",),
    "examples": ("run_examples",),
    "html_writer": ("write_html",),
    "model": ("Report", "ReportFigure", "Sentence", "as_json", "from_json"),
    "panels": ("open_panels",),
    "saved": ("SavedReport", "read_saved"),
    "source": ("GivenSource", "SnapshotSource", "Source"),
    "staleness": ("StaleSentence", "Staleness", "stale"),
}

__all__ = [
    "GivenSource", "Report", "ReportFigure", "SavedReport", "Sentence", "SnapshotSource", "Source", "StaleSentence", "Staleness",
    "as_json", "compose", "from_json", "open_panels", "read_saved", "run_examples", "stale", "write_docx", "write_html",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    import importlib

    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"taizhang.report.{module}"), name)
    raise AttributeError(name)
