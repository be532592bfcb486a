"""``taizhang submission list | show | accept | return``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.journal.records import Submission

STATUS = {"pending": N_("待审"), "accepted": N_("已接收"), "returned": N_("已退回")}


@click.group(help=_("查看、接收或退回报送。"))
def command() -> None:
    """Group of the commands about submissions."""


def _plain(s: Submission) -> dict[str, Any]:
    from dataclasses import asdict

    data = asdict(s)
    return {k: (v.isoformat() if hasattr(v, "isoformat") else v) for k, v in data.items()}


@command.command("list", help=_("列出报送。"))
@click.option("--status", type=click.Choice(list(STATUS)), help=_("只列这种状态"))
@json_option
@click.pass_obj
def list_(directory: Path, status: Any, as_json: bool) -> None:
    """List submissions, newest last."""
    from taizhang.cli.context import workspace_of
    from taizhang.clock import SHANGHAI

    workspace_of(directory)
    from taizhang.journal import read

    found = read.submissions(status=status)
    if as_json:
        print_json([_plain(s) for s in found])
        return
    rows = [
        [s.number, _(STATUS[s.status]), s.person, s.source.name, s.rows, s.created_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")]
        for s in found
    ]
    print_table([_("报送"), _("状态"), _("经办人"), _("来源"), _("行数"), _("时间")], rows)


@command.command(help=_("接收一份待审的报送。"))
@click.argument("number", type=int, metavar=_("编号"))
@click.option("--person", metavar=_("姓名"), help=_("审核人"))
@click.pass_obj
def accept(directory: Path, number: int, person: str | None) -> None:
    """Accept a pending submission."""
    from taizhang.cli.context import person_of, workspace_of

    workspace_of(directory)
    from taizhang.journal.actions import do_accept

    do_accept(number, person_of(person))
    click.echo(_("已接收报送第{number}号。").format(number=number))


@command.command("return", help=_("退回一份待审的报送，须写明原因。"))
@click.argument("number", type=int, metavar=_("编号"))
@click.option("--reason", required=True, metavar=_("原因"))
@click.option("--person", metavar=_("姓名"), help=_("审核人"))
@click.pass_obj
def return_(directory: Path, number: int, reason: str, person: str | None) -> None:
    """Return a pending submission with a reason."""
    from taizhang.cli.context import person_of, workspace_of

    workspace_of(directory)
    from taizhang.journal.actions import do_return

    do_return(number, person_of(person), reason)
    click.echo(_("已退回报送第{number}号。").format(number=number))
