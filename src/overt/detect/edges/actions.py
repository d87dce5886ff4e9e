"""Actions of one trace as numbers, sorted for the walk.

in: the traces table; out: `Actions` (numbered columns in order of time), `Laid` (by object) and `ByObject`
(by object and indexed by account); why: the kernels run over flat arrays and never see a string.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from numba import njit

from overt.detect.edges.numbering import Numbering

__all__ = [
    "UNKNOWN",
    "Actions",
    "ByObject",
    "Laid",
    "ascends",
    "by_object",
    "counting_sort",
    "in_order_of_time",
    "laid_out",
    "lay",
    "load_actions",
    "stacked",
    "whole_steps",
]

UNKNOWN = np.iinfo(np.int64).min
"""In `Actions.origin`: the object's origin is not known."""

BATCH_ROWS = 1 << 17


@dataclass(frozen=True, slots=True)
class Actions:
    """Actions of one trace in order of time; arrays of shape (n,).

    account, object_, post: int32 numbers from 0; time, origin: int64 ms UTC (origin may be UNKNOWN).
    objects: the object ids by number, or None when several traces are stacked.
    """

    account: np.ndarray
    object_: np.ndarray
    time: np.ndarray
    origin: np.ndarray
    post: np.ndarray
    n_accounts: int
    n_objects: int
    objects: pa.Array | None = None
    posts: pa.Array | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """Actions by object, then time: what the co-action join reads, in the least room.

    start: int64 (n_objects + 1,); account int32, time: (n,). time counts units of `unit_ms` milliseconds from
    the first action: int32 where that holds them all, as it does for 68 years of whole seconds and for 24
    days of milliseconds, else int64.
    """

    start: np.ndarray
    account: np.ndarray
    time: np.ndarray
    n_accounts: int
    unit_ms: int


@dataclass(frozen=True, slots=True)
class ByObject:
    """Actions by object, then time, and where each account's actions are, in order of object.

    start: int64 (n_objects + 1,); account int32, time int64: (n,); row: (n,), place in `Actions`;
    account_start: int64 (n_accounts + 1,); place: int32 (n,), places above per account, in order of object;
    object_of: int32 (n,), the object of each of these.
    """

    start: np.ndarray
    account: np.ndarray
    time: np.ndarray
    row: np.ndarray
    account_start: np.ndarray
    place: np.ndarray
    object_of: np.ndarray

    @property
    def n_accounts(self) -> int:
        return len(self.account_start) - 1

    @property
    def unit_ms(self) -> int:
        return 1


def load_actions(traces: Path, trace: str, accounts: pa.Array) -> Actions:
    """Read one trace; accounts are numbered by their place in `accounts`, which must hold them all.

    Objects and posts are numbered in order of first appearance in the file. Raises ValueError for an account
    that is not in `accounts`.
    """
    known, objects, posts = Numbering(), Numbering(), Numbering()
    known.number(accounts)
    parts: list[tuple[np.ndarray, ...]] = [_NO_ACTIONS]
    for batch in _batches(traces, trace):
        account = known.number(batch["account_id"])
        if len(known) > len(accounts):
            raise ValueError(f"{len(known) - len(accounts)} accounts of trace {trace} are not listed")
        origin = pc.fill_null(batch["origin_at"], UNKNOWN).to_numpy()
        object_, post = objects.number(batch["object_id"]), posts.number(batch["post_id"])
        parts.append((account, object_, batch["acted_at"].to_numpy(), origin, post))
    account, object_, time, origin, post = (np.concatenate(column) for column in zip(*parts, strict=True))
    return in_order_of_time(
        Actions(
            account,
            object_,
            time,
            origin,
            post,
            n_accounts=len(accounts),
            n_objects=len(objects),
            objects=objects.names(),
            posts=posts.names(),
        )
    )


_NO_ACTIONS = (
    np.empty(0, np.int32),
    np.empty(0, np.int32),
    np.empty(0, np.int64),
    np.empty(0, np.int64),
    np.empty(0, np.int32),
)


def _batches(traces: Path, trace: str) -> Iterator[pa.RecordBatch]:
    """The trace's rows piece by piece, in order of the file: never all ids are in memory at once."""
    scanner = ds.dataset(traces, format="parquet").scanner(
        columns=["object_id", "account_id", "acted_at", "origin_at", "post_id"],
        filter=ds.field("trace") == trace,
        batch_size=BATCH_ROWS,
        batch_readahead=1,
        fragment_readahead=1,
        use_threads=False,
    )
    yield from scanner.to_batches()


