"""Spans: cut at line ends, by the bytes alone, and the records are those of the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from overt.detect.sources import spans as spans_module
from overt.detect.sources.files import Input
from overt.detect.sources.records import Chunk, chunk_of, open_records
from overt.detect.sources.spans import Span, Spans, from_line, reading
from overt.errors import InputError

HEADER = b"id,user,time\n"
# broken quotes, bad bytes, a letter of several bytes, both line ends: whatever may stand at a cut
PIECES = [
    *(b'"', b",", b"\n", b"\r\n", b"\xff", b" ", b"1,2,3\n"),
    *(b'1,"2,3\n', b'1,2"x,"3\n', b'1,"a\nb",3\r\n', b'1,"a ""b""",3\n', b'"\n","\n",3\n'),
    *("é,🙂,3\n".encode(), '"é\n🙂",2,3\n'.encode(), b"1,\xc3,3\n", b"1,2\n"),
]
hostile = st.lists(st.sampled_from(PIECES), min_size=5, max_size=40).map(b"".join)


def spans_of(data: bytes, size: int, **options: Any) -> Iterator[tuple[Span, bytes]]:
    """Every span with its bytes, when the stream comes in blocks of `size`."""
    blocks = iter([data[at : at + size] for at in range(0, len(data), size)])
    spans = Spans(lambda: next(blocks, b""), **options)
    while spans.start():
        found = b""
        while block := spans.read():
            found += block
        yield spans.passed(), found


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans_module, "CHUNK_BYTES", 40)
    monkeypatch.setattr(spans_module, "PATIENCE", 25)


@given(hostile, st.integers(1, 70), st.integers(1, 5), st.booleans())
def test_spans_are_whole_lines_and_the_blocks_make_no_difference(
    data: bytes, size: int, rows: int, has_quotes: bool
) -> None:
    options = {"begin": 3, "rows": rows, "has_quotes": has_quotes}
    found = list(spans_of(data, size, **options))
    assert found == list(spans_of(data, max(1, len(data)), **options))
    assert b"".join(text for _, text in found) == data
    begin, line = 3, 1
    for span, text in found:
        assert (span.begin, span.n_bytes, span.line) == (begin, len(text), line)
        assert span.is_last == (span.end == 3 + len(data))
        assert text.endswith(b"\n") or span.is_last
        # what is left out of the last line still counts: no span could have ended earlier
        before = text[: text[:-1].rfind(b"\n") + 1]
        if not has_quotes:
            assert before.count(b"\n") < rows
            assert len(before) < spans_module.CHUNK_BYTES
        begin, line = span.end, line + text.count(b"\n")


def test_quotes_that_are_even_are_waited_for_and_not_for_ever() -> None:
    within = b'1,"a\nb\nc",2\n3,4,5\n'
    assert [text for _, text in spans_of(within, 7, rows=1, has_quotes=True)] == [
        b'1,"a\nb\nc",2\n',
        b"3,4,5\n",
    ]
    stray = b'1,"a\n' + b"2,b\n" * 20
    assert [len(text) for _, text in spans_of(stray, 7, rows=1, has_quotes=True)][:2] == [29, 4]


def test_a_span_is_skipped_as_it_would_be_read() -> None:
    data = b"".join(b"line %d\n" % n for n in range(50))
    blocks = iter([data[at : at + 9] for at in range(0, len(data), 9)])
    spans = Spans(lambda: next(blocks, b""), rows=7)
    skipped = []
    while span := spans.skip():
        skipped.append(span)
    assert skipped == [span for span, _ in spans_of(data, 9, rows=7)]
    assert spans.skip() is None


def test_a_span_from_an_earlier_line_on(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1\n22\n333\n4444\n5\n")
    one, before = Input(tmp_path / "a", "a"), Span(2, 7, 2, False)
    for line, begin in ((2, 2), (3, 5)):
        found = from_line(one, before, line, Span(9, 7, 4, True))
        assert found == Span(begin, 16 - begin, line, True)
        with reading(one, found) as read:
            assert read() == b"1\n22\n333\n4444\n5\n"[begin:]
            assert read() == b""


def test_a_file_that_became_shorter_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1\n2\n")
    with reading(Input(tmp_path / "a", "a"), Span(2, 9, 2, True)) as read:
        assert read() == b"2\n"
        with pytest.raises(InputError, match="a was changed while it was read"):
            read()


Flat = tuple[list[tuple[int, Any]], list[tuple[int, str, Any]]]


def flat(chunks: list[Chunk]) -> Flat:
    rows = [row for chunk in chunks for row in zip(chunk.numbers, chunk.records, strict=True)]
    return rows, [(one.line, one.reason, one.row) for chunk in chunks for one in chunk.rejects]


def whole(path: Path) -> Flat:
    """The rows and rejects of a file in one chunk."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spans_module, "CHUNK_BYTES", 1 << 20)
        records = open_records(Input(path, path.name))
        chunks = list(records.chunks)
        records.close()
    assert len(chunks) <= 1
    return flat(chunks)


def alone(path: Path, rows: int) -> Flat:
    """The same in many chunks, as one process reads them."""
    records = open_records(Input(path, path.name), rows=rows)
    chunks = list(records.chunks)
    records.close()
    return flat(chunks)


def apart(path: Path, rows: int) -> Flat:
    """The same in many chunks, each by itself, as several processes read them."""
    one = Input(path, path.name)
    records = open_records(one, rows=rows)
    chunks = [records.first()]
    assert records.spans is not None
    before, open_line = records.spans.passed(), chunks[0].open_line
    while span := records.spans.skip():
        span = from_line(one, before, open_line, span) if open_line else span
        event(f"a row is open at a cut: {open_line > 0}")
        chunks.append(chunk_of(one, records.layout, span))
        before, open_line = span, chunks[-1].open_line
    records.close()
    assert not open_line
    return flat(chunks)


@given(hostile, st.integers(2, 6), st.booleans())
def test_csv_is_the_same_wherever_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, rows: int, has_mark: bool
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.csv"
    path.write_bytes((b"\xef\xbb\xbf" if has_mark else b"") + HEADER + data)
    assert alone(path, rows) == apart(path, rows) == whole(path)


LINES = [
    b'{"a": 1}',
    b'{"a": "caf\xc3\xa9"}',
    b'{"a": "\xff"}',
    b"",
    b"  ",
    b"[1]",
    b'{"a":',
    b'{"a": "' + b"x" * 50 + b'"}',
]


@given(
    st.lists(st.sampled_from(LINES), max_size=40),
    st.integers(1, 6),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_ndjson_is_the_same_wherever_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[bytes],
    rows: int,
    has_mark: bool,
    crlf: bool,
    ends: bool,
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.ndjson"
    end = b"\r\n" if crlf else b"\n"
    data = end.join([b'{"a": 0}', b'{"b": 0}', *lines]) + (end if ends else b"")
    path.write_bytes((b"\xef\xbb\xbf" if has_mark else b"") + data)
    assert alone(path, rows) == apart(path, rows) == whole(path)
