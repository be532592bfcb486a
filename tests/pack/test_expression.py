"""What an expression may say, and what is refused with the place named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from taizhang.errors import Refusal
from taizhang.pack.definitions import Field, Ledger, Pack, Parameter, Place
from taizhang.pack.expression import Expression, parse_expression
from taizhang.pack.expression_functions import Kind
from taizhang.warehouse.duckdb.functions import ENGINE

TYPES = {
    "amount": "money",
    "area": "area",
    "heads": "count",
    "day": "date",
    "moment": "timestamp",
    "for_year": "year",
    "for_month": "month",
    "name": "text",
    "use": "choice",
    "done": "yes_no",
    "person": "id_number",
}
HOUSE = Ledger(
    "house", "户", 1, "办", "register", {"id": Field("id", "编号", "text"), "poor": Field("poor", "困难", "yes_no")}, ("id",), "village"
)
FIELDS = {n: Field(n, n, t) for n, t in TYPES.items()} | {"house": Field("house", "户", "reference", to="house")}
LEDGER = Ledger("paid", "发放", 1, "办", "event", FIELDS, ("name",), "village", at="day")
LIMIT = Parameter("limit", "限额", "元", ((date(2020, 1, 1), Decimal("2.5")), (date(2021, 1, 1), Decimal(3))))
PACK = Pack("test", {"house": HOUSE, "paid": LEDGER}, {}, {"limit": LIMIT}, {})


def parse(text: str, *, boolean: bool = False) -> Expression:
    return parse_expression(text, LEDGER, PACK, Place("indicators/x.yaml", 7), boolean=boolean)


@pytest.mark.parametrize(
    "text",
    [
        "amount <= area * 500",
        "use = '口粮' and not done or name is null",
        "name in ('甲', '乙') and heads between 1 and 5",
        "day >= '2020-01-01' and moment < '2020-02-01'",
        "day in ('2020-01-01', :period_end)",
        "case when done then 1 else coalesce(heads, 0) end > 0",
        "case use when '口粮' then true else false end",
        "name like '张%' or name not like '_三'",
        "least(amount, area) = greatest(1, 2.5) or abs(-amount) = round(area, 1)",
        "divide(amount, area, 2) > :limit",
        "months_between(day, :period_end) >= 6 and days_between(day, moment) > 3",
        "for_month = month_of(day) and for_year = year_of(day) and for_month > month_after(day, -2)",
        "age(birth_date(person), :period_start) >= 60 and sex(person) = '女'",
        "add_days(day, heads) > :period_end and starts_with(name, '张') and length(name) = 2",
        "house.poor and house.id <> '1'",
        "done is true and done is not false",
        ":limit > 1 and (:period_end) > day",
        "name is distinct from '甲'",
    ],
)
def test_what_is_allowed(text: str) -> None:
    assert parse(text, boolean=True).kind.name == "boolean"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("amount / 2 > 1", "not_allowed"),
        ("amount % 2 = 1", "not_allowed"),
        ("(select 1) = 1", "not_allowed"),
        ("heads in (select heads from house)", "not_allowed"),
        ("exists (select 1)", "not_allowed"),
        ("sum(amount) > 1", "not_allowed"),
        ("sum(amount) over () > 1", "not_allowed"),
        ("row_number() over (order by day) = 1", "not_allowed"),
        ("read_csv('/etc/passwd') is null", "not_allowed"),
        ("getenv('HOME') = 'x'", "unknown_function"),
        ("now() > day", "unknown_function"),
        ("current_date > day", "not_allowed"),
        ("amount::double > 1", "not_allowed"),
        ("cast(amount as float) > 1", "not_allowed"),
        ("amount > 1e3", "not_allowed"),
        ("name || 'x' = 'y'", "not_allowed"),
        ("name like name", "not_allowed"),
        ("name like 'a!%' escape '!'", "not_allowed"),
        ("name similar to 'a'", "not_allowed"),
        ("heads = any([1, 2])", "not_allowed"),
        ("extract(year from day) = 2020", "not_allowed"),
        ("'a' collate nocase = 'A'", "not_allowed"),
        ("1; drop table paid", "unreadable"),
        ("drop table paid", "unreadable"),
        ("heads from paid", "unreadable"),
        ("heads, area", "unreadable"),
        ("distinct heads", "unreadable"),
        ("x: heads", "unreadable"),
        ("heads order by heads", "unreadable"),
        ("heads group by heads", "unreadable"),
        ("heads limit 1", "unreadable"),
        ("heads as x", "unreadable"),
        ("heads > 1 union select 1", "unreadable"),
        ("heads >", "unreadable"),
        ("name = 'x", "unreadable"),
        ("", "unreadable"),
        ("*", "not_allowed"),
        ("nothing = 1", "unknown_field"),
        ("Amount = 1", "unknown_field"),
        ("house.nothing = 1", "unknown_field"),
        ("nothing.id = 1", "unknown_field"),
        ("name.id = 1", "not_reference"),
        ("house.id.id = 1", "not_allowed"),
        ("amount > :nothing", "unknown_parameter"),
        ("amount > ?", "unknown_parameter"),
        ("for_year = 2020", "kinds_differ"),
        ("year_of(day) = 2020", "kinds_differ"),
        ("for_month in (5, 6)", "kinds_differ"),
        ("name between 1 and 2", "kinds_differ"),
        ("amount = '1'", "kinds_differ"),
        ("coalesce(name, 0) = 0", "kinds_differ"),
        ("case when done then 1 else 'a' end = 1", "kinds_differ"),
        ("day > '2020-02-30'", "bad_date"),
        ("day > '2020'", "bad_date"),
        ("day + 1 > day", "wrong_kind"),
        ("amount and done", "wrong_kind"),
        ("not amount", "wrong_kind"),
        ("amount + 1", "wrong_kind"),
        ("divide(amount, 2) > 1", "arguments"),
        ("divide(amount, 2, heads) > 1", "arguments"),
        ("month_after(day, area) = '2020-01'", "arguments"),
        ("age(name, day) > 1", "arguments"),
        ("(" * 70 + "1" + ")" * 70 + " = 1", "too_deep"),
        (" + ".join(["heads"] * 200) + " > 1", "too_deep"),
        ("not " * 300 + "done", "too_deep"),
        ("name = '" + "a" * 2000 + "'", "too_long"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(text, boolean=True)
    faults = refusal.value.faults
    assert f"expression.{code}" in [f.code for f in faults]
    assert {(f.file, f.row) for f in faults} == {("indicators/x.yaml", 7)}
    assert all(f.message and f.message != f.code for f in faults)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Refusal) as refusal:
        parse("nothing = 1 and for_year = 2020 and now() = day")
    assert [f.code for f in refusal.value.faults] == ["expression.unknown_field", "expression.kinds_differ", "expression.unknown_function"]


def test_names_that_an_expression_uses_are_known() -> None:
    found = parse("house.poor and amount > :limit and day <= :period_end")
    assert found.fields == {"house", "amount", "day"}
    assert found.references == {("house", "poor")}
    assert found.parameters == {"limit", "period_end"}


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("amount", 2),
        ("area * amount", 6),
        ("area + 1", 4),
        ("heads * 0.125", 3),
        (":limit", 1),
        ("divide(1, 3, 5)", 5),
        ("round(area, 1)", 1),
    ],
)
def test_decimal_places_are_followed(text: str, scale: int) -> None:
    assert parse(text).kind == Kind("number", scale)


def test_products_do_not_overflow_where_each_factor_fits() -> None:
    from taizhang.warehouse.duckdb.connection import connect

    connection = connect()
    connection.execute("CREATE TABLE r AS SELECT 9999999999999.99::DECIMAL(18,2) AS amount, 99999999999999.9999::DECIMAL(18,4) AS area")
    found = connection.execute(f"SELECT {parse('amount * area').sql(ENGINE)} FROM r").fetchall()
    assert found == [(Decimal("999999999999998999000000000.000001"),)]


def test_conditions_over_divisions_see_only_their_names() -> None:
    names = {"value": Kind("number", 8), "name": Kind("text")}
    assert parse_expression("value >= :limit", None, PACK, names=names).kind.name == "boolean"
    with pytest.raises(Refusal):
        parse_expression("amount > 1", None, PACK, names=names)
