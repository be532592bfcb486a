"""Serving as the console tells it: the address, and on a first run the code that makes the first administrator."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.workspace import Workspace


HOST = "127.0.0.1"


def address_of(host: str, port: int) -> str:
    """Return the address to open in a browser of this machine."""
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104 - a comparison


def serve_told(workspace: Workspace, host: str, port: int, *, workers: int = 2, jobs: bool = True) -> None:
    """Say where the office is and serve it until told to stop."""
    from taizhang.serving.server import prepare, serve

    prepare(workspace, host)
    from taizhang.http.hosts import near
    from taizhang.office.first_run import setup_code

    code = setup_code.make(workspace)
    click.echo(_("网页地址：") + address_of(host, port))
    if not near(host):
        click.echo(_("本机名和内网地址都能打开；要用别的域名，先把它写进环境变量 TAIZHANG_HOSTS（多个用空格隔开）再启动。"))
    if code:
        click.echo(_("还没有账号。打开上面的地址，用这个启动码建第一个管理员：") + code)
    sys.stdout.flush()
    serve(workspace, host, port, workers=workers, jobs=jobs)
