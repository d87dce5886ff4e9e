"""A file that is there whole or not at all.

in: a path and what writes it; out: the file; why: a full disk, or a Ctrl-C, must leave the earlier
report or export as it was.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from overt.errors import StorageError

__all__ = ["written_whole"]


@contextmanager
def written_whole(path: Path, *, newline: str | None = "\n") -> Iterator[IO[str]]:
    """A UTF-8 text file to write to; it takes the name `path` when the block ends without an error.

    Raises `StorageError` when the disk refuses.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", errors="replace", newline=newline) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path} could not be written: {error.strerror or error}.",
            hint="Free some space or choose another place; what was there before is unchanged.",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
