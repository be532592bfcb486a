"""``taizhang trace``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.figures.tracing import Trace
    from taizhang.pack import DivisionTree


@click.command(help=_("追溯一个数字到台账的每一行、报送、来源文件和行号。"))
@click.argument("indicator", metavar=_("指标"))
@click.option("--period", required=True, metavar=_("时期"), help=_("2020、2020H1、2020Q3、2020-05"))
@click.option("--division", metavar=_("行政单元"), help=_("代码或名称（默认本镇）"))
@click.option("--as-of", metavar=_("日期"), help=_("按当时的实情：只算到这一天"))
@click.option("--known-at", metavar=_("时间"), help=_("按当时所知：流水位置、日期或时间"))
@click.option("--limit", type=click.IntRange(0), metavar=_("行数"), help=_("最多列出多少行（合计仍按全部）"))
@click.option("--offset", type=click.IntRange(0), default=0, metavar=_("行数"), help=_("从第几行列起"))
@click.option("--unmask", metavar=_("事由"), help=_("显示个人信息，须写明事由并记录在案"))
@json_option
@click.pass_obj
def command(
    directory: Path,
    indicator: str,
    period: str,
    division: str | None,
    as_of: str | None,
    known_at: str | None,
    limit: int | None,
    offset: int,
    unmask: str | None,
    as_json: bool,
) -> None:
    """Open one figure to its rows."""
    from taizhang.cli import context
    from taizhang.figures.masked import masked
    from taizhang.figures.tracing import trace

    workspace = context.workspace_of(directory, recording=bool(unmask))
    code = context.division_of(workspace, division).code
    with context.snapshot_of(workspace, known_at) as snapshot:
        found = trace(snapshot, indicator, period, code, context.day(as_of), limit=limit, offset=offset)
    if unmask:
        context.record_unmasking(context.person_of(None), unmask, f"trace {indicator} {period} {code}")
    else:
        found = masked(found, workspace.pack)
    if as_json:
        print_json(found.as_dict())
    else:
        _print(found, workspace.divisions)


def _print(trace: Trace, divisions: DivisionTree, depth: int = 0) -> None:
    f = trace.figure
    value = "—" if f.value is None else format(f.value, "f")
    indent = "  " * depth
    known = _("（流水位置{position}）").format(position=f.position) if not depth else ""
    click.echo(f"{indent}{f.title} {f.period.text} {divisions[f.division].name}：{value}{f.unit}{known}")
    for inner in (trace.numerator, trace.denominator):
        if inner:
            _print(inner, divisions, depth + 1)
    for member in trace.divisions:
        click.echo(f"{indent}  {'✓' if member.counts else '·'} {member.division.name}")
        _print(member.trace, divisions, depth + 2)
    if trace.ledger is None:
        return
    titles = list((trace.titles or {}).values())
    rows = [
        [
            "" if r.contribution is None else format(r.contribution, "f"),
            *(r.values.values()),
            _("第{number}号 {person}").format(number=r.submission.number, person=r.submission.person or ""),
            " ".join(str(x) for x in (r.submission.source_name, r.sheet, r.line) if x),
        ]
        for r in trace.rows
    ]
    if rows:
        print_table([_("计入"), *titles, _("报送"), _("来源")], rows)
    total = "—" if trace.total is None else format(trace.total, "f")
    click.echo(indent + _("共{count}行，合计{total}").format(count=trace.count, total=total))
