"""Which pairs are looked at: first those with the same number, then, of who is left, those who share one of many keys."""

from __future__ import annotations

import duckdb

from taizhang.comparison.linkage import preparing
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


def same_number(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``link_number``: pairs that have the same number, which nobody else in either list has.

    Plain are those that are the same in all else too, as nearly all are: there is nothing to weigh.
    """
    connection.execute(
        f"""create temp table link_number as
        select a.key as left_key, b.key as right_key, a.body, coalesce(a.mark = b.mark, false) as plain
        from link_left a join link_right b on a.body = b.body
        where case when a.last is null and b.last is null then {preparing.plausible("a.body")}
            else coalesce(a.last = b.last, true) and {preparing.proven("a.body", "coalesce(a.last, b.last)")} end"""
    )
    # A number that is there twice in a list makes two pairs.
    connection.execute("delete from link_number where body in (select body from link_number group by body having count(*) > 1)")


def odd(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``link_odd``: the pairs with the same number that are not plain; ``link_odd_left``, ``link_odd_right``: the persons in them."""
    connection.execute(
        """create temp table link_odd as select cast(a.rowid as integer) as l, cast(b.rowid as integer) as r from link_number n
        join link_base_left a on a.key = n.left_key join link_base_right b on b.key = n.right_key where not n.plain"""
    )
    for side, column in (("left", "l"), ("right", "r")):
        connection.execute(
            f"create temp table link_odd_{side} as {preparing.persons(model, side, f'rowid in (select {column} from link_odd)')}"
        )


def overlap(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Return how many persons share a number, and how many with a usable number each list has."""
    pairs, left, right = connection.execute(
        "select (select count(*) from link_number), (select count(*) from link_left), (select count(*) from link_right)"
    ).fetchall()[0]
    return int(pairs), int(left), int(right)


def rest(connection: duckdb.DuckDBPyConnection, model: Model, taken: str) -> None:
    """Make ``link_rest_left`` and ``link_rest_right``: who is in no pair of ``taken`` either."""
    for side, column in (("left", "l"), ("right", "r")):
        others = preparing.persons(model, side, f"rowid not in (select {column} from {taken})")
        connection.execute(f"create temp table link_rest_{side} as {others}")


def pairs(connection: duckdb.DuckDBPyConnection, model: Model, *, names_alone: bool) -> int:
    """Make ``link_pairs``: pairs of the rest that share a key. A key that too many share is left out; their number is returned."""
    # Most keys occur in one list only; once they are gone little is left to count and to join.
    connection.execute(f"create temp table link_key_left as {_keys('link_rest_left', names_alone)}")
    connection.execute(
        f"create temp table link_key_right as {_keys('link_rest_right', names_alone)} and key in (select key from link_key_left)"
    )
    connection.execute(
        """create temp table link_blocks as
        select key, a.n * b.n as pairs from (select key, count(*) as n from link_key_right group by key) b
        join (select key, count(*) as n from link_key_left where key in (select key from link_key_right) group by key) a using (key)"""
    )
    connection.execute(
        f"""create temp table link_pairs as
        select distinct a.row as l, b.row as r from link_blocks k join link_key_left a using (key) join link_key_right b using (key)
        where k.pairs <= {model.block_at_most}"""
    )
    return int(connection.execute(f"select count(*) from link_blocks where pairs > {model.block_at_most}").fetchall()[0][0])


def _keys(table: str, names_alone: bool) -> str:
    """Return SQL for the hashed keys of a table's rows, a row each key."""
    hashed = []
    for place, parts in enumerate((*KEYS, ("sound",)) if names_alone else KEYS):
        there = " and ".join(f"{part} is not null" for part in parts)
        hashed.append(f"case when {there} then hash({place}, {', '.join(parts)}) end")
    household = next(i for i, parts in enumerate(KEYS) if parts == ("household",))
    hashed.append(f"case when maiden_household is not null then hash({household}, maiden_household) end")
    return f"select key, row from (select unnest([{', '.join(hashed)}]) as key, row from {table}) where key is not null"
