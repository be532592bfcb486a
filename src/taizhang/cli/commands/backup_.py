"""``taizhang backup``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.cli.output import json_option, print_json
from taizhang.i18n import _


@click.command(help=_("备份工作区为一个文件；备份时可以照常使用。"))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), metavar=_("文件"))
@json_option
@click.pass_obj
def command(directory: Path, target: Path, as_json: bool) -> None:
    """Write a backup."""
    from taizhang.backup import backup
    from taizhang.cli.context import workspace_of

    made = backup(workspace_of(directory), target)
    if as_json:
        print_json({"file": str(target), "position": made.position, "head": made.head_hash})
        return
    click.echo(_("已备份：{file}，流水位置{position}，链尾 {head}").format(file=target, position=made.position, head=made.head_hash))
