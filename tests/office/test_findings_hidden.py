"""Nothing of a finding is visible to those it concerns, to their relatives, or to who keyed its rows: at every exit, for random people."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client

from support.findings_office import FindingsTown, inspector, make_town
from taizhang.access.current import sight_of
from taizhang.access.models import Account
from taizhang.access.shelf import Shelf
from taizhang.comparison import actions
from taizhang.pack import Pack
from taizhang.workspace import Workspace

DAY = date(2020, 12, 31)
VILLAGES = ["990128105001", "990128105201", "990128105202"]
_NUMBER = re.compile(r"YD[0-9A-F]{12}(?!-)")


@pytest.fixture
def town(sqlite_workspace: Workspace, own_pack: Pack) -> FindingsTown:
    return make_town(sqlite_workspace, own_pack)


def number(serial: int) -> str:
    """Return an identity number of region 99 with its check digit."""
    body = f"990128{1940 + serial % 50:04d}0315{serial % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


@dataclass
class Story:
    """What was recorded: whom each finding's person is related to, and who keyed her rows."""

    people: list[str]
    names: list[str]
    household: dict[str, int] = field(default_factory=dict)
    kin: set[tuple[str, str]] = field(default_factory=set)
    keepers: dict[str, set[str]] = field(default_factory=dict)

    def hidden_from(self, account: Account, person: str) -> bool:
        """Say, from what was recorded alone, whether a finding about a person is kept from an account."""
        if account.username in self.keepers[person] or account.name in self.keepers[person]:
            return True
        if account.id_number:
            me = account.id_number
            same = me in self.household and self.household.get(me) == self.household.get(person)
            return me == person or same or (me, person) in self.kin or (person, me) in self.kin
        names = {self.names[self.people.index(p)] for p in self.people if self._near(p, person)}
        return account.name in names

    def _near(self, one: str, other: str) -> bool:
        same = one in self.household and self.household.get(one) == self.household.get(other)
        return one == other or same or (one, other) in self.kin or (other, one) in self.kin


def tell(town: FindingsTown, chance: random.Random, accounts: list[Account]) -> Story:
    """Record a random town: residents in households, declared relatives, deaths and payments keyed by accounts and by others."""
    people = [number(n) for n in chance.sample(range(100, 900), 14)]
    names = [f"{chance.choice('吴杨龙李舒')}{chance.choice('桂昌大小')}{chance.choice('香文山妹')}" for _ in people]
    story = Story(people, names)
    for index, account in enumerate(accounts):  # some accounts are people of the town
        if account.id_number == "?":
            account.id_number, account.name = people[index], names[index]
            account.save()
    residents = []
    for i, (person, name) in enumerate(zip(people, names, strict=True)):
        if chance.random() < 0.7:
            story.household[person] = i // 3
            village = VILLAGES[i % 3]
            residents.append(resident(person, name, village, f"H{i // 3}"))
    town.record("王会计", resident=residents)
    pairs = [p for p in ((chance.randrange(14), chance.randrange(14)) for _ in range(4)) if p[0] != p[1]]
    relatives = {(a, b): relative(people[a], names[a], people[b], names[b]) for a, b in pairs}
    story.kin |= {(people[a], people[b]) for a, b in relatives}
    town.record("王会计", cadre_relative=list(relatives.values()))
    keyers = [account.username for account in accounts] + ["王会计", "李会计"]
    for i in chance.sample(range(14), 9):
        who, keyed = chance.choice(keyers), chance.choice(["王会计", "李会计"])
        town.record(
            keyed,
            death_record=[
                {
                    "id_number": people[i],
                    "name": names[i],
                    "village": VILLAGES[0],
                    "died_on": "2020-04-02",
                    "source": "公安部门",
                    "as_of_on": "2020-12-31",
                }
            ],
        )
        town.record(who, payment=[pay(i, people[i], names[i])])
        story.keepers[people[i]] = {who, keyed}
    return story


def resident(person: str, name: str, village: str, household: str) -> dict[str, Any]:
    return {
        "id_number": person, "name": name, "village": village, "household": household, "sex": "男" if int(person[16]) % 2 else "女",
        "born_on": f"{person[6:10]}-03-15", "relation": "其他", "registered_on": f"{person[6:10]}-03-15",
    }  # fmt: skip


def relative(cadre: str, cadre_name: str, other: str, name: str) -> dict[str, Any]:
    return {
        "cadre": cadre, "cadre_name": cadre_name, "village": VILLAGES[0], "relative_id": other, "relative": name, "relation": "子女", "degree": 1,
        "declared_on": "2020-03-05",
    }  # fmt: skip


def pay(serial: int, person: str, name: str) -> dict[str, Any]:
    return {
        "number": f"P{serial}", "programme": "高龄津贴", "village": VILLAGES[serial % 3], "household": f"X{serial}", "payee": name, "payee_id": person,
        "amount": 100 + serial, "for_month": "2020-06", "paid_on": "2020-06-20", "batch": f"批{serial}",
    }  # fmt: skip


def listed(client: Client, address: str) -> set[str]:
    """Return the numbers of findings on all pages of a list."""
    found: set[str] = set()
    for page in range(1, 9):
        text = client.get(f"{address}{'&' if '?' in address else '?'}page={page}").content.decode()
        fresh = set(_NUMBER.findall(text)) - found
        if not fresh:
            return found
        found |= fresh
    return found


