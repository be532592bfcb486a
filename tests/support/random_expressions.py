"""Random expressions over random rows of one ledger, to hold engines to one another."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from taizhang.pack.definitions import Field, Ledger, Pack

TYPES = {
    "amount": "money",
    "area": "area",
    "heads": "count",
    "day": "date",
    "other_day": "date",
    "moment": "timestamp",
    "month": "month",
    "name": "text",
    "person": "id_number",
    "done": "yes_no",
}
LEDGER = Ledger("paid", "发放", 1, "办", "event", {n: Field(n, n, t) for n, t in TYPES.items()}, ("name",), "village", at="day")
PACK = Pack("test", {"paid": LEDGER}, {}, {}, {})

_days = st.dates(date(1950, 1, 1), date(2030, 12, 31))
_names = st.sampled_from(["张三", "李四", "", "a%b", "a_b", "Abc", "换\n行", "'"])
_persons = st.sampled_from(
    ["990128196002293215", "99012819990101002X", "990128600229321", "990128196013013215", "坏", "990128209902303215"]
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.decimals(-1000, 1000, places=2).map(lambda d: f"{d:f}"),
        "area": st.decimals(0, 99, places=4).map(lambda d: f"{d:f}"),
        "heads": st.integers(-5, 5).map(str),
        "day": _days.map(date.isoformat),
        "other_day": _days.map(date.isoformat),
        "moment": _days.map(lambda d: f"{d.isoformat()}T08:30"),
        "month": _days.map(lambda d: d.isoformat()[:7]),
        "name": _names,
        "person": _persons,
        "done": st.sampled_from(["true", "false"]),
    },
)

_text_literals = _names.map(lambda s: "'" + s.replace("'", "''") + "'")
_number_literals = st.sampled_from(["0", "1", "2.5", "100", "0.0001"])
_day_literals = _days.map(lambda d: f"date '{d.isoformat()}'")


def numbers(deep: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["amount", "area", "heads"]) | _number_literals
    if deep == 0:
        return leaves
    inner, days = numbers(deep - 1), day_terms(deep - 1)
    return st.one_of(
        leaves,
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda n: f"abs(-{n})"),
        st.tuples(inner, inner, st.integers(0, 4)).map(lambda t: f"divide({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(inner, st.integers(0, 3)).map(lambda t: f"round({t[0]}, {t[1]})"),
        st.tuples(st.sampled_from(["coalesce", "least", "greatest"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(st.sampled_from(["months_between", "days_between", "age"]), days, days).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        texts(deep - 1).map(lambda t: f"length({t})"),
        st.tuples(conditions(deep - 1), inner, inner).map(lambda t: f"case when {t[0]} then {t[1]} else {t[2]} end"),
    )


def day_terms(deep: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["day", "other_day", "moment"]) | _day_literals
    if deep == 0:
        return leaves
    return leaves | st.just("birth_date(person)") | day_terms(deep - 1).map(lambda d: f"add_days({d}, heads)")


def texts(deep: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["name", "month", "sex(person)"]) | _text_literals
    if deep == 0:
        return leaves
    days = day_terms(deep - 1)
    return leaves | days.map(lambda d: f"month_of({d})") | days.map(lambda d: f"year_of({d})") | st.just("month_after(month, heads)")


def conditions(deep: int) -> st.SearchStrategy[str]:
    compare = st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "is distinct from"])
    terms = st.one_of(*(st.tuples(f(deep), compare, f(deep)).map(lambda t: f"{t[0]} {t[1]} {t[2]}") for f in (numbers, texts, day_terms)))
    leaves = st.one_of(
        terms,
        st.just("done"),
        st.just("done is not true"),
        st.tuples(numbers(deep), numbers(deep), numbers(deep)).map(lambda t: f"{t[0]} between {t[1]} and {t[2]}"),
        st.tuples(texts(deep), texts(deep), texts(deep)).map(lambda t: f"{t[0]} not in ({t[1]}, {t[2]})"),
        st.sampled_from(["name like 'a%b'", "name not like '_三'", "name like '%'", "starts_with(name, '张')", "heads in (1, null)"]),
        day_terms(deep).map(lambda d: f"{d} is null"),
    )
    if deep == 0:
        return leaves
    inner = conditions(deep - 1)
    return (
        leaves
        | inner.map(lambda c: f"not ({c})")
        | st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})")
    )
