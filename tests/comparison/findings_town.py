"""A town with rules of its own, a few people, and short ways to say what happens in it. Everything goes through the doors of the program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from taizhang.comparison.book import Book
from taizhang.comparison.checking import check
from taizhang.comparison.findings import Finding
from taizhang.comparison.results import CheckResult, Scope
from taizhang.intake.importing import import_rows
from taizhang.journal.records import Change, Source, Version
from taizhang.workspace import Workspace

PEOPLE = ["990128194001050026", "990128196803120018", "990128195006150039", "990128197502020041"]
NAMES = ["吴桂香", "杨昌文", "龙大山", "李小妹"]
VILLAGES = ["990128105001", "990128105201", "990128105202"]
DAY = date(2020, 12, 31)
EXAMPLES = """examples:
  - {rows: {payment: [{payee_id: "990128194001050026", for_month: 2020-06}], death_record: [{id_number: "990128194001050026", died_on: 2020-04-02}]}, finds: [{subject: "990128194001050026"}]}
  - {rows: {payment: []}, finds: []}
  - {rows: {payment: []}, finds: [], false_alarm: 没有}
"""
RULES = f"""rule: t_dead_paid
number: 901
title: 死后仍发
group: B
severity: high
basis: 试
about: 试
subject: person
reference: [death_record]
needs: [payment, death_record]
steps:
  - step: t_dead
    title: 死亡名单
    select: select d.id_number as id_number, min(d.died_on) as died_on, min(d._seq) as row from death_record d group by d.id_number
  - step: t_paid_after
    title: 死亡次月以后的发放
    select: |
      select p.payee_id as subject, p.payee as name, p.programme as programme, p.for_month as month, p._division as division,
             p.amount as amount, p._seq as left, d.row as right, d.died_on as died_on
      from payment p join t_dead d on d.id_number = p.payee_id
      where p.for_month > month_of(d.died_on)
says: "{{name}}{{died_on}}死亡，{{month}}仍发{{programme}}{{amount}}元"
{EXAMPLES}---
rule: t_same_card
number: 902
title: 一卡多人
group: C
severity: medium
basis: 试
about: 试
subject: account
needs: [payment]
steps:
  - step: t_holders
    title: 每张卡的领款人数
    select: select p.card as card, count(distinct p.payee_id) as holders from payment p where p.card is not null group by p.card
  - step: t_many
    title: 两人以上的卡的每笔发放
    select: |
      select p.card as subject, p.payee as name, p.for_month as month, p._division as division, p.amount as amount, p._seq as left, h.holders as holders
      from payment p join t_holders h on h.card = p.card where h.holders > 1
says: "{{subject}}有{{holders}}人使用，{{name}}{{month}}领{{amount}}元"
examples:
  - {{rows: {{payment: [{{payee_id: "990128194001050026", card: "6217000000000000001"}}, {{payee_id: "990128196803120018", card: "6217000000000000001"}}]}}, finds: [{{holders: 2}}, {{holders: 2}}]}}
  - {{rows: {{payment: []}}, finds: []}}
  - {{rows: {{payment: []}}, finds: [], false_alarm: 没有}}
---
rule: t_village_heavy
number: 903
title: 全村发放过多
group: J
severity: low
basis: 试
about: 试
subject: village
needs: [payment]
select: |
  select p.village as subject, p.for_month as month, p.village as division, sum(p.amount) as amount, min(p._seq) as left
  from payment p group by p.village, p.for_month having sum(p.amount) > 250
says: "{{month}}共发{{amount}}元"
examples:
  - {{rows: {{payment: [{{village: 銮塘村, amount: 300, for_month: 2020-06}}]}}, finds: [{{amount: 300}}]}}
  - {{rows: {{payment: []}}, finds: []}}
  - {{rows: {{payment: []}}, finds: [], false_alarm: 没有}}
---
rule: t_dead_in_village
number: 904
title: 村里有死亡人员领款
group: B
severity: medium
basis: 试
about: 主体是村，按人分开：一个疑点有几个人的行。
subject: village
needs: [payment, death_record]
select: |
  select p.village as subject, p.programme as programme, p.for_month as month, p.village as division, p.amount as amount, p._seq as left, d._seq as right
  from payment p join death_record d on d.id_number = p.payee_id where p.for_month > month_of(d.died_on)
says: "{{month}}发{{amount}}元"
{EXAMPLES.replace('finds: [{subject: "990128194001050026"}]', "finds: [{amount: 100}]").replace("for_month: 2020-06}", "for_month: 2020-06, amount: 100}")}---
rule: t_dead_unpaid
number: 905
title: 在名单而从未发放
group: B
severity: info
basis: 试
about: 试
subject: person
needs: [death_record]
select: |
  select d.id_number as subject, d.name as name, d._seq as left from death_record d anti join payment p on p.payee_id = d.id_number
says: "{{name}}从未领款"
examples:
  - {{rows: {{death_record: [{{id_number: "990128194001050026", died_on: 2020-04-02}}]}}, finds: [{{subject: "990128194001050026"}}]}}
  - {{rows: {{payment: []}}, finds: []}}
  - {{rows: {{payment: []}}, finds: [], false_alarm: 没有}}
