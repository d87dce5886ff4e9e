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
from overt.detect.sources.spans import CHUNK_ROWS, Span, Spans, reading
from overt.detect.sources.streams import Stream, open_stream

__all__ = ["Chunk", "Layout", "Records", "chunk_of", "open_records", "told_apart"]


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
    open_line: line on which a CSV row begins that goes on behind the chunk, 0 when none does; the chunk
        behind it begins with that row.
    """

    numbers: list[int] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)
    rejects: list[Rejected] = field(default_factory=list)
    batch: Any = None
    is_document: bool = False
    open_line: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """What holds for a whole file.

    Attributes
    ----------
    kind: "csv", "ndjson", "json" or "parquet".
    columns: the header of CSV and Parquet.
    delimiter: of CSV.
    """

    kind: str
    columns: tuple[str, ...] = ()
    delimiter: str = ","


class Records:
    """An opened file: its `layout`, and its chunks.

    Attributes
    ----------
    document: the whole JSON document, when it is one.
    spans: the lines behind the chunks that were given, when every part of the file can be read by itself: a
        file of lines that lies on disk as it is read; else None.
    """

    def __init__(
        self, layout: Layout, chunks: Iterator[Chunk], stream: Stream, spans: Spans | None = None
    ) -> None:
        self.layout = layout
        self.document: Any = None
        self.spans = spans if stream.is_plain else None
        self._chunks = chunks
        self._first: Chunk | None = None
        self._stream = stream

    @property
    def kind(self) -> str:
        """ "csv", "ndjson", "json" or "parquet"."""
        return self.layout.kind

    @property
    def columns(self) -> tuple[str, ...]:
        """The header of CSV and Parquet, else ()."""
        return self.layout.columns

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
    rows: lines (items, rows) per chunk at most.

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


def chunk_of(one: Input, layout: Layout, span: Span) -> Chunk:
    """One span of a file of lines, the same chunk as `Records.chunks` gives.

    Raises
    ------
    InputError: the file has changed since, or can no longer be read.
    """
    from overt.detect.sources import csv_records, json_records

    with reading(one, span) as read:
        if layout.kind == "ndjson":
            return json_records.values_of(read, span.line)
        return csv_records.rows_of(read, layout, span)
