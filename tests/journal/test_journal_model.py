"""Random lives of a journal against a model in plain Python: what stands at every position, and that ``verify`` agrees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.errors import TaizhangError
from taizhang.journal import Source

ENTRIES = ["H1", "H2", "H3", "甲|乙"]
LEDGERS = ["payment", "death"]
change = st.tuples(st.sampled_from(LEDGERS), st.sampled_from(ENTRIES), st.sampled_from(["record", "record", "withdraw"]), st.integers(0, 9))
changes = st.lists(change, min_size=1, max_size=5)
step = st.one_of(
    st.tuples(st.just("record"), changes),
    st.tuples(st.just("submit"), changes),
    st.tuples(st.just("stale"), changes),
    st.tuples(st.just("accept"), st.integers(0, 3)),
    st.tuples(st.just("return"), st.integers(0, 3)),
)


class Model:
    """What a journal should hold: all versions in order, and what lies pending."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str]] = []  # ledger, entry, op, data; the index is seq - 1
        self.pending: dict[int, list[Any]] = {}
        self.numbers = 0

    def latest(self, ledger: str, entry: str) -> tuple[int | None, str]:
        found = [(seq, row[2]) for seq, row in enumerate(self.rows, 1) if row[:2] == (ledger, entry)]
        return found[-1] if found else (None, "withdraw")

    def base(self, ledger: str, entry: str) -> int | None:
        seq, op = self.latest(ledger, entry)
        return seq if op == "record" else None

    def standing(self, ledger: str, position: int) -> dict[str, tuple[int, int, str]]:
        stands: dict[str, tuple[int, int, str]] = {}
        versions: dict[str, int] = {}
        for seq, (its_ledger, entry, op, data) in enumerate(self.rows[:position], 1):
            if its_ledger == ledger:
                versions[entry] = versions.get(entry, 0) + 1
                stands.pop(entry, None)
                if op == "record":
                    stands[entry] = (seq, versions[entry], data)
        return stands

    def fault(self, wanted: list[Any]) -> str | None:
        if len({c[:2] for c in wanted}) < len(wanted):
            return "journal.repeated_entry"
        for ledger in dict.fromkeys(c.ledger for c in wanted):
            mine = [c for c in wanted if c.ledger == ledger]
            for c in mine:
                if c.base == self.base(ledger, c.entry) is None and c.op == "withdraw":
                    return "journal.nothing_to_withdraw"
            if any(c.base != self.base(ledger, c.entry) for c in mine):
                return "journal.conflict"
        return None

    def append(self, wanted: list[Any]) -> None:
        self.rows += [(c.ledger, c.entry, c.op, c.data) for c in wanted]


def play(model: Model, make_change: Any, kind: str, argument: Any) -> None:
    from taizhang.journal import actions

    source = Source("api", "随机")
    if kind in ("record", "submit", "stale"):
        wanted = []
        for ledger, entry, op, amount in argument:
            base = model.base(ledger, entry) if kind != "stale" else len(model.rows)
            wanted.append(make_change(entry, amount, base, op, ledger=ledger))
        act = actions.do_submit if kind == "submit" else actions.do_record
        expected = model.fault(wanted)
        if expected:
            with pytest.raises(TaizhangError) as caught:
                act("王", source, wanted)
            assert caught.value.fault.code == expected
            return
        model.numbers += 1
        assert act("王", source, wanted).number == model.numbers
        if kind == "submit":
            model.pending[model.numbers] = wanted
        else:
            model.append(wanted)
    elif model.pending:
        number = sorted(model.pending)[argument % len(model.pending)]
        if kind == "return":
            actions.do_return(number, "李", "不符")
            del model.pending[number]
            return
        expected = model.fault(model.pending[number])
        if expected:
            with pytest.raises(TaizhangError) as caught:
                actions.do_accept(number, "李")
            assert caught.value.fault.code == expected
            return
        actions.do_accept(number, "李")
        model.append(model.pending.pop(number))


def check(model: Model) -> None:
    from taizhang.journal import read
    from taizhang.journal.verify import verify

    assert read.position() == len(model.rows)
    assert verify() == []
    assert {s.number for s in read.submissions(status="pending")} == model.pending.keys()
    for ledger in LEDGERS:
        assert read.standing(ledger) == model.standing(ledger, len(model.rows))
        for position in range(len(model.rows) + 1):
            expected = model.standing(ledger, position)
            assert read.standing(ledger, at_position=position) == expected
            assert read.standing(ledger, [*ENTRIES, "H9"], at_position=position) == expected
    replaced = {row[4] for row in read.versions_since(0)}
    now = {row[0] for row in read.versions_since(0) if row[3] == "record"} - replaced
    assert now == {s[0] for ledger in LEDGERS for s in model.standing(ledger, len(model.rows)).values()}


def run(steps: list[Any], new_workspace: Any, make_change: Any, counter: list[int]) -> None:
    counter[0] += 1
    workspace = new_workspace(f"town{counter[0]}")
    model = Model()
    for kind, argument in steps:
        play(model, make_change, kind, argument)
    check(model)
    from django.db import connection

    connection.close()
    del workspace


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=5, deadline=None, suppress_health_check=QUIET, database=None, derandomize=True)
@given(steps=st.lists(step, min_size=3, max_size=12))
def test_a_short_life(new_workspace, make_change, steps):
    run(steps, new_workspace, make_change, COUNTER)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(steps=st.lists(step, min_size=5, max_size=30))
def test_many_long_lives(new_workspace, make_change, steps):
    run(steps, new_workspace, make_change, COUNTER)


COUNTER = [0]
