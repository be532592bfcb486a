"""What commands print: JSON, tables (drawn on a terminal, tab-separated when piped), progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="以JSON输出")


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


Report = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Report]:
    """Give a function ``(stage, done, total)`` that draws bars on a terminal and says each stage once when piped."""
    if not sys.stderr.isatty():
        seen: set[str] = set()

        def plain(stage: str, done: int, total: int) -> None:
            if stage not in seen:
                seen.add(stage)
                click.echo(f"… {stage}", err=True)

        yield plain
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bars:
        tasks: dict[str, Any] = {}

        def drawn(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield drawn
