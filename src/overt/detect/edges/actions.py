"""Actions of one trace as numbers, sorted for the walk.

in: the traces table; out: `Actions` (numbered columns in order of time) and `ByObject` (laid out by
object and indexed by account); why: the kernels run over flat arrays and never see a string.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from numba import njit

__all__ = ["UNKNOWN", "Actions", "ByObject", "by_object", "counting_sort", "load_actions", "stacked"]

UNKNOWN = np.iinfo(np.int64).min
"""In `Actions.origin`: the object's origin is not known."""


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


def load_actions(traces: Path, trace: str, accounts: pa.Array) -> Actions:
    """Read one trace; accounts are numbered by their place in `accounts`, which must hold them all."""
    table = ds.dataset(traces, format="parquet").to_table(
        columns=["object_id", "account_id", "acted_at", "origin_at", "post_id"],
        filter=ds.field("trace") == trace,
    )
    account = pc.index_in(table["account_id"].combine_chunks(), value_set=accounts)
    object_ = table["object_id"].combine_chunks().dictionary_encode()
    post = table["post_id"].combine_chunks().dictionary_encode()
    actions = Actions(
        account=account.to_numpy().astype(np.int32),
        object_=object_.indices.to_numpy().astype(np.int32),
        time=table["acted_at"].to_numpy(),
        origin=pc.fill_null(table["origin_at"], UNKNOWN).to_numpy(),
        post=post.indices.to_numpy().astype(np.int32),
        n_accounts=len(accounts),
        n_objects=len(object_.dictionary),
        objects=object_.dictionary,
        posts=post.dictionary,
    )
    return in_order_of_time(actions)


def in_order_of_time(actions: Actions) -> Actions:
    """The same actions, sorted by time where they are not (equal times keep their order)."""
    if len(actions.time) < 2 or bool((np.diff(actions.time) >= 0).all()):
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


def by_object(actions: Actions) -> ByObject:
    """Lay the actions out by object and index them by account. Two counting sorts, O(n)."""
    start, row = counting_sort(actions.object_, actions.n_objects)
    account = actions.account[row]
    account_start, place = counting_sort(account, actions.n_accounts)
    return ByObject(start, account, actions.time[row], row, account_start, place, actions.object_[row][place])


@njit(cache=True, nogil=True)
def counting_sort(keys, n):  # type: ignore[no-untyped-def]
    """Stable order of int32 keys in [0, n): where each key starts, int64 (n + 1,), and the order, int32."""
    start = np.zeros(n + 1, np.int64)
    for key in keys:
        start[key + 1] += 1
    for key in range(n):
        start[key + 1] += start[key]
    following = start[:-1].copy()
    order = np.empty(len(keys), np.int32)
    for i in range(len(keys)):
        order[following[keys[i]]] = i
        following[keys[i]] += 1
    return start, order
