"""The ways of linking that are measured side by side, each on a connection that holds ``left_list`` and ``right_list``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import duckdb

from taizhang.comparison.linkage import candidates, link_persons, preparing, shipped_model

SAME_NUMBER = "number alone"
OURS = "ours"
SPLINK, SPLINK_PINYIN = "Splink, documented defaults", "Splink with columns of pinyin"


@dataclass
class Ran:
    """How long a way took, in seconds and in seconds of the processor; its links lie in tables, one for each threshold that is told."""

    seconds: float
    used: float
    tables: dict[str, str]
    notes: dict[str, Any] = field(default_factory=dict)


def same_number(connection: duckdb.DuckDBPyConnection) -> Ran:
    """Join by the number as it stands, cleaned of blanks."""
    sql = """create or replace table by_number as select a.key as left_key, b.key as right_key from left_list a
        join right_list b on upper(trim(a.number)) = upper(trim(b.number)) where a.number <> ''"""
    seconds, used, _ = seconds_of(lambda: connection.execute(sql))
    return Ran(seconds, used, {SAME_NUMBER: "by_number"})


def seconds_of(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the seconds and the processor seconds that a call takes, and what it returns."""
    start, used = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - start, time.process_time() - used, result


def ours(connection: duckdb.DuckDBPyConnection) -> Ran:
    """Link by the package."""
    seconds, used, linkage = seconds_of(lambda: link_persons(connection, "left_list", "right_list", into="our_links"))
    connection.execute("create or replace table ours as select left_key, right_key from our_links where status = 'same'")
    return Ran(
        seconds,
        used,
        {OURS: "ours"},
        {"counts": dict(linkage.counts), "pairs": linkage.pairs, "keys left out": linkage.left_out},
    )


def prepare_for_splink(connection: duckdb.DuckDBPyConnection) -> None:
    """Give Splink cleaned columns, with numbers of 15 digits made 18: what any user would do first. Not part of its time."""
    preparing.prepare(connection, "left_list", "right_list")
    candidates.same_number(connection)
    connection.execute("update link_number set plain = false")
    preparing.details(connection, shipped_model())
    for side in preparing.SIDES:
        connection.execute(
            f"""create or replace table splink_{side} as select m.key as unique_id, m.clean as name, m.sound,
                coalesce(cast(m.exact as varchar), m.number) as number, cast(m.born as varchar) as born, m.sex, m.village, m.household
            from link_more_{side} m"""
        )


def splink(connection: duckdb.DuckDBPyConnection, *, pinyin: bool) -> Ran:
    """Train and predict as Splink's tutorial does: its ready-made comparisons, u by random sampling, m by expectation maximisation."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    start, used = time.perf_counter(), time.process_time()
    comparisons = [
        cl.NameComparison("name"),
        cl.DateOfBirthComparison("born", input_is_string=True),
        cl.DamerauLevenshteinAtThresholds("number", [1, 2]),
        cl.ExactMatch("sex"),
        cl.ExactMatch("village").configure(term_frequency_adjustments=True),
        cl.ExactMatch("household"),
    ]
    blocking = [block_on("number"), block_on("name", "born"), block_on("born", "village"), block_on("name", "village")]
    if pinyin:
        comparisons[0] = cl.CustomComparison(
            output_column_name="name",
            comparison_levels=[
                {"sql_condition": '"name_l" is null or "name_r" is null', "label_for_charts": "null", "is_null_level": True},
                {
                    "sql_condition": '"name_l" = "name_r"',
                    "label_for_charts": "same",
                    "tf_adjustment_column": "name",
                    "tf_adjustment_weight": 1.0,
                },
                {"sql_condition": '"sound_l" = "sound_r"', "label_for_charts": "sound"},
                {"sql_condition": 'levenshtein("sound_l", "sound_r") <= 1', "label_for_charts": "one sound"},
                {"sql_condition": "ELSE", "label_for_charts": "else"},
            ],
        )
        blocking += [block_on("sound", "born"), block_on("sound", "village"), block_on("born", "household")]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=blocking,
        additional_columns_to_retain=["sound"],
    )
    api = DuckDBAPI(connection=connection)
    lists = [api.register(f"splink_{side}") for side in preparing.SIDES]
    linker = Linker(lists, settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match([block_on("number"), block_on("name", "born")], recall=0.95)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "born"))
    trained = time.perf_counter() - start
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    name = "splink_pinyin" if pinyin else "splink_plain"
    connection.execute(
        f"""create or replace table {name} as select case when unique_id_l like 'L%' then unique_id_l else unique_id_r end as left_key,
            case when unique_id_l like 'L%' then unique_id_r else unique_id_l end as right_key, match_probability
        from {predicted.physical_name}"""
    )
    seconds, used = time.perf_counter() - start, time.process_time() - used
    tables = {}
    for threshold in (50, 90, 99):
        connection.execute(
            f"create or replace table {name}_{threshold} as select left_key, right_key from {name} where match_probability >= 0.{threshold}"
        )
        tables[f"{SPLINK_PINYIN if pinyin else SPLINK}, p ≥ 0.{threshold:02d}".replace("0.50", "0.5").replace("0.90", "0.9")] = (
            f"{name}_{threshold}"
        )
    # The best pair of each person, as its documentation proposes for lists without repeats.
    connection.execute(
        f"""create or replace table {name}_best as select left_key, right_key from {name}
        qualify row_number() over (partition by left_key order by match_probability desc, right_key) = 1
            and row_number() over (partition by right_key order by match_probability desc, left_key) = 1"""
    )
    tables[f"{SPLINK_PINYIN if pinyin else SPLINK}, p ≥ 0.5, best of each"] = f"{name}_best"
    return Ran(seconds, used, tables, {"training seconds": round(trained, 1)})


WAYS: dict[str, Callable[[duckdb.DuckDBPyConnection], Ran]] = {
    SAME_NUMBER: same_number,
    OURS: ours,
    SPLINK: lambda connection: splink(connection, pinyin=False),
    SPLINK_PINYIN: lambda connection: splink(connection, pinyin=True),
}
