"""Link the persons of two tables, and tell for every link what it weighs and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast, get_args

import duckdb

from taizhang.comparison.linkage import candidates, preparing, resolving, scoring
from taizhang.comparison.linkage.model import FIELDS, LEVELS, Model, probability, shipped_model
from taizhang.comparison.linkage.wording import level_words, status_words

Status = Literal["same", "person", "info"]


@dataclass(frozen=True, slots=True)
class Reason:
    """How two persons agree in one field, and what that weighs in bits."""

    field: str
    level: str
    weight: Decimal

    @property
    def text(self) -> str:
        """The reason in words, in the language of the session."""
        return level_words(self.field, self.level)


@dataclass(frozen=True, slots=True)
class Link:
    """A pair of persons with its weight and reasons.

    ``status``: *same* (linked), *person* (a person must look), *info* (nothing but the name speaks for it). ``stage`` says what it rests on.
    ``probability`` is what the calibration makes of the weight for a pair that is clearly the best of both; of a name alone it says nothing.
    ``rival`` is the weight of the best other pair of either person, if there is one that matters.
    """

    left: str
    right: str
    status: Status
    stage: str
    weight: Decimal
    probability: Decimal | None
    rival: Decimal | None
    start: Decimal
    reasons: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """Status and reasons in words; fields of which nothing is known are left out."""
        return status_words(self.status) + "：" + "；".join(reason.text for reason in self.reasons if reason.level != "missing")


@dataclass(frozen=True)
class Linkage:
    """The links of two tables, in a table of the connection; at most one *same* for each person.

    ``left_out`` counts the keys that so many persons share that their pairs were not looked at (a default day of birth, say).
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    counts: Mapping[str, int]
    pairs: int
    left_out: int
    model: Model

    def links(self, where: str = "true") -> Iterator[Link]:
        """Yield the links, those of highest weight first; ``where`` is SQL over the columns of the table, written by the caller's program."""
        names = [f"{field}{end}" for field in FIELDS for end in ("", "_weight")]
        cursor = self.connection.cursor()
        cursor.execute(
            f"select left_key, right_key, status, stage, weight, rival, start_weight, {', '.join(names)} from {preparing.quoted(self.table)}"
            f" where {where} order by weight desc, left_key, right_key"
        )
        while rows := cursor.fetchmany(1_000):
            for left, right, status, stage, weight, rival, start, *found in rows:
                reasons = tuple(Reason(field, found[2 * i], found[2 * i + 1]) for i, field in enumerate(FIELDS))
                likely = None if status == "info" else probability(self.model, weight)
                yield Link(left, right, cast(Status, status), stage, weight, likely, rival, start, reasons)


def link_persons(
    connection: duckdb.DuckDBPyConnection,
    left: str,
    right: str,
    *,
    into: str = "person_link",
    model: Model | None = None,
    names_alone: bool = False,
) -> Linkage:
    """Link the persons of two tables or views of the connection, and write the links into the table ``into``.

    Each has a row a person, with columns ``key`` and ``name`` and as many as there are of ``number`` (identity number), ``born``, ``sex`` (男, 女),
    ``village``, ``household``, ``maiden_household``; others are not looked at. All may be text; nothing has to be cleaned before. With
    ``names_alone``, persons of whom a list says nothing but the name are compared by the name too; such pairs are *info* at most.

    The links have ``left_key``, ``right_key``, ``status``, ``stage``, ``weight``, ``rival``, ``start_weight`` and for each field its level and
    its weight (``number``, ``number_weight``, …); the weight is the sum of ``start_weight`` and the fields' weights.

    Raises ``TaizhangError`` when a column or the library for pinyin is missing, ``Refusal`` when a key is empty or repeated.
    """
    model = model or shipped_model()
    # Past this much DuckDB compresses even its temporary tables, which takes longer than all that is done with them.
    threshold = connection.execute("select current_setting('checkpoint_threshold')").fetchall()[0][0]
    set_threshold(connection, "1TB")
    try:
        return _link(connection, left, right, into, model, names_alone)
    finally:
        set_threshold(connection, threshold)


def set_threshold(connection: duckdb.DuckDBPyConnection, size: str) -> None:
    """Set how much is written before DuckDB compresses it; a connection whose settings are locked keeps its own and takes longer."""
    with suppress(duckdb.InvalidInputException):
        connection.execute(f"set checkpoint_threshold = '{size}'")


