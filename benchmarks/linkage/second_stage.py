"""Splink as the second stage: what the numbers leave over, linked by Splink with weights counted on other lists, against our own scoring.

    python -m benchmarks.linkage.second_stage FOLDER OTHER_FOLDER

Both folders hold lists made by ``persons.py``; m and u are counted on the second, whose truth is known, so that Splink trains nothing. It gets
the same leftovers, the same pinyin columns and broad blocking. Needs ``splink``. The decision that rests on this is docs/decisions/0015-linkage.md.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.linkage import lists, ways

from taizhang.comparison.linkage import candidates, linking, preparing, scoring, shipped_model

BLOCKING = [
    *(("born", other) for other in ("alike", "village", "household", "surname", "given")),
    *(("village", "alike"), ("household",), ("number",), ("head",), ("tail", "surname"), ("tail7",)),
]
LEVELS: dict[str, list[str]] = {
    "number": ["number_l = number_r", "damerau_levenshtein(number_l, number_r) = 1", "damerau_levenshtein(number_l, number_r) = 2"],
    "name": [
        "name_l = name_r",
        "sound_l = sound_r",
        "alike_l = alike_r",
        "given_l = given_r",
        "surname_l = surname_r and length(name_l) = length(name_r)",
    ],
    "born": ["born_l = born_r", "abs(datediff('day', born_l, born_r)) between 17 and 52", "year(born_l) = year(born_r)"],
    "sex": ["sex_l = sex_r"],
    "village": ["village_l = village_r"],
    "household": ["household_l = household_r or household_l = maiden_r or maiden_l = household_r"],
}
RANDOM_PAIRS = 3_000_000


def first_stage(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Run our stage of equal numbers and make ``splink_left``, ``splink_right`` of who is left over."""
    lists.load(connection, folder)
    model = shipped_model()
    connection.execute("set checkpoint_threshold = '1TB'")
    preparing.prepare(connection, "left_list", "right_list")
    candidates.same_number(connection)
    preparing.details(connection, model)
    candidates.odd(connection, model)
    linking._score_odd(connection, model)
    candidates.rest(connection, model, "link_exact")
    for side in preparing.SIDES:
        connection.execute(
            f"""create table splink_{side} as select key as unique_id, clean as name, sound, alike, surname, given, number, left(number, 14) as head,
                right(full_number, 6) as tail, right(full_number, 7) as tail7, born, sex, village, household, maiden_household as maiden
            from link_rest_{side}"""
        )


def counted(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Return m and u of each level, counted on lists whose truth is known."""
    connection = duckdb.connect()
    first_stage(connection, folder)
    known = """select l.*, r.* from truth t join left_ l on l.unique_id_l = t.left_key join right_ r on r.unique_id_r = t.right_key"""
    chance = f"""select l.*, r.* from (select * from left_ using sample {int(math.sqrt(RANDOM_PAIRS))} rows) l
        cross join (select * from right_ using sample {int(math.sqrt(RANDOM_PAIRS))} rows) r"""
    for side, end in (("left", "l"), ("right", "r")):
        columns = [row[0] for row in connection.execute(f"describe splink_{side}").fetchall()]
        connection.execute(f"create table {side}_ as select {', '.join(f'{c} as {c}_{end}' for c in columns)} from splink_{side}")
    found: dict[str, list[tuple[float, float]]] = {}
    for field, conditions in LEVELS.items():
        level = "case " + " ".join(f"when {condition} then {i}" for i, condition in enumerate(conditions)) + f" else {len(conditions)} end"
        there = f"{field}_l is not null and {field}_r is not null"
        shares = []
        for source in (known, chance):
            counts = dict(connection.execute(f"select {level}, count(*) from ({source}) where {there} group by 1").fetchall())
            total = sum(counts.values()) + (len(conditions) + 1) / 2
            shares.append([(counts.get(i, 0) + 0.5) / total for i in range(len(conditions) + 1)])
        found[field] = list(zip(*shares, strict=True))
    return found


def settings(weights: dict[str, list[tuple[float, float]]], chance: float) -> dict[str, Any]:
    """Return Splink's settings with every m and u given; the weight of a name grows with its rarity."""
    comparisons = []
    for field, conditions in LEVELS.items():
        levels: list[dict[str, Any]] = [
            {"sql_condition": f"{field}_l is null or {field}_r is null", "is_null_level": True, "label_for_charts": "null"}
        ]
        for condition, (m, u) in zip([*conditions, "ELSE"], weights[field], strict=True):
            levels.append({"sql_condition": condition, "m_probability": m, "u_probability": u, "label_for_charts": condition})
        if field == "name":
            levels[1] |= {"tf_adjustment_column": "name", "tf_adjustment_weight": 1.0}
        comparisons.append({"output_column_name": field, "comparison_levels": levels})
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": chance,
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [" and ".join(f"l.{c} = r.{c}" for c in columns) for columns in BLOCKING],
        "retain_intermediate_calculation_columns": False,
        "retain_matching_columns": False,
    }


