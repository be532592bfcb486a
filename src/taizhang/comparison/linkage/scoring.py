"""How two persons agree, field by field, and what that weighs. SQL is written out of the model once for each run."""

from __future__ import annotations

import math
from collections.abc import Mapping

from taizhang.comparison.linkage.model import FIELDS, Model
from taizhang.comparison.linkage.preparing import SIDES

BY_FREQUENCY = ("same", "variant", "homophone", "heard_alike")
"""Levels of the name whose weight, outside the household, grows with how seldom the name is."""
NEAR = ("same", "same_unproven", "one_slip", "two_slips", "cut", "head", "two_valid_near", "two_valid_slips")
"""Levels of the number that say most of what the day of birth says."""
_FEWEST = 10_000  # a list shorter than this does not say how frequent a name is
_FREQUENCY = 1e-4  # of a name of which nothing is known
_NEIGHBOURS = 30
_KNOWN_BEFORE = 20  # as many persons with valid numbers would change what is expected of the overlap by half
_MOST_STRANGE = 12.0


def levels(pairs: str, persons: str = "link_more") -> str:
    """Return SQL for the levels of all fields of the pairs (``l``, ``r``: rows of the tables ``persons`` with ``_left`` and ``_right``)."""
    return f"""with two as (select p.l, p.r, {_apart()} as apart, {_number_facts()}, {_name()} as name, {_born()} as born,
                {_plain("sex")} as sex, {_plain("village")} as village, {_household()} as household,
                a.village as a_village, a.sound as a_sound, b.sound as b_sound
            from {pairs} p join {persons}_left a on a.row = p.l join {persons}_right b on b.row = p.r)
        select l, r, {_number()} as number, name, born, sex, village, household, a_village, a_sound, b_sound from two"""


def _apart() -> str:
    """How many slips lie between two numbers; a number without check digit is compared by the seventeen before it."""
    # What they begin with alike takes no part: to measure the last four places takes far less than all eighteen.
    alike = " ".join(f"when a.body // {10 ** (17 - n)} = b.body // {10 ** (17 - n)} then {n + 1}" for n in (14, 10, 6))
    first = f"case when a.old or b.old then 1 {alike} else 1 end"
    one, other = (f"substr(case when a.old or b.old then left({side}.number, 17) else {side}.number end, {first})" for side in "ab")
    # Most pairs differ in many places, which is seen at once; only few have to be measured.
    # hamming() refuses texts of different length, whatever branch it stands in.
    alike = "length(a.number) = length(b.number)"
    unlike = f"case when {alike} then hamming(a.number, case when {alike} then b.number else a.number end) else 2 end"
    # Digits that have only changed places leave the remainder by nine as it is; where they have not, two and four unlike places are slips.
    moved = "right(a.number, 1) <> right(b.number, 1) or coalesce((a.body - b.body) % 9 = 0, true)"
    measured = f"damerau_levenshtein({one}, {other})"
    return f"""case when a.exact = b.exact then 0 when abs(length(a.number) - length(b.number)) > 2 then 9
        else case {unlike} when 0 then 0 when 1 then 1 when 2 then case when {moved} then {measured} else 2 end
            -- Three unlike places of the last four are no slip: these two share nothing but the first fourteen.
            when 3 then case when left(a.number, 14) = left(b.number, 14) then 9 else {measured} end when 4 then case when {moved} then {measured} else 9 end else 9 end end"""


def _number_facts() -> str:
    """What the level of the number rests on, but for how far apart they are."""
    return """a.number is not null and b.number is not null as numbers, a.exact = b.exact as same_exact, a.proven and b.proven as both_proven,
        left(a.number, 14) = left(b.number, 14) as same_head, a.number = b.number as same_text,
        -- A shorter one was never an identity number: it is that of a passport or a card, and no day of birth stands in it.
        length(a.number) > 14 as long_enough,
        left(a.number, 15) = left(b.number, 15) and (right(a.number, 3) = '000' or right(b.number, 3) = '000') as is_cut"""


