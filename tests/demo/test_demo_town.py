"""The demonstration town: totals are exact, rolls agree, the same seed gives the same people, workbooks read back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taizhang.demo.numbers import bank_card, credit_code, id_number, is_workday, read_targets, split, spread_dates
from taizhang.demo.offices import town_posts, village_posts
from taizhang.demo.town import Town

END = date(2020, 12, 31)


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 60),
    st.integers(0, 4),
    st.integers(0, 5_000_000),
)
def test_split_is_exact_and_positive(seed: int, count: int, places: int, units: int) -> None:
    import random

    total = Decimal(units + count).scaleb(-places)
    parts = split(random.Random(seed), total, count, places)
    assert sum(parts) == total
    assert len(parts) == count
    assert min(parts) > 0
    assert all(-int(part.as_tuple().exponent) <= places for part in parts)


def test_split_keeps_bounds_or_refuses(town: Town) -> None:
    rng = town.rng_for("test")
    parts = split(rng, 100, 30, low=2, high=4)
    assert sum(parts) == 100
    assert min(parts) >= 2
    assert max(parts) <= 4
    with pytest.raises(ValueError, match="parted"):
        split(rng, 100, 30, low=4)
    with pytest.raises(ValueError, match="places"):
        split(rng, Decimal("1.25"), 2, 1)


def test_dates_are_workdays_in_order(town: Town) -> None:
    days = spread_dates(town.rng_for("days"), 200, date(2020, 1, 1), END)
    assert days == sorted(days)
    assert all(is_workday(day) for day in days)
    assert not is_workday(date(2020, 10, 2))
    assert {day.month for day in days} == set(range(1, 13))


def test_numbers_carry_the_right_check_characters() -> None:
    assert id_number("110105", date(1949, 12, 31), 2) == "11010519491231002X"
    assert credit_code("990128", 12345678)[:8] == "91990128"
    digits = [int(c) for c in reversed(bank_card("990128", 77))]
    assert sum(d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(digits)) % 10 == 0


def test_rolls_have_the_numbers_of_the_plan(town: Town) -> None:
    plan = read_targets("00_town")
    assert len(town.living(END)) == plan["residents"]
    assert len(town.households) == plan["households"]
    assert len(town.assisted) == plan["assisted"]["households"]
    assert sum(len(h.living(END)) for h in town.assisted) == plan["assisted"]["persons"]
    assert sum(len(h.living(END)) for h in town.assisted_exit_2020) == plan["assisted"]["exit_persons"]
    assert len(town.low_income) == plan["low_income"]["persons"]
    assert len(town.destitute) == plan["destitute"]["persons"]
    assert len(town.disabled) == plan["disabled"]["persons"]
    assert len(town.disabled_subsidised) == plan["disabled"]["subsidised"]
    assert len(town.cadres) == plan["cadres"] == len(town.town_cadres) + len(town.village_cadres)


def test_rolls_do_not_clash(town: Town) -> None:
    low, destitute = {p.household for p in town.low_income}, {p.household for p in town.destitute}
    owners = {c.legal_person.household for c in town.companies}
    assert not low & destitute
    assert not (low | destitute | set(town.assisted)) & (owners | town.reserved("cadre_households"))
    assert not {p for p in town.low_income if p.employee_insured}
    assert all(h.head.present(date(2018, 1, 1)) and h.head.present(END) for h in town.households)


def test_land_adds_up(town: Town) -> None:
    land = read_targets("00_town")["land"]
    plots = [plot for household in town.households for plot in household.plots]
    assert sum(p.rice_subsidised_area for p in plots) == land["rice_subsidised"]
    assert sum(p.area for p in plots if p.abandoned) == land["abandoned"]
    assert sum(p.area for p in plots if p.transferred_to is not None) == land["transferred"]
    for crop, area in land["crops"].items():
        assert sum(p.area for p in plots if p.crop == crop) == area
    assert all(0 <= p.rice_subsidised_area <= p.area for p in plots)
    assert not [p for p in plots if p.abandoned and p.rice_subsidised_area]


def test_one_seed_gives_one_town(town: Town) -> None:
    assert [p.id_number for p in Town().persons] == [p.id_number for p in town.persons]
    assert [p.id_number for p in Town(7).persons] != [p.id_number for p in town.persons]


def test_every_number_is_nobodys_and_unique(town: Town) -> None:
    ids = [p.id_number for p in town.persons]
    assert len(set(ids)) == len(ids)
    assert all(number.startswith("990128") for number in ids)
    assert len({h.card for h in town.households}) == len({h.phone for h in town.households}) == len(town.households)


def test_one_purpose_never_picks_twice(town: Town) -> None:
    rng = town.rng_for("picking")
    first = town.pick_households(rng, 300, purpose="test-pick")
    second = town.pick_households(rng, 300, purpose="test-pick")
    assert not set(first) & set(second)
    assert {h.village.name for h in first} == {v.name for v in town.villages}
    with pytest.raises(ValueError, match="free"):
        town.pick_households(rng, len(town.households), purpose="test-pick")


def test_every_cadre_has_a_post(town: Town) -> None:
    held = [person for person, *_ in town_posts(town)] + [p for v in town.villages for p in village_posts(town, v).values()]
    assert sorted(p.index for p in held) == sorted(p.index for p in town.cadres)
    assert all("村监督委员会主任" in village_posts(town, v) for v in town.villages)


def test_workbook_reads_back(tmp_path: Path) -> None:
    from taizhang.demo.workbooks import write_workbook
    from taizhang.intake import check_rows, read_file
    from taizhang.intake.tables import read_tables
    from taizhang.pack import load_pack
    from taizhang.pack.fieldtypes import Context
    from taizhang.pack.loader import demonstration_divisions

    pack = load_pack()
    rows = {
        "culture_event": [
            {
                "number": "A&<1>",
                "village": "公坪社区",
                "name": "送戏",
                "kind": "送戏下乡",
                "held_on": date(2020, 2, 3),
                "cost": Decimal("12.5"),
            }
        ],
        "broadcast_point": [
            {
                "number": "G1",
                "village": "白岩村",
                "place": "村部",
                "kind": "音柱",
                "installed_on": date(2019, 1, 2),
                "working": False,
                "checked_on": None,
            }
        ],
    }
    path = tmp_path / "系统.xlsx"
    write_workbook(path, [(pack.ledgers[name], "台账", some) for name, some in rows.items()])
    context = Context(divisions=demonstration_divisions(), today=date(2021, 1, 31))
    reading = read_tables(read_file(path), pack.ledgers, context, None)
    assert [table.ledger.name for table in reading.tables] == list(rows)
    assert not reading.all_faults()
    for table in reading.tables:
        assert table.data == check_rows(table.ledger, rows[table.ledger.name], context).data
        assert table.lines == [3]
    again = tmp_path / "again.xlsx"
    write_workbook(again, [(pack.ledgers[name], "台账", some) for name, some in rows.items()])
    assert again.read_bytes() == path.read_bytes()


def test_moments_are_written_to_the_minute(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from taizhang.demo.workbooks import write_workbook
    from taizhang.pack import load_pack

    ledger = load_pack().ledgers["culture_event"]
    write_workbook(tmp_path / "a.xlsx", [(ledger, "台账", [{"number": "1", "held_on": datetime(2020, 5, 6, 7, 8)}])])  # noqa: DTZ001 - a wall clock
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    column = [cell.value for cell in sheet[2]].index("举办日期") + 1
    assert sheet.cell(3, column).value == datetime(2020, 5, 6, 7, 8)  # noqa: DTZ001
