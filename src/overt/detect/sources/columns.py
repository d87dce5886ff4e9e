"""Tables with columns by name: CSV, NDJSON, JSON and Parquet without a platform's own layout.

in: chunks of records and a `ColumnMap`; out: `Raw` posts; why: the commonest input is a table of account,
time and text, and it is read by column, without a Python object per row where the file has columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from overt.detect.sources import column_names
from overt.detect.sources.cells import Cells
from overt.detect.sources.column_names import ColumnMap
from overt.detect.sources.list_cells import Splitter, lists
from overt.detect.sources.quoting import plain
from overt.detect.sources.raw import Raw
from overt.detect.sources.record_keys import RecordKeys, keys_of
from overt.detect.sources.records import Chunk

__all__ = ["NAME", "TITLE", "ColumnReader", "expected", "map_of", "reason_of", "unwrapped"]

NAME = "columns"
TITLE = "table with columns by name"
_LOOKED_AT = 200


def unwrapped(document: Mapping[str, Any]) -> list[Any]:
    """The rows of a JSON object that wraps them (`{"data": [...]}`), else the object as the only row."""
    lists = (value for value in document.values() if isinstance(value, list))
    inside: list[list[Any]] = [rows for rows in lists if rows and isinstance(rows[0], dict)]
    return max(inside, key=len, default=[document])


def map_of(
    columns: Sequence[str], records: Sequence[Any], given: Mapping[str, str] | None, file: str
) -> ColumnMap:
    """Which column is read as what, by the first records and by what the user said."""
    known = column_names.known_of(columns)
    base = column_names.found(known, _rows(known, records))
    return column_names.chosen(given, columns, base, file) if given else base


def _rows(columns: Sequence[str], records: Sequence[Any]) -> list[dict[str, Any]]:
    """The cells of some records, for telling what a column holds."""
    return [
        {column: _value(record, column) for column in columns}
        for record in records[:_LOOKED_AT]
        if isinstance(record, dict)
    ]


def reason_of(found: ColumnMap) -> str:
    """In words: which columns are read."""
    return "columns by name: " + ", ".join(
        f"{name} = {plain(column)}" for name, column in found.as_dict().items()
    )


def expected(found: ColumnMap) -> str:
    """What a row of such a file must hold."""
    account, when = found.fields["account_id"], found.fields["posted_at"]
    return f"an account in {plain(account)} and a time in {plain(when)}"


def _value(record: Any, key: str) -> Any:
    if key in record:
        return record[key]
    for part in key.split("."):
        record = record.get(part) if isinstance(record, dict) else None
    return record


class ColumnReader:
    """Reads chunks by a map of columns.

    Parameters
    ----------
    columns: the header of a CSV file; () for records with keys, whose map grows when a key that is known
        by its name turns up later than where the map was made.
    left_out: fields that the user does not want read by name.
    """

    def __init__(
        self, found: ColumnMap, columns: tuple[str, ...], left_out: frozenset[str] = frozenset()
    ) -> None:
        self._map = found
        self._columns = columns
        self._left_out = left_out
        self._keys = RecordKeys(column_names.OUTER)
        self._object_cells: dict[str, Splitter] = {}

    @property
    def wanted(self) -> list[str]:
        """The columns that are read."""
        return list(dict.fromkeys([*self._map.fields.values(), *self._map.objects.values()]))

    def read(self, chunk: Chunk) -> Raw:
        """The posts of a chunk."""
        numbers, records = chunk.numbers, chunk.records
        if chunk.is_document:
            records = unwrapped(records[0])
            numbers = list(range(1, len(records) + 1))
        if not self._columns and chunk.batch is None:
            self._grow(records)
        cells = {column: self._cells(chunk, records, column) for column in self.wanted}
        columns = {name: cells[column] for name, column in self._map.fields.items()}
        if self._map.objects:
            columns["objects"] = self._objects(cells, len(numbers))
        return Raw(columns, numbers, list(chunk.rejects))

    def _grow(self, records: list[Any]) -> None:
        """Take up keys not met before; what is mapped stays, so that an account keeps its id."""
        fresh = self._keys.fresh(records)
        if fresh:
            keys = column_names.known_of(keys_of(fresh))
            self._map = column_names.grown(self._map, keys, _rows(keys, fresh), self._left_out)

    def _cells(self, chunk: Chunk, records: list[Any], column: str) -> Cells:
        if chunk.batch is not None:
            return chunk.batch.column(column)
        if self._columns:
            at = self._columns.index(column)
            return [row[at] for row in records]
        if "." not in column:
            return [record.get(column) if type(record) is dict else None for record in records]
        return [_value(record, column) if type(record) is dict else None for record in records]

    def _objects(self, cells: dict[str, Cells], n: int) -> pa.Array:
        """The objects that the table names itself, as kind:id."""
        import numpy as np
        import pyarrow.compute as pc

        parents, items = [], []
        for kind, column in self._map.objects.items():
            found = lists(_whole(cells[column]), self._object_cells.setdefault(kind, Splitter("objects")))
            parents.append(pc.list_parent_indices(found).to_numpy(zero_copy_only=False))
            items.append(pc.binary_join_element_wise(f"{kind}", found.flatten(), ":"))
        rows = np.concatenate(parents)
        order = np.argsort(rows, kind="stable")
        offsets = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=n))))
        together = pa.concat_arrays(items).take(pa.array(order))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), together)


def _whole(cells: Cells) -> Cells:
    """Ids of objects as text: a float id that has lost digits names no object."""
    from overt.detect.sources.cells import ids

    if isinstance(cells, pa.Array) and not pa.types.is_nested(cells.type):
        return ids(cells, zero_is_missing=False)[0]
    if not isinstance(cells, pa.Array) and not any(isinstance(cell, list | dict) for cell in cells):
        return ids(cells, zero_is_missing=False)[0]
    return cells
