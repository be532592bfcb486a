"""``taizhang worker``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.i18n import _


@click.command(help=_("运行后台任务：导入、比对、报告、导出。"))
@click.pass_obj
def command(directory: Path) -> None:
    """Work through long jobs until told to stop."""
    from taizhang.serving.server import work
    from taizhang.workspace import Workspace

    work(Workspace.open(directory))