def _number() -> str:
    """Two numbers that both prove right cannot be one with a slip in it."""
    return """case when not numbers then 'missing' when same_exact then 'same'
        when both_proven then case when apart > 2 then 'two_valid' when same_head then 'two_valid_near' else 'two_valid_slips' end
        when same_text and not long_enough then 'same_other' when same_text then 'same_unproven' when apart = 1 then 'one_slip' when apart = 2 then 'two_slips' when is_cut then 'cut'
        when long_enough and same_head then 'head' else 'different' end"""


def _name() -> str:
    """The order is from near to far; Latin names are near when their letters mostly are."""
    # levenshtein() counts bytes, and a character has three: so sounds are compared place by place.
    unlike = " + ".join(f"cast(substr(a.alike, {i}, 1) <> substr(b.alike, {i}, 1) as integer)" for i in range(1, 5))
    one = f"length(a.alike) = length(b.alike) and substr(a.alike, 5) = substr(b.alike, 5) and {unlike} = 1"
    left_out = " or ".join(
        f"(left({x}, {i}) || substr({x}, {i + 2})) = {y}" for x, y in (("a.alike", "b.alike"), ("b.alike", "a.alike")) for i in range(1, 4)
    )
    shorter = f"abs(length(a.alike) - length(b.alike)) = 1 and ({left_out})"
    # The father's name is often left out.
    part = " or ".join(
        f"starts_with({x}.clean, {y}.clean || '{sign}') or ends_with({x}.clean, '{sign}' || {y}.clean)"
        for x, y in ("ab", "ba")
        for sign in "· "
    )
    latin = "a.clean >= 'a' and a.clean < '{' and jaro_winkler_similarity(a.clean, b.clean) >= 0.92"
    return f"""case when a.clean is null or b.clean is null then 'missing' when a.clean = b.clean then 'same'
        when a.standard = b.standard then 'variant' when a.sound = b.sound then 'homophone' when a.alike = b.alike then 'heard_alike'
        when a.given = b.given then case when length(a.given) > 1 then 'given_same' else 'given_one' end
        when {latin} then 'middle_differs'
        when a.surname = b.surname and {one} then case when length(a.alike) = 2 then 'one_of_two'
            -- Brothers share the middle character more often than the last.
            when right(a.alike, 1) = right(b.alike, 1) then 'middle_differs' else 'last_differs' end
        when a.surname = b.surname and {shorter} then 'shortened' when {part} then 'shortened'
        when length(a.sound) = length(b.sound) and a.letters is not distinct from b.letters
            and list_sort(string_split(a.alike, '')) = list_sort(string_split(b.alike, '')) then 'turned'
        when contains(a.clean, ' ') and list_sort(string_split(a.clean, ' ')) = list_sort(string_split(b.clean, ' ')) then 'turned'
        when a.surname = b.surname then 'surname' else 'different' end"""


def _born() -> str:
    same = [f"{part}(a.born) = {part}(b.born)" for part in ("year", "month", "day")]
    two = " or ".join(f"({x} and {y})" for x, y in ((same[0], same[1]), (same[0], same[2]), (same[1], same[2])))
    return f"""case when a.born is null or b.born is null then 'missing' when a.born = b.born then 'same'
        when year(a.born) = year(b.born) and month(a.born) = day(b.born) and day(a.born) = month(b.born) then 'turned'
        when abs(date_diff('day', a.born, b.born)) between 17 and 52 then 'lunar'
        when {two} then 'one_part' when {same[0]} then 'year' else 'different' end"""


def _plain(field: str) -> str:
    return f"case when a.{field} is null or b.{field} is null then 'missing' when a.{field} = b.{field} then 'same' else 'different' end"


