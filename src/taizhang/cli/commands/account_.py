"""``taizhang account``: accounts of the office from the console, for when nobody can sign in to make or mend one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.access.models import Account
    from taizhang.workspace import Workspace


@click.group(help=_("网页办公的账号：列出、新建、重置密码（锁在门外的管理员用）。"), subcommand_metavar=_("命令 [参数]…"))
def command() -> None:
    """Accounts from the console."""


def _opened(directory: Path) -> Workspace:
    from taizhang.serving.server import prepare
    from taizhang.workspace import Workspace

    workspace = Workspace.open(directory)
    prepare(workspace)
    return workspace


def _by() -> str:
    # Whoever may use this machine's console stands above the roles; the record says that it was done here, and by whom.
    from taizhang.cli.context import person_of

    return f"console:{person_of(None)}"[:64]


def _account(username: str) -> Account:
    from taizhang.access.actions import normal_username
    from taizhang.access.models import Account
    from taizhang.errors import TaizhangError

    found = Account.objects.filter(username=normal_username(username)).first()
    if found is None:
        raise TaizhangError("access.account_unknown", name=username)
    return found


@command.command("list", help=_("列出账号和各自的角色。"))
@json_option
@click.pass_obj
def list_(directory: Path, as_json: bool) -> None:
    """List the accounts."""
    workspace = _opened(directory)
    from taizhang.access.models import Account
    from taizhang.access.words import grants_in_words

    rows = []
    for account in Account.objects.order_by("username"):
        held = [(h.grant.role, h.grant.division, h.role.title if h.role else h.grant.role) for h in grants_in_words(account, workspace)]
        rows.append((account, held))
    if as_json:
        print_json(
            [
                {
                    "account": account.username,
                    "name": account.name,
                    "open": account.is_active,
                    "second_factor": bool(account.totp_secret),
                    "roles": [{"role": role, "division": division} for role, division, _title in held],
                }
                for account, held in rows
            ]
        )
        return
    shown = [
        [
            account.username,
            account.name,
            "；".join(f"{title}（{division}）" for _role, division, title in held),
            _("在用") if account.is_active else _("已停用"),
        ]
        for account, held in rows
    ]
    print_table([_("账号"), _("姓名"), _("角色"), _("状态")], shown)


@command.command(help=_("新建账号，印出一次性密码；登录后须马上改。"))
@click.argument("username", metavar=_("账号"))
@click.option("--name", required=True, metavar=_("姓名"), help=_("姓名"))
@click.option("--role", metavar=_("角色"), help=_("角色代码，如 administrator"))
@click.option("--division", metavar=_("行政单元"), help=_("任职于哪里：代码或名称（默认本镇）"))
@click.option("--office", "offices", multiple=True, metavar=_("办公室"), help=_("所在办公室，可多写"))
@click.pass_obj
def add(directory: Path, username: str, name: str, role: str | None, division: str | None, offices: tuple[str, ...]) -> None:
    """Make an account."""
    workspace = _opened(directory)
    from django.db import transaction

    from taizhang.access.actions import do_grant, do_make_account
    from taizhang.access.passwords import one_time_password
    from taizhang.access.sight import Grant
    from taizhang.cli.context import division_of

    password = one_time_password()
    with transaction.atomic():
        account = do_make_account(username, name, password, by=_by())
        if role:
            grant = Grant(role, division_of(workspace, division).code, offices)
            do_grant(account, grant, by=_by(), pack=workspace.pack, divisions=workspace.divisions)
    _tell(workspace, account, password)


@command.command(help=_("重置密码，印出一次性密码，并解除锁定；登录后须马上改。"))
@click.argument("username", metavar=_("账号"))
@click.option("--second-factor", is_flag=True, help=_("同时停用动态验证码（手机和恢复码都丢了）"))
@click.option("--open", "reopen", is_flag=True, help=_("同时恢复已停用的账号"))
@click.pass_obj
def reset(directory: Path, username: str, second_factor: bool, reopen: bool) -> None:
    """Give an account a one-time password."""
    workspace = _opened(directory)
    from django.db import transaction

    from taizhang.access.actions import do_open_account, do_reset_password
    from taizhang.access.signing import do_end_second_factor, do_lift_lockout

    account = _account(username)
    with transaction.atomic():
        password = do_reset_password(account, by=_by())
        do_lift_lockout(account, by=_by())
        if second_factor:
            do_end_second_factor(account, by=_by())
        if reopen:
            do_open_account(account, by=_by())
    _tell(workspace, account, password)


@command.command("new-key", help=_("换一把加密动态验证码密钥的钥匙：全部重新加密，旧钥匙作废。"))
@click.pass_obj
def new_key(directory: Path) -> None:
    """Encrypt what the database keeps encrypted under a new key."""
    _opened(directory)
    from taizhang.access.secrecy import do_renew_key

    count = do_renew_key(by=_by())
    click.echo(_("已换新钥匙，重新加密{count}个。请把 .data-key 另存一份，与备份分开放。").format(count=count))


def _tell(workspace: Workspace, account: Account, password: str) -> None:
    from taizhang.access.sign_in_rules import sign_in_rules

    click.echo(_("账号：") + f"{account.username}（{account.name}）")
    click.echo(_("一次性密码：") + password)
    hours = sign_in_rules(workspace).one_time_hours
    click.echo(_("只显示这一次，{hours}小时内有效；登录后须马上改。").format(hours=hours))
