"""Tables with columns by name: CSV, NDJSON, JSON and Parquet without a platform's own layout.

in: chunks of records and a `ColumnMap`; out: `Raw` posts; why: the commonest input is a table of account,
time and text, and it is read by column, without a Python object per row where the file has columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from overt.detect.sources import column_names
from overt.detect.sources.cells import Cells
from overt.detect.sources.column_names import ColumnMap
from overt.detect.sources.list_cells import Splitter, lists
from overt.detect.sources.quoting import plain
from overt.detect.sources.raw import Raw, in_columns, taken
from overt.detect.sources.record_keys import MOST_FRESH, RecordKeys, keys_of
from overt.detect.sources.records import Chunk

__all__ = [
    "NAME",
    "TITLE",
    "ColumnReader",
    "MappedColumns",
    "expected",
    "map_of",
    "reason_of",
    "unwrapped",
]

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


def _values(records: Sequence[Any], key: str) -> list[Any]:
    if "." not in key:
        return [record.get(key) for record in records]
    return [_value(record, key) for record in records]


def _value(record: Any, key: str) -> Any:
    if key in record:
        return record[key]
    for part in key.split("."):
        record = record.get(part) if isinstance(record, dict) else None
    return record


@dataclass(frozen=True, slots=True, eq=False)
class MappedColumns:
    """Reads chunks by a map of columns that stays as it is.

    Parameters
    ----------
    columns: the header of a CSV file; () for records with keys.
    """

    found: ColumnMap
    columns: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MappedColumns) and self._in_order() == other._in_order()

    def __hash__(self) -> int:
        return hash(self._in_order())

    def _in_order(self) -> tuple[object, ...]:
        # the objects of a post stand in the order of their columns, so that the order counts
        return tuple(self.found.fields.items()), tuple(self.found.objects.items()), self.columns

    @property
    def wanted(self) -> list[str]:
        """The columns that are read."""
        return list(dict.fromkeys([*self.found.fields.values(), *self.found.objects.values()]))

    def read(self, chunk: Chunk) -> Raw:
        """The posts of a chunk."""
        numbers, records = _rows_in(chunk)
        if chunk.batch is not None:
            cells = {column: chunk.batch.column(column) for column in self.wanted}
        else:
            cells = in_columns(records, self.wanted, self._cells)
        columns = {name: cells[column] for name, column in self.found.fields.items()}
        if self.found.objects:
            columns["objects"] = self._objects(cells, len(numbers))
        return Raw(columns, numbers, list(chunk.rejects))

    def shapes(self, chunk: Chunk) -> list[dict[str, Any]]:
        """A record of each shape in the chunk, at most `MOST_FRESH`: what `ColumnReader.learn` must see."""
        if self.columns or chunk.batch is not None:
            return []
        return RecordKeys(column_names.OUTER).fresh(_rows_in(chunk)[1])

    def _cells(self, records: Sequence[Any], names: Sequence[str]) -> Iterable[Sequence[Any]]:
        """The cells of some records, column by column."""
        if self.columns:
            places = [self.columns.index(name) for name in names]
            return taken(records, places) or [[row[at] for row in records] for at in places]
        outer = [name for name in names if "." not in name]
        found = dict(zip(outer, taken(records, outer) or (), strict=False))
        return [found[name] if name in found else _values(records, name) for name in names]

    def _objects(self, cells: dict[str, Cells], n: int) -> pa.Array:
        """The objects that the table names itself, as kind:id."""
        import numpy as np
        import pyarrow.compute as pc

        parents, items = [], []
        for kind, column in self.found.objects.items():
            found = lists(_whole(cells[column]), Splitter("objects"))
            parents.append(pc.list_parent_indices(found).to_numpy(zero_copy_only=False))
            items.append(pc.binary_join_element_wise(f"{kind}", found.flatten(), ":"))
        rows = np.concatenate(parents)
        order = np.argsort(rows, kind="stable")
        offsets = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=n))))
        together = pa.concat_arrays(items).take(pa.array(order))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), together)


class ColumnReader:
    """Reads chunks by a map of columns that grows when a key that is known by its name turns up late.

    Parameters
    ----------
    columns: the header of a CSV file; () for records with keys.
    left_out: fields that the user does not want read by name.

    Attributes
    ----------
    now: what reads a chunk as things stand.
    """

    def __init__(
        self, found: ColumnMap, columns: tuple[str, ...], left_out: frozenset[str] = frozenset()
    ) -> None:
        self.now = MappedColumns(found, columns)
        self._left_out = left_out
        self._keys = RecordKeys(column_names.OUTER)

    def read(self, chunk: Chunk) -> Raw:
        """The posts of a chunk, and of its keys what later chunks need."""
        if not self.now.columns and chunk.batch is None:
            self._grow(_rows_in(chunk)[1])
        return self.now.read(chunk)

    def learn(self, shapes: list[dict[str, Any]]) -> bool:
        """Take up the keys of a chunk that was read elsewhere, from a record of each shape in it.

        False, and nothing is taken up, when there are so many shapes that only the chunk itself can tell.
        """
        is_told = len(shapes) < MOST_FRESH and self._keys.has_room(len(shapes))
        if is_told:
            self._grow(shapes)
        return is_told

    def _grow(self, records: list[Any]) -> None:
        """Take up keys not met before; what is mapped stays, so that an account keeps its id."""
        fresh = self._keys.fresh(records)
        if fresh:
            keys = column_names.known_of(keys_of(fresh))
            found = column_names.grown(self.now.found, keys, _rows(keys, fresh), self._left_out)
            self.now = MappedColumns(found, self.now.columns)


def _rows_in(chunk: Chunk) -> tuple[list[int], list[Any]]:
    """Numbers and records; of a document the rows in it."""
    if not chunk.is_document:
        return chunk.numbers, chunk.records
    rows = [row if type(row) is dict else {} for row in unwrapped(chunk.records[0])]
    return list(range(1, len(rows) + 1)), rows


def _whole(cells: Cells) -> Cells:
    """Ids of objects as text: a float id that has lost digits names no object."""
    from overt.detect.sources.cells import ids

    if isinstance(cells, pa.Array) and not pa.types.is_nested(cells.type):
        return ids(cells, zero_is_missing=False)[0]
    if not isinstance(cells, pa.Array) and not any(isinstance(cell, list | dict) for cell in cells):
        return ids(cells, zero_is_missing=False)[0]
    return cells
