"""``taizhang template``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.i18n import _


@click.command(help=_("生成空白台账模板：有下拉选项、填写说明和一行示例。"))
@click.argument("ledger", metavar=_("台账"))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar=_("文件"), help=_("写到哪里（默认以台账名称命名）")
)
@click.pass_obj
def command(directory: Path, ledger: str, output: Path | None) -> None:
    """Write the blank workbook of a ledger, named by code or title."""
    from taizhang.cli.context import ledger_of, town_divisions
    from taizhang.intake import write_template

    pack, divisions = town_divisions(directory)
    found = ledger_of(pack, ledger)
    target = output or Path(f"{found.title}.xlsx")
    write_template(found, pack, divisions, target)
    click.echo(str(target))
