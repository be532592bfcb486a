"""``taizhang init``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.i18n import _


@click.command(help=_("新建工作区：一个目录就是一个乡镇的全部。"))
@click.argument("directory", type=click.Path(path_type=Path), metavar=_("目录"))
@click.option("--town", required=True, metavar=_("代码"), help=_("本镇9位区划代码"))
@click.option("--title", metavar=_("名称"), help=_("本镇名称（默认取区划名单）"))
@click.option(
    "--divisions",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar=_("文件"),
    help=_("区划名单CSV：code,name,valid_from,valid_to,successor"),
)
@click.option("--database", default="sqlite", show_default=True, metavar=_("地址"), help=_("sqlite 或 postgresql://…"))
@click.option("--hash", "hash_name", type=click.Choice(["sha256", "sm3"]), default="sha256", show_default=True, help=_("流水的散列算法"))
def command(directory: Path, town: str, title: str | None, divisions: Path, database: str, hash_name: str) -> None:
    """Make a workspace and say where it is."""
    from taizhang.pack.divisions import read_divisions, standard_code
    from taizhang.workspace import Workspace

    town = standard_code(town)
    node = read_divisions(divisions).get(town)
    workspace = Workspace.create(
        directory, town=town, title=title or (node.name if node else town), divisions=divisions, database=database, hash_name=hash_name
    )
    click.echo(_("已新建工作区：") + str(workspace.root))
