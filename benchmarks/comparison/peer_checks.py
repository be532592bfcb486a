"""Checks of values in Pandera and in Great Expectations; runs in an environment of its own: ``peer_checks.py pandera|great_expectations FILES.json OUT``.

The same checks as ``checks/rules/values.yaml``; loading with pandas is part of the time, as ours includes reading.
"""

import json
import sys
import time
from datetime import datetime
from pathlib import Path

NUMBER = r"^(\d{17}[\dX]|\d{15})$"
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
NATIONS = ["汉族", "侗族", "苗族", "土家族", "瑶族", "其他"]
COLUMNS = {
    "payment": ["payee_id", "payee", "village", "amount", "kind", "status", "for_month"],
    "resident": ["id_number", "name", "household", "sex", "nation", "born_on"],
}
FIRST, LAST = datetime(1900, 1, 1), datetime(2020, 12, 31)  # noqa: DTZ001 - compared with days that have none


def load(spec, names):
    """Return what stands in a ledger."""
    import pandas as pd
    import pyarrow.parquet as pq

    def read(paths, columns):
        return pq.ParquetDataset(paths).read(columns=columns).to_pandas(types_mapper=pd.ArrowDtype)

    frame = read(spec["all"], [*names, "_seq", "_op"])
    frame = frame[frame["_op"] == "record"]
    if spec["replacing"]:
        frame = frame[~frame["_seq"].isin(read(spec["replacing"], ["_replaces"])["_replaces"].dropna())]
    frame = frame.set_index("_seq").drop(columns="_op")
    if "amount" in frame:
        frame["amount"] = frame["amount"].astype("float64")
    if "born_on" in frame:
        frame["born_on"] = pd.to_datetime(frame["born_on"])
    return frame.astype({c: "object" for c in frame.columns if c not in ("amount", "born_on")})


def with_pandera(ledger, frame):
    """Return the rows that fail."""
    import pandera.pandas as pa

    def column(*checks, nullable=True):
        return pa.Column(None, list(checks), nullable=nullable)

    check = pa.Check
    schemas = {
        "payment": {
            "payee_id": column(check.str_matches(NUMBER), nullable=False), "payee": column(nullable=False), "village": column(nullable=False),
            "amount": column(check.gt(0), nullable=False), "kind": column(check.isin(["正常", "补发", "重发"])),
            "status": column(check.isin(["成功", "退回"])), "for_month": column(check.str_matches(MONTH), nullable=False),
        },
        "resident": {
            "id_number": column(check.str_matches(NUMBER), nullable=False), "name": column(nullable=False), "household": column(nullable=False),
            "sex": column(check.isin(["男", "女"]), nullable=False), "nation": column(check.isin(NATIONS)),
            "born_on": column(check.in_range(str(FIRST), str(LAST))),
        },
    }  # fmt: skip
    try:
        pa.DataFrameSchema(schemas[ledger]).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return sorted({int(i) for i in error.failure_cases["index"].dropna()})
    return []


def with_great_expectations(ledger, frame):
    """Return the rows that fail."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    lists = {
        "payment": [
            gxe.ExpectColumnValuesToMatchRegex(column="payee_id", regex=NUMBER), gxe.ExpectColumnValuesToNotBeNull(column="payee_id"),
            gxe.ExpectColumnValuesToNotBeNull(column="payee"), gxe.ExpectColumnValuesToNotBeNull(column="village"),
            gxe.ExpectColumnValuesToBeBetween(column="amount", min_value=0, strict_min=True), gxe.ExpectColumnValuesToNotBeNull(column="amount"),
            gxe.ExpectColumnValuesToBeInSet(column="kind", value_set=["正常", "补发", "重发"]),
            gxe.ExpectColumnValuesToBeInSet(column="status", value_set=["成功", "退回"]),
            gxe.ExpectColumnValuesToMatchRegex(column="for_month", regex=MONTH), gxe.ExpectColumnValuesToNotBeNull(column="for_month"),
        ],
        "resident": [
            gxe.ExpectColumnValuesToMatchRegex(column="id_number", regex=NUMBER), gxe.ExpectColumnValuesToNotBeNull(column="id_number"),
            gxe.ExpectColumnValuesToNotBeNull(column="name"), gxe.ExpectColumnValuesToNotBeNull(column="household"),
            gxe.ExpectColumnValuesToBeInSet(column="sex", value_set=["男", "女"]), gxe.ExpectColumnValuesToNotBeNull(column="sex"),
            gxe.ExpectColumnValuesToBeInSet(column="nation", value_set=NATIONS),
            gxe.ExpectColumnValuesToBeBetween(column="born_on", min_value=FIRST, max_value=LAST),
        ],
    }  # fmt: skip
    context = gx.get_context(mode="ephemeral")
    batch = (
        context.data_sources.add_pandas("here")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    suite = gx.ExpectationSuite(name="values", expectations=lists[ledger])
    options = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_row"]}
    found = batch.validate(suite, result_format=options)
    return sorted({int(r["_row"]) for result in found.results for r in result.result.get("unexpected_index_list") or []})


def main():
    """Run one way and write the rows that fail and the seconds."""
    way, files, target = sys.argv[1:4]
    listed = json.loads(Path(files).read_text(encoding="utf-8"))
    __import__("pandera.pandas" if way == "pandera" else way)
    run = {"pandera": with_pandera, "great_expectations": with_great_expectations}[way]
    began, used = time.perf_counter(), time.process_time()
    rows = {}
    for ledger, names in COLUMNS.items():
        frame = load(listed[ledger], names)
        if way == "great_expectations":
            frame = frame.reset_index(names="_row")
        rows[ledger] = run(ledger, frame)
    seconds = time.perf_counter() - began
    Path(target).write_text(
        json.dumps({"seconds": seconds, "used": time.process_time() - used, "rows": rows}, ensure_ascii=False), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
