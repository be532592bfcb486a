"""Which pairs are looked at: first those with the same number, then, of who is left, those who share one of many keys."""

from __future__ import annotations

import duckdb

from taizhang.comparison.linkage.model import Model

# Each key is a list of expressions over a row; two persons are compared when all parts of one key are there and equal. Any one or two fields
# may be damaged and another key still holds.
KEYS: tuple[tuple[str, ...], ...] = (
    ("born", "alike"),
    ("born", "village"),
    ("born", "household"),
    ("born", "surname"),
    ("born", "given"),
    ("village", "alike"),
    ("household",),
    ("exact",),
    ("number",),
    ("left(number, 14)",),
    ("left(number, 10)", "right(full_number, 3)"),
    ("right(full_number, 7)",),
    ("substr(full_number, 7, 4)", "right(full_number, 3)", "surname"),
    ("right(full_number, 6)", "surname"),
    ("left(number, 10)", "given"),
)


def exact(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``link_exact``: pairs that have the same number, which nobody else in either list has."""
    connection.execute(
        """create temp table link_exact as
        with pairs as (select a.row as l, b.row as r from link_left a join link_right b on a.exact = b.exact),
        twice_l as (select l from pairs group by l having count(*) > 1), twice_r as (select r from pairs group by r having count(*) > 1)
        select l, r from pairs where l not in (from twice_l) and r not in (from twice_r)"""
    )


def overlap(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Return how many pairs ``link_exact`` has, and how many persons with a usable number each list."""
    pairs, left, right = connection.execute(
        "select (select count(*) from link_exact), (select count(exact) from link_left), (select count(exact) from link_right)"
    ).fetchall()[0]
    return int(pairs), int(left), int(right)


def rest(connection: duckdb.DuckDBPyConnection, taken: str) -> None:
    """Make ``link_rest_left`` and ``link_rest_right``: who is not in a pair of ``taken``, with what the keys are made of."""
    for side, column in (("left", "l"), ("right", "r")):
        connection.execute(
            f"""create temp table link_rest_{side} as
            select p.row, p.born, p.village, p.household, p.maiden_household, p.number, p.exact, n.sound, n.alike, n.surname,
                case when length(n.given) > 0 then n.given end as given,
                -- The places before the check digit, counted from the end, so that a number of old form has them too.
                case when p.old then p.number when length(p.number) > 8 then left(p.number, length(p.number) - 1) end as full_number
            from link_{side} p left join link_names n on n.name = p.name
            where not exists (select 1 from {taken} t where t.{column} = p.row)"""
        )


def pairs(connection: duckdb.DuckDBPyConnection, model: Model, *, names_alone: bool) -> int:
    """Make ``link_pairs``: pairs of the rest that share a key. A key that too many share is left out; their number is returned."""
    connection.execute(
        f"""create temp table link_keys as
        with keys as (select 'l' as side, * from ({_keys("link_rest_left", names_alone)}) union all select 'r', * from ({_keys("link_rest_right", names_alone)}))
        select key, list(row) filter (side = 'l') as ls, list(row) filter (side = 'r') as rs from keys
        group by key having ls is not null and rs is not null"""
    )
    size = "cast(len(ls) as bigint) * len(rs)"
    connection.execute(
        f"""create temp table link_pairs as
        with opened as (select unnest(ls) as l, rs from link_keys where {size} <= {model.block_at_most})
        select distinct l, r from (select l, unnest(rs) as r from opened)"""
    )
    return int(connection.execute(f"select count(*) from link_keys where {size} > {model.block_at_most}").fetchall()[0][0])


def _keys(table: str, names_alone: bool) -> str:
    """Return SQL for the hashed keys of a table's rows, a row each key."""
    hashed = []
    for place, parts in enumerate((*KEYS, ("sound",)) if names_alone else KEYS):
        there = " and ".join(f"{part} is not null" for part in parts)
        hashed.append(f"case when {there} then hash({place}, {', '.join(parts)}) end")
    household = next(i for i, parts in enumerate(KEYS) if parts == ("household",))
    hashed.append(f"case when maiden_household is not null then hash({household}, maiden_household) end")
    return f"select key, row from (select unnest(list_distinct([{', '.join(hashed)}])) as key, row from {table}) where key is not null"

