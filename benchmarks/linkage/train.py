"""Count the weights of linkage on generated truth, calibrate them on other truth, and write ``model.yaml``.

    python -m benchmarks.linkage.train [--persons 200000] [--seed 101] [--into FILE]

Weights are counted as Fellegi and Sunter define them: how often a level occurs among pairs that are the same person, against how often among
pairs that are not. They are counted in three contexts, because fields are not independent: where valid numbers are equal, within a household
(whose members share surname and village, and twins the day of birth), and elsewhere. Thresholds come from a second town (``seed + 1``).
"""

from __future__ import annotations

import argparse
import math
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.linkage import persons
from benchmarks.linkage.lists import load

from taizhang.comparison.linkage import candidates, preparing, resolving, scoring
from taizhang.comparison.linkage.model import CONTEXTS, LEVELS, SHIPPED, Model, _read

PRECISION = 0.9993  # of what is linked without the number, at least
SURE = 0.9  # a single pair is linked from here on
LIKELY = 0.05  # below this nobody is asked to look
RANDOM_PAIRS = 6_000_000
MOST = 24.0
MARGIN = 3.0
UNLIKE = ("surname", "different")
STAGES = [
    ("number", {"number": ["same"]}),
    (
        "number_repaired",
        {"number": ["same_unproven", "one_slip", "two_slips", "cut"], "name": ["same", "variant", "homophone", "heard_alike"]},
    ),
    ("birth_and_household", {"name": ["same", "variant", "homophone", "heard_alike"], "born": ["same"], "household": ["same", "maiden"]}),
    ("birth_and_village", {"name": ["same", "variant", "homophone", "heard_alike"], "born": ["same"], "village": ["same"]}),
]
PERSON_ONLY = [
    {"number": ["two_valid"]},
    {"number": ["two_valid_near"], "name": [n for n in LEVELS["name"] if n not in ("same", "variant")]},
    {"number": ["same", "same_unproven"], "name": list(UNLIKE)},
    # The number of another paper has no day of birth in it, so an equal day speaks for itself; but twins have it too, and a surname.
    {"number": ["same_other"], "name": list(UNLIKE), "born": [b for b in LEVELS["born"] if b != "same"]},
    {"number": ["same_other"], "name": ["surname"], "household": ["same", "maiden", "missing"]},
    {"number": ["missing"], "born": ["missing"], "household": ["different"]},  # a name and a village, and the household speaks against it
]
HEAD = """# Weights of linkage in bits, counted on generated truth by benchmarks/linkage/train.py ({persons} persons, seeds {seed} and {other}). Do not edit by hand
# without measuring again: python -m benchmarks.linkage.
"""


def flat() -> dict[str, Any]:
    """Return a model that weighs nothing, for counting."""
    return {
        "thresholds": {"same": 0, "person": -1000, "margin": MARGIN},
        "calibration": {"slope": 1, "offset": 0},
        "overlap": 0.5,
        "population_at_least": 20_000,
        "block_at_most": 20_000,
        "start": dict.fromkeys(CONTEXTS, 0),
        "weights": {c: {f: dict.fromkeys(levels, 0) for f, levels in LEVELS.items()} for c in CONTEXTS},
        "stages": [{"stage": name, "when": when} for name, when in STAGES],
        "person_only": PERSON_ONLY,
    }


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    return connection.execute(sql).fetchall()


