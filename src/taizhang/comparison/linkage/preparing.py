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
    *("left", "right", "number", "base_left", "base_right", "names", "characters", "initials"),
    *("odd", "odd_left", "odd_right", "odd_levels", "odd_scored", "exact", "rest_left", "rest_right"),
    *("key_left", "key_right", "blocks", "pairs", "levels", "rare", "scored", "open", "ranked", "found"),
)
VIEWS = ("more_left", "more_right", "raw_left", "raw_right")  # in the order in which they can be dropped

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
    for name in VIEWS:
        connection.execute(f"drop view if exists temp.link_{name}")
    for name in RELATIONS:
        connection.execute(f"drop table if exists temp.link_{name}")


def details(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``link_base_left``, ``link_base_right``: who is in no plain pair; ``link_names``: how frequent names are; and what :func:`heard` needs.

    The views ``link_more_left`` and ``link_more_right`` are the same persons with all that is known of them.
    """
    for side in SIDES:
        connection.execute(_base(side))
    _names(connection, model)
    for side in SIDES:
        connection.execute(f"create temp view link_more_{side} as {persons(model, side, 'true')}")


def persons(model: Model, side: str, where: str) -> str:
    """Return SQL for persons of ``link_base_left`` or ``link_base_right`` with all that is known of them; ``where`` is over its ``rowid``."""
    return f"""select * exclude (old), -- The places before the check digit, counted from the end, so that a number of old form has them too.
            old, case when old then number when length(number) > 8 then left(number, length(number) - 1) end as full_number
        from ({heard(model, f"(select cast(rowid as integer) as row, * from link_base_{side} where {where})")})"""


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return connection.execute(sql).fetchall()[0]


def quoted(name: str) -> str:
    """Return a name of a relation as an identifier, part by part, so that no text in it is read as SQL."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def text(word: str) -> str:
    """Return a text as SQL."""
    return "'" + word.replace("'", "''") + "'"


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
    # A name that only has blanks in it is written as it should be in most other lists.
    name = f"case when contains(name, ' ') or contains(name, '　') then {_clean(f'left(name, {_LONGEST_NAME})')} else name end"
    return f"""create temp table link_{side} as
        with {_unpacked(f"link_raw_{side}")}
        select key, body, last, case when {there} then hash({name}, {", ".join(columns[1:])}) end as mark
        from unpacked where body is not null"""


def _base(side: str) -> str:
    """Return SQL for the persons of a list who are in no plain pair, a row each."""
    trimmed = ", ".join(f"nullif(trim({c}), '') as {c}" for c in ("village", "household", "maiden_household"))
    return f"""create temp table link_base_{side} as
        with {_unpacked(f"(from link_raw_{side} where key not in (select {side}_key from link_number where plain))")},
        proved as (select *, coalesce(length(digits) = 15 and body is not null, false) as old,
            {proven("body", "last")} as right_ from unpacked)
        select key, left(name, {_LONGEST_NAME}) as name, {_clean(f"left(name, {_LONGEST_NAME})")} as clean,
            case when old then cast(body as varchar) else digits end as number, old, body,
            -- Three noughts at the end are what a spreadsheet leaves of a number: right by chance in one case of eleven.
            coalesce(right_ and right(digits, 3) <> '000', false) as proven,
            case when right_ or (old and {plausible("body")}) then body end as exact,
            coalesce(try_cast(born as date), {_day("body")}) as born,
            case when trim(sex) in ('男', '女') then trim(sex) when body % 2 = 1 then '男' when body % 2 = 0 then '女' end as sex, {trimmed}
        from proved"""


def _unpacked(source: str) -> str:
    """Return CTEs that end in ``unpacked``: rows with the cleaned number (``digits``), its first 17 digits (``body``), its check digit (``last``).

    ``last`` is 10 for X, -1 for what no number ends in, null where there is none. Nearly all numbers are written as they should be: those are
    read as they stand, which is far cheaper than cleaning them.
    """
    # Eighteen characters that come to so much are digits all, as long as there is no exponent.
    straight = (
        "case when strlen(number) = 18 and not contains(number, 'e') and not contains(number, 'E') then try_cast(number as bigint) end"
    )
    with_x = "case when strlen(number) = 18 and ends_with(number, 'X') and number not like '%E%' and number not like '%e%'"
    stripped = f"regexp_replace(upper(translate(number, '{_WIDE}', '{_NARROW}')), '[^0-9A-Z.+]', '', 'g')"
    last = "case when right(digits, 1) = 'X' then 10 else coalesce(try_cast(right(digits, 1) as integer), -1) end"
    return f"""looked as (select *, {straight} as plainly from {source}),
        sorted as (select * exclude (plainly), case when plainly >= {10**17} then plainly // 10
                else {with_x} then try_cast(left(number, 17) as bigint) end end as straight,
            case when plainly >= {10**17} then cast(plainly % 10 as tinyint) else 10 end as plain_last from looked),
        stripped as (select * exclude (straight), case when straight >= {10**16} then straight end as straight,
            case when coalesce(straight < {10**16}, true) then {stripped} end as stripped from sorted),
        cleaned as (select * exclude (stripped), case when straight is not null then number
            -- A number that a spreadsheet has turned into a float is none.
            when not regexp_matches(stripped, '[.+]') and length(stripped) between 6 and 30 then stripped end as digits from stripped),
        unpacked as (select * exclude (straight, plain_last), case when straight is not null then straight else {_body("digits")} end as body,
            case when straight is not null then plain_last when length(digits) = 18 then cast({last} as tinyint) end as last from cleaned)"""


def _body(digits: str) -> str:
    """Return SQL for the first 17 digits as a whole number; a number of 15 digits is one of the twentieth century."""
    return f"""case length({digits}) when 18 then try_cast(left({digits}, 17) as bigint)
        when 15 then try_cast(left({digits}, 6) || '19' || right({digits}, 9) as bigint) end"""


def proven(body: str, last: str) -> str:
    """Return SQL that says whether 17 digits and their check digit (10 for X) are a number that can be: right, with month and day."""
    return f"coalesce(({_weighed(body)} + {last}) % 11 = 1 and {plausible(body)}, false)"


def plausible(body: str) -> str:
    """Return SQL that says whether month and day of 17 digits can be."""
    return f"({body} // 100000 % 100 between 1 and 12 and {body} // 1000 % 100 between 1 and 31)"


def _weighed(body: str) -> str:
    """Return SQL for the weighed sum (GB 11643) of 17 digits in a whole number, or what leaves the same rest when divided by eleven.

    A digit is what a place holds less ten times what the place before holds, and ten is one less than eleven: so the weighed sum of digits
    is one of quotients, each with its own weight and the one of the place after, which takes half the divisions.
    """
    weights = _CHECK_WEIGHTS[::-1]
    factors = [weights[0], *((weights[k] + weights[k - 1]) % 11 for k in range(1, 17))]
    return " + ".join(f"{body} // {10**k} * {factor}" if k else f"{body} * {factor}" for k, factor in enumerate(factors) if factor)


def _day(body: str) -> str:
    return f"case when {body} is not null then cast(try_strptime(cast({body} // 1000 % 100000000 as varchar), '%Y%m%d') as date) end"


def _clean(name: str) -> str:
    """Return SQL for a name without blanks between characters, in small letters, with one kind of point."""
    return f"""case when regexp_full_match({name}, '[一-鿿]{{2,4}}') then {name}
        else nullif(trim(regexp_replace(lower(regexp_replace(regexp_replace({name}, '(\\p{{Han}})[\\s　]+', '\\1', 'g'),
            '[·•・．.‧]', '·', 'g')), '\\s+', ' ', 'g')), '') end"""


def _names(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``link_names``: a row each name as written, of enough persons to say how frequent it is.

    Sounds are looked up once for every character that occurs in a name that is compared or counted.
    """
    parts = []
    for side in SIDES:
        # Drawn by the key, so that the order of rows is nothing.
        one_of = max(1, _one(connection, f"select count(*) from link_raw_{side}")[0] // _COUNTED)
        parts.append(f"select left(name, {_LONGEST_NAME}) as name from link_raw_{side} where hash(key) % {one_of} = 0")
    connection.execute(
        f"""create temp table link_names as
        select name, times, {_clean("name")} as clean from (select name, count(*) as times from ({" union all ".join(parts)}) group by name)
        where clean is not null"""
    )
    every = " union all ".join(f"select clean from link_{table}" for table in ("names", "base_left", "base_right"))
    columns = " union ".join(f"select distinct substr(clean, {n}, 1) as c from ({every}) where clean is not null" for n in (1, 2, 3, 4))
    characters = [row[0] for row in connection.execute(columns).fetchall()]
    ear = Ear(model.names)
    for table, initials in (("characters", False), ("initials", True)):
        found = ear.signs(characters, surnames=initials)
        connection.execute(
            f"create temp table link_{table} as select c, standard, sound, alike, coalesce(unicode(alike), 0) as letter from (select"
            " unnest(?::varchar[]) as c, unnest(?::varchar[]) as standard, unnest(?::varchar[]) as sound, unnest(?::varchar[]) as alike)",
            [found.character, found.standard, found.sound, found.alike],
        )
    connection.execute(f"create or replace temp table link_names as {heard(model, 'link_names')}")


def heard(model: Model, source: str) -> str:
    """Return SQL that adds to rows with ``clean`` its standard shape, its sound, the sounds alike, and surname and given name as heard alike."""
    pairs = ", ".join(text(name) for name in model.names["surnames_of_two"])

    def whole(column: str) -> str:
        return f"a.{column} || b.{column} || c.{column} || d.{column} || substr(clean, 5)"

    return f"""with sounded as (
            select n.*, {whole("standard")} as standard, {whole("sound")} as sound, {whole("alike")} as alike,
                -- Equal for names that have the same signs in any order, of four at most.
                case when length(clean) < 5 then a.letter + b.letter + c.letter + d.letter end as letters,
                case when left(clean, 2) in ({pairs}) and length(clean) > 2 then 2
                    when instr(clean, ' ') > 1 then instr(clean, ' ') else 1 end as parted
            from {source} n
            left join link_initials a on a.c = substr(clean, 1, 1) left join link_characters b on b.c = substr(clean, 2, 1)
            left join link_characters c on c.c = substr(clean, 3, 1) left join link_characters d on d.c = substr(clean, 4, 1))
        select * exclude (parted), left(alike, parted) as surname, nullif(substr(alike, parted + 1), '') as given from sounded"""
