"""Where a file of lines is cut into chunks.

in: blocks of bytes; out: spans of whole lines, one after another; why: a chunk must hold the same rows
whether one process reads the file or several, so the bytes alone say where it ends, before any is parsed.

A span ends at the first line feed behind `CHUNK_ROWS` lines or `CHUNK_BYTES` bytes. In CSV a line feed
between quotes belongs to a cell: the end is put off, by at most `PATIENCE`, until the quotes of the span are
even. Where quotes are broken this guess is wrong: the row that is cut goes into the next chunk
(`records.Chunk.open_line`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from overt.detect.sources.files import BLOCK, Input
from overt.errors import InputError

__all__ = ["CHUNK_BYTES", "CHUNK_ROWS", "PATIENCE", "Span", "Spans", "from_line", "reading"]

CHUNK_ROWS = 50_000
"""Lines of a chunk at most (items of a JSON array, rows of Parquet)."""

CHUNK_BYTES = 32 << 20
"""Bytes of a chunk at most, a line more or less."""

PATIENCE = 1 << 20
"""Bytes for which even quotes are awaited: no cell that is read is longer."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole lines of a file that lies on disk as it is read.

    Attributes
    ----------
    begin, n_bytes: where they lie in the file.
    line: number of the first, from 1.
    is_last: nothing follows them.
    """

    begin: int
    n_bytes: int
    line: int
    is_last: bool

    @property
    def end(self) -> int:
        """Bytes of the file before what follows."""
        return self.begin + self.n_bytes


class Spans:
    """A stream, span by span: `start` the next, then `read` its blocks to the end.

    Parameters
    ----------
    read: gives the next block of the stream, b"" at the end.
    begin: bytes of the file before the stream (a byte-order mark).
    rows: lines of a span at most.
    has_quotes: the stream is CSV.

    Attributes
    ----------
    line: number of the first line of this span.
    is_last: nothing follows this span; known once it is read to its end.
    """

    def __init__(
        self, read: Callable[[], bytes], *, begin: int = 0, rows: int = CHUNK_ROWS, has_quotes: bool = False
    ) -> None:
        self._source, self._rows, self._has_quotes = read, rows, has_quotes
        self._ahead: bytes | None = None
        self._begin, self._n_bytes = begin, 0
        self._n_lines = self._n_quotes = 0
        self._due_at: int | None = None
        self._is_open = False
        self.line = 1
        self.is_last = False

    def start(self) -> bool:
        """Go on to the next span; False when there is none. The span before must be read to its end."""
        self._ahead = self._ahead or self._source()
        self._begin += self._n_bytes
        self.line += self._n_lines
        self._n_bytes = self._n_lines = self._n_quotes = 0
        self._due_at = None
        self._is_open = bool(self._ahead)
        return self._is_open

    def read(self) -> bytes:
        """The next block of this span, b"" at its end."""
        if not self._is_open:
            return b""
        block = self._source() if self._ahead is None else self._ahead
        self._ahead = None
        n_lines = block.count(b"\n")
        if end := self._end_in(block, n_lines):
            self._ahead, block = block[end:] or self._source(), block[:end]
            n_lines = block.count(b"\n")
        self._is_open = bool(block) and not end
        self.is_last = not self._is_open and not self._ahead
        self._n_bytes += len(block)
        self._n_lines += n_lines
        self._n_quotes += block.count(b'"') if self._has_quotes else 0
        return block

    def passed(self) -> Span:
        """The span that was read to its end."""
        return Span(self._begin, self._n_bytes, self.line, self.is_last)

    def skip(self) -> Span | None:
        """The next span, whose lines somebody else reads; None when there is none."""
        if not self.start():
            return None
        while self.read():
            pass
        return self.passed()

    def _end_in(self, block: bytes, n_lines: int) -> int:
        """How much of the block still belongs to this span, 0 when all of it does and more may follow."""
        at = self._due_in(block, n_lines)
        if at is None:
            return 0
        self._due_at = self._n_bytes + at if self._due_at is None else self._due_at
        end = block.find(b"\n", at) + 1
        if not self._has_quotes:
            return end
        quotes, counted = self._n_quotes, 0
        while end and self._n_bytes + end < self._due_at + PATIENCE:
            quotes, counted = quotes + block.count(b'"', counted, end), end
            if quotes % 2 == 0:
                break
            end = block.find(b"\n", end) + 1
        return end

    def _due_in(self, block: bytes, n_lines: int) -> int | None:
        """From where in the block a line feed may end the span, or None."""
        by_bytes = max(0, CHUNK_BYTES - self._n_bytes - 1)
        lines = self._rows - self._n_lines
        if lines <= 0:
            return 0
        if n_lines >= lines:
            by_lines = len(block) - len(block.split(b"\n", lines)[-1]) - 1
            return min(by_bytes, by_lines)
        return by_bytes if by_bytes < len(block) else None


@contextmanager
def reading(one: Input, span: Span) -> Iterator[Callable[[], bytes]]:
    """What gives the blocks of a span, b"" at its end.

    Raises
    ------
    InputError: the file has become shorter, or can no longer be read.
    """
    left = span.n_bytes
    try:
        file = one.path.open("rb")
    except OSError as error:
        raise _unreadable(one, error) from error

    def read() -> bytes:
        nonlocal left
        try:
            block = file.read(min(BLOCK, left))
        except OSError as error:
            raise _unreadable(one, error) from error
        if left and not block:
            raise InputError(f"{one.name} was changed while it was read.", hint="Run again when it is whole.")
        left -= len(block)
        return block

    with file:
        file.seek(span.begin)
        yield read


def from_line(one: Input, before: Span, line: int, span: Span) -> Span:
    """A span and all that lies before it, from a line of the span `before` on. Raises as `reading` does."""
    begin, left = before.begin, line - before.line
    with reading(one, before) as read:
        while left and (block := read()):
            rest = block.split(b"\n", left)
            left -= len(rest) - 1
            begin += len(block) if left else len(block) - len(rest[-1])
    return Span(begin, span.end - begin, line, span.is_last)


def _unreadable(one: Input, error: OSError) -> InputError:
    return InputError(f"{one.name} cannot be read: {error.strerror or error}.")
