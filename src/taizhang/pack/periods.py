"""Months, quarters, half-years and years, written `2020-05`, `2020Q2`, `2020H1`, `2020`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from taizhang.errors import TaizhangError

Kind = Literal["year", "half", "quarter", "month"]

_PATTERN = re.compile(r"^(\d{4})(?:-(0[1-9]|1[0-2])|Q([1-4])|H([12]))?$")
_MONTHS: dict[Kind, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole months; both ends belong to it."""

    start: date
    end: date
    text: str
    kind: Kind

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period.

        >>> Period.parse("2020Q2").end
        datetime.date(2020, 6, 30)

        Raises ``TaizhangError`` (``period.unreadable``) for anything else.
        """
        match = _PATTERN.match(text.strip().upper())
        if not match or match[1] == "0000":
            raise TaizhangError("period.unreadable", value=text)
        year = int(match[1])
        if match[2]:
            return cls._of(year, int(match[2]), "month", f"{year:04d}-{match[2]}")
        if match[3]:
            return cls._of(year, int(match[3]) * 3 - 2, "quarter", f"{year:04d}Q{match[3]}")
        if match[4]:
            return cls._of(year, int(match[4]) * 6 - 5, "half", f"{year:04d}H{match[4]}")
        return cls._of(year, 1, "year", f"{year:04d}")

    @classmethod
    def _of(cls, year: int, month: int, kind: Kind, text: str) -> Period:
        last = month + _MONTHS[kind] - 1
        return cls(date(year, month, 1), date(year, last, monthrange(year, last)[1]), text, kind)

    def before(self) -> Period:
        """Return the period of the same kind that ends the day before this one begins."""
        months = _MONTHS[self.kind]
        index = self.start.year * 12 + self.start.month - 1 - months
        year, month = divmod(index, 12)
        suffix = {"year": "", "half": f"H{month // 6 + 1}", "quarter": f"Q{month // 3 + 1}", "month": f"-{month + 1:02d}"}
        return Period.parse(f"{year:04d}{suffix[self.kind]}")

    def __str__(self) -> str:
        return self.text
