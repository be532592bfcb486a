"""A small division tree and a fixed today for the field type tests."""

from __future__ import annotations

from datetime import date

import pytest

from taizhang.pack.divisions import Division, DivisionTree
from taizhang.pack.fieldtypes import Context

NODES = {
    "990128": "示范县",
    "990128105": "公坪镇",
    "990128105001": "公坪社区",
    "990128105201": "銮塘村",
    "99012810500103": "3组",
}


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(DivisionTree([Division(code, name) for code, name in NODES.items()], town="990128105"), date(2026, 11, 23))
