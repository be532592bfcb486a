"""Rules are run together as they would be one by one; a limit stops one and is told."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from taizhang.comparison import Limits, explain, run_rule, run_rules
from taizhang.comparison.planning import Planner
from taizhang.errors import TaizhangError
from taizhang.pack import Pack, load_pack
from taizhang.pack.definitions import Rule, StepDefinition
from taizhang.pack.loader import demonstration_divisions
from taizhang.pack.queries import Queries
from taizhang.warehouse import Snapshot
from taizhang.warehouse.duckdb.functions import ENGINE

DAY = date(2020, 12, 31)
OLD, YOUNG = "990128194001050026", "990128196803120018"
ROWS: dict[str, list[dict[str, Any]]] = {
    "payment": [
        {"payee": "吴桂香", "payee_id": OLD, "programme": "高龄津贴", "for_month": f"2020-{m:02d}", "amount": "50"} for m in (3, 5, 6, 6)
    ]
    + [{"payee": "杨昌文", "payee_id": YOUNG, "programme": "稻谷补贴", "for_month": "2020-06", "amount": "416.5"}],
    "death_record": [{"id_number": OLD, "died_on": "2020-04-02"}],
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def snapshot(pack: Pack, rows: dict[str, list[dict[str, Any]]] = ROWS) -> Snapshot:
    return Snapshot.from_rows(pack, rows, demonstration_divisions())


def rule(name: str, *steps: tuple[str, str], **more: Any) -> Rule:
    made = tuple(StepDefinition(n, f"步骤{n}", text) for n, text in steps)
    told = {"number": 1, "title": name, "group": "A", "severity": "low", "basis": "", "about": "", "subject": "person", "says": "", **more}
    return Rule(name=name, steps=made, **told)


def with_rules(pack: Pack, *rules: Rule) -> Pack:
    return replace(pack, rules={r.name: r for r in rules})


def test_what_is_found(pack: Pack) -> None:
    run = run_rule(snapshot(pack), "deceased_paid", DAY)
    assert (run.state, run.total, run.told) == ("ran", 3, None)
    assert [(r["subject"], r["month"], r["amount"], r["died_on"]) for r in run.records()] == [
        (OLD, month, Decimal("50.00"), date(2020, 4, 2)) for month in ("2020-05", "2020-06", "2020-06")
    ]
    assert str(run.records()[0]["amount"]) == "50.00"
    assert run.as_dict()["rows"][0]["amount"] == "50.00"


@pytest.mark.slow
def test_several_at_once_find_what_each_finds_alone(pack: Pack) -> None:
    together = run_rules(snapshot(pack), None, DAY)
    assert [r.rule for r in together] == list(pack.rules)
    for run in together:
        alone = run_rule(snapshot(pack), run.rule, DAY)
        assert (run.rows, run.state) == (alone.rows, alone.state)


def test_explained_counts_every_step_and_finds_the_same(pack: Pack) -> None:
    told = explain(snapshot(pack), "deceased_paid", DAY)
    assert told.rows == run_rule(snapshot(pack), "deceased_paid", DAY).rows
    assert [(s.name, s.rows) for s in told.steps] == [
        ("stopping", 0), ("same_person", 0), ("official", 1), ("in_order", 1), ("dead", 1), ("paid", 5), ("paid_after", 3),
    ]  # fmt: skip


@pytest.mark.slow
def test_nothing_of_a_run_is_left_behind(pack: Pack) -> None:
    with snapshot(pack) as taken:
        some = list(pack.rules)[::8]
        run_rules(taken, some, DAY, explained=True)
        run_rules(taken, some, DAY)
        left = taken.fetch("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 't\\_%' ESCAPE '\\' AND temporary")
    assert left == []


def test_a_ledger_that_nobody_delivered(pack: Pack) -> None:
    run = run_rule(snapshot(pack, {"payment": ROWS["payment"]}), "deceased_paid", DAY)
    assert (run.state, run.rows) == ("not_delivered", ())
    assert run.told is not None
    assert "死亡信息名单" in run.told.message


def test_unknown_rule(pack: Pack) -> None:
    with pytest.raises(TaizhangError) as refused:
        run_rule(snapshot(pack), "no_such_rule", DAY)
    assert refused.value.fault.code == "comparison.rule_unknown"


SAME = ("grouped", "select p.payee_id as id, count(*) as times, min(p._seq) as row from payment p group by p.payee_id")


def test_the_same_step_of_two_rules_is_made_once(pack: Pack) -> None:
    one = rule("one", SAME, ("answer", "select g.id as subject, g.row as left from grouped g where g.times > 1"))
    other = rule("other", ("named_else", SAME[1]), ("answer", "select g.id as subject, g.row as left from named_else g where g.times = 1"))
    lone = rule("lone", ("answer", "select p.payee_id as subject, p._seq as left from payment p where p.amount > 400"))
    planned = with_rules(pack, one, other, lone)
    planner = Planner(Queries(planned), ENGINE, DAY)
    paths = [planner.add(r) for r in (one, other, lone)]
    assert planner.plan.shared() == {paths[0].steps[0][2]} == {paths[1].steps[0][2]}
    runs = run_rules(snapshot(planned), None, DAY)
    assert [[r["subject"] for r in run.records()] for run in runs] == [[OLD], [YOUNG], [YOUNG]]
    assert [[s.rows for s in run.steps] for run in runs] == [[2, 1], [2, 1], [1]]


def test_what_one_rule_reads_twice_is_left_to_the_engine(pack: Pack) -> None:
    twice = ("answer", "select g.id as subject, h.row as left from grouped g join grouped h on h.id = g.id where g.times > 1")
    planned = with_rules(pack, rule("one", SAME, twice))
    planner = Planner(Queries(planned), ENGINE, DAY)
    planner.add(planned.rules["one"])
    assert planner.plan.kept() == set()
    assert [r["subject"] for r in run_rules(snapshot(planned), None, DAY)[0].records()] == [OLD]


def test_a_table_stands_in_for_a_ledger_wherever_it_is_read_and_a_column_of_its_name_stays(pack: Pack) -> None:
    named = "select p.payee_id as payment, p._seq as row from payment p join payment q on q._seq = p._seq"
    planned = with_rules(
        pack,
        rule(
            "one",
            ("named", named),
            ("answer", "select n.payment as subject, n.row as left from named n anti join payment x on x._seq = n.row + 1"),
        ),
    )
    planner = Planner(Queries(planned), ENGINE, DAY)
    answer = planner.add(planned.rules["one"]).answer
    own = planner.plan.statement(answer)
    planner.plan.given = {"payment": "other"}
    read, columns = re.findall(r'(?:FROM|JOIN) "payment" AS "\w"', own), ('"n"."payment" AS "subject"', 'AS "payment"')
    assert len(read) == 3
    assert all(text in own for text in columns)
    assert planner.plan.statement(answer) == re.sub(r'(FROM|JOIN) "payment" ', r'\1 "other" ', own)


def test_the_columns_that_rules_read_are_known(pack: Pack) -> None:
    united = "select p.payee_id as subject, p._seq as left from payment p union all select d.id_number as subject, d._seq as left from death_record d"
    planned = with_rules(
        pack, rule("one", SAME, ("answer", "select g.id as subject, g.row as left from grouped g")), rule("two", ("answer", united))
    )
    planner = Planner(Queries(planned), ENGINE, DAY)
    for each in planned.rules.values():
        planner.add(each)
    assert planner.plan.columns() == {"payment": {"payee_id", "_seq"}, "death_record": {"id_number", "_seq"}}


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("select p.payee_id as id, p._seq as row from payment p where p.amount > 0", '"s"."row"'),
        ("select p.payee_id as id, p._seq as row from payment p union all select d.id_number as id, d._seq as row from death_record d", '"s"."row"'),
        ("select p.payee_id as id, p._seq as row from payment p union all select d.id_number as id, d._seq + 1 as row from death_record d", None),
        ("select p.payee_id as id, min(p._seq) as row from payment p group by p.payee_id, p.for_month", None),
    ],
)  # fmt: skip
def test_groups_are_narrowed_by_the_numbers_of_the_rows(pack: Pack, source: str, number: str | None) -> None:
    answer = "select s.id as subject, min(s.row) as left from source s group by s.id having count(*) > 1"
    planned = with_rules(pack, rule("one", ("source", source), ("answer", answer)))
    planner = Planner(Queries(planned), ENGINE, DAY)
    sql = planner.plan.tables[planner.add(planned.rules["one"]).answer].sql
    assert (number in sql and "marked" in sql) if number else "marked" not in sql


def test_more_rows_than_the_limit_are_told(pack: Pack) -> None:
    run = run_rule(snapshot(pack), "deceased_paid", DAY, Limits(rows=2))
    assert (len(run.rows), run.total) == (2, 3)
    assert run.told is not None
    assert (run.told.code, run.told.severity) == ("comparison.more_found", "warning")
    assert run_rule(snapshot(pack), "deceased_paid", DAY, Limits(rows=3)).told is None


ENDLESS = rule(
    "endless",
    ("one", "select p.programme as programme, p._seq as row from payment p"),
    ("two", "select a.programme as programme, a.row + b.row as row from one a join one b on b.programme = a.programme"),
    ("three", "select a.programme as programme, a.row + b.row as row from two a join two b on b.programme = a.programme"),
    ("answer", "select a.programme as subject, max(a.row + b.row) as left from three a join three b on b.programme = a.programme group by a.programme"),
)  # fmt: skip


@pytest.mark.slow
def test_an_endless_rule_is_stopped_and_the_next_one_runs(pack: Pack) -> None:
    many = {
        "payment": [{"programme": "高龄津贴", "amount": "50", "payee_id": OLD} for _ in range(300)],
        "death_record": ROWS["death_record"],
    }
    planned = with_rules(pack, ENDLESS, pack.rules["dup_payment_same_period"])
    began = time.perf_counter()
    stopped, after = run_rules(snapshot(planned, many), None, DAY, Limits(seconds=1))
    assert time.perf_counter() - began < 10
    assert (stopped.state, stopped.rows) == ("stopped", ())
    assert stopped.told is not None
    assert stopped.told.code == "comparison.too_slow"
    assert (after.state, after.total) == ("ran", 1)


def test_the_day_of_the_run_and_parameters_on_a_day_of_the_row(pack: Pack) -> None:
    target = pack.parameters["duty_handover_minutes"]
    since = target.values[0][0]
    made = rule(
        "dated",
        ("answer", "select p.payee_id as subject, p._seq as left, :as_of as day, value_on('duty_handover_minutes', p.paid_on) as then, :duty_handover_minutes as now from payment p"),
    )  # fmt: skip
    planned = with_rules(pack, made)
    rows = {"payment": [{"paid_on": since.isoformat()}, {"paid_on": date.fromordinal(since.toordinal() - 1).isoformat()}]}
    for day in (since, date.fromordinal(since.toordinal() - 1)):
        run = run_rule(snapshot(planned, rows), "dated", day)
        assert [(r["day"], r["then"], r["now"]) for r in sorted(run.records(), key=lambda r: str(r["left"]))] == [
            (day, int(target.values[0][1]), target.on(day)),
            (day, None, target.on(day)),
        ]


def test_sums_keep_their_places_beside_numbers_with_more(pack: Pack) -> None:
    text = """
        select p.payee_id as subject, min(p._seq) as left, coalesce(sum(p.amount), 0.0001) as amount from payment p group by p.payee_id
        union all
        select d.id_number as subject, min(d._seq) as left, sum(0.0625) as amount from death_record d group by d.id_number
    """
    one = rule("sums_of_two", ("united", text))
    found = run_rule(snapshot(with_rules(pack, one)), "sums_of_two", DAY).records()
    assert sorted(str(r["amount"]) for r in found) == ["0.0625", "200.0000", "416.5000"]
