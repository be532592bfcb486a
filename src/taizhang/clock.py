"""The time that people read: China's, whatever the machine is set to."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, with the zone."""
    return datetime.now(SHANGHAI)


def today() -> date:
    """Return the day that it is in China."""
    return now().date()
