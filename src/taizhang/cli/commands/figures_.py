"""``taizhang figures``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from taizhang.cli.engines import engine_options, spark_of
from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _


@click.command(help=_("计算指标数字：不写指标即全部指标。"))
@click.argument("indicators", nargs=-1, metavar=_("[指标…]"))
@click.option("--period", "periods", multiple=True, required=True, metavar=_("时期"), help=_("2020、2020H1、2020Q3、2020-05，可重复"))
@click.option("--division", "division", metavar=_("行政单元"), help=_("代码或名称；all为本镇及其下全部（默认本镇）"))
@click.option("--as-of", metavar=_("日期"), help=_("按当时的实情：只算到这一天"))
@click.option("--known-at", metavar=_("时间"), help=_("按当时所知：流水位置、日期或时间"))
@engine_options
@json_option
@click.pass_obj
def command(
    directory: Path,
    indicators: tuple[str, ...],
    periods: tuple[str, ...],
    division: str | None,
    as_of: str | None,
    known_at: str | None,
    engine: str,
    master: str | None,
    as_json: bool,
) -> None:
    """Compute figures and print them."""
    from taizhang.cli import context
    from taizhang.figures.computing import compute_many
    from taizhang.warehouse import Warehouse

    workspace = context.workspace_of(directory)
    codes = "all" if division == "all" else [context.division_of(workspace, division).code]
    spark = spark_of(engine, master)
    with ExitStack() as opened:
        snapshot = opened.enter_context(context.snapshot_of(workspace, known_at))
        if spark is not None:
            from taizhang.warehouse.spark.segments import snapshot_of

            snapshot = opened.enter_context(snapshot_of(Warehouse(workspace), spark, snapshot.position))
        figures = compute_many(snapshot, indicators or None, periods, codes, context.day(as_of))
    if as_json:
        print_json([f.as_dict() for f in figures])
        return
    rows = [[f.title, f.indicator, workspace.divisions[f.division].name, f.period.text, f.value, f.unit, _parts(f)] for f in figures]
    print_table([_("指标"), _("代码"), _("行政单元"), _("时期"), _("数值"), _("单位"), _("分子/分母")], rows)


def _parts(figure: object) -> str:
    numerator, denominator = getattr(figure, "numerator", None), getattr(figure, "denominator", None)
    return f"{numerator:f}/{denominator:f}" if numerator is not None and denominator is not None else ""
