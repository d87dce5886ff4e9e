"""For each account, which actions of others lie within the window of its own.

in: actions by object, then time; a window; out: `Windows`, one record per action, by account; why: the walk
then reads neighbours as runs of one array, without looking at a time or at where an object ends. Actions near
nobody else's, and accounts with too few objects that have company, have no record: no pair can come of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

__all__ = ["Windows", "counts_of", "in_company", "windows_of"]

MOST_ACTIONS = (1 << 31) - 1
MOST_OBJECTS = (1 << 23) - 1
"""An account's objects are told apart by 23 bits while its partners are counted."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Records by account, and per account by object, from the least to the most shared.

    start: int64 (n_accounts + 1,), where each account's records begin; record: int32 (n, 4): the action's
    place in order of object, where the run of all actions on the object within the window begins and ends
    (itself among them), and the object; n_objects: int32 (n_accounts,), distinct objects of the records;
    touches: int64 (n_accounts,), the lengths of the runs summed. The last two are 0 without records.
    """

    start: np.ndarray
    record: np.ndarray
    n_objects: np.ndarray
    touches: np.ndarray


def windows_of(
    laid: tuple[np.ndarray, np.ndarray, np.ndarray], window: int, least: int, wanted: np.ndarray
) -> Windows:
    """The windows of all accounts in `wanted` that have company on at least `least` objects.

    laid: start (n_objects + 1,), account and time (n,) by object, then time; window: in the unit of time,
    both ends included; wanted: bool (n_accounts,). Raises ValueError where numbers of 32 bits do not suffice.
    """
    start, account, time = laid
    if len(account) > MOST_ACTIONS:
        raise ValueError(f"{len(account)} actions; at most {MOST_ACTIONS} can be walked at once")
    limit = time.dtype.type(min(window, np.iinfo(time.dtype).max))
    kept = in_company(start, account, time, limit)
    n_records, n_objects = counts_of(start, account, kept, len(wanted))
    if n_objects.max(initial=0) > MOST_OBJECTS:
        raise ValueError(
            f"an account acts on {n_objects.max()} objects; at most {MOST_OBJECTS} can be told apart"
        )
    left_out = (n_objects < least) | ~wanted
    n_records[left_out], n_objects[left_out] = 0, 0
    begin = np.concatenate([[0], np.cumsum(n_records)])
    size = np.diff(start)
    shared = np.flatnonzero(size > 1)
    shared = shared[np.argsort(size[shared], kind="stable")]
    record = np.empty((int(begin[-1]), 4), np.int32)
    touches = np.zeros(len(wanted), np.int64)
    _fill(shared, start, account, time, kept, limit, begin[:-1].copy(), begin[1:], record, touches)
    return Windows(begin, record, n_objects, touches)


@njit(cache=True, nogil=True)
def in_company(start, account, time, window):  # type: ignore[no-untyped-def]
    """Which actions have one of another account on the same object within the window: bool (n,)."""
    kept = np.zeros(len(account), np.bool_)
    for object_ in range(len(start) - 1):
        own, end = start[object_], start[object_ + 1]
        while own < end:
            stop = own + 1  # [own, stop): one account's actions, with no other's between
            while stop < end and account[stop] == account[own]:
                stop += 1
            for i in range(own, stop):
                before = own > start[object_] and time[i] - time[own - 1] <= window
                kept[i] = before or (stop < end and time[stop] - time[i] <= window)
            own = stop
    return kept


@njit(cache=True, nogil=True)
def counts_of(start, account, kept, n_accounts):  # type: ignore[no-untyped-def]
    """Per account: actions that are kept, and their distinct objects."""
    n_records, n_objects = np.zeros(n_accounts, np.int64), np.zeros(n_accounts, np.int32)
    last = np.full(n_accounts, -1, np.int32)
    for object_ in range(len(start) - 1):
        for i in range(start[object_], start[object_ + 1]):
            if kept[i]:
                a = account[i]
                n_records[a] += 1
                if last[a] != object_:
                    last[a] = object_
                    n_objects[a] += 1
    return n_records, n_objects


@njit(cache=True, nogil=True)
def _fill(order, start, account, time, kept, window, following, stop_at, record, touches):  # type: ignore[no-untyped-def]
    """Write the records, object by object in this order; an account without room has none."""
    for object_ in order:
        low, high, end = start[object_], start[object_], start[object_ + 1]
        for i in range(low, end):
            a = account[i]
            if not kept[i] or following[a] == stop_at[a]:
                continue
            while time[i] - time[low] > window:
                low += 1
            while high < end and time[high] - time[i] <= window:
                high += 1
            at = following[a]
            record[at, 0], record[at, 1], record[at, 2], record[at, 3] = i, low, high, object_
            following[a] = at + 1
            touches[a] += high - low
