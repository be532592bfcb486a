"""One Spark for all tests here; they are left out, with the reason told, where there is none."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from taizhang.warehouse.spark.connection import SMALL, connect, has_java

if TYPE_CHECKING:
    from taizhang.warehouse.spark.engine import Spark

HERE = Path(__file__).parent
MISSING = "没有安装pyspark" if importlib.util.find_spec("pyspark") is None else "" if has_java() else "没有Java"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.long)
            if MISSING:
                item.add_marker(pytest.mark.skip(reason=f"Spark的测试略过：{MISSING}"))


@pytest.fixture(scope="session")
def spark() -> Iterator[Spark]:
    """Return an engine on this machine, for many small questions."""
    from taizhang.warehouse.spark.engine import Spark

    session = connect("local[2]", SMALL | {"spark.driver.memory": "1g"})
    yield Spark(session)
    session.stop()
