"""What commands print: JSON, tables (drawn on a terminal, tab-separated when piped), progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import click

from taizhang.i18n import N_, _

json_option = click.option("--json", "as_json", is_flag=True, help=_("以JSON输出"))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def print_json(data: Any) -> None:
    """Print data as JSON; decimals as exact text."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def shown(value: Any) -> str:
    """Return a value as a cell of a table."""
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def table_text(header: Sequence[str], rows: Sequence[Sequence[Any]], *, tty: bool) -> str:
    """Return a table: drawn for a terminal, tab-separated for a pipe."""
    if not tty:
        lines = [header, *rows]
        return "\n".join("\t".join(shown(c).replace("\t", " ").replace("\n", " ") for c in line) for line in lines)
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in header:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(shown(c).replace("[", r"\[") for c in row))
    console = Console(highlight=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip("\n")


def print_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table to standard output."""
    click.echo(table_text(header, rows, tty=sys.stdout.isatty()))


class Bar(Protocol):
    """Told how far a piece of long work is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell by count."""

    def share(self, stage: str, share: float) -> None:
        """Tell by share, from 0 to 1."""


class _Plain:
    """Says each stage once: for pipes and logs."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._seen:
            self._seen.add(stage)
            click.echo(f"… {stage_title(stage)}", err=True)

    def share(self, stage: str, share: float) -> None:
        self(stage, round(share * 100), 100)


class _Drawn:
    """Draws bars on a terminal."""

    def __init__(self, bars: Any) -> None:
        self._bars, self._tasks = bars, {}  # type: Any, dict[str, Any]

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage_title(stage), total=total or None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)

    def share(self, stage: str, share: float) -> None:
        if "" not in self._tasks:
            self._tasks[""] = self._bars.add_task(stage_title(stage), total=100)
        self._bars.update(self._tasks[""], completed=round(share * 100), description=stage_title(stage))


STAGES = {
    "read": N_("读取"),
    "check": N_("逐格检查"),
    "compare": N_("与现有记录比较"),
    "record": N_("记入流水"),
    "warehouse": N_("刷新数据仓"),
    "generate": N_("生成台账各行"),
    "done": N_("完成"),
}


def stage_title(stage: str) -> str:
    """Return what a stage is called on the screen."""
    return _(STAGES.get(stage, stage))


@contextmanager
def progress() -> Iterator[Bar]:
    """Give a teller of progress that draws bars on a terminal and says each stage once when piped."""
    if not sys.stderr.isatty():
        yield _Plain()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Drawn(bars)
