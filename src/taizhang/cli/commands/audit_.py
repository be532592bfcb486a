"""``taizhang audit``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.errors import TaizhangError
from taizhang.i18n import _

if TYPE_CHECKING:
    from taizhang.audit import Audit
    from taizhang.audit.links_file import Question

_FILE = click.Path(dir_okay=False, path_type=Path)
_GIVEN = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command(
    help=_("审核写好的报告：逐个数字与台账比对，前后数字互相对照，把批注写回Word文件。没有工作区时只对照报告自身；“-”读标准输入。")
)
@click.argument("files", nargs=-1, required=True, type=_GIVEN, metavar=_("文件…"))
@click.option("-o", "--output", "annotated", type=_FILE, metavar=_("文件"), help=_("写出带批注的.docx：原文件不动，只加批注"))
@click.option("--html", "html", type=_FILE, metavar=_("文件"), help=_("写出网页：数字着色，问题列在旁边"))
@click.option("--table", "table", type=_FILE, metavar=_("文件"), help=_("写出.xlsx：几份报告的数字并列对照"))
@click.option("--previous", type=_GIVEN, metavar=_("文件"), help=_("上年报告：核对基数、承诺的目标、不见了的指标"))
@click.option("--links", type=_FILE, metavar=_("文件"), help=_("数字与指标的对应：读入已定的，没有时写出待定的供选择"))
@click.option("--choose", is_flag=True, help=_("逐个询问待定的指标，选择记入 --links 的文件"))
@click.option("--year", type=int, metavar=_("年份"), help=_("报告年度（默认从标题读出）"))
@click.option("--known-at", metavar=_("时间"), help=_("按当时所知：流水位置、日期或时间"))
@click.option("--passed", is_flag=True, help=_("也列出核对无误的项目"))
@json_option
@click.pass_obj
def command(
    directory: Path,
    files: tuple[Path, ...],
    annotated: Path | None,
    html: Path | None,
    table: Path | None,
    previous: Path | None,
    links: Path | None,
    choose: bool,
    year: int | None,
    known_at: str | None,
    passed: bool,
    as_json: bool,
) -> None:
    """Audit documents, print what was found, and write it where it is asked for."""
    if len(files) > 1 and (annotated or html or links):
        raise click.UsageError(_("-o、--html、--links 每次只用于一个文件；几个文件请用 --table"))
    if choose and links is None:
        raise click.UsageError(_("--choose 要同时用 --links 指明选择记在哪个文件"))
    from taizhang.audit import audit_as_dict
    from taizhang.cli.auditing import audited, keep_choices
    from taizhang.cli.context import document_of

    documents = [document_of(file) for file in files]
    before = document_of(previous) if previous else None
    with audited(directory, links, known_at) as auditor:
        audits = [auditor.audit(document, previous=before, year=year) for document in documents]
        if links is not None and keep_choices(links, auditor, audits[0], _ask if choose else None):
            audits = [auditor.audit(documents[0], previous=before, year=year)]
    written = _write(files[0], audits, annotated, html, table)
    if as_json:
        plain = [audit_as_dict(audit) for audit in audits]
        print_json(plain[0] if len(plain) == 1 else plain)
        return
    for audit in audits:
        _tell(audit, passed, named=len(audits) > 1)
    for path in written:
        click.echo(f"{path}\t{path.resolve().as_uri()}")


def _ask(question: Question) -> str | None:
    """Ask a person for the indicator of a figure."""
    click.echo(f"\n{question.section}　{question.text}　{question.measure}", err=True)
    for number, (name, title) in enumerate(question.candidates, 1):
        click.echo(f"  {number}. {title}（{name}）", err=True)
    told = _("序号；0 表示台账里没有；回车跳过")
    answer = click.prompt(
        told, default="", show_default=False, err=True, type=click.Choice(["", *map(str, range(len(question.candidates) + 1))])
    )
    if answer == "0":
        return None
    return question.candidates[int(answer) - 1][0] if answer else ""


def _write(file: Path, audits: Sequence[Audit], annotated: Path | None, html: Path | None, table: Path | None) -> list[Path]:
    from taizhang.audit.comments import write_comments
    from taizhang.audit.html_writer import write_html
    from taizhang.audit.table import write_table
    from taizhang.audit.telling import comments

    if annotated is not None:
        if audits[0].document.kind != "docx":
            raise TaizhangError("cli.only_docx", value=file.name)
        write_comments(file, annotated, comments(audits[0]))
    if html is not None:
        write_html(audits[0], html)
    if table is not None:
        write_table(audits, table)
    return [path for path in (annotated, html, table) if path is not None]


def _tell(audit: Audit, passed: bool, *, named: bool) -> None:
    from taizhang.audit.telling import ANSWER_WORDS, counts_line

    text = audit.document.text
    if named:
        click.echo(f"\n{audit.document.name}")
    rows = [
        [f.number, f.class_words, f.says or f.title, "；".join(text[a:b] for a, b in f.spans), f.arithmetic, f.proposal or ""]
        for f in audit.result.findings
    ]
    print_table([_("规则"), _("类别"), _("问题"), _("原文"), _("算式"), _("建议改为")], rows)
    odd = [v for v in audit.verdicts if v.answer not in ("agrees", "differs")]
    if odd:
        click.echo()
        quantities = audit.reading.quantities
        told = [[quantities[v.quantity].text, quantities[v.quantity].measure, _(ANSWER_WORDS[v.answer]), _near(audit, v)] for v in odd]
        print_table([_("原文"), _("衡量什么"), _("比对"), _("可能的指标")], told)
    if passed:
        click.echo()
        checks = [[c.number, c.title, "；".join(text[a:b] for a, b in c.spans), c.arithmetic] for c in audit.result.passed]
        print_table([_("规则"), _("核对无误"), _("原文"), _("算式")], checks)
    for notice in audit.document.notices:
        click.echo(notice.message, err=True)
    click.echo(counts_line(audit), err=True)


def _near(audit: Audit, verdict: object) -> str:
    return "、".join(audit.title_of(c.indicator) for c in getattr(verdict, "candidates", ()))
