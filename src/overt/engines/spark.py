"""Spark, behind the verbs of `base`.

in: a session; out: `SparkEngine`; why: this is the one file that works with Spark's data by name. Rows travel
as Arrow tables, packed once where they leave a process; Spark carries them and never unpacks a row, so that
a shuffle costs what its bytes cost. What overt computes is therefore the same code, and the same last digit,
as on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from overt.engines.base import READ_ROWS, Rows
from overt.engines.spark_context import started
from overt.engines.spark_errors import in_words

__all__ = ["SparkEngine", "SparkRows"]

Task = TypeVar("Task")
PACKED_BYTES = 8 << 20
"""A table for another part waits until so many bytes have come together."""


class SparkEngine:
    """Runs functions on Spark.

    master: as Spark names it: "local[2]", "spark://host:7077", "yarn". Spark is started when it is first
    used, and all engines of the process share it. EngineError where that cannot be done.
    """

    def __init__(self, master: str | None = None) -> None:
        self._master = master

    @property
    def n_tasks(self) -> int:
        return int(self._context.defaultParallelism)

    @property
    def _context(self) -> Any:
        return started(self._master)

    def read(self, paths: Sequence[Path], columns: Sequence[str]) -> SparkRows:
        names = list(columns)
        groups = [(str(p.resolve()), k) for p in paths for k in range(pq.ParquetFile(p).num_row_groups)]
        parts = self._context.parallelize(groups, max(len(groups), 1))
        return SparkRows(parts.flatMap(lambda group: _row_group(group[0], group[1], names)))

    def each(self, tasks: Sequence[Task], work: Callable[[Task], pa.Table]) -> Iterator[pa.Table]:
        parts = self._context.parallelize(list(tasks), max(len(tasks), 1))
        return SparkRows(parts.map(lambda task: _Packed(work(task)))).tables()


class SparkRows:
    """Parts are the partitions of an RDD of `_Packed` tables."""

    def __init__(self, rdd: Any) -> None:
        self._rdd = rdd

    def map(self, work: Callable[[int, Iterator[pa.Table]], Iterable[pa.Table]]) -> SparkRows:
        def packed(part: int, tables: Iterable[_Packed]) -> Iterator[_Packed]:
            return (_Packed(table) for table in work(part, (one.table for one in tables)))

        return SparkRows(self._rdd.mapPartitionsWithIndex(packed))

    def send(self, sort: Callable[[pa.Table], Iterable[tuple[int, pa.Table]]], n_parts: int) -> SparkRows:
        def sorted_(tables: Iterable[_Packed]) -> Iterator[tuple[int, _Packed]]:
            return _gathered(place for one in tables for place in sort(one.table))

        sent = self._rdd.mapPartitions(sorted_).partitionBy(n_parts, lambda part: part)
        return SparkRows(sent.values())

    def union(self, other: Rows) -> SparkRows:
        if not isinstance(other, SparkRows):
            raise TypeError(f"rows of Spark cannot be put together with {type(other).__name__}")
        return SparkRows(self._rdd.union(other._rdd))

    def kept(self) -> SparkRows:
        from pyspark import StorageLevel

        return SparkRows(self._rdd.persist(StorageLevel.DISK_ONLY))

    def tables(self) -> Iterator[pa.Table]:
        kept = self.kept()
        with in_words():
            # all parts are worked out side by side and wait on the workers' disks; then they come one by one.
            # Java counts what waits: in Python this would unpack it all
            kept._rdd._jrdd.count()
            try:
                for packed in kept._rdd.toLocalIterator(prefetchPartitions=True):
                    yield packed.table
            finally:
                kept._rdd.unpersist()


class _Packed:
    """A table that is packed only when it leaves its process."""

    __slots__ = ("table",)

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __reduce__(self) -> tuple[Callable[[bytes], _Packed], tuple[bytes]]:
        sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
        with pa.ipc.new_stream(sink, self.table.schema, options=options) as writer:
            writer.write_table(self.table)
        return _unpacked, (sink.getvalue().to_pybytes(),)


def _unpacked(data: bytes) -> _Packed:
    with pa.ipc.open_stream(data, options=pa.ipc.IpcReadOptions(use_threads=False)) as reader:
        return _Packed(reader.read_all())


def _row_group(path: str, group: int, columns: list[str]) -> Iterator[_Packed]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(READ_ROWS, row_groups=[group], columns=columns, use_threads=False):
            yield _Packed(pa.Table.from_batches([batch]))


def _gathered(places: Iterable[tuple[int, pa.Table]]) -> Iterator[tuple[int, _Packed]]:
    """The tables for each part, put together up to PACKED_BYTES."""
    waiting: dict[tuple[int, tuple[str, ...]], list[pa.Table]] = {}
    size: dict[tuple[int, tuple[str, ...]], int] = {}
    for part, table in places:
        key = part, tuple(table.column_names)
        waiting.setdefault(key, []).append(table)
        size[key] = size.get(key, 0) + table.nbytes
        if size[key] > PACKED_BYTES:
            yield part, _Packed(pa.concat_tables(waiting.pop(key)))
            del size[key]
    for (part, _), tables in waiting.items():
        yield part, _Packed(pa.concat_tables(tables))