def counted(folder: Path, names: dict[str, Any]) -> dict[str, Any]:
    """Return the model with its starts and weights counted on the lists of a folder."""
    data = flat()
    model = Model.from_data(data, names)
    connection = duckdb.connect()
    load(connection, folder)
    preparing.prepare(connection, "left_list", "right_list")
    candidates.same_number(connection)
    connection.execute("update link_number set plain = false")
    preparing.details(connection, model)
    connection.execute(
        """create temp table known as select a.row as l, b.row as r from truth t
        join link_more_left a on a.key = t.left_key join link_more_right b on b.key = t.right_key"""
    )
    candidates.odd(connection, model)
    pairs, left, right = candidates.overlap(connection)
    data["overlap"] = round(pairs / min(left, right), 3)
    connection.execute(f"create temp table exact_levels as {scoring.levels('link_odd', 'link_odd')}")
    connection.execute(f"create temp table taken as select l, r from exact_levels where name not in {UNLIKE}")
    candidates.rest(connection, model, "taken")
    candidates.pairs(connection, model, names_alone=False)
    household = "household in ('same', 'maiden')"
    connection.execute(f"create temp table pair_levels as {scoring.levels('link_pairs', 'link_rest')}")
    connection.execute("create temp table left_over as select k.* from known k anti join taken t on t.l = k.l")
    connection.execute(f"create temp table true_levels as {scoring.levels('left_over')}")
    connection.execute(
        f"""create temp table chance as select l, r from ({_repeated("left", "l")}) join ({_repeated("right", "r")}) using (i)"""
    )
    connection.execute(f"create temp table chance_levels as {scoring.levels('chance')}")
    is_known = "exists (select 1 from known k where k.l = x.l and k.r = x.r)"
    tables = {
        "number": (f"from exact_levels x where {is_known}", f"from exact_levels x where not {is_known}"),
        "household": (
            f"from true_levels x where number <> 'same' and {household}",
            f"from pair_levels x where number <> 'same' and {household} and not {is_known}",
        ),
        "elsewhere": (
            f"from true_levels x where number <> 'same' and not {household}",
            f"from chance_levels x where number <> 'same' and not {household} and not {is_known}",
        ),
    }
    for context, (true, false) in tables.items():
        trues, falses = (rows(connection, f"select count(*) {part}")[0][0] for part in (true, false))
        if context == "elsewhere":
            smaller = min(rows(connection, f"select count(*) from link_rest_{side}")[0][0] for side in preparing.SIDES)
            data["start"][context] = round(math.log2(trues / smaller), 2)
        else:
            data["start"][context] = round(math.log2((trues + 0.5) / (falses + 0.5)), 2)
        for field in LEVELS:
            data["weights"][context][field] = field_weights(connection, field, true, false)
        # Of other papers the lists have none: their numbers are taken to say as much as one that is equal but does not prove.
        numbers = data["weights"][context]["number"]
        numbers["same_other"] = numbers["same_unproven"]
    data["weights"]["elsewhere"]["name"].update(frequent(connection, *tables["elsewhere"]))
    data["weights"]["elsewhere"]["village"]["same"] = round(math.log2(share(connection, "village", "same", tables["elsewhere"][0])), 2)
    return data


def _repeated(side: str, column: str) -> str:
    rest = f"link_rest_{side}"
    copies = f"range(cast({RANDOM_PAIRS} // (select count(*) from {rest}) + 1 as bigint)) as copy(n)"
    return f"select row as {column}, row_number() over (order by hash(row, n, '{side}')) as i from {rest} cross join {copies}"


def field_weights(connection: duckdb.DuckDBPyConnection, field: str, true: str, false: str) -> dict[str, float]:
    """Return the weight of each level of a field; of what is missing nothing is learnt."""
    column, near = field, scoring._quoted(scoring.NEAR)
    if field == "born_beside":
        column, true, false = "born", f"{true} and number in ({near})", f"{false} and number in ({near})"
    elif field == "born":
        true, false = f"{true} and number not in ({near})", f"{false} and number not in ({near})"
    counts = [dict(rows(connection, f"select {column}, count(*) {part} and {column} <> 'missing' group by 1")) for part in (true, false)]
    told = [level for level in LEVELS[field] if level != "missing"]
    # Half a pair more for each level: what did not occur is rare, not impossible.
    sums = [sum(c.values()) + len(told) / 2 for c in counts]
    weights = {
        level: math.log2((counts[0].get(level, 0) + 0.5) / sums[0]) - math.log2((counts[1].get(level, 0) + 0.5) / sums[1]) for level in told
    }
    # A level that neither side has ever had says nothing.
    return {
        level: round(max(-MOST, min(MOST, weights[level])), 2) if level in weights and (level in counts[0] or level in counts[1]) else 0.0
        for level in LEVELS[field]
    }


