"""The driver of ``test_spark_cluster``: prints what it saw as one line of JSON."""

from __future__ import annotations

import json
import threading
import time
from datetime import date
from typing import Any

from benchmarks.spark.cluster import Cluster

from support.query_function_cases import CASES
from support.spark_questions import called
from taizhang.comparison import examples as comparison
from taizhang.pack import load_pack
from taizhang.warehouse.spark.connection import SMALL, connect
from taizhang.warehouse.spark.engine import PerThread, Spark

ASKED: list[tuple[str, list[Any]]] = [
    ("id_valid", ["990128196002293213"]),
    ("id_valid", ["990128196002293215"]),
    ("card_valid", ["6217000000000000"]),
    ("contains", ["张三丰", "三"]),
    ("id_18", ["990128600229321"]),
    ("part", ["大溪村三组", 3, 2]),
    ("joined", ["a", "组"]),
    ("without_blanks", ["张\u3000三 "]),
    ("month_start", ["2020-02"]),
    ("month_end", ["2020-02"]),
    ("day_of", [date(2020, 2, 29)]),
    ("minutes_between", [date(1988, 4, 1), date(1988, 10, 1)]),
    ("credit_code_valid", ["91350211M000100Y43"]),
    ("edit_distance", ["吕布", "呂布"]),
    ("whole_number", ["0012"]),
    ("remainder", [-7, 3]),
]
RULES = ("plot_double_claimed", "village_area_gt_baseline")  # groups, sums, joins and views; each table is a job of its own here
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
        told["functions"] = len(ASKED)
        (answers,) = spark.fetch(f"SELECT {', '.join(called(name, given) for name, given in ASKED)}")
        told["functions_right"] = sum(answer == CASES[name][0](*given) for answer, (name, given) in zip(answers, ASKED, strict=True))
        pack = load_pack()
        results = comparison.run_examples(pack, RULES, PerThread(session))
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
