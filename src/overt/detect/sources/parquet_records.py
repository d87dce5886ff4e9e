"""Parquet, batch by batch, as columns.

in: a Parquet file; out: chunks with a record batch each; why: a column that stays a column costs no
Python per row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from overt.detect.sources.files import Input
from overt.detect.sources.records import Chunk, Layout, Records, told_apart
from overt.detect.sources.spans import CHUNK_BYTES
from overt.detect.sources.streams import Stream
from overt.errors import InputError

__all__ = ["opened"]


def opened(one: Input, stream: Stream, rows: int) -> Records:
    """The records of a Parquet file; InputError when it is cut off or damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(one.path)
        columns = told_apart(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(one, error) from error
    chunks = _chunks(one, file, min(rows, _rows_within_bytes(file)))
    return Records(Layout("parquet", columns), chunks, stream)


def _rows_within_bytes(file: Any) -> int:
    """A batch of long texts holds fewer rows."""
    groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    rows, size = sum(g.num_rows for g in groups), sum(g.total_byte_size for g in groups)
    return max(1, int(CHUNK_BYTES * rows / size)) if size and rows else 1


def _chunks(one: Input, file: Any, rows: int) -> Iterator[Chunk]:
    import pyarrow as pa

    number = 1
    try:
        for batch in map(_plain, file.iter_batches(batch_size=rows)):
            yield Chunk(numbers=list(range(number, number + batch.num_rows)), batch=batch)
            number += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _damaged(one, error) from error
    finally:
        file.close()


def _plain(batch: Any) -> Any:
    """Every name once, and times in microseconds: Python has no finer ones, nor has any platform."""
    import pyarrow as pa

    columns = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, list(told_apart(batch.schema.names)))


def _damaged(one: Input, error: Exception) -> InputError:
    return InputError(
        f"{one.name} begins like Parquet and cannot be read: {str(error).splitlines()[0][:200]}.",
        hint="The file is cut off or damaged; fetch it again.",
    )
