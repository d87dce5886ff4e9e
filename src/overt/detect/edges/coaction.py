"""The co-action join: which accounts acted on the same objects within a time window of each other.

in: actions of one trace, windows; out: per pair the distinct objects, the pairs of actions and the gaps;
why: this is the join that everything rests on. It is a sparse product by rows (Gustavson): each account
is one row, its partners are counted in one dense array, and no pair of actions is ever stored, so memory
is O(actions + accounts x threads) however hot an object is. Nothing is capped, so no pair is lost.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.edges.actions import ByObject

__all__ = ["PairCounts", "co_actions", "count_pairs"]

MOST_OBJECTS = 255
"""The count of distinct objects in the first pass has 8 bits and stays there once it is full."""


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Counts per pair; arrays of shape (n,) or (n, n_windows).

    a < b: account numbers. n_objects, n_actions: int64 (n, n_windows), distinct objects and pairs of actions
    within each window, both ends included. gap_min_ms, gap_median_ms: over pairs of actions within the
    largest window; -1 and NaN where there are none.
    """

    a: np.ndarray
    b: np.ndarray
    n_objects: np.ndarray
    n_actions: np.ndarray
    gap_min_ms: np.ndarray
    gap_median_ms: np.ndarray


def co_actions(laid: ByObject, windows_ms: tuple[int, ...], least_objects: int) -> PairCounts:
    """All pairs with at least `least_objects` distinct objects within the largest window.

    windows_ms: ascending. least_objects: 1 to 255. Pairs come in order of a, then b.
    """
    if not 1 <= least_objects <= MOST_OBJECTS:
        raise ValueError(f"least_objects is {least_objects}, must be 1 to {MOST_OBJECTS}")
    windows = np.array(windows_ms, laid.time.dtype)
    arrays = (laid.start, laid.account, laid.time, laid.account_start, laid.place, laid.object_of)
    n_accounts = len(laid.account_start) - 1
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        work = pool.map(
            lambda task: _rows(task[0], task[1], *arrays, windows, least_objects), _tasks(laid, n_accounts)
        )
        return _joined(list(work), len(windows))


