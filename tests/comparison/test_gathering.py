"""Rows that several rules look for in a large ledger are gathered once: each rule finds what it finds reading the whole ledger by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taizhang.comparison import RuleRun, gathering, run_rules
from taizhang.comparison.gathering import LARGE, gatherings
from taizhang.comparison.planning import Planner
from taizhang.pack import Pack, load_pack
from taizhang.pack.definitions import Rule, StepDefinition
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.queries import Queries, queries_of
from taizhang.warehouse import Snapshot
from taizhang.warehouse.duckdb.engine import DuckDB
from taizhang.warehouse.duckdb.functions import ENGINE
from taizhang.warehouse.engine import TooSlowError

DAY = date(2020, 12, 31)
PERSONS = ("990128194001050026", "990128196803120018", "990128197004150018")
MANY = 100 * LARGE
LARGEST = ("payment", "resident", "subsidy_declaration")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
OF_PAYMENTS = (
    "dup_payment_same_period", "deceased_paid", "moved_out_paid", "custody_paid", "settled_abroad_paid", "dup_cross_town",
)  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


class Watched(DuckDB):
    """Notes the gathered tables that are made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, made: list[str]) -> None:
        super().__init__(connection)
        self.made = made

    def make(self, name: str, sql: str) -> None:
        super().make(name, sql)
        if name.startswith("gathered_"):
            self.made.append(name)


Found = tuple[list[tuple[Any, ...]], list[str]]


def found(pack: Pack, rows: Rows, rules: Sequence[str], sizes: Mapping[str, int], day: date = DAY) -> Found:
    """Return what rules find in ledgers that are said to have so many rows, and the gathered tables that were made on the way."""
    made: list[str] = []
    with Snapshot.from_rows(pack, rows, demonstration_divisions()) as snapshot:
        snapshot.sizes = sizes
        snapshot.engine = Watched(snapshot.connection, made)
        return [told(run) for run in run_rules(snapshot, rules, day)], made


def told(run: RuleRun) -> tuple[Any, ...]:
    return run.rule, run.state, run.columns, run.rows, run.total


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


