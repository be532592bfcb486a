"""Spark sessions: on this machine, or driving a cluster."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "TAIZHANG_SPARK_MASTER"  # of the environment, where no option says otherwise
LOCAL = "local[*]"
# What makes Spark give the rows that DuckDB gives, whatever the machine's own settings.
EXACT = {
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never a null
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.storeAssignmentPolicy": "ANSI",
    "spark.sql.session.timeZone": "UTC",  # the ledgers' times have no zone
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # scales as written
    "spark.sql.caseSensitive": "true",
    # It makes unresolved plans of unions in which a column comes twice (Spark 4.3), and once made wrong ones (SPARK-39887, SPARK-53308).
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
}
# Rows are joined by what is worked out of them (a checked number, a name without blanks): a table in memory works it out once for each row, sorting anew at every comparison.
HASHED = {"spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold": "64m"}
QUIET = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
# Where planning, compiling and dividing cost more than the rows; a session can be told so at any time.
FEW_ROWS = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.inMemoryColumnarStorage.compressed": "false",
}
# Each question is planned once: nothing runs long enough to be worth compiling well. What little is compiled fills the usual room for it (48 MB) within
# some hundred questions, after which Java would compile nothing more.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=512m"
# Half a gigabyte of the driver is what Spark's parser remembers of some hundred questions; with the usual one (1 GB) there is no room for tables that
# go to every worker. By the environment, so that Spark's own files have the last word.
DRIVER_MEMORY = "4g"
# For many small questions, asked of this machine alone.
SMALL = {
    **FEW_ROWS,
    "spark.sql.autoBroadcastJoinThreshold": "-1",  # a job of its own for each table, where all rows are in one place anyway
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": f"{JAVA_OPTIONS} -XX:+UseSerialGC",
}


def connect(master: str | None = None, settings: Mapping[str, str] | None = None) -> SparkSession:
    """Return a session of a master: the one told, the environment's ``TAIZHANG_SPARK_MASTER``, or this machine.

    Other settings come from Spark's own files (``SPARK_CONF_DIR``). Raises ``TaizhangError``: ``spark.missing``, ``spark.java_missing``,
    ``spark.not_started``.
    """
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")  # which nothing here uses
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise TaizhangError("spark.missing") from None
    if not has_java():
        raise TaizhangError("spark.java_missing")
    where = master or os.environ.get(MASTER) or LOCAL
    os.environ.setdefault("SPARK_DRIVER_MEMORY", DRIVER_MEMORY)
    builder = SparkSession.builder.master(where).appName("taizhang")
    for name, value in {**QUIET, **HASHED, **(settings or {}), **EXACT}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)[:200]
        raise TaizhangError("spark.not_started", master=where, reason=reason) from None


def has_java() -> bool:
    """Say whether there is a Java to run Spark with."""
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java") or (home and shutil.which("java", path=os.path.join(home, "bin"))))  # noqa: PTH118 - a search path is a text
