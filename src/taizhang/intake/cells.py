"""Cells that can be written to a workbook without becoming something else: no formula out of text, no character that XML refuses."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # East Asian versions of Excel take the wide ones for the others
_NUMBER = re.compile(r"^[+-]?\d[\d,]*(?:\.\d+)?%?$")


def could_be_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take text for a formula; a plain signed number is none.

    >>> could_be_formula("=1+1"), could_be_formula("-12.5"), could_be_formula("-1+cmd|' /C calc'!A0"), could_be_formula("＝1+1")
    (True, False, True, True)
    """
    return text.startswith(_FORMULA) and not _NUMBER.match(text)


def guarded(text: str) -> str:
    """Return text with an apostrophe before what could be a formula; reading a CSV takes it away again."""
    return "'" + text if could_be_formula(text) else text


def plain_cell(value: Any) -> Any:
    """Return a value that openpyxl writes as it is: text stays text (formulas guarded), numbers and dates keep their type."""
    if value is None or isinstance(value, bool | int | float | Decimal | datetime | date | time | timedelta):
        return value
    return guarded(_REFUSED.sub("\ufffd", str(value)))[:32767]
