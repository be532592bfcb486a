"""Two tables of persons made comparable: numbers in one form, days of birth, and names as written and as heard. All in SQL, set by set.

Every relation made here is temporary and begins with ``link_``; :func:`prepare` drops what an earlier run left.
"""

from __future__ import annotations

from typing import Any

import duckdb

from taizhang.comparison.linkage.model import Model
from taizhang.comparison.linkage.sounds import Ear
from taizhang.errors import Fault, Refusal, TaizhangError

COLUMNS = ("key", "name", "number", "born", "sex", "village", "household", "maiden_household")
NEEDED = ("key", "name")
SIDES = ("left", "right")
RELATIONS = (
    *("left", "right", "number", "base_left", "base_right", "names", "characters", "surnames", "more_left", "more_right"),
    *("odd", "odd_levels", "exact", "rest_left", "rest_right"),
    *("key_left", "key_right", "blocks", "pairs", "levels", "scored", "open", "ranked", "found"),
)

_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_WIDE, _NARROW = "０１２３４５６７８９ｘＸ", "0123456789XX"
_COUNTED = 100_000  # of a longer list, not everybody is asked how frequent names are
_LONGEST_NAME = 60  # a cell with more is no name, and comparing two such is dear


def prepare(connection: duckdb.DuckDBPyConnection, left: str, right: str) -> None:
    """Make the views ``link_raw_left`` and ``link_raw_right``, and of each who has a usable number: ``link_left``, ``link_right``.

    Raises ``Refusal`` when a table has no column that is needed, or a key is empty or there twice.
    """
    drop(connection)
    for side, table in zip(SIDES, (left, right), strict=True):
        connection.execute(f"create temp view link_raw_{side} as {_raw(connection, table)}")
        if not _keys_are_good(connection, side):
            raise Refusal([Fault("linkage.key_repeated", {"table": table})])
        connection.execute(_numbers(side))


def _keys_are_good(connection: duckdb.DuckDBPyConnection, side: str) -> bool:
    # Whole numbers are counted faster than texts; only when two fall together are the texts looked at.
    for key in ("hash(key)", "key"):
        rows, there, keys = _one(connection, f"select count(*), count(key), count(distinct {key}) from link_raw_{side}")
        if rows != there or rows == keys:
            return bool(rows == there)
    return False


def drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what a run has made, or what one that was broken off has left."""
    for name in RELATIONS:
        connection.execute(f"drop table if exists temp.link_{name}")
    for side in SIDES:
        connection.execute(f"drop view if exists temp.link_raw_{side}")


def details(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``link_more_left``, ``link_more_right``: persons who are in no plain pair, with all that is known of them; and ``link_names``."""
    for side in SIDES:
        connection.execute(_base(side))
    _names(connection, model)
    for side in SIDES:
        connection.execute(
            f"""create temp table link_more_{side} as
            select p.* exclude (name), n.clean, n.standard, n.sound, n.alike, n.surname, n.heard_times,
                case when length(n.given) > 0 then n.given end as given,
                -- The places before the check digit, counted from the end, so that a number of old form has them too.
                case when p.old then p.number when length(p.number) > 8 then left(p.number, length(p.number) - 1) end as full_number
            from link_base_{side} p left join link_names n on n.name = p.name"""
        )


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return connection.execute(sql).fetchall()[0]


