"""``taizhang demo``: the main job from end to end on the demonstration town."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taizhang.cli.output import progress
from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.access.sight import Grant
    from taizhang.workspace import Workspace

SEED = 2020
PERIOD = "2020"
REPORT = "township_annual"


@click.command(help=_("建立演示镇（公坪镇2020年，人物均为虚构），计算数字并写出年度报告。"))
@click.argument("target", type=click.Path(file_okay=False, path_type=Path), metavar=_("目录"))
@click.option("--seed", default=SEED, show_default=True, metavar=_("整数"), help=_("随机种子：同一种子得到同一个镇"))
@click.option("--replace", is_flag=True, help=_("目录里若已有演示镇则重建"))
@click.option("--database", default="sqlite", show_default=True, metavar=_("地址"), help=_("sqlite 或 postgresql://…"))
@click.option("--serve", is_flag=True, help=_("建好后列出各角色的演示账号，并启动网页"))
@click.option("--port", default=8000, show_default=True, metavar=_("端口"), help=_("网页端口（与 --serve 同用）"))
@click.option("--faults", is_flag=True, help=_("再把每条比对规则查的错各放进去几处，清单写在faults.json"))
def command(target: Path, seed: int, replace: bool, database: str, serve: bool, port: int, faults: bool) -> None:
    """Build the town, compute its figures, write its report, say where everything is; plant faults and serve it when asked to."""
    from taizhang.demo.build import build
    from taizhang.pack.loader import DEMONSTRATION_TOWN, SHIPPED
    from taizhang.workspace import Workspace

    if serve:
        from taizhang.serving.configuration import configure_ahead

        configure_ahead()
    if replace:
        _clear(target)
    divisions = SHIPPED / "township" / "divisions.csv"
    workspace = Workspace.create(target, town=DEMONSTRATION_TOWN, title="公坪镇", divisions=divisions, database=database)
    with progress() as bar:
        build(workspace, seed, bar.share)
    click.echo(_("演示镇已建好：") + str(workspace.root))
    _write(workspace)
    if faults:
        _plant(workspace)
    if serve:
        _serve(workspace, port)


def _plant(workspace: Workspace) -> None:
    from taizhang.demo.faults import LIST, plant

    with progress() as bar:
        planted, failed = plant(workspace, tell=bar.share)
    rules = {instance.rule for instance in planted}
    click.echo(
        _("已放进{count}处错，涉及{rules}条规则，清单：{path}").format(count=len(planted), rules=len(rules), path=workspace.path(LIST))
    )
    for name in [name for name in workspace.pack.rules if name not in rules]:
        why = next((f.why for f in failed if f.rule == name), _("规则没有查得出的范例"))
        click.echo(_("没有放进去的：{rule}（{why}）").format(rule=workspace.pack.rules[name].title, why=why))


def _serve(workspace: Workspace, port: int) -> None:
    from taizhang.cli.output import print_table
    from taizhang.cli.serving import HOST, serve_told
    from taizhang.demo.staff import PASSWORD, make_staff
    from taizhang.serving.server import prepare

    prepare(workspace)
    rows = [[m.username, m.name, "、".join(_role(workspace, grant) for grant in m.grants), PASSWORD] for m in make_staff(workspace)]
    click.echo(_("演示账号（人物均为虚构）："))
    print_table([_("账号"), _("姓名"), _("角色"), _("密码")], rows)
    serve_told(workspace, HOST, port)


def _role(workspace: Workspace, grant: Grant) -> str:
    return f"{workspace.pack.roles[grant.role].title}（{workspace.divisions[grant.division].name}）"


def _clear(target: Path) -> None:
    # Only ever a workspace of ours is removed, never a folder that happens to have the name.
    from taizhang.workspace.folder import SETTINGS

    if (target / SETTINGS).is_file() and (target / "demo-files").is_dir():
        shutil.rmtree(target)


def _write(workspace: Workspace) -> None:
    from taizhang.cli.context import snapshot_of
    from taizhang.cli.writing import report_of, write
    from taizhang.figures.computing import compute_many

    with snapshot_of(workspace, None) as snapshot:
        figures = compute_many(snapshot, None, [PERIOD], [workspace.town])
        click.echo(_("已算出{count}个指标，流水位置{position}。").format(count=len(figures), position=snapshot.position))
        report = report_of(workspace, snapshot, REPORT, PERIOD, workspace.town)
        for suffix, title in ((".docx", _("报告（Word）")), (".html", _("报告（网页，数字可点开）")), (".json", _("数字清单"))):
            path = write(report, snapshot, workspace.path("reports", f"{report.title}{suffix}"))
            click.echo(f"{title}：{path}\n    {path.as_uri()}")
