"""The co-action join in little memory: actions wait on disk, and accounts are walked block by block.

in: account ids, object ids and times, piece by piece, and a bound on memory; out: the same `PairCounts` as
`co_actions`; why: a platform may have more actions than a laptop has memory.

1. Ids are numbered as they come; a row is 16 bytes and goes to one of 64 files, by object.
2. File by file the rows are laid out by object. Actions without another account's within the largest window
   go: no pair can come of them. The others are written one after another, 8 bytes each (12 where times need
   64 bits).
3. These are read, and accounts are walked in blocks whose records fit in what is left.

Memory must hold the distinct ids, the actions with company, 48 bytes for each action on the most shared
object, some 80 bytes an account, and the pairs found. The rest is on disk: 16 bytes an action, and what
step 2 writes.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from overt.detect.edges.actions import Laid, ascends, lay, whole_steps
from overt.detect.edges.coaction import PairCounts, Part, check_least, in_units, joined, walked
from overt.detect.edges.numbering import Numbering
from overt.detect.edges.windows import counts_of, in_company, windows_of
from overt.errors import SettingError, StorageError

__all__ = ["Limit", "Piece", "resident_bytes", "spilled_co_actions"]

Piece = tuple[pa.ChunkedArray, pa.ChunkedArray, np.ndarray]
"""Account ids, object ids and times (int64, ms UTC) of some actions; no cell is empty."""

FILES = 64
ROW = np.dtype([("account", np.int32), ("object", np.int32), ("time", np.int64)])
RECORD_BYTES = 16
LEAST_BLOCK = 16 << 20
REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limit:
    """memory_mb: what the process may hold (MiB), the interpreter and its libraries included (about 200).
    folder: where a temporary folder is made, None for the system's. block_bytes: for tests, the records of a
    block, whatever the memory."""

    memory_mb: int
    folder: Path | None = None
    block_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """What is known once all actions are on disk; times in ms."""

    accounts: pa.Array
    n_objects: int
    n_actions: int
    first: int
    last: int
    unit_ms: int
    in_order: bool

    @property
    def kind(self) -> np.dtype:
        """The type that holds all times from the first on, in units."""
        fits = (self.last - self.first) // self.unit_ms <= np.iinfo(np.int32).max
        return np.dtype(np.int32 if fits else np.int64)


def spilled_co_actions(
    pieces: Iterable[Piece], windows_ms: tuple[int, ...], least_objects: int, limit: Limit
) -> tuple[PairCounts, pa.Array]:
    """All pairs with at least `least_objects` distinct objects within the largest window; the account ids.

    As `co_actions`; accounts are numbered in order of first appearance. Raises SettingError where the memory
    allowed does not suffice, and StorageError where the disk refuses.
    """
    check_least(least_objects)
    with _folder(limit.folder) as folder:
        written = _to_disk(pieces, folder)
        pa.default_memory_pool().release_unused()
        n_records = _keep_company(folder, written, windows_ms[-1])
        laid = _survivors(folder, written)
        records_at_once = _room(limit, laid, written) // RECORD_BYTES
    parts: list[Part] = []
    for block in _blocks(n_records, records_at_once):
        parts += _of_block(laid, block, in_units(windows_ms, laid), least_objects)
    return joined(parts, len(windows_ms), laid.unit_ms), written.accounts


def _of_block(laid: Laid, block: tuple[int, int], windows: np.ndarray, least_objects: int) -> list[Part]:
    """The rows of the pairs whose first account is in the block; its records go when it is done."""
    wanted = np.zeros(laid.n_accounts, np.bool_)
    wanted[slice(*block)] = True
    records = windows_of((laid.start, laid.account, laid.time), int(windows[-1]), least_objects, wanted)
    return walked(records, laid.account, laid.time, windows, least_objects)


@contextmanager
def _folder(parent: Path | None) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="overt-spill-", dir=parent) as name:
            yield Path(name)
    except OSError as error:
        if error.errno not in REFUSALS:
            raise  # not the disk's fault: the pieces come from a file too
        raise StorageError(
            f"Not enough room for the actions under {parent or tempfile.gettempdir()}: {error.strerror}.",
            hint="Free some disk space, or name another folder.",
        ) from error


def _to_disk(pieces: Iterable[Piece], folder: Path) -> _Written:
    """Number the ids and write each action to the file of its object."""
    accounts, objects = Numbering(), Numbering()
    n, first, last, origin, whole, in_order = 0, 0, 0, 0, True, True
    with ExitStack() as stack:
        files = [stack.enter_context(_rows_of(folder, k).open("wb")) for k in range(FILES)]
        for account_ids, object_ids, time in pieces:
            if not len(time):
                continue
            low, high = int(time.min()), int(time.max())
            if n == 0:
                first, last, origin = low, high, low
            in_order = in_order and (n == 0 or int(time[0]) >= last) and ascends(time)
            whole = whole and whole_steps(time, origin, 1000)
            first, last, n = min(first, low), max(last, high), n + len(time)
            rows = np.empty(len(time), ROW)
            rows["account"], rows["object"] = accounts.number(account_ids), objects.number(object_ids)
            rows["time"] = time
            _append(rows, files)
    return _Written(accounts.names(), len(objects), n, first, last, 1000 if whole else 1, in_order)


def _rows_of(folder: Path, k: int) -> Path:
    return folder / f"rows{k}"


def _append(rows: np.ndarray, files: Sequence[BinaryIO]) -> None:
    part = (rows["object"] % FILES).astype(np.uint8)
    rows = rows[np.argsort(part, kind="stable")]
    ends = np.cumsum(np.bincount(part, minlength=FILES))
    for file, begin, end in zip(files, [0, *ends[:-1]], ends, strict=True):
        file.write(rows[begin:end].view(np.uint8).data)


def _keep_company(folder: Path, written: _Written, window_ms: int) -> np.ndarray:
    """Write the actions with company by object, then time; how many each account has, int64 (n_accounts,)."""
    n_records = np.zeros(len(written.accounts), np.int64)
    window = written.kind.type(min(window_ms // written.unit_ms, np.iinfo(written.kind).max))
    with ExitStack() as stack:
        files = [stack.enter_context((folder / name).open("wb")) for name in ("account", "time", "size")]
        for k in range(FILES):
            start, account, time = _laid_out(_rows_of(folder, k), written)
            kept = in_company(start, account, time, window)
            n_records += counts_of(start, account, kept, len(n_records))[0]
            size = np.diff(np.concatenate([[0], np.cumsum(kept)])[start])
            for file, column in zip(files, (account[kept], time[kept], size[size > 0]), strict=True):
                file.write(column.view(np.uint8).data)
    return n_records


def _laid_out(path: Path, written: _Written) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rows of one file by object, then time; the file goes."""
    rows = np.fromfile(path, ROW)
    path.unlink()
    if not written.in_order:
        rows = rows[np.argsort(rows["time"], kind="stable")]
    columns = (rows["object"] // FILES, rows["account"].copy(), rows["time"].copy())
    del rows
    return lay(columns, written.n_objects // FILES + 1, written.first, written.unit_ms, written.kind)


def _survivors(folder: Path, written: _Written) -> Laid:
    size = np.fromfile(folder / "size", np.int64)
    return Laid(
        start=np.concatenate([[0], np.cumsum(size)]),
        account=np.fromfile(folder / "account", np.int32),
        time=np.fromfile(folder / "time", written.kind),
        n_accounts=len(written.accounts),
        unit_ms=written.unit_ms,
    )


def _room(limit: Limit, laid: Laid, written: _Written) -> int:
    """Bytes that the records of one block may take."""
    if limit.block_bytes is not None:
        return limit.block_bytes
    n_threads = os.cpu_count() or 1
    needed = resident_bytes() + (64 + 8 * n_threads) * laid.n_accounts + 48 * len(laid.start) + len(laid.time)
    room = limit.memory_mb * MB - needed
    if room < LEAST_BLOCK:
        least = -(-(needed + LEAST_BLOCK) // MB)
        raise SettingError(
            f"memory_mb is {limit.memory_mb}; {len(laid.time)} actions with company of {laid.n_accounts}"
            f" accounts need about {least}.",
            hint="Allow more, or give a shorter window or fewer actions.",
        )
    return room


def _blocks(n_records: np.ndarray, at_once: int) -> Iterator[tuple[int, int]]:
    """Runs of accounts with at most so many records; an account is never cut."""
    done = np.concatenate([[0], np.cumsum(n_records)])
    begin = 0
    while begin < len(n_records):
        fits = int(np.searchsorted(done, done[begin] + at_once, side="right")) - 1
        end = max(begin + 1, fits)
        yield begin, end
        begin = end


def resident_bytes() -> int:
    """What the process holds in memory; where the system does not say, the most that it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return pages * resource.getpagesize()
