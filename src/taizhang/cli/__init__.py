"""The command line: it asks and shows. Each command is one module of ``commands``, loaded when it is called."""

from __future__ import annotations

import gettext
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from taizhang import __version__
from taizhang.collector import collect_seldom
from taizhang.i18n import LOCALE_DIR, N_, _, language

# name → what `--help` says; the module of the same name holds the command (`import` is a Python word).
COMMANDS = {
    "init": N_("新建工作区"),
    "demo": N_("建立演示镇并写出年度报告"),
    "import": N_("导入台账文件"),
    "template": N_("生成空白台账模板"),
    "ledgers": N_("列出台账"),
    "figures": N_("计算指标数字"),
    "trace": N_("追溯一个数字到每一行"),
    "report": N_("写出报告，或检查哪些句子已过时"),
    "read": N_("读出一篇报告里的每个数字"),
    "audit": N_("审核写好的报告：数字对台账、前后对照"),
    "check": N_("比对台账，登记疑点"),
    "link": N_("辨认两本台账里的同一人"),
    "case": N_("核查疑点：交办、核实、认定、追缴"),
    "submission": N_("查看、接收或退回报送"),
    "serve": N_("启动网页"),
    "worker": N_("运行后台任务"),
    "account": N_("网页账号：列出、新建、重置密码"),
    "verify": N_("校验流水是否被改动"),
    "warehouse": N_("刷新或重建数据仓"),
    "backup": N_("备份工作区"),
    "restore": N_("从备份恢复"),
    "pack": N_("检查、试算、说明标准包"),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are called, so that help comes at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"taizhang.cli.commands.{cmd_name}_")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section(_("命令")):
            formatter.write_dl([(name, _(text)) for name, text in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar=_("[选项]"),
    subcommand_metavar=_("命令 [参数]…"),
)
@click.version_option(__version__, "--version", help=_("显示版本"))
@click.option("-C", "directory", type=click.Path(path_type=Path), default=Path(), metavar=_("目录"), help=_("工作区目录（默认当前目录）"))
@click.pass_context
def taizhang(ctx: click.Context, directory: Path) -> None:
    """台账"""
    ctx.obj = directory


taizhang.help = _("台账：乡镇台账，从记一笔账到写年度报告。") + "\n\n" + _("退出码：0 完成，1 失败，2 拒收输入。")


def _speak() -> None:
    # click asks the standard catalogue "messages" for its own words; ours has them in Chinese.
    if language() == "zh":
        os.environ["LANGUAGE"] = "zh"
        gettext.bindtextdomain("messages", LOCALE_DIR)


def _utf8() -> None:
    # An old Windows console or a pipe may not speak UTF-8; a name must never end the program.
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8" if not stream.isatty() else None, errors="replace")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    from taizhang.cli.failures import told

    collect_seldom()
    _utf8()
    _speak()
    sys.exit(
        told(
            lambda: taizhang.main(args=arguments, prog_name="taizhang", standalone_mode=False), debug=bool(os.environ.get("TAIZHANG_DEBUG"))
        )
    )
