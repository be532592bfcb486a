"""``taizhang pack check | test | docs | schema``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from taizhang.cli.engines import engine_options, spark_of
from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.pack import Pack


@click.group(help=_("检查、试算、说明标准包。"))
def command() -> None:
    """Group of the pack's commands."""


@command.command(help=_("检查全部定义：格式、引用、算式。"))
@json_option
@click.pass_obj
def check(directory: Path, as_json: bool) -> None:
    """Load the pack and the lexicon; every fault is told with file, line and key."""
    pack, lexicon = _checked(directory)
    counts = {
        "ledgers": len(pack.ledgers),
        "indicators": len(pack.indicators),
        "parameters": len(pack.parameters),
        "reports": len(pack.reports),
        "audit_rules": len(pack.audit_rules),
        "lexicon": lexicon,
        "views": len(pack.views),
        "rules": len(pack.rules),
    }
    if as_json:
        print_json({"pack": pack.name, "fingerprint": pack.fingerprint, **counts, "faults": []})
        return
    click.echo(
        _(
            "没有问题：{ledgers}本台账、{indicators}个指标、{parameters}个参数、{reports}份报告、{audit_rules}条审核规则、{rules}条比对规则、{lexicon}个词表文件。"
        ).format(**counts)
    )


def _checked(directory: Path) -> tuple[Pack, int]:
    """Return the pack and how many lexicon files there are.

    Raises one ``Refusal`` with the faults of both.
    """
    from taizhang.cli.context import local_lexicon, pack_of
    from taizhang.errors import Fault, Refusal
    from taizhang.reader.lexicon import check_lexicon

    faults: list[Fault] = []
    pack, files = None, 0
    try:
        files = check_lexicon(local_lexicon(directory))
    except Refusal as refusal:
        faults = refusal.faults
    try:
        pack = pack_of(directory)
    except Refusal as refusal:
        faults = [*refusal.faults, *faults]
    if pack is None or faults:
        raise Refusal(faults, "pack.refused")
    return pack, files


@command.command(help=_("运行全部样例；可只试算指定的定义。"))
@click.argument("names", nargs=-1, metavar=_("[定义…]"))
@engine_options
@json_option
@click.pass_obj
def test(directory: Path, names: tuple[str, ...], engine: str, master: str | None, as_json: bool) -> int:
    """Run the worked examples of ledgers, indicators, parameters, reports, audit rules, views, rules and roles.

    On Spark, those that an engine runs: indicators, parameters, views and rules.
    """
    from taizhang.cli.context import pack_of
    from taizhang.cli.examples import run_all
    from taizhang.warehouse.spark.connection import SMALL
    from taizhang.warehouse.spark.engine import PerThread

    spark = spark_of(engine, master, SMALL)
    results = run_all(pack_of(directory), names, PerThread(spark.session) if spark else None)
    failed = [r for r in results if not r.passed]
    if as_json:
        print_json({"run": len(results), "failed": [r.as_dict() for r in failed]})
    else:
        if failed:
            print_table(
                [_("定义"), _("文件"), _("行"), _("应为"), _("实为")], [[r.definition, r.file, r.line, r.expected, r.got] for r in failed]
            )
        click.echo(_("样例{run}个，未通过{failed}个。").format(run=len(results), failed=len(failed)))
    return 1 if failed else 0


@command.command(help=_("写出中文数据字典（Markdown）。"))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar=_("文件"), help=_("写到文件（默认打印）"))
@click.pass_obj
def docs(directory: Path, output: Path | None) -> None:
    """Write the data dictionary."""
    from taizhang.cli.context import pack_of
    from taizhang.pack.dictionary import dictionary

    text = dictionary(pack_of(directory))
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8", newline="\n")
    click.echo(str(output))


@command.command(help=_("打印供编辑器使用的JSON Schema；写词表名（如units）时，打印该词表文件的。"))
@click.argument("section", required=False, metavar=_("[词表]"))
def schema(section: str | None) -> None:
    """Print the JSON Schema of pack files, or of one file of the lexicon."""
    from taizhang.errors import TaizhangError
    from taizhang.pack.schema import json_schema
    from taizhang.reader.lexicon_schema import lexicon_schemas, local_schema

    if section is not None and section not in lexicon_schemas():
        raise TaizhangError("cli.lexicon_unknown", value=section, known="、".join(lexicon_schemas()))
    print_json(local_schema(section) if section is not None else json_schema())
