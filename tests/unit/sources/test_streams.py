"""Compression, encodings, and files that are not what they should be."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest

from overt.detect.sources.files import Input
from overt.detect.sources.streams import open_stream
from overt.errors import InputError

TEXT = "id,user\n1,Ärger 日本\n".encode()


def content(path: Path) -> bytes:
    stream = open_stream(Input(path, path.name))
    try:
        return b"".join(iter(stream.read, b""))
    finally:
        stream.close()


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        out.write(data)
    return bytes(sink.getvalue())


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        b"\xef\xbb\xbf" + TEXT,
        TEXT.decode().encode("utf-16"),
        b"\xfe\xff" + TEXT.decode().encode("utf-16-be"),
        gzip.compress(TEXT),
        gzip.compress(TEXT[:8]) + gzip.compress(TEXT[8:]),
        zstd(TEXT),
        zstd(TEXT.decode().encode("utf-16")),
    ],
    ids=["plain", "bom", "utf16le", "utf16be", "gzip", "gzip in two members", "zstd", "utf16 in zstd"],
)
def test_all_wrappings_give_the_same_bytes(tmp_path: Path, data: bytes) -> None:
    # the name says nothing: only the bytes are asked
    (tmp_path / "x.parquet").write_bytes(data)
    assert content(tmp_path / "x.parquet") == TEXT


def test_long_utf16_survives_the_seams_between_blocks(tmp_path: Path) -> None:
    text = "日本🙂 ab\n" * 400_000
    (tmp_path / "x").write_bytes(text.encode("utf-16"))
    assert content(tmp_path / "x") == text.encode()


BIG = os.urandom(3 << 20).hex().encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"x is empty \(0 bytes\)"),
        (b" \n\n ", "x is empty: it holds only blanks"),
        (gzip.compress(b""), "x is empty"),
        (gzip.compress(BIG)[:-40_000], "x: the gzip data ends in the middle"),
        (gzip.compress(BIG)[:-8] + b"12345678", "x: the gzip data is damaged"),
        (
            gzip.compress(TEXT)[:12] + b"\xff\xff\xff" + gzip.compress(TEXT)[15:],
            "x: the gzip data is damaged",
        ),
        (zstd(BIG)[:-40_000], "x: the zstd data ends in the middle"),
        (zstd(TEXT)[:9] + b"\x00\x00", "x: the zstd data (is damaged|ends in the middle)"),
        (bytes(range(256)) * 99, "x is a binary file"),
        (TEXT.decode().encode("utf-16-le"), "x is a binary file"),
        (b"PK\x03\x04....", "x is a zip archive"),
        (gzip.compress(b"%PDF-1.7 ..."), "x is a PDF"),
        (gzip.compress(b"PAR1....PAR1"), "x is Parquet inside gzip"),
    ],
)
def test_what_is_no_text_is_refused_in_words(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        content(tmp_path / "x")
    assert caught.value.hint


def test_a_missing_and_a_closed_file_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="No such file: gone"):
        content(tmp_path / "gone")
    (tmp_path / "closed").write_bytes(TEXT)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="closed may not be read"):
        content(tmp_path / "closed")


def test_a_bomb_unpacks_in_bounded_memory(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb", "wb", compresslevel=1) as out:
        for _ in range(100):
            out.write(b"a" * (1 << 20))
    stream = open_stream(Input(tmp_path / "bomb", "bomb"))
    tracemalloc.start()
    n = sum(map(len, iter(stream.read, b"")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    stream.close()
    assert n == 100 << 20
    assert peak < 8 << 20
