"""``taizhang serve``."""

from __future__ import annotations

from pathlib import Path

import click

from taizhang.i18n import _


@click.command(help=_("启动网页：镇村工作人员用浏览器办公。"))
@click.option("--port", default=8000, show_default=True, metavar=_("端口"), help=_("端口"))
@click.option("--host", default="127.0.0.1", show_default=True, metavar=_("地址"), help=_("监听地址；0.0.0.0 为本机所有网卡"))
@click.option("--workers", default=2, show_default=True, metavar=_("个数"), help=_("网页进程数"))
@click.option("--no-jobs", is_flag=True, help=_("不带后台任务进程（另用 taizhang worker 启动）"))
@click.pass_obj
def command(directory: Path, port: int, host: str, workers: int, no_jobs: bool) -> None:
    """Serve the office until told to stop."""
    from taizhang.cli.serving import serve_told
    from taizhang.workspace import Workspace

    serve_told(Workspace.open(directory), host, port, workers=workers, jobs=not no_jobs)
