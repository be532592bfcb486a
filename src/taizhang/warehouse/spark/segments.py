"""Parquet segments, as the workspace's own engine writes them, read by Spark."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from taizhang.pack.definitions import Pack
from taizhang.pack.divisions import DivisionTree
from taizhang.warehouse import manifest as listing
from taizhang.warehouse.columns import SUBMISSION, columns
from taizhang.warehouse.manifest import Manifest, Table
from taizhang.warehouse.snapshot import SUBMISSION_TABLE, Snapshot
from taizhang.warehouse.spark.engine import Spark, spark_type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from taizhang.warehouse.store import Warehouse


def snapshot_of(warehouse: Warehouse, engine: Spark, position: int | None = None) -> Snapshot:
    """Return what stood at a position (by default all that the warehouse has) as tables of Spark.

    Every worker must see the warehouse's folder under the same path.
    """
    manifest = listing.load(warehouse.folder)
    at = manifest.position if position is None else position
    workspace = warehouse.workspace
    return snapshot_at(warehouse.folder, manifest, workspace.pack, workspace.divisions, engine, at)


def snapshot_at(folder: Path, manifest: Manifest, pack: Pack, divisions: DivisionTree, engine: Spark, position: int) -> Snapshot:
    """Return what stood at a position of a folder of segments."""

    def make(engine: Spark, name: str, _wanted: Collection[str] | None = None) -> None:
        table = manifest.tables.get(name) or Table("")
        segments = [s for s in table.segments if s.first <= position]
        types = SUBMISSION if name == SUBMISSION_TABLE else columns(pack.ledgers[name])
        if not segments:
            engine.write(name, types, [])
            return
        frame = read(engine, [folder / s.file for s in segments], types)
        if segments[-1].last > position:
            frame = frame.where(f"_seq <= {position}")
        if name != SUBMISSION_TABLE:
            replacing = [folder / s.file for s in segments if s.replacing]
            frame = standing(frame.where("_op = 'record'"), read(engine, replacing, types) if replacing else None, position)
        engine.view(name, frame)

    engine.fit(sum(table.rows for table in manifest.tables.values()))
    return Snapshot(pack, divisions, engine, position, make)


def read(engine: Spark, files: Sequence[Path], types: Mapping[str, str]) -> DataFrame:
    """Return the rows of Parquet files whose columns are known, so that no file has to be opened to learn them."""
    schema = ", ".join(f"`{name}` {spark_type(kind)}" for name, kind in types.items())
    return engine.session.read.schema(schema).parquet(*(str(file.resolve()) for file in files))


def standing(recorded: DataFrame, replacing: DataFrame | None, position: int) -> DataFrame:
    """Return what stands at a position: recorded rows that no row up to there replaces; only ``replacing`` has such."""
    if replacing is None:
        return recorded
    replaced = replacing.where(f"_replaces IS NOT NULL AND _seq <= {position}").selectExpr("_replaces AS _replaced")
    return recorded.join(replaced, on=recorded["_seq"] == replaced["_replaced"], how="left_anti")