"""
LATELY = """---
rule: t_lately_unpaid
number: 906
title: 头一月有而最近一月没有
group: B
severity: low
basis: 试
about: 最早和最近的月份从全部发放得来。
subject: person
needs: [payment]
steps:
  - step: t_alive
    title: 不在死亡名单的人的发放
    select: |
      select p.programme as programme, p.for_month as for_month, p.payee_id as id_number
      from payment p anti join death_record d on d.id_number = p.payee_id
  - step: t_window
    title: 各项目最早和最近的月份
    select: |
      select p.programme as programme, min(p.for_month) as first_month, max(p.for_month) as last_month, joined(max(p.for_month), '-01') as day
      from t_alive p group by p.programme
  - step: t_early
    title: 最早一月的发放
    select: |
      select p.payee_id as id_number, p.payee as name, p.programme as programme, p._division as division, p._seq as row, w.last_month as last_month
      from payment p join t_window w on w.programme = p.programme where p.for_month = w.first_month
  - step: t_missing
    title: 最近一月没有的
    select: |
      select e.id_number as subject, e.name as name, e.programme as programme, e.last_month as month, e.division as division, e.row as left
      from t_early e anti join payment p on p.payee_id = e.id_number and p.programme = e.programme and p.for_month = e.last_month
says: "{name}{month}没有{programme}"
examples:
  - {rows: {payment: [{payee_id: "990128194001050026", programme: 高龄津贴, for_month: 2020-05}, {payee_id: "990128196803120018", programme: 高龄津贴, for_month: 2020-06}]}, finds: [{subject: "990128194001050026", month: 2020-06}]}
  - {rows: {payment: []}, finds: []}
  - {rows: {payment: []}, finds: [], false_alarm: 没有}
"""
# Two rules that take the same from everything.
RULES += LATELY + LATELY.replace("t_lately_unpaid", "t_lately_unpaid_too").replace("906", "907")
NAMES_OF_RULES = ("t_dead_paid", "t_same_card", "t_village_heavy", "t_dead_in_village", "t_dead_unpaid")


def add_rules(root: Path) -> None:
    """Put the rules into the workspace's own additions to the pack."""
    (root / "pack" / "rules").mkdir(exist_ok=True)
    (root / "pack" / "rules" / "own.yaml").write_text(RULES, encoding="utf-8")


@dataclass
class FindingsTown:
    """A workspace with short ways to record, withdraw and check."""

    workspace: Workspace
    rules: tuple[str, ...] = NAMES_OF_RULES

    def record(self, person: str = "王会计", **rows: list[dict[str, Any]]) -> None:
        """Record rows of ledgers as one submission."""
        import_rows(self.workspace, rows, person, Source("api", "试验"))

    def withdraw(self, ledger: str, entry: str) -> None:
        """Withdraw an entry."""
        from taizhang.journal import read
        from taizhang.journal.actions import do_record

        stands = read.standing(ledger, [entry])[entry]
        do_record("王会计", Source("api", "试验"), [Change(ledger, entry, "withdraw", "", "{}", base=stands.seq)])

    def pay(self, number: int, who: int, month: str, amount: object = 100, **more: Any) -> None:
        """Record a payment, or correct it."""
        self.record(payment=[payment(number, who, month, amount, **more)])

    def die(self, who: int, day: str = "2020-04-02", as_of: str = "2020-12-31", **more: Any) -> None:
        """Record a death."""
        self.record(death_record=[death(who, day, as_of, **more)])

    def check(self, *rules: str, full: bool = False, day: date = DAY, scope: Scope | None = None) -> CheckResult:
        """Run the town's rules."""
        return check(self.workspace, rules or self.rules, day=day, person="舒华", full=full, scope=scope)

    def findings(self, rule: str | None = None, *states: str) -> list[Finding]:
        """Return findings as they stand in the ledger."""
        found = [f for f in Book(self.workspace).findings() if rule in (None, f.rule) and (not states or f.state in states)]
        return sorted(found, key=lambda f: (f.rule, f.subject, f.programme or "", f.first_month or ""))

    def only(self, rule: str = "t_dead_paid") -> Finding:
        """Return the one finding of a rule."""
        (found,) = self.findings(rule)
        return found

    def stands(self, ledger: str) -> list[dict[str, str]]:
        """Return the standing rows of a ledger."""
        from taizhang.journal import read

        return [json.loads(s.data) for s in read.standing(ledger).values()]

    def history(self, number: str) -> list[Version]:
        """Return the versions of a finding."""
        from taizhang.journal import read

        return read.history("finding", number)

    def row(self, seq: int | None) -> Version:
        """Return a row of the journal."""
        from taizhang.journal import read

        found = read.version(seq or 0)
        assert found is not None
        return found


def payment(number: int, who: int, month: str, amount: object = 100, **more: Any) -> dict[str, Any]:
    """Return a payment."""
    return {
        "number": f"P{number}", "programme": "高龄津贴", "village": VILLAGES[0], "household": f"H{who}", "payee": NAMES[who], "payee_id": PEOPLE[who],
        "amount": amount, "for_month": month, "paid_on": f"{month}-20", "batch": f"高龄津贴-{month}", **more,
    }  # fmt: skip


def death(who: int, day: str = "2020-04-02", as_of: str = "2020-12-31", **more: Any) -> dict[str, Any]:
    """Return a line of the list of deaths."""
    return {
        "id_number": PEOPLE[who],
        "name": NAMES[who],
        "village": VILLAGES[0],
        "died_on": day,
        "source": "公安部门",
        "as_of_on": as_of,
        **more,
    }