DAYS = some("2020-02-10", "2020-04-02", None)
PAYMENT = st.fixed_dictionaries(
    {
        "payee_id": some(*PERSONS), "payee": some("吴桂香", "杨昌文"), "programme": some("稻谷补贴", "高龄津贴"), "for_month": some("2020-03", "2020-06"),
        "amount": some("50", "416"), "status": some("成功", "退回", None), "kind": some("正常", "补发", None), "household": some("H1", "H2", None),
    }
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {
        "payment": st.lists(PAYMENT, max_size=12),
        "payment_elsewhere": st.lists(
            st.fixed_dictionaries(
                {
                    "payee_id": some(*PERSONS), "payee": some("吴桂香"), "programme": some("稻谷补贴", "高龄津贴"), "for_month": some("2020-03", "2020-06"),
                    "amount": some("60"), "town_code": some("990128106", "990128107"), "status": some("成功", "退回", None),
                }
            ),
            max_size=3,
        ),
        "resident": st.lists(
            st.fixed_dictionaries({"id_number": some(*PERSONS), "name": some("吴桂香"), "died_on": DAYS, "moved_out_on": DAYS, "moved_in_on": DAYS}),
            max_size=3, unique_by=lambda row: row["id_number"],
        ),
        "death_record": st.lists(st.fixed_dictionaries({"id_number": some(*PERSONS), "died_on": some("2020-04-02")}), min_size=1, max_size=2, unique_by=lambda row: row["id_number"]),
        "custody_record": st.lists(
            st.fixed_dictionaries({"id_number": some(*PERSONS), "name": some("吴桂香"), "kind": some("服刑"), "from_on": some("2020-04-02")}), max_size=2,
            unique_by=lambda row: row["id_number"],
        ),
        "settled_abroad": st.lists(
            st.fixed_dictionaries({"id_number": some(*PERSONS), "name": some("吴桂香"), "settled_on": some("2020-04-02")}), max_size=2,
            unique_by=lambda row: row["id_number"],
        ),
    }
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
@pytest.mark.slow
def test_the_same_is_found_in_any_rows(pack: Pack, rows: Rows) -> None:
    gathered, tables = found(pack, rows, OF_PAYMENTS, {"payment": MANY})
    assert tables == ["gathered_payment"]
    assert gathered == found(pack, rows, OF_PAYMENTS, {})[0]


@pytest.fixture(scope="module")
def taking_part(pack: Pack) -> dict[str, set[str]]:
    """Return by ledger the rules for which its rows are gathered, were it the only large one."""
    planner = Planner(queries_of(pack), ENGINE, DAY)
    for rule in pack.rules.values():
        planner.add(rule)
    rules = planner.plan.rules()
    by_ledger = defaultdict(set)
    for ledger in LARGEST:
        for each in gatherings(planner, {ledger: MANY}):
            by_ledger[ledger].update(*(rules[reader] for reader in each.readers))
    return dict(by_ledger)


@pytest.mark.slow
def test_which_rules_share_payments(taking_part: dict[str, set[str]]) -> None:
    assert {
        "dup_payment_same_period",
        "dup_cross_town",
        "deceased_paid",
        "moved_out_paid",
        "custody_paid",
        "settled_abroad_paid",
    } <= taking_part["payment"]
    assert taking_part.keys() >= {"payment", "resident", "subsidy_declaration"}


@pytest.mark.slow
def test_worked_examples_find_the_same(pack: Pack, taking_part: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "FEWEST", 1)
    for ledger, names in taking_part.items():
        for rule in (pack.rules[name] for name in sorted(names)):
            for example in rule.examples:
                gathered, tables = found(pack, example.rows, [rule.name], {ledger: MANY}, example.as_of)
                assert tables == [f"gathered_{ledger}"]
                if example.finds:
                    assert gathered == found(pack, example.rows, [rule.name], {}, example.as_of)[0], (ledger, rule.name)
                else:
                    assert [total for *_, total in gathered] == [0], (ledger, rule.name)


# --- which rows are needed ------------------------------------------------------------------------------------------------------------------

PAID = "select p.payee_id as subject, p._seq as left from payment p "
SHORT = (
    PAID + "join death_record d on d.id_number = p.payee_id",
    PAID + "semi join death_record d on d.id_number = p.payee_id and d.died_on < :as_of",
    PAID + "left join fund_catalogue f on f.programme = p.programme join death_record d on p.payee_id = d.id_number",
    "select d.id_number as subject, p._seq as left from death_record d left join payment p on p.payee_id = d.id_number",
    "select d.id_number as subject, d._seq as left from death_record d anti join payment p on p.payee_id = d.id_number",
    "select d.id_number as subject, count(p.row) as left from death_record d left join paid p on p.id_number = d.id_number group by d.id_number",
)
WHOLE = (
    PAID,
    PAID + "left join death_record d on d.id_number = p.payee_id",
    PAID + "anti join death_record d on d.id_number = p.payee_id",
    PAID + "join fund_catalogue f on f.programme = p.programme",
    PAID + "join death_record d on d.id_number = p.payee_id or d.name = p.payee",
    PAID + "join death_record d on d.id_number = part(p.payee_id, 1, 18)",
    PAID + "join death_record d on d.id_number = p.payee_id union all " + PAID,
    PAID + "join payment o on o.payee_id = p.payee_id",
    "select p.payee_id as subject, min(p._seq) as left from payment p group by p.payee_id having count(*) > 1",  # no other rule asks for these groups
)
BESIDE = PAID + "join custody_record c on c.id_number = p.payee_id"
DATA: dict[str, list[dict[str, Any]]] = {
    "payment": [
        {"payee": "吴桂香", "payee_id": person, "programme": "高龄津贴", "for_month": month, "amount": "50"} for person in PERSONS for month in ("2020-03", "2020-06")
    ],
    "death_record": [{"id_number": PERSONS[0], "died_on": "2020-04-02"}, {"id_number": "990128198001010011", "died_on": "2020-04-02"}],
    "custody_record": [{"id_number": PERSONS[1], "name": "杨昌文", "kind": "服刑", "from_on": "2020-01-01"}],
    "fund_catalogue": [{"programme": "高龄津贴"}],
}  # fmt: skip


def rule(name: str, *steps: str) -> Rule:
    made = tuple(StepDefinition(f"step{i}", f"步骤{i}", text) for i, text in enumerate(steps))
    return Rule(name=name, number=1, title=name, group="A", severity="low", basis="", about="", subject="person", says="", steps=made)


def with_rules(pack: Pack, *rules: Rule) -> Pack:
    return replace(pack, rules={r.name: r for r in rules})


def readers(pack: Pack) -> set[str]:
    planner = Planner(Queries(pack), ENGINE, DAY)
    for each in pack.rules.values():
        planner.add(each)
    needing = planner.plan.rules()
    return {name for found in gatherings(planner, {"payment": MANY}) for table in found.readers for name in needing[table]}


@pytest.mark.parametrize("text", SHORT)
def test_what_a_join_leaves_is_gathered(pack: Pack, text: str) -> None:
    both = with_rules(pack, rule("asked", text), rule("beside", BESIDE))
    assert readers(both) == {"asked", "beside"}
    gathered, tables = found(both, DATA, ["asked", "beside"], {"payment": MANY})
    assert (tables, gathered) == (["gathered_payment"], found(both, DATA, ["asked", "beside"], {})[0])
    assert gathered[0][3]


@pytest.mark.parametrize("text", WHOLE)
def test_what_needs_all_rows_reads_all(pack: Pack, text: str) -> None:
    others = (rule("beside", BESIDE), rule("third", PAID + "semi join death_record d on d.id_number = p.payee_id"))
    assert readers(with_rules(pack, rule("asked", text), *others)) == {"beside", "third"}


def test_one_rule_alone_gathers_nothing(pack: Pack) -> None:
    assert readers(with_rules(pack, rule("alone", BESIDE))) == set()


def test_a_list_that_is_no_shorter_is_not_looked_up(pack: Pack) -> None:
    both = with_rules(pack, rule("asked", SHORT[0]), rule("beside", BESIDE))
    _, tables = found(both, DATA, ["asked", "beside"], {"payment": MANY, "death_record": MANY})
    assert tables == []


# --- when it does not pay, or fails -----------------------------------------------------------------------------------------------------------


def test_very_many_rows_are_not_gathered(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    both = with_rules(pack, rule("asked", SHORT[0]), rule("beside", BESIDE))
    alone = found(both, DATA, ["asked", "beside"], {})[0]
    monkeypatch.setattr(gathering, "MOST", MANY // 3)  # three rows are gathered at most; the two persons have four
    assert found(both, DATA, ["asked", "beside"], {"payment": MANY})[0] == alone
    monkeypatch.setattr(gathering, "MOST", MANY // 4)
    assert found(both, DATA, ["asked", "beside"], {"payment": MANY})[0] == alone


@pytest.mark.parametrize("failure", [TooSlowError, duckdb.OutOfMemoryException])
def test_where_it_fails_each_rule_reads_for_itself(pack: Pack, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    both = with_rules(pack, rule("asked", SHORT[0]), rule("beside", BESIDE))
    make = DuckDB.make

    def failing(engine: DuckDB, name: str, sql: str) -> None:
        if name.startswith("gathered_"):
            raise failure
        make(engine, name, sql)

    monkeypatch.setattr(DuckDB, "make", failing)
    assert found(both, DATA, ["asked", "beside"], {"payment": MANY}) == (found(both, DATA, ["asked", "beside"], {})[0], [])


def test_nothing_that_was_gathered_is_left_behind(pack: Pack) -> None:
    with Snapshot.from_rows(pack, DATA, demonstration_divisions()) as snapshot:
        snapshot.sizes = {"payment": MANY}
        run_rules(snapshot, OF_PAYMENTS, DAY)
        left = snapshot.fetch(
            "SELECT table_name FROM duckdb_tables() WHERE (table_name LIKE 't\\_%' ESCAPE '\\' OR table_name LIKE 'gathered%') AND temporary"
        )
    assert left == []
