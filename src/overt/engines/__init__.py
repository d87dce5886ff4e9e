"""Where tables are worked on in SQL. DuckDB today; nothing above knows it by name."""
