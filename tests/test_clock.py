"""The day is China's, wherever the machine thinks that it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from taizhang import clock


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a running process can only be set on Unix")
@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Shanghai", "Pacific/Kiritimati"])
def test_the_machines_zone_does_not_move_the_day(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    before = (datetime.now(UTC) + timedelta(hours=8)).date()
    day = clock.today()
    after = (datetime.now(UTC) + timedelta(hours=8)).date()
    assert before <= day <= after
    assert clock.now().utcoffset() == timedelta(hours=8)
    monkeypatch.undo()
    time.tzset()