def _link(connection: duckdb.DuckDBPyConnection, left: str, right: str, into: str, model: Model, names_alone: bool) -> Linkage:
    preparing.prepare(connection, left, right)
    candidates.same_number(connection)
    preparing.details(connection, model)
    candidates.odd(connection, model)
    _score_odd(connection, model)
    strange = scoring.strangeness(model, *candidates.overlap(connection))
    candidates.rest(connection, model, "link_exact")
    left_out = candidates.pairs(connection, model, names_alone=names_alone)
    connection.execute(f"create temp table link_levels as {scoring.levels('link_pairs', 'link_rest')}")
    connection.execute(f"create temp table link_rare as {scoring.rarities(model, 'link_levels', strange)}")
    connection.execute(f"create temp table link_scored as {scoring.scored(model, 'link_rare')}")
    resolving.resolve(connection, model)
    _write(connection, into, model)
    counts = dict(connection.execute(f"select status, count(*) from {preparing.quoted(into)} group by status order by status").fetchall())
    pairs = int(connection.execute("select count(*) from link_pairs").fetchall()[0][0])
    preparing.drop(connection)
    return Linkage(connection, into, counts, pairs, left_out, model)


def _score_odd(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make ``link_exact`` of the pairs with the same number that nothing else speaks against; the others are looked at again with the rest."""
    unused = ", ".join(f"0.0 as {name}" for name in ("rarity", "village_rarity", "size_bits", "strange_bits"))
    connection.execute(f"create temp table link_odd_levels as select *, {unused} from ({scoring.levels('link_odd', 'link_odd')})")
    connection.execute(f"create temp table link_odd_scored as {scoring.scored(model, 'link_odd_levels')}")
    connection.execute(
        f"""create temp table link_exact as select *, cast(null as decimal(9, 2)) as rival, 'same' as status from link_odd_scored
        where weight >= {model.same} and not person_only"""
    )


def _write(connection: duckdb.DuckDBPyConnection, into: str, model: Model) -> None:
    columns = ", ".join(f"w.{field}, w.{field}_weight" for field in FIELDS)
    weights, total = scoring.plain(model)
    first = next((name for name, when in model.stages if all("same" in levels for levels in when.values())), "model")
    same = ", ".join(f"'same' as {field}, {weights[field]:.2f} as {field}_weight" for field in FIELDS)
    # A word out of few takes a byte so, and a million rows are written in half the time.
    words = {"status": get_args(Status), "stage": sorted({"model", *(name for name, _ in model.stages)}), **{f: LEVELS[f] for f in FIELDS}}
    kinds = {column: f"enum ({', '.join(preparing.text(word) for word in found)})" for column, found in words.items()}
    kinds |= dict.fromkeys(("weight", "rival", "start_weight", *(f"{field}_weight" for field in FIELDS)), "decimal(9, 2)")
    order = ("status", "stage", "weight", "rival", "start_weight", *(c for field in FIELDS for c in (field, f"{field}_weight")))
    cast_to = ", ".join(f"cast({column} as {kinds[column]}) as {column}" for column in order)
    connection.execute(
        f"""create or replace table {preparing.quoted(into)} as
        with weighed as (from link_exact union all by name from link_found),
        others as (select a.key as left_key, b.key as right_key, status, {scoring.stage(model, "w")} as stage, weight, rival, start_weight, {columns}
            from weighed w join link_base_left a on a.rowid = w.l join link_base_right b on b.rowid = w.r)
        select left_key, right_key, {cast_to} from (select left_key, right_key, 'same' as status, {preparing.text(first)} as stage,
            {total:.2f} as weight, null as rival, {model.start["number"]:.2f} as start_weight, {same} from link_number where plain)
        union all select left_key, right_key, {cast_to} from others"""
    )


def link_rows(left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]], **options: Any) -> list[Link]:
    """Link two short lists of persons given as mappings, as :func:`link_persons` does; keys that are left out are the places in the list."""
    with duckdb.connect() as connection:
        for table, rows in (("left_rows", left), ("right_rows", right)):
            connection.execute(f"create table {table} ({', '.join(f'{c} varchar' for c in preparing.COLUMNS)})")
            values = [
                [str(i) if c == "key" and "key" not in row else None if row.get(c) is None else str(row[c]) for c in preparing.COLUMNS]
                for i, row in enumerate(rows)
            ]
            if values:
                connection.executemany(f"insert into {table} values ({', '.join('?' * len(preparing.COLUMNS))})", values)
        return list(link_persons(connection, "left_rows", "right_rows", **options).links())
