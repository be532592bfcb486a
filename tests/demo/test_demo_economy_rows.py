"""The rows of systems 1–9, 27, 28 and 29 agree with the town's targets and with each other: comparison must find nothing in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

from taizhang.demo.town import Town
from taizhang.pack import Pack, load_pack

MODULES = (
    "s01_collective_economy",
    "s02_cooperatives",
    "s03_crops",
    "s04_poverty",
    "s05_industry_support",
    "s06_employment",
    "s07_medical_insurance",
    "s08_dangerous_housing",
    "s09_crop_insurance",
    "s27_enterprises",
    "s28_annual_plan",
    "s29_open_government",
)
Ledgers = dict[str, list[dict[str, Any]]]
Areas = dict[tuple[Any, ...], Decimal]


def _made(town: Town) -> Ledgers:
    out: Ledgers = {}
    for name in MODULES:
        out |= import_module(f"taizhang.demo.systems.{name}").rows(town)
    return out


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


@pytest.fixture(scope="module")
def ledgers(town: Town) -> Ledgers:
    return _made(town)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


def _grower(row: dict[str, Any]) -> str:
    return str(row.get("household") or row["cooperative"])


def _by_grower(rows: list[dict[str, Any]]) -> Areas:
    out: Areas = defaultdict(Decimal)
    for row in rows:
        out[row["for_year"], row["crop"], _grower(row)] += row["area"]
    return out


def test_rows_can_be_made_again_for_a_caller(town: Town, ledgers: Ledgers) -> None:
    assert _made(town) == ledgers


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 7, 2021, 99])
def test_another_seed_reaches_the_same_totals(ledgers: Ledgers, seed: int) -> None:
    other = _made(Town(seed=seed))
    assert other["assisted_household"] != ledgers["assisted_household"]
    for name, field in (("industry_fund_payment", "amount"), ("micro_loan", "amount"), ("enterprise_output", "output")):
        assert sum(row[field] for row in other[name]) == sum(row[field] for row in ledgers[name])


def test_no_plot_carries_more_than_its_area(town: Town, ledgers: Ledgers) -> None:
    plots = {plot.number: plot.area for household in town.households for plot in household.plots}
    planted: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for row in ledgers["crop_planting"]:
        planted[row["for_year"], row["plot"]] += row["area"]
    assert all(area <= plots[plot] for (_, plot), area in planted.items())
    transfers = Counter(row["plot"] for row in ledgers["land_transfer"])
    assert max(transfers.values()) == 1
    assert all(row["area"] <= plots[row["plot"]] for row in ledgers["land_transfer"])


def test_nobody_insures_more_than_he_grows_and_the_premium_is_area_times_rate(pack: Pack, ledgers: Ledgers) -> None:
    parameters = pack.parameters
    rates = {"水稻": parameters["rice_own_premium"], "黄桃": parameters["peach_own_premium"]}
    grown, insured = _by_grower(ledgers["crop_planting"]), _by_grower(ledgers["crop_insurance"])
    assert all(area <= grown[key] for key, area in insured.items())
    for row in ledgers["crop_insurance"]:
        assert row["own_rate"] == rates[row["crop"]].on(row["insured_on"])
        assert row["own_premium"] == row["area"] * row["own_rate"]


def test_crops_and_outputs_are_those_of_the_report(town: Town, ledgers: Ledgers) -> None:
    area, output = Counter[str](), Counter[str]()
    for row in ledgers["crop_planting"]:
        if row["for_year"] == town.year:
            area[row["crop"]] += row["area"]
            output[row["crop"]] += row["output"]
    for crop, total in town.targets("03_crops")["output"].items():
        assert area[crop] == town.targets("00_town")["land"]["crops"][crop]
        assert output[crop] == total


def test_industry_money_follows_what_was_planted_and_stays_under_the_cap(pack: Pack, ledgers: Ledgers) -> None:
    crops = {"种黄桃": "黄桃", "种柑橘": "柑橘", "种西瓜": "西瓜"}
    rates = {"种优质稻": "industry_award_rice", "种西瓜": "industry_award_melon"}
    grown = _by_grower(ledgers["crop_planting"])
    paid: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for row in ledgers["industry_fund_payment"]:
        paid[row["for_year"], row["household"]] += row["amount"]
        rate = pack.parameters[rates.get(row["project"], "industry_award_orchard")]
        assert row["standard"] == rate.on(row["paid_on"])
        if row["project"] in crops:
            assert row["quantity"] <= grown[row["for_year"], crops[row["project"]], row["household"]]
    cap = pack.parameters["industry_award_cap"].on(date(2020, 1, 1))
    assert cap is not None
    assert max(paid.values()) <= cap


def test_payments_are_those_of_the_ledgers_and_reach_the_living(town: Town, ledgers: Ledgers) -> None:
    persons = {person.id_number: person for person in town.persons}
    for name, ledger, field in (
        ("s05_industry_support", "industry_fund_payment", "amount"),
        ("s08_dangerous_housing", "housing_renovation", "subsidy"),
    ):
        payments = import_module(f"taizhang.demo.systems.{name}").payments(town)
        assert sum(payment["amount"] for payment in payments) == sum(row[field] for row in ledgers[ledger])
        for payment in payments:
            person = persons[payment["id_number"]]
            assert person.present(payment["paid_on"])
            assert payment["card"] == person.household.card
            assert person.household not in town.reserved("cadre_households")


def test_everybody_liable_is_insured_once_until_death_or_departure(town: Town, ledgers: Ledgers) -> None:
    end = date(town.year, 12, 31)
    rows = ledgers["medical_insurance"]
    assert max(Counter(row["id_number"] for row in rows).values()) == 1
    held = {row["id_number"] for row in rows if row["scheme"] == "城乡居民医保" and row["covered_from"] <= end < row["covered_to"]}
    assert held == {person.id_number for person in town.living(end) if person.medical_liability == "居民医保"}


def test_every_rent_was_paid_within_the_days_of_grace(pack: Pack, town: Town, ledgers: Ledgers) -> None:
    grace = pack.parameters["rent_grace_days"].on(date(town.year, 1, 1))
    assert grace is not None
    received = {(row.get("contract"), row["for_year"]): row for row in ledgers["collective_income"]}
    for contract in ledgers["collective_asset_contract"]:
        for year in range(contract["first_due_on"].year, town.year + 1):
            row = received[contract["number"], year]
            assert row["amount"] == contract["rent_per_year"]
            assert (row["received_on"] - contract["first_due_on"].replace(year=year)).days <= grace
            assert row["received_on"].year == year


def test_every_household_of_the_register_is_visited_each_quarter_and_above_the_line(pack: Pack, town: Town, ledgers: Ledgers) -> None:
    line = pack.parameters["poverty_monitoring_line"].on(date(town.year, 12, 31))
    assert line is not None
    visits = {
        (row["household"], (row["visited_on"].month + 2) // 3) for row in ledgers["household_visit"] if row["visited_on"].year == town.year
    }
    assert all((row["household"], quarter) in visits for row in ledgers["assisted_household"] for quarter in (1, 2, 3, 4))
    assert all(row["per_capita"] >= line for row in ledgers["income_record"] if row["for_year"] == town.year)


def test_references_to_enterprises_and_cooperatives_are_whole(ledgers: Ledgers) -> None:
    enterprises = {row["credit_code"] for row in ledgers["enterprise"]}
    cooperatives = {row["number"] for row in ledgers["cooperative"]}
    for name in ("enterprise_team", "resumption", "enterprise_output", "poverty_workshop", "employment_base"):
        assert {row["enterprise"] for row in ledgers[name]} <= enterprises
    for name in ("land_transfer", "cooperative_link"):
        assert {row["cooperative"] for row in ledgers[name]} <= cooperatives
    tasks = {row["number"] for row in ledgers["plan_task"]}
    assert {row["task"] for row in ledgers["target"]} <= tasks


def test_ten_tasks_of_the_next_year_stand_as_in_the_report(ledgers: Ledgers) -> None:
    titles = [row["title"] for row in ledgers["plan_task"] if row["plan"] == "年度计划" and row["for_year"] == 2021]
    assert len(titles) == 10
    assert titles[0] == "坚定不移抓好常态化疫情防控。"
    assert titles[-1] == "落实安全生产。"
