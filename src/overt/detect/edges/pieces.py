"""Columns of a Parquet file piece by piece.

in: a file and names of columns; out: tables of at most about two million rows, in order of the file; why: the
ids of all rows are never in memory at once, and the next piece is decoded while this one is numbered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from overt.errors import InputError

__all__ = ["MOST_ROWS", "n_rows", "pieces"]

MOST_ROWS = 1 << 21
"""Rows of a piece at most: a row group is one piece unless it has more."""


def n_rows(path: Path) -> int:
    """How many rows the file has, from its footer."""
    return int(pq.read_metadata(path).num_rows)


def pieces(path: Path, columns: Sequence[str], most_rows: int = MOST_ROWS) -> Iterator[pa.Table]:
    """Tables with these columns; two are in memory at a time. Raises InputError when a column is missing."""
    with pq.ParquetFile(path) as file, ThreadPoolExecutor(1) as pool:
        if missing := set(columns) - set(file.schema_arrow.names):
            raise InputError(
                f"{path} has no column {', '.join(sorted(missing))}.",
                hint=f"Its columns are: {', '.join(file.schema_arrow.names)}.",
            )
        found = _one_by_one(file, list(columns), most_rows)
        ahead = pool.submit(next, found, None)
        while (piece := ahead.result()) is not None:
            ahead = pool.submit(next, found, None)
            yield piece


def _one_by_one(file: pq.ParquetFile, columns: list[str], most_rows: int) -> Iterator[pa.Table]:
    # one thread decodes: with several, pyarrow takes twice the processor time for the same rows
    for group in range(file.num_row_groups):
        if file.metadata.row_group(group).num_rows <= most_rows:
            yield file.read_row_group(group, columns=columns, use_threads=False)
            continue
        for batch in file.iter_batches(most_rows, row_groups=[group], columns=columns, use_threads=False):
            yield pa.Table.from_batches([batch])
