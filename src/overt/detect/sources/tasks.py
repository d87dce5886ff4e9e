"""One chunk as a task: all that a process needs to read it by itself.

in: a span of a file, and how the file is read as things stand; out: the part of the chunk, and `Done`;
why: who reads a chunk ahead does not know what those before it show; `Done` holds what is needed to tell
afterwards whether it came out as it should (`reading.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from overt.detect.sources.collector import waiting_collector
from overt.detect.sources.files import Input
from overt.detect.sources.normalise import Normaliser, Origin, Seen
from overt.detect.sources.parts import Outcome, written
from overt.detect.sources.recognise import Still
from overt.detect.sources.records import Layout, chunk_of
from overt.detect.sources.rejects import shown
from overt.detect.sources.spans import Span
from overt.engines.duckdb import Database

__all__ = ["Done", "Task"]


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk that was read.

    Attributes
    ----------
    seen: what the normaliser saw in it.
    shapes: a record of each shape in it, for `Reader.learn`.
    open_line: see `records.Chunk`.
    """

    outcome: Outcome
    seen: Seen
    shapes: list[dict[str, Any]]
    open_line: int


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk to read.

    Attributes
    ----------
    number: of the chunk among all that are read.
    reader, separators: what the chunks before it have shown so far.
    folder: where its part goes.
    """

    number: int
    one: Input
    layout: Layout
    span: Span
    reader: Still
    origin: Origin
    separators: dict[str, str | None]
    folder: Path

    def do(self, database: Database) -> Done:
        """Read the chunk and write its part; raises as `records.chunk_of` and `parts.written` do."""
        with waiting_collector():
            chunk = chunk_of(self.one, self.layout, self.span)
            shapes = self.reader.shapes(chunk)
            raw = self.reader.read(chunk)
            open_line = chunk.open_line
            # half of the memory: the records are cells by now
            del chunk
            normaliser = Normaliser(self.origin, database, self.separators)
            outcome = written(raw, normaliser, self.folder, self.number)
        rejected = [replace(one, row=shown(one.row)) for one in outcome.rejected]
        return Done(replace(outcome, rejected=rejected), normaliser.seen, shapes, open_line)
