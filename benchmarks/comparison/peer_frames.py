"""The like of some rules in Polars and in pandas; runs in an environment of its own: ``peer_frames.py polars|pandas FILES.json ROWS.json``.

``FILES.json`` names the Parquet files of each ledger, and those in which rows replace others; reading them is part of the time. Each rule gives what
the statement by hand gives: subject, programme, month, amount, and the row that shows it.
"""

import json
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

DAY = date(2020, 12, 31)
NEEDED = {
    "payment": ["payee_id", "programme", "for_month", "amount", "status", "kind", "household", "_division"],
    "payment_elsewhere": ["payee_id", "programme", "for_month", "amount", "status", "town_code"],
    "resident": [
        "id_number",
        "died_on",
        "death_source",
        "phone",
        "household",
        "left_on",
        "born_on",
        "moved_out_on",
        "moved_in_on",
        "presence",
    ],
    "household": ["number", "phone", "closed_on"],
    "death_record": ["id_number", "died_on", "source"],
    "person_link": ["left_id", "right_id", "decision"],
    "fund_catalogue": ["programme", "grace_months", "starts_on", "local_only", "unit", "target", "cycle"],
    "subsistence_allowance": ["id_number", "enrolled_on", "left_on"],
    "destitute_support": ["id_number", "enrolled_on", "left_on"],
    "subsidy_declaration": ["plot", "for_year", "household", "verified_area", "verified_on"],
    "plot": ["number", "area"],
    "cadre": ["phone"],
    "village_group": ["phone"],
    "village_post": ["phone"],
    "pension_payment": ["id_number", "scheme", "for_month", "amount", "status", "kind"],
}


