"""From what the user named to the files to read.

in: paths, globs, folders, `-` for stdin; out: `Input`s, each with a path and a short name; why: a
pipe, a folder and a pattern become plain files here, and nothing after this needs to know.

A pipe is copied to a temporary file first: it is read three times (digest, recognition, rows).
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from overt.detect.sources.quoting import plain
from overt.errors import InputError, StorageError

__all__ = ["BLOCK", "Input", "Paths", "inputs"]

BLOCK = 1 << 20
"""Bytes read at a time."""

_SUFFIXES = (".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json", ".parquet")
_PACKED = (".gz", ".zst")


Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read: where it lies, and the name that posts, messages and the manifest give it."""

    path: Path
    name: str

    @property
    def sha256(self) -> str:
        """Of the file as it lies on disk, in hexadecimal."""
        try:
            now = self.path.stat()
            return _sha256(self.path, now.st_size, now.st_mtime_ns)
        except OSError as error:
            raise InputError(
                f"{self.name} cannot be read: {error.strerror or error}.",
                hint="Check that it is still there and that you may read it.",
            ) from error


@contextmanager
def inputs(paths: Paths) -> Iterator[tuple[Input, ...]]:
    """The files that the user meant, in order, each once, for as long as the block lasts.

    A folder stands for the exports in it and below it; `-` for standard input. A name is the file's own,
    with as much of its folder as tells it apart from the others.

    Raises
    ------
    InputError: something named is not there or holds no export.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not given:
        raise InputError("No input was given.", hint="Name at least one file, or - for standard input.")
    found: dict[Path, str] = {}
    with ExitStack() as until_done:
        for one in given:
            for path, name in _meant_by(os.fspath(one), until_done):
                found.setdefault(path, name)
        yield _told_apart(found)


def _meant_by(text: str, until_done: ExitStack) -> Iterator[tuple[Path, str]]:
    """Paths, each with the name to show or "" for its own."""
    path = Path(text).expanduser()
    if text == "-":
        yield _stdin(until_done), "stdin"
    elif path.is_dir():
        yield from ((file, "") for file in _in_folder(path))
    elif path.is_file():
        yield path.resolve(), ""
    elif path.exists():
        yield _piped(path, until_done), path.name
    elif glob.has_magic(text):
        files = [Path(match).resolve() for match in sorted(glob.glob(str(path), recursive=True))]
        if not any(file.is_file() for file in files):
            raise InputError(f"No file matches {plain(text, 200)}.", hint="Check the pattern and the folder.")
        yield from ((file, "") for file in files if file.is_file())
    else:
        raise InputError(f"No such file: {plain(text, 200)}.", hint="Check the spelling and the folder.")


def _in_folder(folder: Path) -> list[Path]:
    files = []
    for at, folders, names in os.walk(folder):
        # a study folder holds tables, not exports
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not f.endswith(".overt"))
        # a pipe would hang the run, and a link may lead nowhere
        paths = (Path(at, name) for name in sorted(names) if _is_export(name))
        files += [path.resolve() for path in paths if path.is_file()]
    if not files:
        raise InputError(
            f"The folder {folder} holds no export.",
            hint=f"Looked for {', '.join(_SUFFIXES)}, plain or {' or '.join(_PACKED)}.",
        )
    return files


def _is_export(name: str) -> bool:
    plain = name.lower()
    for packed in _PACKED:
        plain = plain.removesuffix(packed)
    return plain.endswith(_SUFFIXES) and not name.startswith(".")


def _told_apart(found: dict[Path, str]) -> tuple[Input, ...]:
    """Names short enough not to tell where the user keeps files, long enough to differ."""
    depth = dict.fromkeys(found, 1)
    while True:
        names = {
            path: given or plain("/".join(path.parts[-depth[path] :]), 200) for path, given in found.items()
        }
        twice = {name for name, n in Counter(names.values()).items() if n > 1}
        longer = [path for path, name in names.items() if name in twice and depth[path] < len(path.parts)]
        if not longer:
            return tuple(Input(path, name) for path, name in names.items())
        for path in longer:
            depth[path] += 1


def _stdin(until_done: ExitStack) -> Path:
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError(
            "Nothing is piped into standard input.",
            hint="Example: zcat dump.csv.gz | overt detect - --out study",
        )
    return _copied(sys.stdin.buffer, until_done)


def _piped(path: Path, until_done: ExitStack) -> Path:
    mode = path.stat().st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        raise InputError(f"{plain(path, 200)} is not a file that can be read.")
    with path.open("rb") as pipe:
        return _copied(pipe, until_done)


def _copied(pipe: IO[bytes], until_done: ExitStack) -> Path:
    try:
        handle, name = tempfile.mkstemp(prefix="overt-stdin-")
        until_done.callback(lambda: Path(name).unlink(missing_ok=True))
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(pipe, out, BLOCK)
    except OSError as error:
        raise StorageError(
            f"The piped input cannot be kept in {tempfile.gettempdir()}: {error.strerror or error}.",
            hint="Set TMPDIR to a folder with more room, or give a file. Nothing was changed.",
        ) from error
    return Path(name)


@cache
def _sha256(path: Path, size: int, modified_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
