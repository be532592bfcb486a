"""``taizhang import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from taizhang.cli.output import json_option, print_json, print_table, progress
from taizhang.i18n import N_, _

if TYPE_CHECKING:
    from taizhang.errors import Refusal
    from taizhang.intake.importing import ImportResult

COUNTS = ("new", "changed", "unchanged", "missing", "withdrawn", "refused")
COUNT_TITLES = (N_("新增"), N_("变更"), N_("未变"), N_("缺失"), N_("撤销"), N_("拒收"))


@click.command(help=_("导入台账文件：.xlsx .xls .ods .csv .json。默认有错全部拒收；先说明差异再记账。"))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=_("文件…"))
@click.option("--ledger", metavar=_("台账"), help=_("全部工作表都属于这本台账（默认按表名和表头辨认）"))
@click.option("--person", metavar=_("姓名"), help=_("经办人（默认当前系统用户）"))
@click.option("--partial", is_flag=True, help=_("只收下没有问题的行"))
@click.option("--confirm", "confirm_all", is_flag=True, help=_("确认全部提醒（如身份证校验码不符但已核对证件）"))
@click.option("--confirm-code", multiple=True, metavar=_("代码"), help=_("只确认这类提醒，可重复"))
@click.option("--withdraw-missing", is_flag=True, help=_("撤销文件里已没有的行（默认只提示）"))
@click.option("--dry-run", is_flag=True, help=_("只说明差异，不记账"))
@click.option("--review", is_flag=True, help=_("送审：由他人接收后才记入流水"))
@click.option(
    "--marked", type=click.Path(dir_okay=False, path_type=Path), metavar=_("文件"), help=_("标注问题的副本写到哪里（默认在原文件旁）")
)
@json_option
@click.pass_obj
def command(
    directory: Path,
    files: tuple[Path, ...],
    ledger: str | None,
    person: str | None,
    partial: bool,
    confirm_all: bool,
    confirm_code: tuple[str, ...],
    withdraw_missing: bool,
    dry_run: bool,
    review: bool,
    marked: Path | None,
    as_json: bool,
) -> int:
    """Import files one after the other; a refused file does not keep the others out."""
    from taizhang.cli.context import person_of, workspace_of
    from taizhang.errors import Refusal
    from taizhang.intake.importing import ImportResult, import_file

    workspace = workspace_of(directory)
    results: list[ImportResult] = []
    refused: list[tuple[ImportResult, Refusal]] = []
    for path in files:
        options: dict[str, Any] = {
            "ledger": ledger,
            "partial": partial,
            "withdraw_missing": withdraw_missing,
            "dry_run": dry_run,
            "review": review,
        }
        copy = (marked if len(files) == 1 else None) or path.with_name(f"{path.stem}-问题.xlsx")
        try:
            with progress() as bar:
                result = import_file(
                    workspace,
                    path,
                    person=person_of(person),
                    confirm=confirm_all or confirm_code,
                    marked_copy=copy,
                    progress=bar.share,
                    **options,
                )
        except Refusal as refusal:
            # A file that cannot even be read has no result; what became of the files before it is told all the same.
            result = getattr(refusal, "result", None) or ImportResult(path.name, faults=refusal.faults)
            refused.append((result, refusal))
        results.append(result)
    _tell(results, refused, as_json)
    return 2 if refused else 0


def _tell(results: list[ImportResult], refused: list[tuple[ImportResult, Refusal]], as_json: bool) -> None:
    from taizhang.cli.failures import show_faults

    if as_json:
        data = [{**r.as_dict(), "accepted": all(other is not r for other, _refusal in refused)} for r in results]
        print_json(data[0] if len(data) == 1 else data)
        return
    for result in results:
        why = next((str(refusal) for other, refusal in refused if other is result), "")
        if result.faults:
            show_faults(result.faults, headline=f"{result.file}：{why}" if why else str(result.file))
        if result.marked_copy:
            click.echo(_("标注问题的副本：") + str(result.marked_copy), err=True)
        if not why:
            _tell_accepted(result)


def _tell_accepted(result: ImportResult) -> None:
    rows = [[x.title, *(getattr(x, name) for name in COUNTS)] for x in result.ledgers]
    print_table([_("台账"), *(_(t) for t in COUNT_TITLES)], rows)
    for skipped in result.skipped:
        click.echo(_("略过") + f" {skipped.sheet} {skipped.row}：{skipped.reason} {skipped.text}", err=True)
    if result.dry_run:
        click.echo(_("只作比较，没有记账。"))
    elif result.submission is None:
        click.echo(_("与现有记录相同，没有改动。"))
    elif result.pending:
        click.echo(_("已送审，报送第{number}号；他人接收后记入流水。").format(number=result.submission))
    else:
        click.echo(_("已记入流水，报送第{number}号。").format(number=result.submission))
