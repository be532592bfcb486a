"""The driver of ``test_spark_cluster``: prints what it saw as one line of JSON."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from benchmarks.spark.cluster import Cluster

from support.spark_questions import answers, called
from taizhang.comparison import examples as comparison
from taizhang.pack import load_pack
from taizhang.warehouse.spark.connection import SMALL, connect
from taizhang.warehouse.spark.engine import PerThread, Spark

FUNCTIONS: list[tuple[str, list[Any], Any]] = [
    ("id_valid", ["99012819990101002X"], True),
    ("id_valid", ["990128199901010021"], False),
    ("card_valid", ["6217000000000000"], False),
    ("contains", ["张三丰", "三"], True),
]
TEXTS: list[tuple[str, list[Any], str]] = [
    ("id_18", ["990128600229321"], "990128196002293215"),
    ("part", ["大溪村三组", 3, 2], "村三"),
    ("joined", ["a", None], "a"),
    ("without_blanks", ["张\u3000三 "], "张三"),
    ("plain_name", ["阿依·古丽"], "阿依古丽"),
    ("month_after", ["2020-11", 2], "2021-01"),
    ("sex", ["990128196002293215"], "男"),
    ("month_of", ["2020-11"], "2020-11"),
    ("year_of", ["2020-11"], "2020"),
    ("shown", [7], "7"),
]
NUMBERS: list[tuple[str, list[Any], int]] = [
    ("edit_distance", ["吕布", "呂布"], 1),
    ("whole_number", ["0012"], 12),
    ("remainder", [-7, 3], -1),
]
ROWS, GROUPS = 2_000_000, 1_000
EXPECTED = [(g, ROWS // GROUPS, sum(range(g, ROWS, GROUPS))) for g in range(3)]
QUESTION = (
    f"SELECT g, count(*) AS n, sum(x) AS total FROM (SELECT id % {GROUPS} AS g, id AS x FROM range(0, {ROWS}, 1, 40)) AS numbers"
    " WHERE length(sha2(repeat(CAST(x AS STRING), 60), 512)) = 128 GROUP BY g ORDER BY g LIMIT 3"
)


def main() -> None:
    """Run on a cluster, kill a worker in the middle of a question, ask again."""
    told: dict[str, Any] = {"expected": [list(row) for row in EXPECTED]}
    with Cluster(2, memory="1g") as cluster:
        told["workers"] = cluster.alive()
        settings = SMALL | {"spark.executor.memory": "700m", "spark.driver.memory": "700m", "spark.sql.shuffle.partitions": "4"}
        session = connect(cluster.url, settings)
        spark = Spark(session)
        right = [answers(spark, [called(n, a) for n, a, _ in listed]) == [e for *_, e in listed] for listed in (FUNCTIONS, TEXTS, NUMBERS)]
        told["functions"] = sum(map(len, (FUNCTIONS, TEXTS, NUMBERS)))
        told["functions_right"] = told["functions"] if all(right) else 0
        pack = load_pack()
        names = list(pack.rules)[::25]
        results = comparison.run_examples(pack, names, PerThread(session))
        told["examples"], told["examples_passed"] = len(results), sum(r.passed for r in results)
        spark.make("kept", QUESTION)
        told["before"] = [list(row) for row in spark.fetch("SELECT * FROM kept")]
        killer = threading.Timer(1, cluster.kill_worker, [0])
        killer.start()
        told["after"] = [list(row) for row in spark.fetch(QUESTION)]
        killer.join()
        until = time.monotonic() + 30
        while _lost(session) == 0 and time.monotonic() < until:
            time.sleep(0.5)
        told["executors_lost"] = _lost(session)
        told["kept"] = [list(row) for row in spark.fetch("SELECT * FROM kept")]
        if told["kept"] != told["expected"]:
            told["after"] = told["kept"]
        session.stop()
    print(json.dumps(told))


def _lost(session: Any) -> int:
    """Return how many of the two executors are gone; the driver counts as one of those that are there."""
    return 3 - int(session.sparkContext._jsc.sc().getExecutorMemoryStatus().size())


if __name__ == "__main__":
    main()