def share(connection: duckdb.DuckDBPyConnection, field: str, level: str, part: str) -> float:
    """Return how often a level occurs where the field is not missing."""
    found, of = rows(connection, f"select count(*) filter ({field} = '{level}'), count(*) {part} and {field} <> 'missing'")[0]
    return float((found + 0.5) / (of + 1))


def frequent(connection: duckdb.DuckDBPyConnection, true: str, false: str) -> dict[str, float]:
    """Return the weights of name levels to which the rarity of the name is added: against how often two namesakes by sound agree so."""
    pairs = rows(
        connection,
        """with two as (select m.times * n.times as n, case when m.clean = n.clean then 'same' when m.standard = n.standard then 'variant'
                when m.sound = n.sound then 'homophone' else 'heard_alike' end as level
            from link_names m join link_names n on m.alike = n.alike)
        select level, sum(n) from two group by level""",
    )
    times = {level: float(n) for level, n in pairs}
    namesakes = sum(times.get(level, 0) for level in ("same", "variant", "homophone"))
    return {
        level: round(math.log2(share(connection, "name", level, true)) - math.log2((times.get(level, 0) + 0.5) / namesakes), 2)
        for level in scoring.BY_FREQUENCY
    }


def calibrated(data: dict[str, Any], folder: Path, names: dict[str, Any]) -> None:
    """Set calibration and thresholds by other lists: by the pairs that are clearly the best for both, as only these are ever linked."""
    pairs = clear_pairs(data, folder, names)
    slope, offset = logistic(pairs)
    data["calibration"] = {"slope": round(slope, 4), "offset": round(offset, 3)}
    limits = {chance: (math.log2(chance / (1 - chance)) - offset) / slope for chance in (SURE, LIKELY)}
    good, enough = 0, math.inf
    for total, (weight, true) in enumerate(sorted(pairs, reverse=True), start=1):
        good += true
        if good / total >= PRECISION:
            enough = weight
    data["thresholds"] |= {"same": math.ceil(max(limits[SURE], enough) * 10) / 10, "person": math.floor(limits[LIKELY] * 10) / 10}


def clear_pairs(data: dict[str, Any], folder: Path, names: dict[str, Any]) -> list[tuple[float, bool]]:
    """Return weight and truth of the pairs that are the best for both by the margin and are not linked by their number."""
    model = Model.from_data(data, names)
    connection = duckdb.connect()
    load(connection, folder)
    preparing.prepare(connection, "left_list", "right_list")
    candidates.same_number(connection)
    connection.execute("update link_number set plain = false")
    preparing.details(connection, model)
    candidates.odd(connection, model)
    connection.execute(f"create temp table taken as select l, r from ({scoring.levels('link_odd', 'link_odd')}) where name not in {UNLIKE}")
    candidates.rest(connection, model, "taken")
    candidates.pairs(connection, model, names_alone=False)
    connection.execute(f"create temp table link_levels as {scoring.levels('link_pairs', 'link_rest')}")
    connection.execute(f"create temp table link_rare as {scoring.rarities(model, 'link_levels', 0.0)}")
    connection.execute(f"create temp table link_open as {scoring.scored(model, 'link_rare')}")
    return rows(
        connection,
        f"""select s.weight, t.left_key is not null from ({resolving.ranked()}) s join link_more_left a on a.row = s.l join link_more_right b on b.row = s.r
        left join truth t on t.left_key = a.key and t.right_key = b.key
        where place = 1 and (rival is null or weight - rival >= {MARGIN}) and not person_only and not name_alone""",
    )