def _household() -> str:
    return """case when a.household = b.household then 'same'
        when a.household = b.maiden_household or a.maiden_household = b.household or a.maiden_household = b.maiden_household then 'maiden'
        when coalesce(a.household, a.maiden_household) is null or coalesce(b.household, b.maiden_household) is null then 'missing'
        else 'different' end"""


def _quoted(levels_: tuple[str, ...]) -> str:
    return ", ".join(f"'{level}'" for level in levels_)


def _case(column: str, weights: Mapping[str, float]) -> str:
    return f"case {column} " + " ".join(f"when '{level}' then {weight:.2f}" for level, weight in weights.items()) + " end"


def _by_context(column: str, model: Model, field: str) -> str:
    cases = " ".join(f"when '{context}' then {_case(column, model.weights[context][field])}" for context in model.weights)
    return f"case context {cases} end"


def condition(when: Mapping[str, tuple[str, ...]], table: str) -> str:
    """Return SQL for a condition over the levels of a table: one of the levels in each field."""
    return " and ".join(f"{table}.{field} in ({_quoted(levels_)})" for field, levels_ in when.items())


def scored(model: Model, levels_: str) -> str:
    """Return SQL that adds to levels the weight of each field, their sum, and whether a person must look in any case.

    Pairs are many, patterns of levels few: each pattern is weighed once. ``levels_`` is a table, as it is read twice.
    """
    fields = {field: _by_context(field, model, field) for field in FIELDS}
    fields["born"] = f"""case when number in ({_quoted(NEAR)}) then {_by_context("born", model, "born_beside")}
        else {_by_context("born", model, "born")} end"""
    known = ", ".join(f"{sql} as {field}_known" for field, sql in fields.items())
    start = "case context " + " ".join(f"when '{context}' then {weight:.2f}" for context, weight in model.start.items()) + " end"
    capped = " or ".join(f"({condition(when, 'placed')})" for when in model.person_only) or "false"
    alone = " and ".join(f"{field} not in ('same', 'maiden')" for field in ("number", "born", "village", "household"))
    # Outside the household a rare name and a small village weigh more than a common name and a large one.
    added = {"name": "case when rare_counts then rarity else 0 end", "village": "case when village_counts then village_rarity else 0 end"}
    weights = ", ".join(f"cast(round({f}_known + {added.get(f, 0)}, 2) as decimal(9, 2)) as {f}_weight" for f in FIELDS)
    strange = "case context when 'elsewhere' then size_bits + strange_bits when 'household' then strange_bits else 0 end"
    total = " + ".join(f"{field}_weight" for field in FIELDS)
    return f"""with placed as (select distinct {", ".join(FIELDS)}, case when number = 'same' then 'number'
                when household in ('same', 'maiden') then 'household' else 'elsewhere' end as context from {levels_}),
        patterns as (select *, {start} as start_known, {known}, ({capped}) as person_only, {alone} and number not in ({_quoted((*NEAR, "same_other"))}) as name_alone,
            context = 'elsewhere' and name in ({_quoted(BY_FREQUENCY)}) as rare_counts, context = 'elsewhere' and village = 'same' as village_counts
            from placed),
        weighed as (select l, r, {", ".join(FIELDS)}, cast(round(start_known - {strange}, 2) as decimal(9, 2)) as start_weight, {weights},
            person_only, name_alone from {levels_} join patterns using ({", ".join(FIELDS)}))
        select *, cast(start_weight + {total} as decimal(9, 2)) as weight from weighed"""


def strangeness(model: Model, pairs: int, left: int, right: int) -> float:
    """Return how many bits less a pair weighs because fewer persons are in both lists than in those that the weights were counted on.

    How many are in both is told by those with valid numbers: ``pairs`` of them are linked, of ``left`` and ``right``. In a list of the dead
    against a payroll nearly everybody is a stranger, and a likeness that would suffice between two registers of one town does not.
    """
    share = (pairs + _KNOWN_BEFORE * model.overlap) / (min(left, right) + _KNOWN_BEFORE)
    odds, usual = share / max(1 - share, 1e-9), model.overlap / max(1 - model.overlap, 1e-9)
    return round(max(0.0, min(_MOST_STRANGE, math.log2(usual / odds))), 2)


