"""``taizhang warehouse refresh | rebuild``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from taizhang.cli.output import json_option, print_json, progress
from taizhang.i18n import _


@click.group(help=_("刷新或重建数据仓（数据仓可随时由流水重建）。"))
def command() -> None:
    """Group of the warehouse's commands."""


def _run(directory: Path, as_json: bool, *, rebuild: bool) -> None:
    from taizhang.cli.context import workspace_of
    from taizhang.warehouse.store import Warehouse

    warehouse = Warehouse(workspace_of(directory))
    with progress() as bar:
        step = partial(bar, "warehouse")
        result = warehouse.rebuild(step) if rebuild else warehouse.refresh(step)
    if as_json:
        print_json({"from": result.from_position, "to": result.to_position, "rows": result.rows})
        return
    click.echo(_("数据仓已到流水位置{to}，写入{rows}行。").format(to=result.to_position, rows=result.rows))


@command.command(help=_("只处理上次之后的流水。"))
@json_option
@click.pass_obj
def refresh(directory: Path, as_json: bool) -> None:
    """Take in what is new in the journal."""
    _run(directory, as_json, rebuild=False)


@command.command(help=_("由流水全部重建。"))
@json_option
@click.pass_obj
def rebuild(directory: Path, as_json: bool) -> None:
    """Make the warehouse anew."""
    _run(directory, as_json, rebuild=True)
