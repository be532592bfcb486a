"""Spark beside DuckDB: the same rules over the same Parquet, on a real standalone cluster."""
