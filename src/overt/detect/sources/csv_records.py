"""CSV, with the line on which every row begins.

in: a stream of text; out: chunks of rows; why: Python's csv reader is exact about quotes and forgiving
about the rest, but knows neither bad bytes, nor huge lines, nor what to do after a quote that never closes.

A row that goes wrong over several lines is set aside by its first line, and reading resumes on the
next one: a stray quote costs a row, not the rest of the file. A row that is open where a chunk ends goes
whole into the next chunk.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from overt.detect.sources.files import Input
from overt.detect.sources.lines import LongLine, blocks_of_lines
from overt.detect.sources.records import Chunk, Layout, Records, told_apart
from overt.detect.sources.rejects import Rejected
from overt.detect.sources.spans import Span, Spans
from overt.detect.sources.streams import Stream
from overt.errors import InputError

__all__ = ["CELL_LIMIT", "DELIMITERS", "opened", "rows_of", "sniffed"]

CELL_LIMIT = 1 << 20
"""Characters of the longest cell; the row of a longer one is set aside."""

DELIMITERS = ",\t;|"


def opened(one: Input, stream: Stream, rows: int) -> Records:
    """The records of a CSV file with a header."""
    head = stream.head
    if b"\n" not in head and head.count(b"\r") > 1:
        raise InputError(
            f"{one.name} ends its lines with carriage returns alone.",
            hint="Convert it, for instance with: tr '\\r' '\\n'",
        )
    spans = Spans(stream.read, begin=stream.begin, rows=rows, has_quotes=True)
    spans.start()
    table = _Table(_Lines(spans.read, spans.line), sniffed(head.decode("utf-8", "replace")))
    header = _header(one, table)
    table.width = len(header)
    return Records(Layout("csv", header, table.delimiter), _chunks(table, spans), stream, spans)


def rows_of(read: Callable[[], bytes], layout: Layout, span: Span) -> Chunk:
    """The rows of a span behind the header, the first line of which begins a row."""
    table = _Table(_Lines(read, span.line), layout.delimiter)
    table.width = len(layout.columns)
    chunk = Chunk()
    with _cell_limit():
        _fill(chunk, table, lambda: span.is_last)
    return chunk


def sniffed(head: str) -> str:
    """The delimiter that cuts most of the first rows into as many cells as the header has."""
    whole = head[: head.rfind("\n") + 1] or head
    return max(DELIMITERS, key=lambda delimiter: _fit(whole, delimiter))


def _fit(text: str, delimiter: str) -> tuple[bool, float, int]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > 30:
                break
    except csv.Error:
        pass
    if not rows:
        return False, 0.0, 0
    width = len(rows[0])
    return width > 1, sum(len(row) == width for row in rows) / len(rows), width


def _header(one: Input, table: _Table) -> tuple[str, ...]:
    lines = table.lines
    try:
        header = next((row for row in table.reader if row), None)
    except csv.Error as error:
        raise InputError(
            f"{one.name} has no readable header: {error}.", hint="The first line must name the columns."
        ) from error
    if header is None or lines.problem:
        raise InputError(
            f"{one.name} has no readable header: {lines.problem}.",
            hint="The first line must name the columns.",
        )
    lines.taken.clear()
    return told_apart([name.strip() for name in header])


class _Lines:
    """Feeds the csv reader line by line, and remembers what it took for the current row."""

    def __init__(self, read: Callable[[], bytes], line: int) -> None:
        self._blocks = blocks_of_lines(read, line)
        self._back: deque[str] = deque()
        self.number = line - 1
        # what the csv reader took for the current row; cleared by whoever reads rows
        self.taken: list[str] = []
        self.problem: str | None = None

    def go_on(self, read: Callable[[], bytes], line: int) -> None:
        """Take more lines, behind those given back, once all before have been taken."""
        self._blocks = blocks_of_lines(read, line)

    @property
    def has_more(self) -> bool:
        """Whether lines given back wait to be read again."""
        return bool(self._back)

    def push_back(self, kept: int = 1) -> None:
        """Give all but the first line of the current row again, or that line as well."""
        again = self.taken[kept:]
        self._back.extendleft(reversed(again))
        self.number -= len(again)
        del self.taken[kept:]

    def __iter__(self) -> Iterator[str]:
        back, taken = self._back, self.taken
        for _, lines in self._blocks:
            for line in self._texts(lines):
                while back:
                    yield self._give(back.popleft())
                self.number += 1
                taken.append(line)
                yield line if line[0] != _MARK else self._marked(line)
        while back:
            yield self._give(back.popleft())

    def _give(self, line: str) -> str:
        self.number += 1
        self.taken.append(line)
        return line if line[0] != _MARK else self._marked(line)

    def _marked(self, line: str) -> str:
        self.problem, _, line = _unmarked(line)
        return line

    def _texts(self, lines: list[bytes] | LongLine) -> Iterator[str]:
        if isinstance(lines, LongLine):
            # what stands in for it keeps the quotes of the rows around it in step
            begin = lines.start.decode("utf-8", "replace")
            return iter([_marked(lines.reason, begin, "x\n" if lines.even_quotes else '"\n')])
        try:
            text = b"\n".join(lines).decode()
        except UnicodeDecodeError:
            return (_decoded(line) for line in lines)
        return (line + "\n" for line in text.split("\n"))


_MARK = "\udfff"
"""Begins a line with a problem: no decoded text can hold it."""


def _decoded(line: bytes) -> str:
    try:
        return line.decode() + "\n"
    except UnicodeDecodeError as wrong:
        problem = f"not UTF-8: byte 0x{line[wrong.start]:02X} at position {wrong.start + 1}"
        text = line.decode("utf-8", "replace")
        return _marked(problem, text[:1_000], text + "\n")


def _marked(problem: str, begin: str, line: str) -> str:
    return f"{_MARK}{problem}{_MARK}{begin}{_MARK}{line}"


def _unmarked(line: str) -> tuple[str, str, str]:
    problem, begin, line = line[1:].split(_MARK, 2)
    return problem, begin, line


@contextmanager
def _cell_limit() -> Iterator[None]:
    """The csv module keeps its limit for the whole process: set it while rows are read, no longer."""
    before = csv.field_size_limit(CELL_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


class _Table:
    """The csv reader over the lines of a file."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self.lines, self.delimiter, self.width = lines, delimiter, 0
        self.restart()

    def restart(self) -> None:
        """Begin anew at the next line: a reader that has met the end reads no more."""
        # strict, because otherwise a quote that never closes makes the rest of the file one cell
        self.reader = csv.reader(iter(self.lines), delimiter=self.delimiter, strict=True)