def quoted(name: str) -> str:
    """Return a name of a relation as an identifier, part by part, so that no text in it is read as SQL."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def _raw(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    there = {row[0] for row in connection.execute(f"describe select * from {quoted(table)}").fetchall()}
    for column in NEEDED:
        if column not in there:
            raise TaizhangError("linkage.no_column", table=table, column=column, needed="、".join(NEEDED))
    cells = (f"cast({c} as varchar)" if c in there else "cast(null as varchar)" for c in COLUMNS)
    return f"select {', '.join(f'{cell} as {c}' for cell, c in zip(cells, COLUMNS, strict=True))} from {quoted(table)}"


def _numbers(side: str) -> str:
    """Return SQL for who has a usable number: its first 17 digits, its check character if any, and a mark that is equal when all else is."""
    columns = ("name", "born", "sex", "village", "household")
    there = " and ".join(f"{column} <> ''" for column in columns)
    return f"""create temp table link_{side} as
        with cleaned as (select *, {_cleaned_number("number")} as digits from link_raw_{side}),
        unpacked as (select *, {_body("digits")} as body from cleaned)
        select key, body, case when length(digits) = 18 then right(digits, 1) end as last, case when {there} then hash({", ".join(columns)}) end as mark
        from unpacked where body is not null"""


def _base(side: str) -> str:
    """Return SQL for the persons of a list who are in no plain pair, a row each."""
    trimmed = ", ".join(f"nullif(trim({c}), '') as {c}" for c in ("village", "household", "maiden_household"))
    return f"""create temp table link_base_{side} as
        with cleaned as (select *, {_cleaned_number("number")} as digits from link_raw_{side}
            where key not in (select {side}_key from link_number where plain)),
        unpacked as (select *, {_body("digits")} as body from cleaned),
        proved as (select *, coalesce(length(digits) = 15 and body is not null, false) as old,
            length(digits) = 18 and {proven("body", "right(digits, 1)")} as right_ from unpacked)
        select cast(row_number() over () as integer) as row, key, left(name, {_LONGEST_NAME}) as name,
            case when old then cast(body as varchar) else digits end as number, old, body,
            -- Three noughts at the end are what a spreadsheet leaves of a number: right by chance in one case of eleven.
            coalesce(right_ and right(digits, 3) <> '000', false) as proven,
            case when right_ or (old and {plausible("body")}) then body end as exact,
            coalesce(try_cast(born as date), {_day("body")}) as born,
            case when trim(sex) in ('男', '女') then trim(sex) when body % 2 = 1 then '男' when body % 2 = 0 then '女' end as sex, {trimmed}
        from proved"""


def _cleaned_number(text: str) -> str:
    """Return SQL for a number without blanks, marks and wide digits; null for one that a spreadsheet has turned into a float."""
    clean = f"regexp_replace(upper(translate({text}, '{_WIDE}', '{_NARROW}')), '[^0-9A-Z.+]', '', 'g')"
    return f"""case when regexp_full_match({text}, '[0-9]{{17}}[0-9X]') then {text}
        when regexp_matches({clean}, '[.+]') then null when length({clean}) between 6 and 30 then {clean} end"""


def _body(digits: str) -> str:
    """Return SQL for the first 17 digits as a whole number; a number of 15 digits is one of the twentieth century."""
    return f"""case length({digits}) when 18 then try_cast(left({digits}, 17) as bigint)
        when 15 then try_cast(left({digits}, 6) || '19' || right({digits}, 9) as bigint) end"""


def proven(body: str, last: str) -> str:
    """Return SQL that says whether 17 digits, their check character being ``last``, are a number that can be: right, with month and day."""
    return f"coalesce({last} = {_check(body)} and {plausible(body)}, false)"


def plausible(body: str) -> str:
    """Return SQL that says whether month and day of 17 digits can be."""
    return f"({body} // 100000 % 100 between 1 and 12 and {body} // 1000 % 100 between 1 and 31)"


def _check(body: str) -> str:
    """Return SQL for the check character (GB 11643) of 17 digits in a whole number."""
    terms = " + ".join(f"({body} // {10 ** (16 - place)} % 10) * {weight}" for place, weight in enumerate(_CHECK_WEIGHTS))
    return f"substr('10X98765432', cast(({terms}) % 11 as integer) + 1, 1)"


def _day(body: str) -> str:
    return f"case when {body} is not null then cast(try_strptime(cast({body} // 1000 % 100000000 as varchar), '%Y%m%d') as date) end"


def _names(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``link_names``: a row each name as written, of who is in no plain pair and of enough others to say how frequent it is.

    Sounds are looked up once for every character that occurs, everything else once for every name.
    """
    parts = []
    for side in SIDES:
        # Drawn by the key, so that the order of rows is nothing.
        one_of = max(1, _one(connection, f"select count(*) from link_raw_{side}")[0] // _COUNTED)
        parts.append(f"select left(name, {_LONGEST_NAME}) as name, 1 as times from link_raw_{side} where hash(key) % {one_of} = 0")
        parts.append(f"select name, 0 from link_base_{side}")
    connection.execute(
        f"""create temp table link_names as
        with written as (select name, cast(sum(times) as bigint) as times from ({" union all ".join(parts)}) group by name),
        cleaned as (select *, case when regexp_full_match(name, '[一-鿿]{{2,4}}') then name
            else trim(regexp_replace(lower(regexp_replace(regexp_replace(name, '(\\p{{Han}})[\\s　]+', '\\1', 'g'),
                '[·•・．.‧]', '·', 'g')), '\\s+', ' ', 'g')) end as clean from written where name is not null)
        select name, times, clean, substr(clean, 1, 1) as c1, substr(clean, 2, 1) as c2, substr(clean, 3, 1) as c3, substr(clean, 4, 1) as c4,
            substr(clean, 5) as others from cleaned where clean <> ''"""
    )
    ear = Ear(model.names)
    columns = " union ".join(f"select distinct c{n} from link_names" for n in (1, 2, 3, 4))
    characters = [row[0] for row in connection.execute(columns).fetchall()]
    for table, surnames in (("characters", False), ("surnames", True)):
        found = ear.signs(characters, surnames=surnames)
        connection.execute(
            f"create temp table link_{table} as select unnest(?::varchar[]) as c, unnest(?::varchar[]) as standard,"
            " unnest(?::varchar[]) as sound, unnest(?::varchar[]) as alike",
            [found.character, found.standard, found.sound, found.alike],
        )
    connection.execute(_heard(model))


def _heard(model: Model) -> str:
    """Return SQL that adds to every name its standard shape, its sound, the sounds alike, and where the surname ends."""
    pairs = ", ".join("'" + name.replace("'", "''") + "'" for name in model.names["surnames_of_two"])

    def whole(column: str) -> str:
        return f"coalesce(f.{column}, a.{column}) || b.{column} || c.{column} || d.{column} || others"

    return f"""create or replace temp table link_names as
        with heard as (
            select n.name, n.times, n.clean, {whole("standard")} as standard, {whole("sound")} as sound, {whole("alike")} as alike,
                case when left(n.clean, 2) in ({pairs}) and length(n.clean) > 2 then 2
                    when instr(n.clean, ' ') > 1 then instr(n.clean, ' ') else 1 end as parted
            from link_names n
            join link_characters a on a.c = c1 join link_characters b on b.c = c2
            join link_characters c on c.c = c3 join link_characters d on d.c = c4
            left join link_surnames f on f.c = c1)
        select *, left(alike, parted) as surname, substr(alike, parted + 1) as given,
            sum(times) over (partition by sound) as heard_times from heard"""
