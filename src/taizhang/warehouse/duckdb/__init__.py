"""What is DuckDB's own: types and functions of the expression language, and the connection."""
