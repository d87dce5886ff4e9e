"""Parts and the study's posts merged into the two tables, each post once.

in: the parts, the files' names and resolutions, the study's posts and accounts; out: `posts.parquet`
and `accounts.parquet` in the schema; why: deduplicating and sorting belong to a database, which spills to
disk when memory is short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from overt.detect.sources.quoting import listed
from overt.engines.duckdb import Database
from overt.errors import StudyError
from overt.schema import arrow_schema

__all__ = ["Merged", "merge"]


@dataclass(frozen=True, slots=True)
class Merged:
    """Counts of the merge; see `summary.Ingested`."""

    n_posts: int
    n_accounts: int
    n_duplicates: int
    n_conflicting: int
    n_merged: int
    first_at: int
    last_at: int


def merge(parts: Sequence[Path], sources: pa.Table, existing: Path | None, staging: Path) -> Merged:
    """Write posts.parquet and accounts.parquet into `staging`.

    Parameters
    ----------
    parts: Parquet files in the schema `normalise.PART`, at least one.
    sources: file_no, source, file, resolution_ms.
    existing: the study's posts; its accounts lie beside it. None for a new study.

    Raises
    ------
    StorageError: neither memory nor disk has room for the sort.
    StudyError: the study's tables are damaged or another version's.
    """
    posts, accounts = staging / "posts.parquet", staging / "accounts.parquet"
    with Database("overt.detect.sources", staging / "spill") as database:
        database.name_table("sources", sources)
        database.name_files("parts", parts)
        _name_old(database, "existing", "posts", existing)
        database.run("merge")
        n_posts, first_at, last_at = _write(database, "posts", posts)
        database.name_files("posts", [posts])
        beside = existing.with_name("accounts.parquet") if existing else None
        _name_old(database, "existing_accounts", "accounts", beside)
        n_accounts, _, _ = _write(database, "accounts", accounts)
        (tallies,) = database.table("tallies").to_pylist()
    return Merged(n_posts=n_posts, n_accounts=n_accounts, first_at=first_at, last_at=last_at, **tallies)


def _name_old(database: Database, name: str, table: str, path: Path | None) -> None:
    """A table of the study under a name, or an empty one where the study has none."""
    if path is not None and path.exists():
        _refuse_other(table, path)
        database.name_files(name, [path])
        return
    empty = arrow_schema(table).empty_table()
    database.name_table(name, empty.append_column("file_row_number", pa.array([], pa.int64())))


def _refuse_other(table: str, path: Path) -> None:
    try:
        found = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise StudyError(f"The table {table} of the study cannot be read: {error}.", hint=_ANEW) from error
    if not found.equals(arrow_schema(table)):
        odd = sorted(set(arrow_schema(table).names) ^ set(found.names)) or ["types"]
        raise StudyError(
            f"The table {table} of the study is another version's: it differs in {listed(odd)}.", hint=_ANEW
        )


_ANEW = "Read the exports again into a new folder with --out; what is here stays as it is."


def _write(database: Database, table: str, path: Path) -> tuple[int, int, int]:
    """Stream a table to Parquet; rows, and the first and last `posted_at` where it has one."""
    schema = arrow_schema(table)
    n, first_at, last_at = 0, 0, 0
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for batch in database.batches(table):
            rows = pa.Table.from_batches([batch]).cast(schema)
            if rows.num_rows and "posted_at" in schema.names:
                first_at = first_at if n else rows["posted_at"][0].as_py()
                last_at = rows["posted_at"][rows.num_rows - 1].as_py()
            n += rows.num_rows
            writer.write_table(rows)
    return n, first_at, last_at
