"""The rows of systems 10–18, 25 and 26 agree with the town's targets and with each other: comparison must find nothing in them."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

from taizhang.demo.town import Town

MODULES = (
    "s10_farmland",
    "s11_grain_subsidy",
    "s12_plant_protection",
    "s13_forest",
    "s14_flood_control",
    "s15_animal_health",
    "s16_social_assistance",
    "s17_disability",
    "s18_petitions",
    "s25_sanitation",
    "s26_epidemic_prevention",
)
Ledgers = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


def _made(town: Town) -> Ledgers:
    out: Ledgers = {}
    for name in MODULES:
        out |= import_module(f"taizhang.demo.systems.{name}").rows(town)
    return out


@pytest.fixture(scope="module")
def ledgers(town: Town) -> Ledgers:
    return _made(town)


@pytest.fixture(scope="module")
def paid(town: Town) -> list[dict[str, Any]]:
    modules = [import_module(f"taizhang.demo.systems.{name}") for name in MODULES]
    return [payment for module in modules if hasattr(module, "payments") for payment in module.payments(town)]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(ledgers: Ledgers) -> None:
    assert _made(Town()) == ledgers
    assert import_module("taizhang.demo.systems.s18_petitions").rows(Town(seed=7))["petition"] != ledgers["petition"]


def test_subsidies_rest_on_verified_plots_and_on_the_rates_of_the_pack(town: Town, ledgers: Ledgers) -> None:
    from taizhang.pack import load_pack

    pack = load_pack()
    rates = {"稻谷补贴": pack.parameters["rice_subsidy_rate"], "耕地地力保护补贴": pack.parameters["farmland_fertility_rate"]}
    verified: dict[str, Decimal] = defaultdict(Decimal)
    for row in ledgers["subsidy_declaration"]:
        assert row["verified_area"] <= row["declared_area"]
        verified[row["household"]] += row["verified_area"]
    contracted = {household.number: household.contracted_area for household in town.households}
    for row in ledgers["grain_subsidy"]:
        assert row["standard"] == rates[row["programme"]].on(row["paid_on"])
        assert row["amount"] == row["area"] * row["standard"]
        assert row["area"] <= contracted[row["household"]]
        if row["for_year"] == town.year:
            assert row["area"] == verified[row["household"]]
    assert sum(verified.values()) == town.targets("00_town")["land"]["rice_subsidised"]


def test_no_subsidy_on_land_while_it_lies_abandoned(town: Town, ledgers: Ledgers) -> None:
    plots = {plot.number: plot for household in town.households for plot in household.plots}
    subsidised = {row["plot"] for row in ledgers["subsidy_declaration"]}
    area: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for row in ledgers["abandoned_plot"]:
        assert row["reclaimed_area"] == row["area"] == plots[row["plot"]].area
        assert row["reclaimed_on"] <= row["due_on"]
        area[row["found_on"].year, row["household"]] += row["area"]
        if row["found_on"].year == town.year:
            assert row["plot"] not in subsidised
    contracted = {household.number: household.contracted_area for household in town.households}
    for row in ledgers["grain_subsidy"]:
        assert row["area"] + area[row["for_year"], row["household"]] <= contracted[row["household"]]


def test_forest_land_and_subsidised_land_fit_on_the_contract(town: Town, ledgers: Ledgers) -> None:
    households = {household.number: household for household in town.households}
    forest = [row for row in ledgers["forest_plot"] if row["kind"] == "退耕还林"]
    assert len({row["household"] for row in forest}) == len(forest)
    for row in forest:
        household = households[row["household"]]
        assert row["area"] + household.rice_subsidised_area <= household.contracted_area
    kind = {row["number"]: row["kind"] for row in ledgers["forest_plot"]}
    checked: dict[str, Decimal] = defaultdict(Decimal)
    for row in ledgers["forest_check"]:
        if row["checked_on"].year == town.year:
            checked[kind[row["forest_plot"]]] += row["area"]
    assert checked == {name: entry["area"] for name, entry in town.targets("13")["kinds"].items()}


def test_each_machine_is_subsidised_once_after_it_was_seen(ledgers: Ledgers) -> None:
    machines = ledgers["machinery_subsidy"]
    assert len({row["serial"] for row in machines}) == len({row["buyer_id"] for row in machines}) == len(machines)
    assert all(row["bought_on"] <= row["applied_on"] <= row["inspected_on"] < row["posted_to"] <= row["paid_on"] for row in machines)
    permits = [row for row in ledgers["logging_permit"] if row["purpose"] == "商品材主伐"]
    for plan in {row["for_year"] for row in ledgers["logging_plan"]}:
        allowed = sum(Decimal(row["volume"]) for row in ledgers["logging_plan"] if row["for_year"] == plan)
        assert sum(row["felled"] for row in permits if row["issued_on"].year == plan) == allowed


def test_every_hour_of_the_flood_season_is_kept_and_no_level_passes_its_limit(ledgers: Ledgers) -> None:
    shifts = sorted((datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"])) for row in ledgers["duty_shift"])
    for season in ledgers["flood_season"]:
        clock = datetime.combine(season["starts_on"], datetime.min.time())
        end = datetime.combine(season["ends_on"], datetime.min.time())
        for starts, ends in shifts:
            if starts <= clock < ends:
                clock = ends
        assert clock >= end
        in_season = Counter(row["shift_on"] for row in ledgers["duty_shift"] if row["season"] == str(season["for_year"]))
        assert set(in_season.values()) == {season["shifts_per_day"]}
        assert len(in_season) == (season["ends_on"] - season["starts_on"]).days
    limits = {row["number"]: row["flood_limit"] for row in ledgers["reservoir"]}
    levels = [(row["level"], limits[row["reservoir"]]) for row in ledgers["water_report"] if row["reservoir"]]
    assert levels
    assert all(level <= limit for level, limit in levels)
    assert all(row["stock"] >= row["norm"] for row in ledgers["flood_material"])


def test_reservoirs_are_inspected_at_the_interval_of_the_season(ledgers: Ledgers) -> None:
    days: dict[str, list[date]] = defaultdict(list)
    for row in ledgers["reservoir_inspection"]:
        days[row["reservoir"]].append(row["inspected_on"])
    assert days.keys() == {row["number"] for row in ledgers["reservoir"]}
    for inspected in days.values():
        inspected.sort()
        for before, day in itertools.pairwise(inspected):
            wet = 4 <= before.month <= 9 and 4 <= day.month <= 9
            assert (day - before).days <= (7 if wet else 31)


def test_animals_immunised_are_those_due_in_every_group_with_a_batch_in_date(town: Town, ledgers: Ledgers) -> None:
    due = {(r["for_year"], r["season"], r["household"], r["species"]): r for r in ledgers["livestock_holding"]}
    batches = {row["number"]: row for row in ledgers["vaccine_batch"]}
    used: dict[str, int] = defaultdict(int)
    groups: dict[tuple[int, str], set[str]] = defaultdict(set)
    main = {"猪": "口蹄疫", "牛": "口蹄疫", "羊": "口蹄疫", "禽": "高致病性禽流感"}
    seen = set()
    for row in ledgers["immunization"]:
        day, batch = row["immunised_on"], batches[row["batch"]]
        holding = due[day.year, row["round"], row["household"], row["species"]]
        assert row["heads"] == holding["due"] <= holding["stock"]
        assert holding["counted_on"] < day
        assert batch["received_on"] < day < batch["expires_on"]
        assert batch["disease"] == row["disease"]
        used[row["batch"]] += row["doses"]
        groups[day.year, row["round"]].add(row["village"])
        if row["disease"] == main[row["species"]]:
            seen.add((day.year, row["round"], row["household"], row["species"]))
    assert seen == due.keys()
    assert all(batch["doses"] == used[name] + batch["wasted"] + batch["left_over"] for name, batch in batches.items())
    every = {group.code for village in town.villages for group in village.groups}
    assert all(found == every for found in groups.values())


def test_nobody_is_on_two_rolls_and_the_rolls_have_the_targets_size(town: Town, ledgers: Ledgers) -> None:
    end = date(town.year, 12, 31)
    standing = [row for row in ledgers["subsistence_allowance"] if not row.get("left_on") or row["left_on"] > end]
    allowance = {row["id_number"] for row in standing}
    destitute = {row["id_number"] for row in ledgers["destitute_support"]}
    plan = town.targets("00_town")
    assert len(allowance) == plan["low_income"]["persons"]
    assert len(destitute) == plan["destitute"]["persons"]
    new = [row for row in ledgers["subsistence_allowance"] if row["enrolled_on"].year == town.year]
    assert (len(new), len({row["household"] for row in new})) == (plan["low_income"]["new_persons"], plan["low_income"]["new_households"])
    assert not allowance & destitute
    officials = {person.household.number for person in town.cadres}
    owners = {company.legal_person.household.number for company in town.companies}
    for row in standing + ledgers["destitute_support"]:
        assert row["household"] not in officials | owners
        assert row["posted_to"] - row["posted_from"] >= timedelta(days=7)
        assert row["posted_to"] <= row["enrolled_on"]
    assert all(row["next_review"] > end for row in standing)
    cards = defaultdict(set)
    for row in standing:
        cards[row["household"]].add(row["card"])
    assert all(len(found) == 1 for found in cards.values())


def test_relief_comes_at_most_twice_in_twelve_months(ledgers: Ledgers) -> None:
    times: dict[str, list[date]] = defaultdict(list)
    for row in ledgers["relief_payment"]:
        assert row["applied_on"] <= row["approved_on"] <= row["paid_on"]
        times[row["household"]].append(row["paid_on"])
    for days in times.values():
        days.sort()
        assert all((third - first).days > 365 for first, third in zip(days, days[2:], strict=False))


def test_disability_subsidies_rest_on_a_valid_certificate_of_the_right_grade(town: Town, ledgers: Ledgers) -> None:
    certificates = {row["number"]: row for row in ledgers["disability_certificate"]}
    allowance = {row["id_number"]: row["enrolled_on"] for row in ledgers["subsistence_allowance"] if not row.get("left_on")}
    destitute = {row["id_number"] for row in ledgers["destitute_support"]}
    for row in ledgers["disability_subsidy"]:
        certificate = certificates[row["certificate"]]
        assert certificate["id_number"] == row["id_number"] not in destitute
        assert certificate["issued_on"] <= row["granted_on"]
        assert certificate["expires_on"] > date(town.year, 12, 31)
        if row["programme"] == "困难残疾人生活补贴":
            assert allowance[row["id_number"]] <= row["granted_on"]
        else:
            assert certificate["grade"] in ("一级", "二级")
    surveys = [row for row in ledgers["disability_survey"] if row["for_year"] == town.year]
    drawing = {row["id_number"] for row in ledgers["disability_subsidy"]}
    assert {row["id_number"] for row in surveys if row["receives"] != "未享受"} == drawing
    assert (len(surveys), len(drawing)) == (
        town.targets("00_town")["disabled"]["persons"],
        town.targets("00_town")["disabled"]["subsidised"],
    )


def test_petitions_are_told_and_settled_in_time_by_others_than_the_petitioner(ledgers: Ledgers) -> None:
    days: dict[int, list[int]] = defaultdict(list)
    for row in ledgers["petition"]:
        assert row["received_on"] <= row["accepted_on"] <= row["received_on"] + timedelta(days=15)
        assert row["accepted_on"] <= row["closed_on"] <= row["due_on"]
        assert row["handler"] != row["petitioner"]
        if row["assigned_by"] != "本镇受理":
            days[row["received_on"].year].append((row["closed_on"] - row["received_on"]).days)
    means = [sum(found) / len(found) for _, found in sorted(days.items())]
    assert means == sorted(means, reverse=True)


def test_waste_of_every_village_arrives_without_a_gap(town: Town, ledgers: Ledgers) -> None:
    weights: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    days: dict[str, set[date]] = defaultdict(set)
    for row in ledgers["waste_movement"]:
        if row["kind"] == "其他垃圾":
            weights[row["village"], row["stage"]] += row["weight"]
            if row["stage"] == "村收集":
                days[row["village"]].add(date.fromisoformat(row["moved_at"][:10]))
    assert days.keys() == {village.code for village in town.villages}
    for village, moved in days.items():
        stages = [weights[village, stage] for stage in ("户分类", "村收集", "乡转运", "县处理")]
        assert stages[0] == stages[1] >= stages[2] >= stages[3] > stages[0] * Decimal("0.97")
        ordered = sorted(moved)
        assert max((b - a).days for a, b in itertools.pairwise(ordered)) <= 3
    assert len({row["household"] for row in ledgers["toilet_renovation"]}) == len(ledgers["toilet_renovation"])


def test_returnees_are_erased_when_due_and_supplies_never_run_below_nothing(town: Town, ledgers: Ledgers) -> None:
    end = date(town.year, 12, 31)
    for row in ledgers["returnee"]:
        told = {name for name in ("name", "id_number", "phone", "address") if row.get(name)}
        assert (row["erased"] == "是") == (row["erase_on"] <= end) == (not told)
        assert row["followed_on"] >= row["observed_until"]
    assert any(row["erased"] == "否" for row in ledgers["returnee"])
    stock: dict[str, Decimal] = defaultdict(Decimal)
    for row in ledgers["supply"]:
        stock[row["item"]] += -row["quantity"] if row["direction"] == "发放" else row["quantity"]
        assert stock[row["item"]] >= 0, row


def test_payments_go_to_people_who_are_there_and_add_up_to_their_ledgers(town: Town, ledgers: Ledgers, paid: list[dict[str, Any]]) -> None:
    persons = {person.id_number: person for person in town.persons}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    once = Counter((payment["programme"], payment["id_number"], payment["for_month"]) for payment in paid)
    assert max(count for (programme, *_), count in once.items() if programme != "临时救助") == 1
    for payment in paid:
        person = persons[payment["id_number"]]
        assert person.present(payment["paid_on"])
        assert payment["paid_on"].year == town.year
        assert payment["payee"] == person.name
        assert payment["card"] == person.household.card
        assert person.household.group.code == payment["village"]
        sums[payment["programme"]] += payment["amount"]
    this = [row for row in ledgers["grain_subsidy"] if row["for_year"] == town.year]
    for programme in ("稻谷补贴", "耕地地力保护补贴"):
        assert sums[programme] == sum(row["amount"] for row in this if row["programme"] == programme)
    assert sums["农村改厕奖补"] == sum(row["subsidy"] for row in ledgers["toilet_renovation"] if row["paid_on"].year == town.year)
    relief = [row for row in ledgers["relief_payment"] if row["paid_on"].year == town.year]
    assert sum(sums[name] for name in {row["programme"] for row in relief}) == sum(row["amount"] for row in relief)


@pytest.mark.slow
def test_every_row_is_accepted_without_a_warning(ledgers: Ledgers) -> None:
    from taizhang.intake.checking import check_rows
    from taizhang.pack import load_pack
    from taizhang.pack.fieldtypes import Context
    from taizhang.pack.loader import demonstration_divisions

    pack = load_pack()
    context = Context(divisions=demonstration_divisions(), today=date(2021, 1, 31))
    for name, found in ledgers.items():
        assert not check_rows(pack.ledgers[name], found, context).faults, name
