"""``taizhang restore``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _


@click.command(help=_("从备份恢复到一个新目录，恢复后即校验流水、重建数据仓。"))
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=_("备份文件"))
@click.argument("target", type=click.Path(file_okay=False, path_type=Path), metavar=_("目录"))
@click.option("--database", metavar=_("地址"), help=_("恢复到哪个数据库（默认与备份相同）"))
@json_option
def command(source: Path, target: Path, database: str | None, as_json: bool) -> int:
    """Restore a backup, verify its journal, rebuild its warehouse."""
    from taizhang.backup import restore
    from taizhang.serving.configuration import configure_ahead
    from taizhang.warehouse.store import Warehouse

    configure_ahead()  # the office's tables are restored too
    workspace, faults = restore(source, target, database=database)
    result = Warehouse(workspace).rebuild()
    if as_json:
        print_json({"workspace": str(workspace.root), "position": result.to_position, "faults": [f.as_dict() for f in faults]})
    elif faults:
        print_table([_("问题"), _("说明")], [[f.code, f.message] for f in faults])
        click.echo(_("已恢复，但流水有{count}处不符。").format(count=len(faults)))
    else:
        click.echo(_("已恢复：{path}，流水完整，共{rows}行。").format(path=workspace.root, rows=result.to_position))
    return 1 if faults else 0