def in_order_of_time(actions: Actions) -> Actions:
    """The same actions, sorted by time where they are not (equal times keep their order)."""
    if ascends(actions.time):
        return actions
    order = np.argsort(actions.time, kind="stable")
    columns = ("account", "object_", "time", "origin", "post")
    return replace(actions, **{name: getattr(actions, name)[order] for name in columns})


def stacked(parts: list[Actions]) -> Actions:
    """Several traces as one, their objects and posts kept apart; for counting partners over all of them."""
    object_base = np.cumsum([0, *(part.n_objects for part in parts)])
    columns = [
        np.concatenate([getattr(p, name) for p in parts]) for name in ("account", "time", "origin", "post")
    ]
    object_ = np.concatenate([p.object_ + base for p, base in zip(parts, object_base, strict=False)])
    account, time, origin, post = columns
    whole = Actions(
        account, object_.astype(np.int32), time, origin, post, parts[0].n_accounts, int(object_base[-1])
    )
    return in_order_of_time(whole)


def laid_out(actions: Actions) -> Laid:
    """Lay the actions, which are in order of time, out by object. One counting sort, O(n)."""
    first, last = (int(actions.time[0]), int(actions.time[-1])) if len(actions.time) else (0, 0)
    unit = 1000 if whole_steps(actions.time, first, 1000) else 1
    kind = np.dtype(np.int32 if (last - first) // unit <= np.iinfo(np.int32).max else np.int64)
    columns = (actions.object_, actions.account, actions.time)
    return Laid(*lay(columns, actions.n_objects, first, unit, kind), actions.n_accounts, unit)


def lay(
    columns: tuple[np.ndarray, np.ndarray, np.ndarray], n_objects: int, first: int, unit: int, kind: np.dtype
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each object starts, and account and time by object, then time.

    columns: object, account and time, in order of time. Times come out as units from `first` on, as `kind`.
    """
    object_, account, time = columns
    start = starts_of(object_, n_objects)
    to_account, to_time = np.empty(len(time), np.int32), np.empty(len(time), kind)
    _scatter(object_, account, time, first, unit, start[:-1].copy(), to_account, to_time)
    return start, to_account, to_time


def by_object(actions: Actions) -> ByObject:
    """Lay the actions out by object and index them by account. Two counting sorts, O(n)."""
    start, row = counting_sort(actions.object_, actions.n_objects)
    account = actions.account[row]
    account_start, place = counting_sort(account, actions.n_accounts)
    return ByObject(start, account, actions.time[row], row, account_start, place, actions.object_[row][place])


@njit(cache=True, nogil=True)
def ascends(line):  # type: ignore[no-untyped-def]
    """Whether no value is less than the one before."""
    i = 1
    while i < len(line) and line[i] >= line[i - 1]:
        i += 1
    return i >= len(line)


@njit(cache=True, nogil=True)
def whole_steps(line, first, step):  # type: ignore[no-untyped-def]
    """Whether every value is a whole number of steps from the first."""
    i = 0
    while i < len(line) and (line[i] - first) % step == 0:
        i += 1
    return i == len(line)


@njit(cache=True, nogil=True)
def starts_of(keys, n):  # type: ignore[no-untyped-def]
    """Where each of n keys starts in their order, int64 (n + 1,)."""
    start = np.zeros(n + 1, np.int64)
    for key in keys:
        start[key + 1] += 1
    for key in range(n):
        start[key + 1] += start[key]
    return start


@njit(cache=True, nogil=True)
def _scatter(object_, account, time, first, unit, following, to_account, to_time):  # type: ignore[no-untyped-def]
    for i in range(len(object_)):
        at = following[object_[i]]
        following[object_[i]] = at + 1
        to_account[at] = account[i]
        to_time[at] = (time[i] - first) // unit


@njit(cache=True, nogil=True)
def counting_sort(keys, n):  # type: ignore[no-untyped-def]
    """Stable order of int32 keys in [0, n): where each key starts, int64 (n + 1,), and the order, int32."""
    start = starts_of(keys, n)
    following = start[:-1].copy()
    order = np.empty(len(keys), np.int32)
    for i in range(len(keys)):
        order[following[keys[i]]] = i
        following[keys[i]] += 1
    return start, order
