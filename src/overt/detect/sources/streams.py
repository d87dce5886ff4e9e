"""From a file to a stream of UTF-8 bytes.

in: an `Input`; out: its bytes, unpacked, as UTF-8; why: compression, encodings and broken files are
dealt with once, for every format. Nothing is read whole: memory stays at a block, whatever a file unpacks to.
"""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import zlib
from typing import BinaryIO, cast

from overt.detect.sources.files import BLOCK, Input
from overt.errors import InputError

__all__ = ["Stream", "open_stream"]

_ARCHIVES = (
    (b"PK\x03\x04", "a zip archive (or a spreadsheet)"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ARROW1", "an Arrow file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
)


_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT = 65_536
_CUT_OFF = "ends in the middle: the download or copy was cut off"


class Stream:
    """Decompressed bytes of one input, as UTF-8 without a byte-order mark, with its errors in words.

    Attributes
    ----------
    head: the first bytes (at most `BLOCK`), which `read` gives again.
    is_parquet: the file is Parquet, to be opened by its path.
    packed: "gzip", "zstd" or "".
    is_plain: the bytes are those of the file, from `begin` on (behind a byte-order mark).
    """

    def __init__(self, one: Input) -> None:
        self._name = one.name
        self._raw = _open(one)
        try:
            self._start(one.path.stat().st_size)
        except BaseException:
            self._raw.close()
            raise

    def _start(self, size: int) -> None:
        self._size = size
        if size == 0:
            raise self._refused("is empty (0 bytes)", "Export it again, or leave it out.")
        magic = self._raw.read(8)
        self._raw.seek(0)
        self.packed, self._bytes = _unpacked(self._raw, magic)
        self.head = self._fill()
        self.is_parquet = self.head.startswith(b"PAR1")
        self._check()
        is_utf16 = self.head.startswith(_UTF16)
        self.is_plain = not self.packed and not is_utf16
        if is_utf16:
            self._bytes = cast(BinaryIO, io.BufferedReader(_Utf8(self.head, self._bytes), BLOCK))
            self.head = self._fill()
        self.begin = len(codecs.BOM_UTF8) if self.head.startswith(codecs.BOM_UTF8) else 0
        self.head = self.head[self.begin :]
        self._unread = self.head

    def read(self) -> bytes:
        """The next block, b"" at the end; InputError where the compressed data is broken."""
        if self._unread:
            block, self._unread = self._unread, b""
            return block
        return self._guarded()

    def done(self) -> tuple[int, int]:
        """Bytes of the file on disk read so far, and its size."""
        try:
            return self._raw.tell(), self._size
        except ValueError:
            return self._size, self._size

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(OSError, ValueError):
            self._bytes.close()
        self._raw.close()

    def _fill(self) -> bytes:
        head = b""
        while len(head) < BLOCK and (block := self._guarded()):
            head += block
        return head

    def _guarded(self) -> bytes:
        try:
            return self._bytes.read(BLOCK)
        except EOFError as error:
            raise self._broken(_CUT_OFF) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._broken(f"is damaged ({error})") from error
        except OSError as error:
            if error.errno or not self.packed:
                raise InputError(f"{self._name} cannot be read: {error.strerror or error}.") from error
            raise self._broken(_CUT_OFF if "runcated" in str(error) else f"is damaged ({error})") from error

    def _broken(self, what: str) -> InputError:
        return InputError(
            f"{self._name}: the {self.packed} data {what}.",
            hint="Fetch the file again. What was read before the break was not used.",
        )

    def _check(self) -> None:
        """Refuse what is no text, with the reason and the way out."""
        if not self.head.strip():
            raise self._refused("is empty: it holds only blanks", "Export it again, or leave it out.")
        if self.is_parquet and not self.packed:
            return
        if self.is_parquet:
            raise self._refused(
                f"is Parquet inside {self.packed}", "Unpack it first; Parquet is compressed inside."
            )
        for magic, what in _ARCHIVES:
            if self.head.startswith(magic):
                raise self._refused(
                    f"is {what}", "Unpack or export it to CSV, NDJSON, JSON or Parquet first."
                )
        start = self.head[:_LOOKED_AT]
        odd = len(start) - len(start.translate(None, _CONTROLS))
        if odd * 50 > len(start) and not start.startswith(_UTF16):
            raise self._refused(
                f"is a binary file: {odd:,} of its first {len(start):,} bytes are control characters",
                "overt reads CSV, NDJSON, JSON and Parquet, plain or as .gz or .zst. "
                "Text in UTF-16 needs its byte-order mark.",
            )

    def _refused(self, what: str, hint: str) -> InputError:
        return InputError(f"{self._name} {what}.", hint=hint)


_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1b") + b"\x7f"


def open_stream(one: Input) -> Stream:
    """Open an input; the caller closes it.

    Raises
    ------
    InputError: it is missing, empty, binary, damaged or may not be read.
    """
    return Stream(one)


def _open(one: Input) -> BinaryIO:
    try:
        return cast(BinaryIO, one.path.open("rb"))
    except FileNotFoundError:
        raise InputError(f"No such file: {one.name}.", hint="Check the spelling and the folder.") from None
    except PermissionError:
        raise InputError(f"{one.name} may not be read.", hint="Check its permissions.") from None
    except OSError as error:
        raise InputError(f"{one.name} cannot be opened: {error.strerror}.") from error


def _unpacked(raw: BinaryIO, magic: bytes) -> tuple[str, BinaryIO]:
    """By the first bytes, never by the name."""
    if magic.startswith(b"\x1f\x8b"):
        return "gzip", cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        import pyarrow as pa

        return "zstd", cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd"))
    return "", raw


class _Utf8(io.RawIOBase):
    """UTF-16 bytes read as UTF-8; half a pair becomes the replacement character."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._rest = rest
        self._next = head
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: object) -> int:
        while not self._ready and self._next:
            block, self._next = self._next, self._rest.read(BLOCK)
            self._ready = self._decoder.decode(block, final=not self._next).encode()
        view = memoryview(into)  # type: ignore[arg-type]
        n = min(len(view), len(self._ready))
        view[:n], self._ready = self._ready[:n], self._ready[n:]
        return n
