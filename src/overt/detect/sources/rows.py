"""A platform format applied to records.

in: chunks of records and a `Format`; out: `Raw` posts; why: whatever a hostile record does to a format's
code, the record is set aside with a reason and the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overt.detect.sources import registry
from overt.detect.sources.format import RAW_COLUMNS, Format, Reject, Row
from overt.detect.sources.raw import Raw, in_columns
from overt.detect.sources.records import Chunk
from overt.detect.sources.rejects import Rejected, shown

__all__ = ["RowReader", "as_records"]

_ODD_RECORD = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


def as_records(chunk: Chunk, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line and record, whatever the kind of file: a CSV row becomes column -> cell."""
    if chunk.batch is not None:
        return zip(chunk.numbers, chunk.batch.to_pylist(), strict=True)
    if columns:
        rows = (dict(zip(columns, row, strict=True)) for row in chunk.records)
        return zip(chunk.numbers, rows, strict=True)
    return zip(chunk.numbers, chunk.records, strict=True)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads chunks through one platform format, every chunk in the same way.

    Parameters
    ----------
    columns: the header of a CSV file, else ().
    """

    form: Format
    columns: tuple[str, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        # by name: another process knows the same formats, and a plugin's functions need not travel
        return _reader_of, (self.form.name, self.columns)

    @property
    def now(self) -> RowReader:
        """What reads a chunk as things stand."""
        return self

    def shapes(self, chunk: Chunk) -> list[dict[str, Any]]:
        """Nothing: no chunk changes how the others are read."""
        return []

    def learn(self, shapes: list[dict[str, Any]]) -> bool:
        """True: there is nothing to learn."""
        return True

    def read(self, chunk: Chunk) -> Raw:
        """The posts of a chunk; of a JSON document each post has its own number."""
        rows: list[Row] = []
        posts = self.form.posts
        raw = Raw({}, [], list(chunk.rejects))
        for number, record in as_records(chunk, self.columns):
            n_before = len(rows) + len(raw.rejects)
            try:
                for at, item in enumerate(posts(record), 1):
                    line = at if chunk.is_document else number
                    if isinstance(item, Reject):
                        raw.rejects.append(Rejected(line, str(item), shown(record)))
                    else:
                        rows.append(item)
                        raw.numbers.append(line)
            except Reject as reject:
                raw.rejects.append(Rejected(number, str(reject), shown(record)))
            except _ODD_RECORD as error:
                reason = (
                    f"the record has not the shape of this format: {type(error).__name__}: {error!s:.100}"
                )
                raw.rejects.append(Rejected(number, reason, shown(record)))
            raw.n_skipped += len(rows) + len(raw.rejects) == n_before
        present = set().union(*rows) if rows else set()
        names = [name for name in RAW_COLUMNS if name in present]
        raw.columns = in_columns(rows, names, _cells)
        return raw


def _cells(rows: Sequence[Row], names: Sequence[str]) -> list[list[Any]]:
    return [[row.get(name) for row in rows] for name in names]


def _reader_of(name: str, columns: tuple[str, ...]) -> RowReader:
    return RowReader(registry.formats()[name], columns)