def _chunks(table: _Table, spans: Spans) -> Iterator[Chunk]:
    while True:
        chunk = Chunk()
        with _cell_limit():
            _fill(chunk, table, lambda: spans.is_last)
        if chunk.numbers or chunk.rejects or chunk.open_line:
            yield chunk
        if not spans.start():
            return
        table.lines.go_on(spans.read, spans.line)
        table.restart()


def _fill(chunk: Chunk, table: _Table, is_last: Callable[[], bool]) -> None:
    """Read the rows of a span into the chunk; `is_last` says, at its end, whether nothing follows."""
    lines, width = table.lines, table.width
    taken, numbers, records = lines.taken, chunk.numbers, chunk.records
    while True:
        taken.clear()
        begin = lines.number + 1
        try:
            row = next(table.reader)
        except StopIteration:
            if not lines.has_more:
                return
            table.restart()
            continue
        except csv.Error as error:
            if _is_cut(error) and not is_last():
                chunk.open_line = begin
                lines.push_back(0)
                lines.problem = None
                return
            row = _leniently(table)
            if not row:
                _set_aside(chunk, lines, begin, _words(error))
                continue
        if lines.problem or len(row) != width:
            if row:
                _set_aside(chunk, lines, begin, f"wrong number of cells: {len(row)}, expected {width}")
            continue
        numbers.append(begin)
        records.append(row)


def _is_cut(error: csv.Error) -> bool:
    """Whether the lines ended within a row."""
    return "end of data" in str(error)


def _leniently(table: _Table) -> list[str]:
    """A row on one line with undoubled quotes inside (`"he said "no" twice"`); [] for anything else."""
    taken = table.lines.taken
    if len(taken) != 1 or table.lines.problem or taken[0].count('"') % 2:
        return []
    try:
        return next(csv.reader(taken, delimiter=table.delimiter), [])
    except csv.Error:
        return []


def _words(error: csv.Error) -> str:
    if "limit" in str(error):
        return f"cell above {CELL_LIMIT >> 20} MiB"
    if _is_cut(error):
        return "a quote is not closed"
    return f"not CSV: {error}"


def _set_aside(chunk: Chunk, lines: _Lines, begin: int, reason: str) -> None:
    problem, lines.problem = lines.problem, None
    first = lines.taken[0] if lines.taken else ""
    if first[:1] == _MARK:
        _, first, _ = _unmarked(first)
    elif len(lines.taken) > 1:
        reason += f" (lines {begin:,} to {lines.number:,}: is a quote not closed?)"
    chunk.rejects.append(Rejected(begin, problem or reason, first[:2_000]))
    lines.push_back()
