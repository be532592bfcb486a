"""Rows hashed by column have the hashes that `verify` works out row by row."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from taizhang.journal.batch import batch, chain
from taizhang.journal.engine import COLUMNS
from taizhang.journal.hashing import GENESIS, row_text
from taizhang.journal.records import Change, Changes

_text = st.text(alphabet="a村|\\\"\x1f\x00'", max_size=4)
_change = st.builds(
    Change,
    _text,
    _text,
    st.sampled_from(["record", "withdraw"]),
    _text,
    _text,
    st.none() | _text,
    st.none() | _text,
    st.none() | _text,
    st.none() | st.integers(1, 9),
    st.none(),
)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


@given(
    st.lists(st.tuples(_change, st.tuples(st.integers(1, 3), st.none() | st.integers(1, 9))), min_size=1, max_size=5),
    st.booleans(),
    st.integers(1, 6),
)
def test_by_column_and_by_row(pairs: list[tuple[Change, tuple[int, int | None]]], alike: bool, at_once: int) -> None:
    wanted = [pairs[0][0] if alike else change for change, _ in pairs]
    placed = [pair for _, pair in pairs]
    rows = batch(Changes.of(wanted), placed, 7, 40)
    with patch("taizhang.journal.batch._AT_ONCE", at_once):
        last = chain(rows, GENESIS, _digest)
    found = list(rows.rows(COLUMNS))
    assert [row[0] for row in found] == list(range(41, 41 + len(pairs)))
    for row, change, (version, replaces) in zip(found, wanted, placed, strict=True):
        ledger, entry, op, division, data, original, confirmed, sheet, line, _ = change
        assert row[1:13] == (7, ledger, entry, version, op, division, data, original, confirmed, sheet, line, replaces)
        assert row[14] == _digest(row[13] + row_text(*row[:13]))
    assert found[0][13] == GENESIS
    assert found[-1][14] == last
    assert all(before[14] == after[13] for before, after in pairwise(found))
