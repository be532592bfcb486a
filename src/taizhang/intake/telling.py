"""Faults and differences as plain rows, for whoever shows them."""

from __future__ import annotations

from collections.abc import Iterable

from taizhang.errors import Fault
from taizhang.i18n import _


def place(fault: Fault) -> str:
    """Return where a fault is, in words: sheet, row, column."""
    cell = f"{fault.column or ''}{fault.row or ''}"
    return "!".join(part for part in (fault.sheet, cell) if part)


def fault_heading() -> tuple[str, ...]:
    """Return the headings of ``fault_rows``."""
    return _("序号"), _("位置"), _("列"), _("填写的内容"), _("问题"), _("可以这样填"), _("性质"), _("代码")


def fault_rows(faults: Iterable[Fault]) -> list[tuple[str, ...]]:
    """Return one plain tuple a fault: number, place, heading, value, sentence, what is accepted, severity, code."""
    return [
        (str(n), place(f), f.title or "", f.value or "", f.message, f.accepted, _("错误") if f.severity == "error" else _("需确认"), f.code)
        for n, f in enumerate(faults, start=1)
    ]
