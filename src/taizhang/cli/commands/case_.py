"""``taizhang case …``: the work on findings."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.clock import today
from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.workspace import Workspace

RESULTS = {
    "true": N_("属实"),
    "same-name": N_("不属实-同名同号"),
    "data-error": N_("不属实-数据错误"),
    "allowed": N_("不属实-政策允许"),
    "corrected": N_("已整改"),
    "handed-over": N_("移送"),
}


@click.group(help=_("核查疑点：交办、核实、认定、追缴、移送、申诉、排除。"))
def command() -> None:
    """Group of the commands about cases."""


def _acting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add who acts, and the day that counts."""
    function = click.option("--day", "on", metavar=_("日期"), help=_("办理日期（默认今天）"))(function)
    return click.option("--by", metavar=_("姓名"), help=_("办理人（默认当前系统用户）"))(function)


def _opened(directory: Path) -> Workspace:
    from taizhang.cli.context import workspace_of

    return workspace_of(directory)


def _who(by: str | None, on: str | None) -> dict[str, Any]:
    from taizhang.cli.context import day, person_of

    return {"by": person_of(by), "day": day(on) or today()}


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise click.BadParameter(_("要一个大于零的金额（元）：{value}").format(value=text))
    return amount


@command.command("list", help=_("列出核查。"))
@click.option("--rule", metavar=_("规则"), help=_("只列这条规则的"))
@click.option("--handler", metavar=_("姓名"), help=_("只列这个人核实的"))
@click.option("--overdue", is_flag=True, help=_("只列逾期未核实的"))
@click.option("--day", "on", metavar=_("日期"), help=_("按哪一天算逾期（默认今天）"))
@json_option
@click.pass_obj
def list_(directory: Path, rule: str | None, handler: str | None, overdue: bool, on: str | None, as_json: bool) -> None:
    """List cases."""
    from taizhang.cli.context import day

    workspace = _opened(directory)
    from taizhang.comparison.book import Book
    from taizhang.comparison.cases import cases

    due = day(on) or today()
    found = [
        c
        for c in cases(Book(workspace))
        if (not rule or c.data["rule"] == rule) and (not handler or c.data["handler"] == handler) and (not overdue or c.overdue(due))
    ]
    if as_json:
        print_json([_plain(c.data) | {"overdue": c.overdue(due)} for c in found])
        return
    rows = [
        [
            c.number,
            c.data["rule"],
            c.state,
            c.data["handler"],
            c.data["due_on"],
            _("逾期") if c.overdue(due) else "",
            c.data.get("result"),
        ]
        for c in found
    ]
    print_table([_("核查"), _("规则"), _("状态"), _("核实人"), _("期限"), _("逾期"), _("认定结果")], rows)


def _plain(data: Any) -> dict[str, Any]:
    from taizhang.comparison.telling import mask_shape

    return {name: mask_shape(value) if name == "handler_id" else value for name, value in data.items()}


@command.command(help=_("查看一件核查和它的疑点。"))
@click.argument("number", metavar=_("编号"))
@click.option("--unmask", metavar=_("事由"), help=_("显示个人信息，须写明事由并记录在案"))
@json_option
@click.pass_obj
def show(directory: Path, number: str, unmask: str | None, as_json: bool) -> None:
    """Show a case with its finding, and what was paid back."""
    from taizhang.cli.context import person_of, record_unmasking, workspace_of

    workspace = workspace_of(directory, recording=bool(unmask))
    from taizhang.comparison.book import Book
    from taizhang.comparison.cases import case_of, received
    from taizhang.comparison.findings import CASE, plain
    from taizhang.comparison.plain_data import finding_as_dict
    from taizhang.comparison.versions import Versions
    from taizhang.journal import read

    book = Book(workspace)
    case = case_of(book, number)
    finding = book.finding(case.finding)
    if unmask:
        record_unmasking(person_of(None), unmask, f"case {case.number}")
    data: dict[str, Any] = {
        "case": _plain(case.data),
        "finding": finding_as_dict(finding, workspace.pack, Versions(workspace.pack), masked=not unmask) if finding else None,
        "received": [{"amount": plain(amount), "received_on": on.isoformat()} for amount, on in received(book, case.number)],
        "history": [_event(v.submission) for v in read.history(CASE, case.number)],
    }
    if as_json:
        print_json(data)
        return
    fields = workspace.pack.ledgers[CASE].fields
    print_table([_("项目"), _("内容")], [[fields[k].title, v] for k, v in _plain(case.data).items() if k in fields])
    if finding:
        click.echo(f"\n{finding.title}（{finding.severity}）：{finding.says}")
    for event in data["history"]:
        click.echo(f"{event['at']}　{event['person']}　{event['what']}")