def count_pairs(laid: ByObject, windows_ms: tuple[int, ...], a: np.ndarray, b: np.ndarray) -> PairCounts:
    """The counts of the given pairs (a < b, sorted by a, then b), in their order."""
    windows = np.array(windows_ms, laid.time.dtype)
    arrays = (laid.start, laid.account, laid.time, laid.account_start, laid.place, laid.object_of)
    # a task begins where an account's pairs begin, so that no account is walked twice
    cuts = np.unique(np.searchsorted(a, a[:: len(a) // 64 + 1]))
    tasks = list(zip(cuts, [*cuts[1:], len(a)], strict=False))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        work = pool.map(
            lambda task: _given(a[task[0] : task[1]], b[task[0] : task[1]], *arrays, windows), tasks
        )
        return _joined(list(work), len(windows))


def _tasks(laid: ByObject, n_accounts: int) -> list[tuple[int, int]]:
    """Runs of accounts with about equal numbers of actions: few enough that clearing arrays is cheap."""
    goal = max(1, len(laid.account) // 256)
    cuts = np.searchsorted(laid.account_start, np.arange(0, len(laid.account), goal))
    cuts = np.unique(np.concatenate([[0], np.minimum(cuts, n_accounts), [n_accounts]]))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


def _joined(parts: list[tuple[np.ndarray, ...]], n_windows: int) -> PairCounts:
    if not parts:
        none = np.zeros(0, np.int64)
        table = np.zeros((0, n_windows), np.int64)
        return PairCounts(
            none.astype(np.int32), none.astype(np.int32), table, table, none, none.astype(float)
        )
    pair, objects, actions, least, median = (np.concatenate(column) for column in zip(*parts, strict=True))
    return PairCounts(pair[:, 0], pair[:, 1], objects, actions, least, median)


@njit(cache=True, nogil=True)
def _first_pass(a, start, account, time, account_start, place, object_of, window, count, touched):  # type: ignore[no-untyped-def]
    """Distinct objects per later account: high 24 bits the last local object, low 8 the saturating count."""
    n_touched = 0
    local = 0
    previous = -1
    for i in range(account_start[a], account_start[a + 1]):
        if object_of[i] != previous:
            previous = object_of[i]
            local += 1
        at = place[i]
        now = time[at]
        begin, end = start[previous], start[previous + 1]
        j = at + 1
        while j < end and time[j] - now <= window:
            n_touched = _touch(account[j], a, local, count, touched, n_touched)
            j += 1
        j = at - 1
        while j >= begin and now - time[j] <= window:
            n_touched = _touch(account[j], a, local, count, touched, n_touched)
            j -= 1
    return n_touched


@njit(cache=True, nogil=True, inline="always")
def _touch(x, a, local, count, touched, n_touched):  # type: ignore[no-untyped-def]
    if x > a:
        packed = count[x]
        if packed >> 8 != local:
            if packed == 0:
                touched[n_touched] = x
                n_touched += 1
            count[x] = (local << 8) | min((packed & 255) + 1, 255)
    return n_touched


@njit(cache=True, nogil=True)
def _second_pass(a, n, arrays, windows, slot, last, objects, actions, least, gaps, fill):  # type: ignore[no-untyped-def]
    """Exact counts for the partners that have a slot; with `fill` the gaps are stored for the median."""
    start, account, time, account_start, place, object_of = arrays
    largest = windows[-1]
    for i in range(account_start[a], account_start[a + 1]):
        object_ = object_of[i]
        at = place[i]
        now = time[at]
        begin, end = start[object_], start[object_ + 1]
        for step in (1, -1):
            j = at + step
            while begin <= j < end:
                gap = abs(time[j] - now)
                if gap > largest:
                    break
                k = slot[account[j]]
                if k >= 0:
                    if fill:
                        gaps[fill_place(last, k)] = gap
                        last[k, 0] += 1
                    else:
                        least[k] = gap if least[k] < 0 else min(least[k], gap)
                        for w in range(len(windows)):
                            if gap <= windows[w]:
                                actions[k, w] += 1
                                if last[k, w] != object_:
                                    last[k, w] = object_
                                    objects[k, w] += 1
                j += step


@njit(cache=True, nogil=True, inline="always")
def fill_place(last, k):  # type: ignore[no-untyped-def]
    """Where the next gap of partner k goes: the column is reused as a cursor in the filling pass."""
    return last[k, 0]


@njit(cache=True, nogil=True)
def _exact(a, partners, arrays, windows, slot):  # type: ignore[no-untyped-def]
    """Objects, actions, least and median gap of account a with each of these partners."""
    n, w = len(partners), len(windows)
    objects = np.zeros((n, w), np.int64)
    actions = np.zeros((n, w), np.int64)
    least = np.full(n, -1, np.int64)
    median = np.full(n, np.nan)
    last = np.full((n, w), -1, np.int64)
    for k in range(n):
        slot[partners[k]] = k
    _second_pass(a, n, arrays, windows, slot, last, objects, actions, least, least, False)
    cursor = 0
    for k in range(n):
        last[k, 0] = cursor
        cursor += actions[k, w - 1]
    gaps = np.empty(cursor, np.int64)
    _second_pass(a, n, arrays, windows, slot, last, objects, actions, least, gaps, True)
    begin = 0
    for k in range(n):
        end = begin + actions[k, w - 1]
        if end > begin:
            median[k] = np.median(gaps[begin:end])
        begin = end
        slot[partners[k]] = -1
    return objects, actions, least, median


@njit(cache=True, nogil=True)
def _rows(begin, end, start, account, time, account_start, place, object_of, windows, least_objects):  # type: ignore[no-untyped-def]
    n_accounts = len(account_start) - 1
    count = np.zeros(n_accounts, np.int32)
    touched = np.empty(n_accounts, np.int32)
    slot = np.full(n_accounts, -1, np.int32)
    arrays = (start, account, time, account_start, place, object_of)
    w = len(windows)
    capacity, n_rows = 64, 0
    pair = np.empty((capacity, 2), np.int32)
    objects = np.empty((capacity, w), np.int64)
    actions = np.empty((capacity, w), np.int64)
    least = np.empty(capacity, np.int64)
    median = np.empty(capacity)
    for a in range(begin, end):
        if account_start[a + 1] - account_start[a] < least_objects:
            continue
        n_touched = _first_pass(
            a, start, account, time, account_start, place, object_of, windows[w - 1], count, touched
        )
        n = 0
        for k in range(n_touched):
            x = touched[k]
            if count[x] & 255 >= least_objects:
                touched[n] = x
                n += 1
            count[x] = 0
        if n == 0:
            continue
        partners = np.sort(touched[:n])
        some = _exact(a, partners, arrays, windows, slot)
        while n_rows + n > capacity:
            capacity *= 2
            pair = _longer(pair, capacity)
            objects, actions = _longer(objects, capacity), _longer(actions, capacity)
            least, median = _longer_line(least, capacity), _longer_line(median, capacity)
        pair[n_rows : n_rows + n, 0] = a
        pair[n_rows : n_rows + n, 1] = partners
        objects[n_rows : n_rows + n], actions[n_rows : n_rows + n] = some[0], some[1]
        least[n_rows : n_rows + n], median[n_rows : n_rows + n] = some[2], some[3]
        n_rows += n
    return pair[:n_rows], objects[:n_rows], actions[:n_rows], least[:n_rows], median[:n_rows]


@njit(cache=True, nogil=True)
def _longer(rows, capacity):  # type: ignore[no-untyped-def]
    larger = np.empty((capacity, rows.shape[1]), rows.dtype)
    larger[: len(rows)] = rows
    return larger


@njit(cache=True, nogil=True)
def _longer_line(line, capacity):  # type: ignore[no-untyped-def]
    larger = np.empty(capacity, line.dtype)
    larger[: len(line)] = line
    return larger


@njit(cache=True, nogil=True)
def _given(first, second, start, account, time, account_start, place, object_of, windows):  # type: ignore[no-untyped-def]
    n, w = len(first), len(windows)
    slot = np.full(len(account_start) - 1, -1, np.int32)
    arrays = (start, account, time, account_start, place, object_of)
    pair = np.empty((n, 2), np.int32)
    objects = np.empty((n, w), np.int64)
    actions = np.empty((n, w), np.int64)
    least = np.empty(n, np.int64)
    median = np.empty(n)
    begin = 0
    while begin < n:
        end = begin
        while end < n and first[end] == first[begin]:
            end += 1
        some = _exact(first[begin], second[begin:end], arrays, windows, slot)
        pair[begin:end, 0], pair[begin:end, 1] = first[begin], second[begin:end]
        objects[begin:end], actions[begin:end], least[begin:end], median[begin:end] = some
        begin = end
    return pair, objects, actions, least, median
