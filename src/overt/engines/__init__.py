"""Where tables are worked on: DuckDB in SQL, Spark in tasks; nothing above knows them by name."""
