"""The choice of an engine on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from taizhang.errors import TaizhangError
from taizhang.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taizhang.warehouse.spark.engine import Spark

SPARK = "spark"
F = TypeVar("F", bound=Callable[..., Any])


def engine_options(command: F) -> F:
    """Add ``--engine`` and ``--master`` to a command."""
    engine = click.option(
        "--engine",
        type=click.Choice(["duckdb", SPARK]),
        default="duckdb",
        show_default=True,
        help=_("用哪个引擎计算；spark须另装taizhang[spark]"),
    )
    master = click.option(
        "--master", metavar=_("地址"), help=_("Spark主节点：spark://主机:7077（默认取TAIZHANG_SPARK_MASTER，没有时为本机local[*]）")
    )
    return engine(master(command))


def spark_of(engine: str, master: str | None, settings: Mapping[str, str] | None = None) -> Spark | None:
    """Return a Spark that was asked for, None where the workspace's own engine is to do the work.

    Raises ``TaizhangError``: ``cli.master_without_spark`` and what ``connect`` raises.
    """
    if engine != SPARK:
        if master:
            raise TaizhangError("cli.master_without_spark")
        return None
    from taizhang.warehouse.spark.connection import connect
    from taizhang.warehouse.spark.engine import Spark

    return Spark(connect(master, settings))
