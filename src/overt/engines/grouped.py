"""Rows of one key together: what every engine does the same way, out of its verbs.

in: `Rows`; out: `Rows`; why: which part a key goes to is a hash of it, the same on every machine. A collision
puts two keys into one part and changes no answer: within a part keys are compared as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
from numba import njit

from overt.engines.base import Rows

__all__ = ["by", "map_groups", "parts_of", "split", "sum_by"]


def by(rows: Rows, keys: Sequence[str], n_parts: int) -> Rows:
    """The rows in n_parts parts, all rows with the same key in one. A part has many keys."""
    return rows.send(lambda table: split(table, parts_of(table, keys, n_parts), n_parts), n_parts)


def map_groups(rows: Rows, keys: Sequence[str], n_parts: int, work: Callable[[pa.Table], pa.Table]) -> Rows:
    """work(all rows of some keys) -> rows; no key is in two calls, and a call may have many keys."""

    def whole(_: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        found = [table for table in tables if len(table)]
        if found:
            yield work(pa.concat_tables(found))

    return by(rows, keys, n_parts).map(whole)


def sum_by(rows: Rows, keys: Sequence[str], sums: Sequence[str], n_parts: int) -> Rows:
    """The sums of columns by key, summed in each part before rows move."""

    def summed(table: pa.Table) -> pa.Table:
        found = table.group_by(list(keys), use_threads=False).aggregate([(name, "sum") for name in sums])
        columns = [*(found[key] for key in keys), *(found[f"{name}_sum"] for name in sums)]
        return pa.table(columns, names=[*keys, *sums])

    def first(_: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        found = [summed(table) for table in tables if len(table)]
        if found:
            yield summed(pa.concat_tables(found))

    return map_groups(rows.map(first), keys, n_parts, summed)


def split(table: pa.Table, part: np.ndarray, n_parts: int) -> Iterable[tuple[int, pa.Table]]:
    """The rows by their part, int (n,), from 0; parts without rows are left out."""
    order = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part, minlength=n_parts))
    sorted_ = table.take(pa.array(order))
    begin = 0
    for number, end in enumerate(ends.tolist()):
        if end > begin:
            yield number, sorted_.slice(begin, end - begin)
        begin = end


def parts_of(table: pa.Table, keys: Sequence[str], n_parts: int) -> np.ndarray:
    """A part from 0 to n_parts - 1 for each row, int64, by a hash of its keys (strings or whole numbers)."""
    hashes = np.full(len(table), _BASIS)
    for key in keys:
        column = table[key].combine_chunks()
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_integer(column.type):
            _mix_numbers(hashes, column.cast(pa.int64()).to_numpy(zero_copy_only=False))
            continue
        column = column.cast(pa.large_string())
        _, offsets, data = column.buffers()
        bounds = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
        _mix_strings(hashes, bounds, np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8))
    return np.asarray((hashes >> np.uint64(33)) % np.uint64(n_parts), np.int64)


_BASIS = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True)
def _mix_strings(hashes, bounds, data):  # type: ignore[no-untyped-def]
    """FNV-1a of the bytes, then a multiplication that brings the low bits into the high ones."""
    for i in range(len(hashes)):
        h = hashes[i]
        for k in range(bounds[i], bounds[i + 1]):
            h = (h ^ np.uint64(data[k])) * _PRIME
        hashes[i] = (h ^ (h >> np.uint64(29))) * _SPREAD


@njit(cache=True, nogil=True)
def _mix_numbers(hashes, numbers):  # type: ignore[no-untyped-def]
    for i in range(len(hashes)):
        h = (hashes[i] ^ np.uint64(numbers[i])) * _PRIME
        hashes[i] = (h ^ (h >> np.uint64(29))) * _SPREAD