def _event(number: int) -> dict[str, Any]:
    from taizhang.clock import SHANGHAI
    from taizhang.journal import read

    sent = read.submission(number)
    return {
        "submission": number,
        "at": sent.created_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "person": sent.person,
        "what": sent.note,
    }


@command.command(help=_("交办一个疑点。"))
@click.argument("finding", metavar=_("疑点"))
@click.option("--to", "handler", required=True, metavar=_("姓名"), help=_("核实人"))
@click.option("--to-id", metavar=_("身份证号"), help=_("核实人身份证号，据以判断回避"))
@click.option("--due", metavar=_("日期"), help=_("应核实日期（默认按核实期限）"))
@_acting
@json_option
@click.pass_obj
def assign(
    directory: Path, finding: str, handler: str, to_id: str | None, due: str | None, by: str | None, on: str | None, as_json: bool
) -> None:
    """Give a finding to somebody."""
    from taizhang.cli.context import day

    workspace = _opened(directory)
    from taizhang.comparison.actions import do_assign

    number = do_assign(workspace, finding, handler, handler_id=to_id, due=day(due), **_who(by, on))
    _told({"case": number}, _("已交办，核查编号{number}。").format(number=number), as_json)


@command.command(help=_("登记入户核实情况，可附照片和材料。"))
@click.argument("case", metavar=_("编号"))
@click.option("--note", required=True, metavar=_("情况"))
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar=_("文件"),
    help=_("照片、材料，可重复"),
)
@_acting
@json_option
@click.pass_obj
def verify(directory: Path, case: str, note: str, files: tuple[Path, ...], by: str | None, on: str | None, as_json: bool) -> None:
    """Tell what was seen in the village."""
    workspace = _opened(directory)
    from taizhang.comparison.actions import do_verify

    do_verify(workspace, case, note, files=files, **_who(by, on))
    _told({"case": case}, _("已登记核实情况。"), as_json)


@command.command(help=_("认定一件核查。"))
@click.argument("case", metavar=_("编号"))
@click.option("--result", required=True, metavar=_("结果"), help="、".join(f"{code} {_(word)}" for code, word in RESULTS.items()))
@click.option("--note", required=True, metavar=_("意见"))
@_acting
@json_option
@click.pass_obj
def decide(directory: Path, case: str, result: str, note: str, by: str | None, on: str | None, as_json: bool) -> None:
    """Decide on a case."""
    workspace = _opened(directory)
    from taizhang.comparison.actions import do_decide

    do_decide(workspace, case, RESULTS.get(result, result), note, **_who(by, on))
    _told({"case": case}, _("已认定。"), as_json)


@command.command("plan-recovery", help=_("确定应追缴的金额。"))
@click.argument("case", metavar=_("编号"))
@click.argument("amount", metavar=_("金额"))
@click.option("--due", metavar=_("日期"), help=_("应缴日期（默认按追缴期限）"))
@_acting
@json_option
@click.pass_obj
def plan_recovery(directory: Path, case: str, amount: str, due: str | None, by: str | None, on: str | None, as_json: bool) -> None:
    """Set how much has to be paid back."""
    from taizhang.cli.context import day

    workspace = _opened(directory)
    from taizhang.comparison.actions import do_plan_recovery

    do_plan_recovery(workspace, case, _amount(amount), due=day(due), **_who(by, on))
    _told({"case": case}, _("已登记应追缴金额。"), as_json)