@pytest.fixture(params=[1, pytest.param(2, marks=pytest.mark.slow)])
def told(town: FindingsTown, request: pytest.FixtureRequest) -> tuple[FindingsTown, Story, list[tuple[Account, Client]]]:
    chance = random.Random(request.param)
    hired = [inspector(town.workspace, f"jj{i}", name=f"无关{i}", id_number="?" if i in (0, 1, 2) else "") for i in range(5)]
    for account, _client in hired[3:]:
        account.name = account.name if chance.random() < 0.5 else "吴桂香"
        account.save()
    story = tell(town, chance, [account for account, _client in hired])
    town.check("t_dead_paid")
    return town, story, hired


@pytest.mark.slow
def test_every_exit_keeps_back_the_same(told: tuple[FindingsTown, Story, list[tuple[Account, Client]]]) -> None:
    town, story, hired = told
    findings = {f.number: f.subject for f in town.findings("t_dead_paid")}
    assert len(findings) == 9
    cases = {n: actions.do_assign(town.workspace, n, "外请", by="舒华", day=DAY) for n in list(findings)[:5]}
    kept_somewhere = False
    for account, client in hired:
        hidden = {n for n, person in findings.items() if story.hidden_from(account, person)}
        seen = findings.keys() - hidden
        kept_somewhere = kept_somewhere or bool(hidden)
        assert listed(client, "/findings/") == seen, account.name
        assert f"共{len(seen)}条" in client.get("/findings/").content.decode()
        file = b"".join(client.get("/findings/export/?form=csv")).decode()  # type: ignore[arg-type]
        assert set(_NUMBER.findall(file)) == seen
        sight = sight_of(town.workspace, account)
        rows = Shelf.of(town.workspace).rows(sight, "finding")
        assert ({row.entry for row in rows.rows}, rows.total) == (seen, len(seen))
        told_cases = {row.values["number"] for row in Shelf.of(town.workspace).rows(sight, "finding_case").rows}
        assert told_cases == {case for n, case in cases.items() if n in seen}
        for n in findings:
            status = 200 if n in seen else 404
            assert client.get(f"/findings/{n}/").status_code == status
            if n in cases:
                assert client.get(f"/findings/cases/{cases[n]}/").status_code == status
        for n in (*sorted(hidden)[:1], *sorted(seen)[:1]):  # it looks into every ledger: one of each will do
            assert (f'href="/findings/{n}/"' in client.get(f"/search/?q={n}").content.decode()) == (n in seen)
        run = client.get("/findings/runs/").content.decode()
        assert re.findall(r'data-title="现有疑点">([0-9]+)<', run) == [str(len(seen))]
        rule = client.get("/findings/rules/t_dead_paid/").content.decode()
        assert re.findall(r'data-title="(?:查出行数|现有疑点)">([0-9]+)<', rule) == [str(len(seen))] * 2
        home = client.get("/").content.decode()
        unassigned = len(seen - cases.keys())
        assert (f'还没有交办的疑点</a> <span class="count">{unassigned}</span>' in home) or not unassigned
    assert kept_somewhere


@pytest.mark.slow
def test_what_is_kept_back_changes_with_the_rows(town: FindingsTown) -> None:
    from findings_town import NAMES, PEOPLE

    account, client = inspector(town.workspace, "jj", name="周平", id_number=PEOPLE[2])
    town.die(0)
    town.pay(1, 0, "2020-05")
    town.check("t_dead_paid")
    finding = town.only().number
    assert client.get(f"/findings/{finding}/").status_code == 200
    row = relative(PEOPLE[2], "周平", PEOPLE[0], NAMES[0])
    town.record(cadre_relative=[row])
    assert client.get(f"/findings/{finding}/").status_code == 404
    town.record(cadre_relative=[row | {"ended_on": "2020-05-01"}])
    assert client.get(f"/findings/{finding}/").status_code == 200
    account.id_number = PEOPLE[0]
    account.save()
    assert client.get(f"/findings/{finding}/").status_code == 404


@pytest.mark.slow
def test_who_has_no_number_recorded_is_kept_from_her_namesakes(town: FindingsTown) -> None:
    from findings_town import NAMES

    _account, client = inspector(town.workspace, "jj", name=NAMES[0])
    town.die(0)
    town.pay(1, 0, "2020-05")
    town.check("t_dead_paid")
    assert client.get(f"/findings/{town.only().number}/").status_code == 404
    assert town.only().number not in client.get("/findings/").content.decode()


def test_the_record_of_reads_does_not_tell_of_it(town: FindingsTown) -> None:
    from findings_town import PEOPLE

    _account, client = inspector(town.workspace, "jj", name="周平", id_number=PEOPLE[0])
    _other, reader = inspector(town.workspace, "other", name="舒华")
    town.die(0)
    town.pay(1, 0, "2020-05")
    town.check("t_dead_paid")
    finding = town.only().number
    assert reader.post(f"/findings/{finding}/", {"purpose": "核对"}).status_code == 200
    assert finding in reader.get("/records/").content.decode()
    assert finding not in client.get("/records/").content.decode()
