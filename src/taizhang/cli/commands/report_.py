"""``taizhang report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.report import Staleness


@click.command(help=_("写出报告（.docx、.html、.json），每个数字都能追到台账；或用--stale检查写好的报告哪些句子已不成立。"))
@click.argument("name", default="township_annual", metavar=_("[报告]"))
@click.option("--period", metavar=_("时期"), help=_("2020、2020H1、2020Q3、2020-05"))
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar=_("文件"),
    help=_("写到文件，按后缀定格式，可重复"),
)
@click.option("--division", metavar=_("行政单元"), help=_("代码或名称（默认本镇）"))
@click.option("--as-of", metavar=_("日期"), help=_("按当时的实情：只算到这一天"))
@click.option("--known-at", metavar=_("时间"), help=_("按当时所知：流水位置、日期或时间"))
@click.option("--dated", metavar=_("日期"), help=_("成文日期"))
@click.option("--stale", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=_("文件"), help=_("检查这份写好的报告"))
@json_option
@click.pass_obj
def command(
    directory: Path,
    name: str,
    period: str | None,
    outputs: tuple[Path, ...],
    division: str | None,
    as_of: str | None,
    known_at: str | None,
    dated: str | None,
    stale: Path | None,
    as_json: bool,
) -> None:
    """Write a report, or say which sentences of a written one no longer hold."""
    from taizhang.cli import context
    from taizhang.cli.writing import report_of, write

    workspace = context.workspace_of(directory)
    if stale is not None:
        _stale(workspace, stale, as_json)
        return
    if period is None:
        raise click.UsageError(_("请用 --period 指明时期"))
    code = context.division_of(workspace, division).code
    with context.snapshot_of(workspace, known_at) as snapshot:
        report = report_of(workspace, snapshot, name, period, code, dated=context.day(dated), as_of=context.day(as_of))
        written = [write(report, snapshot, path) for path in outputs]
    if as_json:
        from taizhang.report import as_json as plain

        print_json(plain(report))
    elif not written:
        click.echo(report.text)
    else:
        for path in written:
            click.echo(f"{path}\t{path.resolve().as_uri()}")


def _stale(workspace: Any, path: Path, as_json: bool) -> None:
    from taizhang.cli import context
    from taizhang.report import SnapshotSource, read_saved, stale

    saved = read_saved(path)
    definition = context.report_named(workspace.pack, saved.report.name)
    with context.snapshot_of(workspace, None) as snapshot:
        as_of = context.day(saved.report.as_of)
        found = stale(saved, definition, SnapshotSource(snapshot, as_of))
    if as_json:
        print_json(found.as_dict())
    else:
        _tell(found)


def _tell(found: Staleness) -> None:
    for sentence in found.stale:
        click.echo(_("已不成立") + f"：{sentence.old or '—'}")
        click.echo(_("应改为") + f"：{sentence.new or '—'}")
        _moves(sentence)
    for sentence in found.still_true:
        click.echo(_("仍成立") + f"：{sentence.new}")
        _moves(sentence)
    summary = _("{stale}句已不成立，{held}句数字有变但仍成立；流水位置{old}→{new}。")
    click.echo(summary.format(stale=len(found.stale), held=len(found.still_true), old=found.old_position, new=found.new_position))


def _moves(sentence: Any) -> None:
    rows = [[m.title, m.old.value if m.old else None, m.new.value if m.new else None, m.unit] for m in sentence.moved]
    if rows:
        print_table([_("指标"), _("写时"), _("现在"), _("单位")], rows)
