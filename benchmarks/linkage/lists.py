"""The generated lists in DuckDB, and how a way of linking did against the truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

COUNTED = ("number", "name", "born", "home")
CLASSES = {
    "all": "true",
    "number damaged or missing": "fields > 0 and list_contains(damage, 'number')",
    "two fields": "fields = 2",
    "two fields: number and name": "fields = 2 and list_contains(damage, 'number') and list_contains(damage, 'name')",
    "three fields or more": "fields > 2",
}
"""Pairs by what was damaged in them: number, name, day of birth, home. A day of birth that was taken from the damaged number counts with it."""


@dataclass(frozen=True)
class Score:
    """How many pairs of a class are right, wrong, missed; a wrong pair counts in the class that its right row would have been in."""

    right: int
    wrong: int
    missed: int

    @property
    def recall(self) -> float:
        """The share of true pairs that were linked."""
        return self.right / max(1, self.right + self.missed)

    @property
    def precision(self) -> float:
        """The share of linked pairs that are true."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def load(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Read the lists and their truth into ``left_list``, ``right_list`` and ``truth``."""
    for table, file in (("left_list", "left"), ("right_list", "right")):
        connection.execute(f"create or replace table {table} as from read_csv('{folder / file}.csv', all_varchar = true, header = true)")
    connection.execute(
        f"""create or replace table truth as
        with read as (select "left" as left_key, "right" as right_key, string_split(coalesce(damaged, ''), '+') as damage
            from read_csv('{folder}/truth.csv', all_varchar = true, header = true))
        select *, array_to_string(damage, '+') as damaged, len(list_intersect(damage, {list(COUNTED)})) as fields from read"""
    )


def scores(connection: duckdb.DuckDBPyConnection, linked: str) -> dict[str, Score]:
    """Return the score of each class for a table of ``left_key``, ``right_key``."""
    found = {}
    for name, condition in CLASSES.items():
        found[name] = Score(
            *connection.execute(
                f"""with wanted as (from truth where {condition}), judged as (
                    select l.*, t.left_key is not null as right_ from {linked} l left join truth t on t.left_key = l.left_key and t.right_key = l.right_key)
                select (select count(*) from judged j semi join wanted w on w.right_key = j.right_key where right_),
                    (select count(*) from judged j where not right_ and ({condition == "true"} or exists (select 1 from wanted w where w.right_key = j.right_key)
                        or exists (select 1 from wanted w where w.left_key = j.left_key))),
                    (select count(*) from wanted w where not exists (select 1 from {linked} l where l.left_key = w.left_key and l.right_key = w.right_key))"""
            ).fetchall()[0]
        )
    return found