def month_after(day, months):
    """Return the month so many months after a day's."""
    index = day.year * 12 + day.month - 1 + int(months or 0)
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def with_polars(files):  # noqa: PLR0915 - ten rules one below the other
    """Run the rules in Polars, lazily, all of them collected together so that it may share scans."""
    import polars as pl

    def ledger(name):
        spec = files[name]
        frame = pl.scan_parquet(spec["all"]).filter(pl.col("_op") == "record")
        if spec["replacing"]:
            later = pl.scan_parquet(spec["replacing"]).filter(pl.col("_replaces").is_not_null()).select(pl.col("_replaces").alias("_seq"))
            frame = frame.join(later, on="_seq", how="anti")
        return frame.select(*NEEDED[name], "_seq")

    col = pl.col
    paid = ledger("payment").filter(col("status").fill_null("成功") != "退回")
    resident, catalogue = ledger("resident"), ledger("fund_catalogue")
    three = [col("payee_id").alias("subject"), "programme", col("for_month").alias("month")]
    told = [col("amount").sum(), col("_seq").min()]
    five = [*three, "amount", "_seq"]
    nothing = [pl.lit(None, pl.String).alias("programme"), pl.lit(None, pl.String).alias("month"), pl.lit(None).alias("amount")]

    def month(name):
        return col(name).dt.strftime("%Y-%m")

    def later_month(day, months):
        return pl.col(day).dt.offset_by(pl.concat_str(col(months).fill_null(0).cast(pl.String), pl.lit("mo"))).dt.strftime("%Y-%m")

    out = {}
    out["dup_payment_same_period"] = (
        paid.filter(col("kind").fill_null("正常") != "补发")
        .group_by("payee_id", "programme", "for_month")
        .agg(pl.len(), *told)
        .filter(col("len") > 1)
        .select(five)
    )
    died = pl.concat(
        [
            ledger("death_record").filter(col("source") != "村报").select("id_number", "died_on"),
            resident.filter(col("died_on").is_not_null() & (col("death_source").fill_null("") != "村报")).select("id_number", "died_on"),
        ]
    )
    links = ledger("person_link").filter(col("decision") == "同一人")
    for one, other in (("left_id", "right_id"), ("right_id", "left_id")):
        linked = links.select(col(one).alias("id_number"), other).join(died, on="id_number")
        died = pl.concat([died, linked.select(col(other).alias("id_number"), "died_on")])
    died = died.group_by("id_number").agg(col("died_on").min())
    grace = catalogue.filter(col("starts_on") <= DAY).group_by("programme").agg(col("grace_months").fill_null(0).max())
    out["deceased_paid"] = (
        paid.join(died, left_on="payee_id", right_on="id_number")
        .join(grace, on="programme", how="left")
        .filter((col("for_month") > later_month("died_on", "grace_months")) & ~col("programme").str.contains("丧葬|殡葬|抚恤|死亡"))
        .select(five)
    )
    gone = resident.filter(col("moved_out_on").is_not_null() & (col("presence").fill_null("常住") != "外出就学")).select(
        "id_number", "moved_out_on", "moved_in_on"
    )
    back = (col("moved_in_on") >= col("moved_out_on")) & (col("for_month") >= month("moved_in_on"))
    out["moved_out_paid"] = (
        paid.join(gone, left_on="payee_id", right_on="id_number")
        .join(catalogue.select("programme", "grace_months", "local_only"), on="programme", how="left")
        .filter(
            (col("for_month") > later_month("moved_out_on", "grace_months")) & col("local_only").fill_null(True) & ~back.fill_null(False)
        )
        .group_by("payee_id", "programme", "for_month")
        .agg(told)
        .select(five)
    )
    by_household = catalogue.filter((col("unit") == "户") | (col("unit").is_null() & (col("target") == "按户"))).select(
        "programme", "cycle"
    )
    period = (
        pl.when(col("cycle") == "按年").then(col("for_month").str.slice(0, 4))
        .when(col("cycle") == "按季").then(col("for_month").str.slice(0, 4) + ((col("for_month").str.slice(5).cast(pl.Int32) - 1) // 3).cast(pl.String))
        .otherwise(col("for_month"))
    )  # fmt: skip
    out["dup_household_program"] = (
        paid.filter((col("kind").fill_null("正常") != "补发") & col("household").is_not_null())
        .join(by_household, on="programme")
        .with_columns(period.alias("period"))
        .group_by("household", "programme", "period")
        .agg(col("payee_id").n_unique(), col("for_month").min(), *told)
        .filter(col("payee_id") > 1)
        .select(col("household").alias("subject"), "programme", col("for_month").alias("month"), "amount", "_seq")
    )
    here = paid.filter(col("_division").str.len_chars() >= 9).select(
        "payee_id", "programme", "for_month", col("_division").str.slice(0, 9).alias("town"), "amount", "_seq"
    )
    elsewhere = ledger("payment_elsewhere").filter(col("status").fill_null("成功") != "退回")
    elsewhere = elsewhere.select("payee_id", "programme", "for_month", col("town_code").alias("town"), "amount", "_seq")
    moved = resident.filter(col("moved_in_on").is_not_null() | col("moved_out_on").is_not_null())
    moved = pl.concat([moved.select("id_number", month(c).alias("for_month")) for c in ("moved_in_on", "moved_out_on")]).drop_nulls()
    out["dup_cross_town"] = (
        pl.concat([here, elsewhere])
        .group_by("payee_id", "programme", "for_month")
        .agg(col("town").min().alias("least"), col("town").max().alias("most"), *told)
        .filter(col("least") != col("most"))
        .join(moved, left_on=["payee_id", "for_month"], right_on=["id_number", "for_month"], how="anti")
        .select(five)
    )
    a, b = ledger("subsistence_allowance"), ledger("destitute_support")
    both = a.join(b, on="id_number", suffix="_b").with_columns(
        pl.max_horizontal("enrolled_on", "enrolled_on_b").alias("since"), pl.min_horizontal("left_on", "left_on_b").alias("until")
    )
    first = col("since").dt.offset_by("1mo").dt.strftime("%Y-%m")
    last = (
        pl.when(col("until").is_null() | (col("until") > DAY))
        .then(pl.lit("2020-12"))
        .otherwise(col("until").dt.offset_by("-1d").dt.strftime("%Y-%m"))
    )
    out["tekun_and_dibao"] = both.filter((col("until").is_null() | (col("since") < col("until"))) & (first <= last)).select(
        col("id_number").alias("subject"),
        pl.lit("低保金、特困供养金").alias("programme"),
        first.alias("month"),
        pl.lit(None).alias("amount"),
        "_seq",
    )
    claimed = ledger("subsidy_declaration").filter(col("verified_area") > 0).group_by("plot", "for_year")
    claimed = claimed.agg(col("household").n_unique(), col("verified_area").sum(), col("verified_on").min(), col("_seq").min())
    out["plot_double_claimed"] = (
        claimed.join(ledger("plot"), left_on="plot", right_on="number", how="left")
        .filter((col("household") > 1) | (col("verified_area") > col("area")))
        .select(
            col("plot").alias("subject"),
            pl.lit(None, pl.String).alias("programme"),
            month("verified_on").alias("month"),
            pl.lit(None).alias("amount"),
            "_seq",
        )
    )
    phones = pl.concat(
        [
            resident.filter(col("phone").is_not_null() & (col("left_on").is_null() | (col("left_on") > DAY))).select("phone", "household", "_seq"),
            ledger("household").filter(col("phone").is_not_null() & (col("closed_on").is_null() | (col("closed_on") > DAY))).select("phone", col("number").alias("household"), "_seq"),
        ]
    )  # fmt: skip
    officers = pl.concat([ledger(n).select("phone") for n in ("cadre", "village_group", "village_post")]).drop_nulls()
    out["phone_shared_many"] = (
        phones.group_by("phone").agg(col("household").n_unique(), col("_seq").min()).filter(col("household") > 5).join(officers, on="phone", how="anti")
        .select(col("phone").alias("subject"), *nothing, "_seq")
    )  # fmt: skip
    number = col("id_number").str
    out["id_birth_mismatch"] = resident.filter(col("born_on") != number.slice(6, 8).str.to_date("%Y%m%d", strict=False)).select(
        col("id_number").alias("subject"), *nothing, "_seq"
    )
    pension = ledger("pension_payment").filter((col("status").fill_null("成功") != "退回") & (col("kind").fill_null("正常") != "转移清算"))
    pension = pension.select("id_number", "for_month", (col("scheme") == "城乡居民养老保险").alias("residents"), "amount", "_seq")
    more = paid.filter(col("programme").str.contains("居民养老|居民基本养老")).select(
        col("payee_id").alias("id_number"), "for_month", pl.lit(True).alias("residents"), "amount", "_seq"
    )
    out["dual_pension"] = (
        pl.concat([pension, more]).group_by("id_number", "for_month").agg(col("residents").n_unique(), *told).filter(col("residents") > 1)
        .select(col("id_number").alias("subject"), pl.lit("养老待遇").alias("programme"), col("for_month").alias("month"), "amount", "_seq")
    )  # fmt: skip
    frames = pl.collect_all(list(out.values()), engine="streaming")
    return {name: frame.rows() for name, frame in zip(out, frames, strict=True)}


def with_pandas(files):  # noqa: PLR0915 - ten rules one below the other
    """Run the rules in pandas, with text as Arrow; the ledgers are loaded once, only the columns that are needed."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    def load(paths, names):
        table = pq.ParquetDataset(paths).read(columns=names)
        if "amount" in names:  # in cents: pandas adds up whole numbers much faster than decimals
            cents = pc.cast(pc.multiply(table["amount"], pa.scalar(100)), pa.int64())
            table = table.set_column(table.column_names.index("amount"), "amount", cents)
        return table.to_pandas(types_mapper=pd.ArrowDtype)

    def ledger(name):
        frame = load(files[name]["all"], [*NEEDED[name], "_seq", "_op"])
        frame = frame[frame["_op"] == "record"]
        if files[name]["replacing"]:
            later = load(files[name]["replacing"], ["_replaces"])["_replaces"].dropna()
            frame = frame[~frame["_seq"].isin(later)]
        return frame.drop(columns="_op")

    def months(days):
        return pd.to_datetime(days).dt.strftime("%Y-%m")

    def rows(frame, names, amount=True):
        found = [tuple(None if pd.isna(v) else v for v in row) for row in frame[names].itertuples(index=False)]
        amounts = [Decimal(int(cents)).scaleb(-2) for cents in frame["amount"]] if amount else [None] * len(found)
        return [(*row, a, int(seq)) for row, a, seq in zip(found, amounts, frame["_seq"], strict=True)]

    t = {name: ledger(name) for name in NEEDED}
    paid = t["payment"]
    paid = paid[paid["status"].fillna("成功") != "退回"]
    resident, catalogue = t["resident"], t["fund_catalogue"]
    key, out, told = ["payee_id", "programme", "for_month"], {}, {"amount": ("amount", "sum"), "_seq": ("_seq", "min")}
    counts = paid[paid["kind"].fillna("正常") != "补发"].groupby(key, sort=False).agg(times=("_seq", "size"), **told).reset_index()
    out["dup_payment_same_period"] = rows(counts[counts["times"] > 1], key)
    dead = resident[resident["died_on"].notna() & (resident["death_source"].fillna("") != "村报")][["id_number", "died_on"]]
    listed = t["death_record"]
    died = pd.concat([listed[listed["source"] != "村报"][["id_number", "died_on"]], dead])
    links = t["person_link"][t["person_link"]["decision"] == "同一人"]
    for one, other in (("left_id", "right_id"), ("right_id", "left_id")):
        linked = links[[one, other]].merge(died, left_on=one, right_on="id_number")
        died = pd.concat([died, linked[[other, "died_on"]].rename(columns={other: "id_number"})])
    died = died.groupby("id_number")["died_on"].min().reset_index()
    grace = catalogue[catalogue["starts_on"] <= DAY].groupby("programme")["grace_months"].max().fillna(0).reset_index()
    late = paid.merge(died, left_on="payee_id", right_on="id_number").merge(grace, on="programme", how="left")
    end = [month_after(d, 0 if pd.isna(g) else g) for d, g in zip(late["died_on"], late["grace_months"], strict=True)]
    late = late[
        (late["for_month"] > pd.Series(end, index=late.index, dtype=late["for_month"].dtype))
        & ~late["programme"].str.contains("丧葬|殡葬|抚恤|死亡")
    ]
    out["deceased_paid"] = rows(late, key)
    gone = resident[resident["moved_out_on"].notna() & (resident["presence"].fillna("常住") != "外出就学")][
        ["id_number", "moved_out_on", "moved_in_on"]
    ]
    left = paid.merge(gone, left_on="payee_id", right_on="id_number").merge(
        catalogue[["programme", "grace_months", "local_only"]], on="programme", how="left"
    )
    end = [month_after(d, 0 if pd.isna(g) else g) for d, g in zip(left["moved_out_on"], left["grace_months"], strict=True)]
    back = (left["moved_in_on"] >= left["moved_out_on"]).fillna(False) & (left["for_month"] >= months(left["moved_in_on"])).fillna(False)
    left = left[
        (left["for_month"] > pd.Series(end, index=left.index, dtype=left["for_month"].dtype)) & left["local_only"].fillna(True) & ~back
    ]
    out["moved_out_paid"] = rows(left.groupby(key, sort=False).agg(**told).reset_index(), key)
    chosen = catalogue[(catalogue["unit"] == "户") | (catalogue["unit"].isna() & (catalogue["target"] == "按户"))][["programme", "cycle"]]
    mine = paid[(paid["kind"].fillna("正常") != "补发") & paid["household"].notna()].merge(chosen, on="programme")
    year, quarter = mine["for_month"].str.slice(0, 4), (mine["for_month"].str.slice(5).astype("int32") - 1) // 3
    mine["period"] = mine["for_month"].mask(mine["cycle"] == "按年", year).mask(mine["cycle"] == "按季", year + quarter.astype("string"))
    sums = (
        mine.groupby(["household", "programme", "period"], sort=False)
        .agg(persons=("payee_id", "nunique"), first=("for_month", "min"), **told)
        .reset_index()
    )
    out["dup_household_program"] = rows(sums[sums["persons"] > 1], ["household", "programme", "first"])
    here = paid[paid["_division"].str.len() >= 9][[*key, "amount", "_seq"]].assign(town=paid["_division"].str.slice(0, 9))
    away = t["payment_elsewhere"]
    away = away[away["status"].fillna("成功") != "退回"].rename(columns={"town_code": "town"})[[*key, "town", "amount", "_seq"]]
    several = pd.concat([here, away]).groupby(key, sort=False).agg(least=("town", "min"), most=("town", "max"), **told).reset_index()
    several = several[several["least"] != several["most"]]
    moved = pd.concat(
        [resident[["id_number"]].assign(for_month=months(resident[c]))[resident[c].notna()] for c in ("moved_in_on", "moved_out_on")]
    )
    hit = several.merge(
        moved.drop_duplicates(), left_on=["payee_id", "for_month"], right_on=["id_number", "for_month"], how="left", indicator=True
    )
    out["dup_cross_town"] = rows(hit[hit["_merge"] == "left_only"], key)
    both = t["subsistence_allowance"].rename(columns={"_seq": "seq"}).merge(t["destitute_support"], on="id_number", suffixes=("", "_b"))
    found = []
    for row in both.itertuples(index=False):
        since = max(row.enrolled_on, row.enrolled_on_b)
        until = min((d for d in (row.left_on, row.left_on_b) if not pd.isna(d)), default=None)
        last = "2020-12" if until is None or until > DAY else date.fromordinal(until.toordinal() - 1).isoformat()[:7]
        if (until is None or since < until) and month_after(since, 1) <= last:
            found.append((row.id_number, "低保金、特困供养金", month_after(since, 1), None, int(row.seq)))
    out["tekun_and_dibao"] = found
    declared = t["subsidy_declaration"]
    claimed = declared[declared["verified_area"] > 0].groupby(["plot", "for_year"], sort=False)
    claimed = claimed.agg(
        households=("household", "nunique"), claimed=("verified_area", "sum"), day=("verified_on", "min"), _seq=("_seq", "min")
    ).reset_index()
    claimed = claimed.merge(t["plot"].drop(columns="_seq"), left_on="plot", right_on="number", how="left")
    claimed = claimed[(claimed["households"] > 1) | (claimed["claimed"] > claimed["area"])].assign(programme=None)
    out["plot_double_claimed"] = rows(claimed.assign(month=months(claimed["day"])), ["plot", "programme", "month"], amount=False)
    living = resident[resident["phone"].notna() & (resident["left_on"].isna() | (resident["left_on"] > DAY).fillna(False))][
        ["phone", "household", "_seq"]
    ]
    houses = t["household"]
    houses = houses[houses["phone"].notna() & (houses["closed_on"].isna() | (houses["closed_on"] > DAY).fillna(False))].rename(
        columns={"number": "household"}
    )
    many = pd.concat([living, houses[["phone", "household", "_seq"]]]).groupby("phone", sort=False)
    many = many.agg(households=("household", "nunique"), _seq=("_seq", "min")).reset_index()
    officers = pd.concat([t[n]["phone"] for n in ("cadre", "village_group", "village_post")])
    many = many[(many["households"] > 5) & ~many["phone"].isin(officers)]
    out["phone_shared_many"] = [(p, None, None, None, int(seq)) for p, seq in zip(many["phone"], many["_seq"], strict=True)]
    written = pd.to_datetime(resident["id_number"].str.slice(6, 14), format="%Y%m%d", errors="coerce")
    differs = written.notna() & (pd.to_datetime(resident["born_on"]) != written)
    wrong = resident.loc[differs.to_numpy(dtype=bool)]
    out["id_birth_mismatch"] = [(i, None, None, None, int(seq)) for i, seq in zip(wrong["id_number"], wrong["_seq"], strict=True)]
    pension = t["pension_payment"]
    pension = pension[(pension["status"].fillna("成功") != "退回") & (pension["kind"].fillna("正常") != "转移清算")]
    pension = pension[["id_number", "for_month", "amount", "_seq"]].assign(residents=pension["scheme"] == "城乡居民养老保险")
    more = (
        paid[paid["programme"].str.contains("居民养老|居民基本养老")][["payee_id", "for_month", "amount", "_seq"]]
        .rename(columns={"payee_id": "id_number"})
        .assign(residents=True)
    )
    kinds = (
        pd.concat([pension, more]).groupby(["id_number", "for_month"], sort=False).agg(kinds=("residents", "nunique"), **told).reset_index()
    )
    out["dual_pension"] = rows(kinds[kinds["kinds"] > 1].assign(programme="养老待遇"), ["id_number", "programme", "for_month"])
    return out


def main():
    """Run one way and write its rows and seconds; libraries are loaded before the clock starts."""
    way, files, target = sys.argv[1:4]
    listed = json.loads(Path(files).read_text(encoding="utf-8"))
    __import__(way)
    began, used = time.perf_counter(), time.process_time()
    rows = {"polars": with_polars, "pandas": with_pandas}[way](listed)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    rows = {name: [(*row[:3], None if row[3] is None else f"{row[3]:.2f}", row[4]) for row in listed] for name, listed in rows.items()}
    Path(target).write_text(json.dumps({"seconds": seconds, "used": used, "rows": rows}, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
