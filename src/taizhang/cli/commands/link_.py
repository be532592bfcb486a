"""``taizhang link``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from taizhang.cli.output import json_option, print_json, print_table
from taizhang.clock import today
from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.comparison.linkage.ledgers import LedgerLinkage

STATUSES = {"same": N_("同一人"), "person": N_("须人工核对"), "info": N_("仅供参考")}


@click.command(help=_("辨认两本台账里的同一人：号码缺失、有误，姓名同音、异体也认；拿不准的只列出来，由人认定。"))
@click.argument("left", metavar=_("台账"))
@click.argument("right", metavar=_("台账"))
@click.option("--status", type=click.Choice(list(STATUSES)), multiple=True, help=_("只列这一类（默认列须人工核对的）"))
@click.option("--names-alone", is_flag=True, help=_("除姓名外一无所知的也比，只供参考"))
@click.option("--dry-run", is_flag=True, help=_("只列出，不登记程序认定的"))
@click.option("--confirm", multiple=True, metavar=_("编号"), help=_("认定是同一人"))
@click.option("--reject", multiple=True, metavar=_("编号"), help=_("认定不是同一人"))
@click.option("--evidence", metavar=_("依据"), default="", help=_("认定的依据，必填"))
@click.option("--by", metavar=_("姓名"), help=_("认定人（默认当前系统用户）"))
@click.option("--day", "on", metavar=_("日期"), help=_("认定日期（默认今天）"))
@click.option("--unmask", metavar=_("事由"), help=_("显示个人信息，须写明事由并记录在案"))
@json_option
@click.pass_obj
def command(
    directory: Path,
    left: str,
    right: str,
    status: tuple[str, ...],
    names_alone: bool,
    dry_run: bool,
    confirm: tuple[str, ...],
    reject: tuple[str, ...],
    evidence: str,
    by: str | None,
    on: str | None,
    unmask: str | None,
    as_json: bool,
) -> None:
    """Link two ledgers, tell the links, and record what somebody has decided about them."""
    from taizhang.cli import context

    workspace = context.workspace_of(directory, recording=bool(unmask))
    from taizhang.comparison.book import Book
    from taizhang.comparison.findings import OTHER_PERSON, SAME_PERSON
    from taizhang.comparison.linkage.ledgers import do_decide_link, do_keep_certain, link_ledgers

    one, other = (context.ledger_of(workspace.pack, text) for text in (left, right))
    who, day = context.person_of(by), context.day(on) or today()
    wanted = status or (("same", "person", "info") if confirm or reject else ("person",))

    def linked() -> LedgerLinkage:
        with context.snapshot_of(workspace, None) as snapshot:
            return link_ledgers(snapshot, one, other, Book(workspace), statuses=wanted, names_alone=names_alone)

    found = linked()
    for numbers, decision in ((confirm, SAME_PERSON), (reject, OTHER_PERSON)):
        for number in numbers:
            do_decide_link(Book(workspace), found, number, decision, evidence, by=who, day=day)
            click.echo(_("{number}：已认定为“{decision}”。").format(number=number, decision=_(decision)), err=True)
    if confirm or reject:
        return
    kept = 0 if dry_run else do_keep_certain(Book(workspace), found, by=who, day=day)
    if unmask:
        context.record_unmasking(who, unmask, f"link {left} {right}")
    if as_json:
        print_json(_plain(found, kept, masked=not unmask))
        return
    _tell(found, masked=not unmask)
    if kept:
        click.echo(_("号码不同而确是同一人的{count}对已登记，比对规则按同一人比对。").format(count=kept), err=True)


def _plain(found: LedgerLinkage, kept: int, *, masked: bool) -> dict[str, Any]:
    links = [link.as_dict(masked=masked) for link in found.links]
    told = {"left": found.left.name, "right": found.right.name, "counts": dict(found.counts), "left_out": found.left_out}
    return {**told, "kept": kept, "links": links}


def _tell(found: LedgerLinkage, *, masked: bool) -> None:
    titles = {status: _(title) for status, title in STATUSES.items()}
    rows = [
        [
            link["number"],
            titles[link["status"]],
            link["decision"],
            link["weight"],
            _person(link["left"]),
            _person(link["right"]),
            told.link.text,
        ]
        for told, link in ((link, link.as_dict(masked=masked)) for link in found.links)
    ]
    if rows:
        print_table([_("编号"), _("类别"), _("认定"), _("权重"), found.left.title, found.right.title, _("理由")], rows)
    counts = {status: found.counts.get(status, 0) for status in STATUSES}
    click.echo(_("同一人{same}对，须人工核对{person}对，仅供参考{info}对。").format(**counts), err=True)


def _person(person: dict[str, Any]) -> str:
    return " ".join(str(person[column]) for column in ("name", "number", "born") if person[column])
