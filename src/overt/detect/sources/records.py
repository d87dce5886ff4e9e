"""From a stream to records with line numbers, in blocks.

in: an `Input`; out: its kind, its header, and `Chunk`s of records; why: every format sees the same
records whatever file they came in, and a broken line costs one reject, not the file.

Limits, so that memory stays at a block: a line of 16 MiB (`lines.LINE_LIMIT`), a CSV cell of 1 MiB, a
JSON document of 512 MiB (NDJSON has no limit).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from overt.detect.sources.files import Input
from overt.detect.sources.rejects import Rejected
from overt.detect.sources.streams import Stream, open_stream

__all__ = ["CHUNK_BYTES", "CHUNK_ROWS", "Chunk", "Records", "open_records", "told_apart"]

CHUNK_ROWS = 50_000
"""Records of a chunk at most, and rejects."""

CHUNK_BYTES = 32 << 20
"""Bytes of a chunk at most, a line more or less."""


@dataclass(slots=True)
class Chunk:
    """Some records of a file.

    Attributes
    ----------
    numbers: line of each record (item in a JSON array, row in Parquet), from 1.
    records: JSON values, or CSV rows as lists of cells in the order of the header.
    rejects: what could not be parsed among them.
    batch: for Parquet, the record batch instead of `records`.
    is_document: one JSON object that is the whole file: its posts are numbered, not the record.
    """

    numbers: list[int] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)
    rejects: list[Rejected] = field(default_factory=list)
    batch: Any = None
    is_document: bool = False


class Records:
    """An opened file: `kind` ("csv", "ndjson", "json", "parquet"), `columns`, and its chunks."""

    def __init__(self, kind: str, columns: tuple[str, ...], chunks: Iterator[Chunk], stream: Stream) -> None:
        self.kind = kind
        self.columns = columns
        self.document: Any = None
        self._chunks = chunks
        self._first: Chunk | None = None
        self._stream = stream

    def first(self) -> Chunk:
        """The first chunk, which `chunks` gives again."""
        if self._first is None:
            self._first = next(self._chunks, Chunk())
        return self._first

    @property
    def chunks(self) -> Iterator[Chunk]:
        """All chunks, once."""
        first = self.first()
        self._first = Chunk()
        yield first
        del first
        yield from self._chunks

    def done(self) -> tuple[int, int]:
        """Bytes of the file read so far, and its size."""
        return self._stream.done()

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Column names, each once: the second `id` becomes `id (2)`, so that every column can be named."""
    if len(set(names)) == len(names):
        return tuple(names)
    given, used, n = [], set(names), Counter[str]()
    for name in names:
        n[name] += 1
        shown = name
        while name and n[name] > 1 and (shown := f"{name} ({n[name]})") in used:
            n[name] += 1
        used.add(shown)
        given.append(shown)
    return tuple(given)


def open_records(one: Input, *, rows: int = CHUNK_ROWS) -> Records:
    """Open a file as what its first bytes say it is.

    Parameters
    ----------
    rows: records per chunk at most.

    Raises
    ------
    InputError: it is no CSV, NDJSON, JSON or Parquet, or broken as a whole.
    """
    from overt.detect.sources import csv_records, json_records, parquet_records

    stream = open_stream(one)
    try:
        if stream.is_parquet:
            return parquet_records.opened(one, stream, rows)
        if stream.head.lstrip()[:1] in (b"{", b"["):
            return json_records.opened(one, stream, rows)
        return csv_records.opened(one, stream, rows)
    except BaseException:
        stream.close()
        raise