def logistic(pairs: list[tuple[float, bool]]) -> tuple[float, float]:
    """Return slope and offset (in bits) that make weights into odds: the likeliest ones, by Newton's method with halved steps."""
    groups: dict[float, list[int]] = {}
    for weight, true in pairs:
        counts = groups.setdefault(round(max(-30.0, min(30.0, weight)) * 2) / 2, [0, 0])
        counts[0] += 1
        counts[1] += true
    # One pair more of either kind at the ends keeps the slope finite where the two do not overlap.
    groups.setdefault(-10.0, [0, 0])[0] += 1
    groups[-10.0][1] += 1
    groups.setdefault(10.0, [0, 0])[0] += 1

    def loss(a: float, b: float) -> float:
        return sum(n * _softplus(a * w + b) - k * (a * w + b) for w, (n, k) in groups.items())

    a, b = math.log(2), 0.0
    for _ in range(100):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for w, (n, k) in groups.items():
            p = 1 / (1 + math.exp(-max(-500.0, min(500.0, a * w + b))))
            v = max(p * (1 - p) * n, 1e-9)
            g0, g1 = g0 + (k - n * p) * w, g1 + k - n * p
            h00, h01, h11 = h00 + v * w * w, h01 + v * w, h11 + v
        det = h00 * h11 - h01 * h01
        da, db = (h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det
        step = 1.0
        while step > 1e-6 and loss(a + step * da, b + step * db) > loss(a, b):
            step /= 2
        a, b = a + step * da, b + step * db
        if abs(step * da) + abs(step * db) < 1e-7:
            break
    return a / math.log(2), b / math.log(2)


def _softplus(x: float) -> float:
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def written(data: dict[str, Any], persons_: int, seed: int) -> str:
    """Return the model as YAML, a line each field."""
    lines = [HEAD.format(persons=persons_, seed=seed, other=seed + 1)]
    lines.append(
        "# same: linked from here on; person: a person must look from here on; margin: how much better than any other pair it must be"
    )
    for key in ("thresholds", "calibration"):
        lines.append(f"{key}: {flow(data[key])}")
    lines.append("# overlap: the share of the shorter list that is in the other; where it is less, every pair weighs less")
    lines += [
        f"overlap: {data['overlap']}",
        f"population_at_least: {data['population_at_least']}",
        f"block_at_most: {data['block_at_most']}",
    ]
    lines.append(f"start: {flow(data['start'])}")
    lines.append("weights:")
    for context in CONTEXTS:
        lines.append(f"  {context}:")
        lines += [f"    {field}: {flow(data['weights'][context][field])}" for field in LEVELS]
    lines.append("# What a link is said to rest on: the first whose levels it has")
    lines.append("stages:")
    lines += [f"  - {{stage: {s['stage']}, when: {flow(s['when'])}}}" for s in data["stages"]]
    lines.append("# Never linked without a person, whatever the weight")
    lines.append("person_only:")
    lines += [f"  - {flow(when)}" for when in data["person_only"]]
    return "\n".join(lines) + "\n"


def flow(data: Any) -> str:
    """Return data as YAML in one line."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(flow(v) for v in data) + "]"
    if isinstance(data, float):
        text = f"{data:.4f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return str(data)


def main() -> None:
    """Count, calibrate, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--into", type=Path, default=SHIPPED / "model.yaml")
    given = parser.parse_args()
    names = _read(SHIPPED / "names.yaml")
    with tempfile.TemporaryDirectory() as folder:
        for place in (0, 1):
            persons.write(Path(folder) / str(place), given.persons, given.seed + place)
        data = counted(Path(folder) / "0", names)
        calibrated(data, Path(folder) / "1", names)
    given.into.write_text(written(data, given.persons, given.seed), encoding="utf-8")
    print(f"{given.into.name}: {data['thresholds']} {data['calibration']} {data['start']}")


if __name__ == "__main__":
    main()
