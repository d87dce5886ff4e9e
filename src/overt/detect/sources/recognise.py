"""Which format a file has, and why.

in: the first records of a file; out: the format, the reason in words, and a reader of its chunks; why:
the user need not know, may ask (`--dry-run`), and can overrule (`--source`, `--map`).

Every format says how sure it is, between 0 and 1; the surest wins, the first of equals. A table with
columns by name is the last resort: it is never surer than one half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from overt.detect.sources import columns as by_name
from overt.detect.sources import registry
from overt.detect.sources.column_names import FIELDS, OUTER, ColumnMap, left_out
from overt.detect.sources.format import Format, Sample
from overt.detect.sources.quoting import listed
from overt.detect.sources.raw import Raw
from overt.detect.sources.record_keys import RecordKeys, keys_of
from overt.detect.sources.records import Chunk, Records
from overt.detect.sources.rejects import Rejects
from overt.detect.sources.rows import RowReader, as_records
from overt.errors import InputError, UnknownFormat

__all__ = ["SAMPLE_ROWS", "ReadOptions", "Reader", "Recognised", "Still", "recognise"]

SAMPLE_ROWS = 50
_LEAST = 0.2
"""A format less sure than this is not believed."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about the input.

    Attributes
    ----------
    source: name of the format, or None to recognise it.
    columns: field (`account`, `time`, `text`, ...) -> column, or None.
    platform: for sources that do not name one.
    """

    source: str | None = None
    columns: Mapping[str, str] | None = None
    platform: str | None = None


class Still(Protocol):
    """Chunks of records -> raw posts, every chunk in the same way; can be sent to another process."""

    def read(self, chunk: Chunk) -> Raw:
        """The posts of a chunk."""
        ...

    def shapes(self, chunk: Chunk) -> list[dict[str, Any]]:
        """What of the chunk may change how later chunks are read."""
        ...


class Reader(Protocol):
    """Chunks of records, in their order -> raw posts; what one shows may change how later ones are read."""

    @property
    def now(self) -> Still:
        """What reads a chunk as things stand. Two that are equal read alike."""
        ...

    def read(self, chunk: Chunk) -> Raw:
        """The posts of the next chunk."""
        ...

    def learn(self, shapes: list[dict[str, Any]]) -> bool:
        """Take up what the next chunk shows; False when the chunk itself must be read to know."""
        ...


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's format: its names, why, how to read it, and what every row of it must hold."""

    name: str
    title: str
    reason: str
    reader: Reader
    expected: str
    columns: dict[str, str] = field(default_factory=dict)


def recognise(file: str, records: Records, first: Chunk, options: ReadOptions) -> Recognised:
    """The format of an opened file.

    Raises
    ------
    UnknownFormat: nothing fits; says what was found.
    InputError: the file holds no record, or not the column that was named.
    SettingError: the user names a format or a field that does not exist.
    """
    form = registry.named(options.source, (by_name.NAME,)) if options.source else None
    sample = _sample(file, records, first)
    if form is not None:
        return _platform(form, f"said with --source {form.name}", records)
    if options.source is None and not options.columns:
        surest, sureness, reason = _surest(sample)
        if surest is not None and sureness >= _LEAST:
            return _platform(surest, reason, records)
    return _table(file, sample, records, first, options)


def _sample(file: str, records: Records, first: Chunk) -> Sample:
    seen = list(_some_records(records, first))
    if not seen:
        if first.rejects:
            found = by_name.map_of(records.columns, (), None, file)
            if records.columns and not found.is_enough:
                raise _unknown(file, records.kind, records.columns, found)
            rejects = Rejects(None)
            rejects.start(file)
            rejects.add(first.rejects)
            rejects.judge(0, 0, "rows as its header says" if records.columns else "one JSON object a line")
        raise InputError(
            f"{file} holds no row"
            + (f": only the header {listed(records.columns)}." if records.columns else "."),
            hint="Export it again, or leave it out.",
        )
    if records.kind == "json":
        document = records.document
        inside = seen if isinstance(document, list) else []
        seen = [document, *inside][:SAMPLE_ROWS]
    return Sample(records.kind, records.columns, tuple(seen))


def _some_records(records: Records, first: Chunk) -> list[Any]:
    if first.batch is not None:
        first = Chunk(first.numbers[:SAMPLE_ROWS], batch=first.batch.slice(0, SAMPLE_ROWS))
    else:
        first = Chunk(first.numbers[:SAMPLE_ROWS], first.records[:SAMPLE_ROWS])
    return [record for _, record in as_records(first, records.columns)]


def _surest(sample: Sample) -> tuple[Format | None, float, str]:
    """A single object may be a document, or NDJSON of one line: both are asked."""
    samples = [sample]
    if sample.kind == "json" and isinstance(sample.records[0], dict):
        samples.append(Sample("ndjson", (), sample.records))
    best: tuple[Format | None, float, str] = (None, 0.0, "")
    for one in samples:
        for form in registry.formats().values():
            sureness, reason = form.recognise(one)
            if sureness > best[1]:
                best = (form, sureness, reason)
    return best


def _platform(form: Format, reason: str, records: Records) -> Recognised:
    reader = RowReader(form, records.columns)
    return Recognised(form.name, form.title, reason, reader, f"posts of {form.title}")


def _table(file: str, sample: Sample, records: Records, first: Chunk, options: ReadOptions) -> Recognised:
    rows, every = list(sample.records), first.records
    if records.kind == "json":
        document = records.document
        every = by_name.unwrapped(document) if isinstance(document, dict) else document
        rows = every[:SAMPLE_ROWS]
    if not records.columns:
        # a key that is absent from the first records may be in those behind them
        rows = rows + RecordKeys(OUTER).fresh(every[SAMPLE_ROWS:])
    names = records.columns or keys_of(rows)
    found = by_name.map_of(names, rows, options.columns, file)
    if not found.is_enough:
        raise _unknown(file, records.kind, names, found)
    columns = () if records.kind == "parquet" else records.columns
    reader = by_name.ColumnReader(found, columns, left_out(options.columns or {}))
    reason = by_name.reason_of(found)
    return Recognised(by_name.NAME, by_name.TITLE, reason, reader, by_name.expected(found), found.as_dict())


_KINDS = {
    "csv": "CSV with the columns",
    "parquet": "Parquet with the columns",
    "ndjson": "NDJSON with the keys",
    "json": "JSON with the keys",
}


def _unknown(file: str, kind: str, names: tuple[str, ...], found: ColumnMap) -> UnknownFormat:
    lacking = [
        what for what, name in (("account", "account_id"), ("time", "posted_at")) if name not in found.fields
    ]
    example = ",".join(f"{what}=COLUMN" for what in lacking)
    return UnknownFormat(
        f"{file}: no format that overt knows. Expected an export of a platform, or a table with an account "
        f"and a time. Found {_KINDS[kind]} {listed(names) or '(none)'}: none is called like "
        f"{' or '.join(lacking)}.",
        hint=f"Say which columns hold them: --map {example} (fields: {', '.join(FIELDS)}). "
        f"Or name the format: --source {' | '.join([by_name.NAME, *registry.formats()])}.",
    )
