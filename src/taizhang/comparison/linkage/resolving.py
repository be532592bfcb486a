"""One person has at most one counterpart: the pair that is best for both, and clearly so; what stays open is for a person to look at."""

from __future__ import annotations

import duckdb

from taizhang.comparison.linkage.model import Model

_SHOWN = 3  # of the counterparts that are as likely, how many a person is shown


def resolve(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``link_found`` out of ``link_scored``: pairs with their status and the weight of the best rival.

    A pair is *same* when it is best for both sides by the margin and its weight suffices. Both are then taken, which may make others clear:
    of twins the surer one helps the other. Two that are equally likely are never decided by the order of rows.
    """
    connection.execute(f"create temp table link_open as select * from link_scored where weight >= {model.person}")
    connection.execute(
        "create temp table link_found as select *, cast(null as decimal(9, 2)) as rival, '' as status from link_open limit 0"
    )
    while True:  # every round takes a pair or is the last
        connection.execute(f"create or replace temp table link_ranked as {ranked()}")
        connection.execute(
            f"""insert into link_found by name select * exclude (place), 'same' as status from link_ranked
            where place = 1 and weight >= {model.same} and not person_only and not name_alone and (rival is null or weight - rival >= {model.margin})"""
        )
        taken = "status = 'same' and f.l = o.l", "status = 'same' and f.r = o.r"
        before = _count(connection)
        connection.execute(
            "create or replace temp table link_open as select * from link_open o where "
            + " and ".join(f"not exists (select 1 from link_found f where {match})" for match in taken)
        )
        if _count(connection) == before:
            break
    connection.execute(
        f"""insert into link_found by name select * exclude (place),
            case when name_alone then 'info' else 'person' end as status from link_ranked
        where place <= {_SHOWN} and weight > coalesce(rival, weight) - {model.margin}"""
    )
    connection.execute("drop table link_ranked")


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("select count(*) from link_open").fetchall()[0][0])


def ranked() -> str:
    """Return SQL that adds to the open pairs the weight of the best other pair of either person, and the place among a person's pairs."""
    return """with best as (select *, max(weight) over (partition by l) as best_l, max(weight) over (partition by r) as best_r,
            rank() over (partition by l order by weight desc) as place_l, rank() over (partition by r order by weight desc) as place_r,
            nth_value(weight, 2) over (partition by l order by weight desc rows between unbounded preceding and unbounded following) as next_l,
            nth_value(weight, 2) over (partition by r order by weight desc rows between unbounded preceding and unbounded following) as next_r
            from link_open)
        select * exclude (best_l, best_r, place_l, place_r, next_l, next_r), greatest(place_l, place_r) as place,
            greatest(case when place_l = 1 then next_l else best_l end, case when place_r = 1 then next_r else best_r end) as rival
        from best"""
