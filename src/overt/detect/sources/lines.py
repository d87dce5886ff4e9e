"""Lines of a stream, numbered, each within a limit.

in: blocks of bytes; out: (number of the first, lines) block by block; why: a line of 50 MB costs one
block of memory and one reject, and the lines around it stay numbered as an editor numbers them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["LINE_LIMIT", "LongLine", "blocks_of_lines"]

LINE_LIMIT = 16 << 20
"""Bytes of the longest line that is read; a longer one is set aside."""


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line above the limit: its beginning, its length in bytes, and whether its quotes (") pair up."""

    start: bytes
    n_bytes: int
    even_quotes: bool

    @property
    def reason(self) -> str:
        """For the reject."""
        return f"line above {LINE_LIMIT >> 20} MiB: {self.n_bytes:,} bytes"


def blocks_of_lines(
    read: Callable[[], bytes], number: int = 1
) -> Iterator[tuple[int, list[bytes] | LongLine]]:
    """Cut a stream at its line feeds. How it comes in blocks makes no difference to the lines.

    Parameters
    ----------
    read: gives the next block, b"" at the end.
    number: of the first line.

    Yields
    ------
    The number of the first line, and the lines without their line feed, or one long line.
    """
    rest = b""
    while block := read():
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        for some in _within_limit(lines):
            yield number, some
            number += len(some) if isinstance(some, list) else 1
        if len(rest) > LINE_LIMIT:
            long, rest = _skip(rest, read)
            yield number, long
            number += 1
    if rest:
        # behind a long line in the last block there may be several
        for some in _within_limit(rest.removesuffix(b"\n").split(b"\n")):
            yield number, some
            number += len(some) if isinstance(some, list) else 1


def _within_limit(lines: list[bytes]) -> Iterator[list[bytes] | LongLine]:
    """The lines in one list; a line above the limit apart."""
    begin = 0
    for at, line in enumerate(lines) if len(max(lines, key=len, default=b"")) > LINE_LIMIT else ():
        if len(line) > LINE_LIMIT:
            if at > begin:
                yield lines[begin:at]
            yield LongLine(line[:1000], len(line), line.count(b'"') % 2 == 0)
            begin = at + 1
    if begin < len(lines):
        yield lines[begin:] if begin else lines


def _skip(start: bytes, read: Callable[[], bytes]) -> tuple[LongLine, bytes]:
    n_bytes, quotes = len(start), start.count(b'"')
    while block := read():
        line, feed, rest = block.partition(b"\n")
        n_bytes += len(line)
        quotes += line.count(b'"')
        if feed:
            return LongLine(start[:1000], n_bytes, quotes % 2 == 0), rest
    return LongLine(start[:1000], n_bytes, quotes % 2 == 0), b""