def by_splink(connection: duckdb.DuckDBPyConnection, weights: dict[str, list[tuple[float, float]]]) -> str:
    """Predict over the leftovers and return the table of pairs with their probability."""
    from splink import DuckDBAPI, Linker

    left, right = connection.execute("select (select count(*) from splink_left), (select count(*) from splink_right)").fetchall()[0]
    api = DuckDBAPI(connection=connection)
    tables = [api.register(f"splink_{side}") for side in preparing.SIDES]
    linker = Linker(tables, settings(weights, 0.5 * min(left, right) / (left * right)), log_level=40)
    return str(linker.inference.predict(threshold_match_probability=0.1).physical_name)


def by_ours(connection: duckdb.DuckDBPyConnection) -> None:
    """Look for pairs among the leftovers, weigh and resolve them."""
    from taizhang.comparison.linkage import resolving

    model = shipped_model()
    candidates.pairs(connection, model, names_alone=False)
    connection.execute(f"create temp table link_levels as {scoring.levels('link_pairs', 'link_rest')}")
    strange = scoring.strangeness(model, *candidates.overlap(connection))
    connection.execute(f"create temp table link_rare as {scoring.rarities(model, 'link_levels', strange)}")
    connection.execute(f"create temp table link_scored as {scoring.scored(model, 'link_rare')}")
    resolving.resolve(connection, model)


def told(connection: duckdb.DuckDBPyConnection, name: str, second: str) -> None:
    """Print the scores of a second stage together with the first."""
    connection.execute(
        f"""create or replace table both_stages as select left_key, right_key from link_number where plain union all
        select a.key, b.key from link_exact e join link_base_left a on a.rowid = e.l join link_base_right b on b.rowid = e.r union all {second}"""
    )
    for kind, score in lists.scores(connection, "both_stages").items():
        if kind in ("all", "two fields"):
            print(f"  {name:32} {kind:12} recall {score.recall:.5f}  precision {score.precision:.6f}  F1 {score.f1:.5f}", flush=True)


def main() -> None:
    """Run both second stages on the same leftovers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("other", type=Path)
    given = parser.parse_args()
    weights = counted(given.other)
    connection = duckdb.connect()
    first_stage(connection, given.folder)
    seconds, used, _ = ways.seconds_of(lambda: by_ours(connection))
    print(f"ours: {seconds:.1f} s, {used:.1f} processor seconds")
    sides = "join link_base_left a on a.rowid = f.l join link_base_right b on b.rowid = f.r"
    told(connection, "ours", f"select a.key, b.key from link_found f {sides} where status = 'same'")
    seconds, used, table = ways.seconds_of(lambda: by_splink(connection, weights))
    print(f"Splink, m and u given: {seconds:.1f} s, {used:.1f} processor seconds")
    turned = "unique_id_l like 'L%'"
    for limit in (0.5, 0.9, 0.99):
        told(
            connection,
            f"Splink, p ≥ {limit}, best of each",
            f"""select case when {turned} then unique_id_l else unique_id_r end as left_key, case when {turned} then unique_id_r else unique_id_l end as right_key
            from {table} where match_probability >= {limit}
            qualify row_number() over (partition by unique_id_l order by match_probability desc, unique_id_r) = 1
                and row_number() over (partition by unique_id_r order by match_probability desc, unique_id_l) = 1""",
        )


if __name__ == "__main__":
    main()
