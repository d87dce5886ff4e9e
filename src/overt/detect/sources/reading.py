"""One file on its way into parts, here or in several processes, with the same parts.

in: an opened and recognised file; out: `Outcome`s in the order of the file; why: chunks are read ahead, by
what was known when they were handed out, and counted in their order, if they came out as they should.

Three things pass from chunk to chunk: keys that turn up late (NDJSON by name), what stands between the items
of a cell, and in CSV a row that goes on behind the chunk. A chunk that was read without knowing them is read
again here. That is seldom, and at worst every chunk is read twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from overt.detect.sources.collector import waiting_collector
from overt.detect.sources.crew import Crew
from overt.detect.sources.files import Input
from overt.detect.sources.normalise import Normaliser, Origin
from overt.detect.sources.parts import Outcome, written
from overt.detect.sources.recognise import Reader
from overt.detect.sources.records import Chunk, Records, chunk_of
from overt.detect.sources.spans import Span, Spans, from_line
from overt.detect.sources.tasks import Done, Task

__all__ = ["Parts", "Reading"]

_NOTHING = Span(0, 0, 1, False)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where parts go: a folder of this run alone, and the number of the next."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)


@dataclass(slots=True)
class Reading:
    """One file that is read.

    Attributes
    ----------
    n_bytes_read: how much of it the outcomes so far come from.
    """

    one: Input
    records: Records
    reader: Reader
    origin: Origin
    normaliser: Normaliser
    parts: Parts
    n_bytes_read: int = 0
    # handed out and not yet counted, in their order; what came back of them
    _tasks: deque[Task] = field(default_factory=deque)
    _done: dict[int, Done] = field(default_factory=dict)
    # of the chunk that was counted last
    _span: Span = _NOTHING
    _open_line: int = 0

    def alone(self) -> Iterator[Outcome]:
        """Read it in this process. Raises as `Records.chunks` and `parts.written` do."""
        chunks = self.records.chunks
        while True:
            with waiting_collector():
                chunk = next(chunks, None)
                if chunk is None:
                    return
                outcome = self._here(chunk, next(self.parts.numbers))
                del chunk
            self.n_bytes_read = self.records.done()[0]
            yield outcome

    def together(self, crew: Crew, spans: Spans) -> Iterator[Outcome]:
        """Read it with others: the first chunk here, those behind it there. Raises as `Task.do` does.

        spans: of the records, the first of which were read.
        """
        number, span = next(self.parts.numbers), spans.passed()
        self._hand_out(crew, spans)
        with waiting_collector():
            chunk = next(self.records.chunks)
            outcome = self._here(chunk, number)
            self._counted(span, chunk.open_line)
            del chunk
        yield outcome
        while self._tasks:
            task = self._tasks[0]
            while task.number not in self._done:
                finished, done = crew.receive()
                self._done[finished.number] = done
                self._hand_out(crew, spans)
            outcome = self._judged(task, self._done.pop(task.number))
            self._tasks.popleft()
            self._hand_out(crew, spans)
            yield outcome

    def _here(self, chunk: Chunk, number: int) -> Outcome:
        raw = self.reader.read(chunk)
        return written(raw, self.normaliser, self.parts.folder, number)

    def _hand_out(self, crew: Crew, spans: Spans) -> None:
        while crew.is_free and len(self._tasks) < 2 * crew.n and (span := spans.skip()):
            task = Task(
                next(self.parts.numbers),
                self.one,
                self.records.layout,
                span,
                self.reader.now,
                self.origin,
                self.normaliser.separators,
                self.parts.folder,
            )
            self._tasks.append(task)
            crew.give(task)

    def _judged(self, task: Task, done: Done) -> Outcome:
        """What a chunk gave, when it was read as it would have been here; else it is read here."""
        if not self._open_line and self._stands(task, done):
            self.normaliser.add(done.seen)
            self._counted(task.span, done.open_line)
            return done.outcome
        span = task.span
        if self._open_line:
            span = from_line(self.one, self._span, self._open_line, span)
        with waiting_collector():
            chunk = chunk_of(self.one, self.records.layout, span)
            self._counted(span, chunk.open_line)
            return self._here(chunk, task.number)

    def _stands(self, task: Task, done: Done) -> bool:
        if not self.normaliser.agrees(done.seen.separators):
            return False
        return self.reader.learn(done.shapes) and self.reader.now == task.reader

    def _counted(self, span: Span, open_line: int) -> None:
        self._span, self._open_line, self.n_bytes_read = span, open_line, span.end
