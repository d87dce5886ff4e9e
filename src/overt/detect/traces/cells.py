"""From a column of a batch to (row, value) pairs without missing or repeated values.

in: a string or list column; out: rows and values; why: every trace starts with this step, and an empty
cell must never become an object.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["listed", "present", "without_repeats"]


def present(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Rows (int32) and values of a string column that hold something."""
    full = pc.and_(pc.is_valid(column), pc.greater(pc.utf8_length(pc.fill_null(column, "")), 0))
    row = pc.indices_nonzero(full).cast(pa.int32())
    return row, column.take(row)


def listed(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Rows (int32) and values of a list<string> column, in order; empty and missing values dropped."""
    row = pc.list_parent_indices(column).cast(pa.int32())
    value = pc.list_flatten(column)
    place, value = present(value)
    return row.take(place), value


def without_repeats(row: pa.Array, value: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Drop second occurrences of a value within one row; the order of first occurrences is kept."""
    if len(row) == 0:
        return row, value
    table = pa.table({"row": row, "value": value, "place": pa.array(range(len(row)), pa.int32())})
    first = table.group_by(["row", "value"], use_threads=False).aggregate([("place", "min")])["place_min"]
    keep = first.combine_chunks().sort()
    return row.take(keep), value.take(keep)
