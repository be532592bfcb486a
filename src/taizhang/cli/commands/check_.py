"""``taizhang check``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taizhang.cli.engines import engine_options, spark_of
from taizhang.cli.output import json_option, print_json, print_table
from taizhang.clock import today
from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.comparison.findings import Finding
    from taizhang.comparison.results import CheckResult
    from taizhang.pack import Pack

STATES = {"open": N_("待核实"), "excluded": N_("已排除")}


@click.command(help=_("按比对规则核对台账，登记疑点；每次运行都记录在案，什么都没有查出也记。"))
@click.argument("rules", nargs=-1, metavar=_("[规则…]"))
@click.option("--division", metavar=_("行政单元"), help=_("只列这个村、组的疑点（默认本镇）"))
@click.option("--period", metavar=_("时期"), help=_("只列这个时期的疑点：2020、2020H1、2020Q3、2020-05"))
@click.option("--full", is_flag=True, help=_("全部重新比对（默认只比对上次以来有变动的）"))
@click.option("--explain", is_flag=True, help=_("列出每一步和它的行数"))
@click.option("--as-of", metavar=_("日期"), help=_("按哪一天的情况比对（默认今天）"))
@click.option("--person", metavar=_("姓名"), help=_("操作人（默认当前系统用户）"))
@click.option("--unmask", metavar=_("事由"), help=_("显示个人信息，须写明事由并记录在案"))
@engine_options
@json_option
@click.pass_obj
def command(
    directory: Path,
    rules: tuple[str, ...],
    division: str | None,
    period: str | None,
    full: bool,
    explain: bool,
    as_of: str | None,
    person: str | None,
    unmask: str | None,
    engine: str,
    master: str | None,
    as_json: bool,
) -> None:
    """Run rules, bring the findings up to date and tell them."""
    from taizhang.cli import context
    from taizhang.pack.periods import Period

    workspace = context.workspace_of(directory, recording=bool(unmask))
    from taizhang.comparison.book import Book
    from taizhang.comparison.cases import hit_rates
    from taizhang.comparison.checking import check
    from taizhang.comparison.plain_data import check_as_dict
    from taizhang.comparison.results import Scope

    code = context.division_of(workspace, division).code
    scope = Scope.of(workspace, code, Period.parse(period) if period else None)
    day = context.day(as_of) or today()
    spark = spark_of(engine, master)
    result = check(workspace, rules, day=day, person=context.person_of(person), full=full, scope=scope, explained=explain, spark=spark)
    if unmask:
        context.record_unmasking(context.person_of(person), unmask, f"check {' '.join(rules)} {code} {period or ''}")
    rates = hit_rates(Book(workspace), workspace.pack, day)
    if as_json:
        print_json(check_as_dict(result, workspace.pack, rates, masked=not unmask))
        return
    if explain:
        _explain(result)
    _tell(result, workspace.pack, masked=not unmask)
    for rate in rates.values():
        if rate.review and rate.rule in {r.stamp.rule.name for r in result.rules}:
            told = _("规则{rule}认定{decided}件，属实{true}件，命中率{percent}%，低于下限，应当复核规则。")
            click.echo(told.format(rule=rate.rule, decided=rate.decided, true=rate.true, percent=rate.percent), err=True)


def _explain(result: CheckResult) -> None:
    for rule in result.rules:
        click.echo(f"{rule.stamp.rule.title}（{rule.stamp.rule.name}）")
        if rule.run and rule.run.steps:
            print_table([_("序"), _("步骤"), _("行数")], [[place, s.title, s.rows] for place, s in enumerate(rule.run.steps, start=1)])
        click.echo()


def _tell(result: CheckResult, pack: Pack, *, masked: bool) -> None:
    rows = []
    for f in result.findings():
        subject = (f.subject_shown or "") if masked else f.subject
        name = (f.name_shown if masked else f.name) or ""
        sources = [_source(pack, f.left_row, f.left_on), _source(pack, f.right_row, f.right_on)]
        rows.append([f.number, f.title, f.severity, _(STATES[f.state]), f"{name} {subject}".strip(), _months(f), f.says, *sources])
    if rows:
        titles = [_("疑点"), _("规则"), _("程度"), _("状态"), _("对象"), _("月份"), _("说明"), _("疑点台账"), _("对照台账")]
        print_table(titles, rows)
    for r in result.rules:
        if r.run and r.run.state != "ran" and r.run.told:
            click.echo(f"{r.stamp.rule.title}（{r.stamp.rule.name}）：{r.run.told.message}", err=True)
    _sum_up(result, len(rows))


def _months(finding: Finding) -> str:
    first, last = finding.first_month or "", finding.last_month or ""
    return first if first == last else _("{first}至{last}").format(first=first, last=last)


def _source(pack: Pack, row: str | None, day: date | None) -> str:
    ledger = (row or "").partition(" ")[0]
    title = pack.ledgers[ledger].title if ledger in pack.ledgers else ledger
    return title + (_("（截至{day}）").format(day=day.isoformat()) if day else "")


def _sum_up(result: CheckResult, listed: int) -> None:
    ran = sum(r.run is not None and r.run.state == "ran" for r in result.rules)
    idle = sum(r.run is None for r in result.rules)
    told = _("运行{number}：比对{ran}条规则，数据未变{idle}条，未能比对{failed}条；新增疑点{new}个，消失{closed}个，列出{listed}个。")
    new, closed = sum(len(r.new) for r in result.rules), sum(len(r.closed) for r in result.rules)
    failed = len(result.rules) - ran - idle
    click.echo(told.format(number=result.number, ran=ran, idle=idle, failed=failed, new=new, closed=closed, listed=listed), err=True)
