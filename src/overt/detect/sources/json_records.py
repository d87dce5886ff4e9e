"""NDJSON, and JSON as one document.

in: a stream that begins with { or [; out: chunks of JSON values; why: the same platform comes as lines
from one tool and as an array or a page from another.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from overt.detect.sources.files import Input
from overt.detect.sources.lines import LongLine, blocks_of_lines
from overt.detect.sources.records import Chunk, Layout, Records
from overt.detect.sources.rejects import Rejected
from overt.detect.sources.spans import Spans
from overt.detect.sources.streams import Stream
from overt.errors import InputError

__all__ = ["DOCUMENT_LIMIT", "opened", "values_of"]

DOCUMENT_LIMIT = 512 << 20
"""Bytes of the largest JSON document: it must be parsed whole, in about six times the memory."""


def opened(one: Input, stream: Stream, rows: int) -> Records:
    """The records of NDJSON or of a JSON document."""
    read, is_lines = stream.read, _is_lines(stream.head)
    if b"\n" not in stream.head:
        read, is_lines = _long_start(stream)
    if is_lines:
        spans = Spans(read, begin=stream.begin, rows=rows)
        return Records(Layout("ndjson"), _chunks(spans), stream, spans)
    document = _document(one, read)
    records = Records(Layout("json"), _items(document, rows), stream)
    records.document = document
    return records


def _long_start(stream: Stream) -> tuple[Callable[[], bytes], bool]:
    """A first line longer than a block: what gives the blocks again, and whether more lines follow it.

    A document on one line is read whole here, as it must be in any case.
    """
    blocks, size, ending, after = deque[bytes](), 0, b"", b""
    has_feed = False
    while size <= DOCUMENT_LIMIT and not after.strip() and (block := stream.read()):
        blocks.append(block)
        size += len(block)
        if has_feed:
            after = block
        else:
            line, feed, after = block.partition(b"\n")
            ending, has_feed = line.rstrip()[-1:] or ending, bool(feed)
    # a document that is cut into lines breaks behind a comma
    is_lines = ending == b"}" and after.lstrip()[:1] == b"{" and stream.head.lstrip()[:1] == b"{"
    return lambda: blocks.popleft() if blocks else stream.read(), is_lines


def _is_lines(head: bytes) -> bool:
    """Whether a whole object stands in the first or second line, with another line beside it."""
    lines = [line for line in head.split(b"\n", 50)[:50] if line.strip()]
    if len(lines) < 2:
        # nothing but one line in the first block: a long first line of NDJSON is beyond telling
        return False
    if lines[0].lstrip().startswith(b"["):
        return False
    return any(_is_object(line) for line in lines[:2]) or _is_object_start(lines[1])


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _is_object_start(line: bytes) -> bool:
    # the first line is broken and the second cut off by the end of the block
    return line.startswith(b'{"')


def _chunks(spans: Spans) -> Iterator[Chunk]:
    while spans.start():
        chunk = values_of(spans.read, spans.line)
        if chunk.numbers or chunk.rejects:
            yield chunk


def values_of(read: Callable[[], bytes], line: int) -> Chunk:
    """The JSON objects of some lines, the first of which has the number `line`."""
    chunk = Chunk()
    numbers, records = chunk.numbers, chunk.records
    for first, lines in blocks_of_lines(read, line):
        if isinstance(lines, LongLine):
            chunk.rejects.append(Rejected(first, lines.reason, lines.start))
            continue
        for number, text in enumerate(lines, first):
            try:
                value = orjson.loads(text)
            except orjson.JSONDecodeError as error:
                if not text.strip():
                    continue
                value = _second_try(text, error)
            if type(value) is dict:
                numbers.append(number)
                records.append(value)
            else:
                chunk.rejects.append(_no_object(number, text, value))
    return chunk


def _no_object(number: int, line: bytes, value: Any) -> Rejected:
    reason = value if isinstance(value, _Broken) else f"not a JSON object: {type(value).__name__}"
    return Rejected(number, str(reason), line[:2_000])


class _Broken(str):
    """Why a line is no JSON."""


def _second_try(line: bytes, error: orjson.JSONDecodeError) -> Any:
    """Python's reader takes NaN and half a surrogate pair, which Python tools write."""
    try:
        text = line.decode()
    except UnicodeDecodeError as wrong:
        return _Broken(f"not UTF-8: byte 0x{line[wrong.start]:02X} at position {wrong.start + 1}")
    try:
        return _mended(json.loads(text))
    except (ValueError, RecursionError):
        return _Broken(f"not JSON: {error.msg} (column {error.colno})")


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mended(item) for item in value]
    return None if isinstance(value, float) and value != value else value


def _document(one: Input, read: Callable[[], bytes]) -> Any:
    blocks, size = [], 0
    while block := read():
        blocks.append(block)
        size += len(block)
        if size > DOCUMENT_LIMIT:
            raise InputError(
                f"{one.name} is one JSON document above {DOCUMENT_LIMIT >> 20} MiB.",
                hint="Turn it into one object a line first: jq -c '.[]' big.json > big.ndjson",
            )
    data = b"".join(blocks)
    del blocks
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        value = _second_try(data, error)
        line = f", line {error.lineno:,}"
    if isinstance(value, _Broken):
        raise InputError(
            f"{one.name} begins like JSON and is {value}{line}.",
            hint="It is cut off or edited by hand; export it again. NDJSON needs one whole object a line.",
        )
    return value


def _items(document: Any, rows: int) -> Iterator[Chunk]:
    if isinstance(document, dict):
        yield Chunk(numbers=[1], records=[document], is_document=True)
        return
    for start in range(0, len(document), rows):
        chunk = Chunk()
        for number, item in enumerate(document[start : start + rows], start + 1):
            if isinstance(item, dict):
                chunk.numbers.append(number)
                chunk.records.append(item)
            else:
                chunk.rejects.append(Rejected(number, f"not a JSON object: {type(item).__name__}", item))
        yield chunk
