"""The whole town at once: nothing clashes between ledgers, and the figures of this part are those of the report."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from taizhang.demo.build import generate
from taizhang.pack import load_pack

Rows = dict[str, list[dict[str, Any]]]
OF_FINDINGS = {
    "check_run",
    "check_run_rule",
    "finding",
    "finding_version",
    "finding_case",
    "case_note",
    "case_recovery",
    "finding_exclusion",
    "person_link",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows() -> Rows:
    return generate()


@pytest.fixture(scope="module")
def residents(rows: Rows) -> dict[str, dict[str, Any]]:
    return {row["id_number"]: row for row in rows["resident"]}


def test_every_ledger_is_filled_and_every_field_is_known(rows: Rows) -> None:
    pack = load_pack()
    ledgers = pack.ledgers
    assert set(rows) <= set(ledgers)
    # What only excuses or explains a row, and what the work on findings writes, may be empty; what an office keeps or a rule needs may not.
    needed = {name for rule in pack.rules.values() for name in (*rule.needs, *rule.reference)}
    kept = {name for name, ledger in ledgers.items() if Path(ledger.place.file).name[:2] < "40"} if ledgers else set()
    assert (needed | kept) - set(rows) <= OF_FINDINGS
    for name, some in rows.items():
        assert some, name
        assert {key for row in some for key in row} <= set(ledgers[name].fields), name


@pytest.mark.parametrize("seed", [2020, 3])
def test_the_pack_takes_every_row_without_a_fault(seed: int) -> None:
    from taizhang.intake import check_rows
    from taizhang.pack.fieldtypes import Context
    from taizhang.pack.loader import demonstration_divisions

    context = Context(divisions=demonstration_divisions(), today=date(2021, 1, 31))
    ledgers = load_pack().ledgers
    faults = [
        (name, f.field, f.code, f.value) for name, some in generate(seed).items() for f in check_rows(ledgers[name], some, context).faults
    ]
    assert faults == []


def test_nobody_is_paid_who_should_not_be(rows: Rows, residents: dict[str, dict[str, Any]]) -> None:
    twice = Counter((p["programme"], p["payee_id"], p["for_month"]) for p in rows["payment"])
    assert [key for key, count in twice.items() if count > 1] == []
    for payment in rows["payment"]:
        payee = residents[payment["payee_id"]]
        assert payee["name"] == payment["payee"]
        assert payee["household"] == payment["household"]
        assert f"{payee['registered_on']:%Y-%m}" <= payment["for_month"]
        assert payee["left_on"] is None or payment["for_month"] <= f"{payee['left_on']:%Y-%m}"


def test_one_card_one_household(rows: Rows) -> None:
    holders: dict[str, set[str]] = defaultdict(set)
    payees: dict[str, set[str]] = defaultdict(set)
    for payment in rows["payment"]:
        holders[payment["card"]].add(payment["household"])
        payees[payment["card"]].add(payment["payee_id"])
    assert max(map(len, holders.values())) == 1
    assert max(map(len, payees.values())) <= 2


def test_cadres_and_their_families_draw_no_allowance(rows: Rows) -> None:
    close = {r["id_number"] for r in rows["cadre"]} | {r["relative_id"] for r in rows["cadre_relative"]}
    assert not close & {r["id_number"] for r in rows["subsistence_allowance"]}
    programmes: dict[str, set[str]] = defaultdict(set)
    for payment in rows["payment"]:
        programmes[payment["payee_id"]].add(payment["programme"])
    assert not [p for p in programmes.values() if {"低保金", "特困供养金"} <= p]


def test_references_lead_somewhere_and_names_agree(rows: Rows, residents: dict[str, dict[str, Any]]) -> None:
    ledgers = load_pack().ledgers
    keys = {name: {str(row[ledger.key[0]]) for row in rows.get(name, [])} for name, ledger in ledgers.items() if len(ledger.key) == 1}
    for name, ledger in ledgers.items():
        for field in ledger.fields.values():
            values = {str(row[field.name]) for row in rows.get(name, []) if row.get(field.name) is not None}
            if field.type == "reference":
                assert values <= keys[field.to or ""], (name, field.name)
            if field.type == "id_number":
                assert values <= set(residents), (name, field.name)
                beside = "name" if field.name == "id_number" else field.name.removesuffix("_id")
                for row in rows.get(name, []) if beside in ledger.fields and beside != field.name else ():
                    assert not row.get(field.name) or not row.get(beside) or residents[row[field.name]]["name"] == row[beside], (name, row)


def test_vouchers_have_no_gap_and_incomes_are_booked(rows: Rows) -> None:
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows["village_account"]:
        numbers[row["village"], row["voucher"][:7]].append(int(row["voucher"][8:]))
    assert all(sorted(some) == list(range(1, len(some) + 1)) for some in numbers.values())
    booked = {(r["village"], r["voucher"]): r["amount"] for r in rows["village_account"]}
    incomes = [r for r in rows["collective_income"] if r["received_on"].year >= 2018]
    assert incomes
    assert all(booked[r["village"], r["voucher_number"]] == r["amount"] for r in incomes)


def test_disclosed_up_to_the_third_quarter_by_every_village(rows: Rows) -> None:
    last: dict[str, int] = defaultdict(int)
    for row in rows["account_disclosure"]:
        if row["for_year"] == "2020":
            last[row["village"]] = max(last[row["village"]], row["quarter"])
    assert len(last) == 6
    assert set(last.values()) == {3}
    assert all(r["posted_on"] <= r["due_on"] for r in rows["account_disclosure"])


def test_no_anomaly_is_proved_by_runs(rows: Rows) -> None:
    runs = [r for r in rows["comparison_result"] if r["run_on"].year == 2020]
    assert len({r["run_on"].month for r in runs}) == 12
    assert sum(r["found"] for r in runs) == 0
    assert all(r["compared"] > 0 for r in runs)
    assert sum(r["found"] for r in rows["comparison_result"]) > 0