def rarities(model: Model, levels_: str, strange_bits: float) -> str:
    """Return SQL that adds to levels how rare the name is (in the village where both live there) and how rare the village, in bits.

    Only numbers of rows enter, those of both lists together, so that the two lists may change places.
    """
    everybody = " union all ".join(f"select village, name from link_raw_{side}" for side in SIDES)
    counted = " union all ".join(f"select village, count(*) as n from link_raw_{side} group by village" for side in SIDES)
    written = " union all ".join(
        f"select name, sound from link_{table} where sound in (select sound from wanted)"
        for table in ("names", "rest_left", "rest_right", "odd_left", "odd_right")
    )
    return f"""with persons as (select sum(times) as n from link_names),
        frequent as (select sound, sum(times) as times from link_names group by sound),
        wanted as (select distinct a_village as village, a_sound as sound from {levels_} where village = 'same'
            and name in ({_quoted(BY_FREQUENCY)}) and number <> 'same' and household not in ('same', 'maiden')),
        spelt as (select village as raw, nullif(trim(village), '') as village, cast(sum(n) as bigint) as n from ({counted}) group by all),
        villages as (select village, cast(sum(n) as bigint) as n from spelt where village is not null group by village),
        rare_village as (select -log2(sum(power(n, 2)) / power(sum(n), 2)) as bits from villages),
        named as (select raw, village, sound, name from wanted join (select distinct name, sound from ({written})) using (sound)
            join spelt using (village)),
        here as (select w.village, w.sound, count(*) as times from named w join ({everybody}) e on e.name = w.name and e.village = w.raw
            group by w.village, w.sound)
        select x.* exclude (a_village, a_sound, b_sound), coalesce(rare_village.bits, 0) as village_rarity,
            log2(greatest((select greatest(count(*), {model.population_at_least}) from link_rest_left),
                (select greatest(count(*), {model.population_at_least}) from link_rest_right))) as size_bits,
            {strange_bits} as strange_bits, -log2({_share("heard_times", "h.times", "v.n")}) as rarity
        from (select l.*, coalesce(a.times, 0) + case when a_sound = b_sound then 0 else coalesce(b.times, 0) end as heard_times
            from {levels_} l left join frequent a on a.sound = a_sound left join frequent b on b.sound = b_sound) x
        cross join persons cross join rare_village
        left join here h on x.village = 'same' and h.village = x.a_village and h.sound = x.a_sound
        left join villages v on x.village = 'same' and v.village = x.a_village"""


def plain(model: Model) -> tuple[dict[str, float], float]:
    """Return the weight of each field, and their sum with the start, for a pair that is the same in everything, the number too."""
    weights = model.weights["number"]
    found = {field: weights["born_beside" if field == "born" else field]["same"] for field in FIELDS}
    return found, model.start["number"] + sum(found.values())


def _share(everywhere: str, here: str, neighbours: str) -> str:
    known = f"(({everywhere} + {_FEWEST * _FREQUENCY}) / (persons.n + {_FEWEST}))"
    # Two of those counted in the village are the pair itself.
    # A name that nobody else has in the village may still be a stranger's: it is at least as frequent there as everywhere.
    return f"""greatest({known}, case when {here} is null then 0
        else (greatest({here} - 2, 0) + {_NEIGHBOURS} * {known}) / (greatest({neighbours} - 2, 0) + {_NEIGHBOURS}) end)"""


def stage(model: Model, table: str) -> str:
    """Return SQL for the name of what a link rests on: the first stage whose levels it has, else the model."""
    cases = " ".join(f"when {condition(when, table)} then '{name}'" for name, when in model.stages)
    return f"case {cases} else 'model' end"
