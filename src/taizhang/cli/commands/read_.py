"""``taizhang read``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.reader import Reading
    from taizhang.reader.documents import Document

SCOPES = {
    "this_year": N_("当年"), "last_year": N_("上年"), "cumulative": N_("累计"), "plan": N_("计划"), "five_year": N_("五年"), "unknown": "",
}  # fmt: skip
APPROXIMATIONS = {"over": N_("多于"), "about": N_("约"), "under": N_("不足")}
PASSED = {
    "date": N_("日期"), "period": N_("时期"), "enumeration": N_("序号"), "ordinal": N_("序数"), "document": N_("文件会议"),
    "slogan": N_("口号"), "term": N_("固定用语"), "nominal_scale": N_("称号"), "identifier": N_("编号"), "place": N_("地名"),
    "idiom": N_("成语词语"), "name": N_("名称"), "page": N_("页码"), "boilerplate": N_("套话"), "bare_number": N_("无单位的数"),
}  # fmt: skip


@click.command(help=_("读出一篇报告里的每个数字：数值、单位、约数、衡量什么、时期和彼此关系。不需要工作区；“-”读标准输入。"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path), metavar=_("文件"))
@click.option("--year", type=int, metavar=_("年份"), help=_("报告年度（默认从标题读出）"))
@click.option("--passed", is_flag=True, help=_("也列出读到而不算数字的地方及其原因"))
@json_option
@click.pass_obj
def command(directory: Path, file: Path, year: int | None, passed: bool, as_json: bool) -> None:
    """Read a document's figures and print them."""
    from taizhang.cli.context import document_of, lexicon_of
    from taizhang.reader import as_dict, read_text

    document = document_of(file)
    reading = read_text(document.text, lexicon_of(directory), year=year, numbers=document.numbers)
    if as_json:
        print_json({"file": file.name, "text": document.text, **as_dict(reading), "notices": [n.as_dict() for n in document.notices]})
        return
    _tell(reading, document, passed)


def _tell(reading: Reading, document: Document, passed: bool) -> None:
    header = [_("位置"), _("原文"), _("数值"), _("单位"), _("约数"), _("衡量什么"), _("口径"), _("时期")]
    print_table(header, [_row(q) for q in reading.quantities])
    if passed:
        click.echo()
        rows = [[f"{p.start}–{p.end}", p.text, _(PASSED[p.kind]), p.value] for p in reading.passed]
        print_table([_("位置"), _("原文"), _("为何不算"), _("读作")], rows)
    for notice in document.notices:
        click.echo(notice.message, err=True)
    click.echo(_("数字{count}个，略过{passed}处。").format(count=len(reading.quantities), passed=len(reading.passed)), err=True)


def _row(q: Any) -> list[Any]:
    from taizhang.reader.model import number_text

    value = number_text(q.value) + (f"–{number_text(q.value_max)}" if q.value_max is not None else "")
    approximation = _(APPROXIMATIONS[q.approx]) if q.approx else ""
    return [
        f"{q.start}–{q.end}",
        q.text,
        value,
        q.unit.name,
        approximation,
        q.measure,
        _(SCOPES[q.scope]) if SCOPES[q.scope] else "",
        q.period,
    ]
