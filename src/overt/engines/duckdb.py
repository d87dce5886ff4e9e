"""The database that fills, merges and sorts, behind five verbs.

in: Arrow tables, Parquet files and the statements of a package's folder sql/; out: Arrow batches; why:
this is the one file that knows DuckDB by name, and SQL stands in files that people can read.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from overt.errors import StorageError
from overt.signals import unbroken

__all__ = ["MEMORY_LIMIT", "Database"]

MEMORY_LIMIT = "600MB"
"""What the database may hold before it spills to disk."""

_BATCH_ROWS = 50_000
_THREADS = 4


class Database:
    """An empty database in memory.

    Parameters
    ----------
    package: whose folder sql/ the statements are in: "overt.detect.sources".
    spill: folder for what does not fit into memory, or None when little is asked of it.
    """

    def __init__(self, package: str, spill: Path | None = None) -> None:
        with unbroken():
            import duckdb

        self._statements = files(package) / "sql"
        self._duckdb: Any = duckdb.connect()
        self._disk_errors = (duckdb.IOException, duckdb.OutOfMemoryException)
        self._any_error = duckdb.Error
        self._spill = spill
        if spill is not None:
            self._duckdb.execute("SET memory_limit = $limit", {"limit": MEMORY_LIMIT})
            self._duckdb.execute("SET temp_directory = $spill", {"spill": str(spill)})
            # every thread holds buffers of its own, which must fit under the limit
            self._duckdb.execute("SET threads = $n", {"n": min(_THREADS, os.cpu_count() or 1)})

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._duckdb.close()
        if isinstance(error, self._any_error | RuntimeError) and _is_ctrl_c(error):
            raise KeyboardInterrupt from error
        if isinstance(error, self._disk_errors):
            raise StorageError(
                f"Not enough room for the work under {self._spill}: {str(error).splitlines()[0][:200]}.",
                hint="Free some disk space and run again; nothing was changed.",
            ) from error

    def name_table(self, name: str, table: pa.Table) -> None:
        """Let statements read an Arrow table under a name."""
        self._duckdb.register(name, table)

    def name_files(self, name: str, paths: Sequence[Path]) -> None:
        """Let statements read Parquet files under a name, each with its `file_row_number` from 0."""
        # the name of a folder may hold the signs of a pattern
        names = [glob.escape(str(path)) for path in paths]
        found = self._duckdb.read_parquet(names, file_row_number=True)
        found.create_view(name, replace=True)

    def run(self, statement: str) -> None:
        """Run the statements of sql/`statement`.sql."""
        self._duckdb.execute(self._text(statement))

    def table(self, statement: str) -> pa.Table:
        """The rows of a statement."""
        return self._duckdb.sql(self._text(statement)).to_arrow_table()

    def batches(self, statement: str) -> Iterator[pa.RecordBatch]:
        """The rows of a statement, some at a time."""
        yield from self._duckdb.sql(self._text(statement)).to_arrow_reader(_BATCH_ROWS)

    def _text(self, statement: str) -> str:
        return (self._statements / f"{statement}.sql").read_text(encoding="utf-8")


def _is_ctrl_c(error: BaseException) -> bool:
    """Ctrl-C while the database has the word comes back as one of its own errors."""
    return any(sign in str(error) for sign in ("KeyboardInterrupt", "INTERRUPT", "nterrupted"))