@command.command(help=_("登记收到的退款。"))
@click.argument("case", metavar=_("编号"))
@click.argument("amount", metavar=_("金额"))
@click.option("--receipt", metavar=_("票据号"))
@_acting
@json_option
@click.pass_obj
def recover(directory: Path, case: str, amount: str, receipt: str | None, by: str | None, on: str | None, as_json: bool) -> None:
    """Record money that was paid back."""
    workspace = _opened(directory)
    from taizhang.comparison.actions import do_record_recovery

    who = _who(by, on)
    do_record_recovery(workspace, case, _amount(amount), by=who["by"], received_on=who["day"], receipt=receipt)
    _told({"case": case}, _("已登记退款。"), as_json)


@command.command("hand-over", help=_("移送纪委，转为问题线索。"))
@click.argument("case", metavar=_("编号"))
@click.option("--to", required=True, metavar=_("单位"))
@_acting
@json_option
@click.pass_obj
def hand_over(directory: Path, case: str, to: str, by: str | None, on: str | None, as_json: bool) -> None:
    """Hand a case over to discipline."""
    workspace = _opened(directory)
    from taizhang.comparison.actions import do_hand_over

    lead = do_hand_over(workspace, case, to, **_who(by, on))
    _told({"case": case, "lead": lead}, _("已移送，线索编号{number}。").format(number=lead), as_json)


@command.command(help=_("登记申诉；由另一个人重新认定。"))
@click.argument("case", metavar=_("编号"))
@click.option("--note", required=True, metavar=_("内容"))
@_acting
@json_option
@click.pass_obj
def appeal(directory: Path, case: str, note: str, by: str | None, on: str | None, as_json: bool) -> None:
    """Record an appeal."""
    workspace = _opened(directory)
    from taizhang.comparison.actions import do_appeal

    do_appeal(workspace, case, note, **_who(by, on))
    _told({"case": case}, _("已登记申诉。"), as_json)


@command.command(help=_("在一段时间内排除一个对象的疑点，须有依据。"))
@click.argument("subject", metavar=_("对象"))
@click.option("--rule", metavar=_("规则"), help=_("只对这条规则（默认任何规则）"))
@click.option("--programme", metavar=_("项目"), help=_("只对这个补贴项目（默认任何项目）"))
@click.option("--until", required=True, metavar=_("日期"), help=_("到哪一天为止"))
@click.option("--evidence", required=True, metavar=_("依据"))
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=_("文件"), help=_("依据的扫描件"))
@_acting
@json_option
@click.pass_obj
def exclude(
    directory: Path,
    subject: str,
    rule: str | None,
    programme: str | None,
    until: str,
    evidence: str,
    file: Path | None,
    by: str | None,
    on: str | None,
    as_json: bool,
) -> None:
    """Hold back what is found about a subject; a finding's number means its subject, rule and programme."""
    from taizhang.cli.context import day

    workspace = _opened(directory)
    from taizhang.comparison.actions import do_exclude
    from taizhang.comparison.book import Book

    finding = Book(workspace).finding(subject)
    if finding:
        subject, rule, programme = finding.subject, rule or finding.rule, programme or finding.programme
    who = _who(by, on)
    last = day(until) or who["day"]
    number = do_exclude(workspace, subject, last, evidence, rule=rule, programme=programme, file=file, **who)
    _told({"exclusion": number}, _("已排除，编号{number}。").format(number=number), as_json)


@command.command(help=_("各规则的命中率；低于下限的应当复核。"))
@click.option("--day", "on", metavar=_("日期"), help=_("按哪一天的下限（默认今天）"))
@json_option
@click.pass_obj
def rates(directory: Path, on: str | None, as_json: bool) -> None:
    """Tell how often each rule was right."""
    from taizhang.cli.context import day

    workspace = _opened(directory)
    from taizhang.comparison.book import Book
    from taizhang.comparison.cases import hit_rates

    found = hit_rates(Book(workspace), workspace.pack, day(on) or today())
    if as_json:
        print_json([rate.as_dict() for rate in found.values()])
        return
    rows = [[r.rule, r.decided, r.true, f"{r.percent}%", _("应复核") if r.review else ""] for r in found.values()]
    print_table([_("规则"), _("认定"), _("属实"), _("命中率"), _("提示")], rows)


def _told(data: dict[str, Any], text: str, as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        click.echo(text)
