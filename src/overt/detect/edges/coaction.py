"""The co-action join: which accounts acted on the same objects within a time window of each other.

in: actions of one trace, windows; out: per pair the distinct objects, the pairs of actions and the gaps;
why: this is the join that everything rests on. It is a sparse product by rows (Gustavson): each account
is one row, its partners are counted in one dense array, and no pair of actions is ever stored, so memory
is O(actions + accounts x threads) however hot an object is. Nothing is capped, so no pair is lost.

Who needs k objects with an account must be met before the last k - 1 of that account's. An account's objects
come from the least to the most shared, so on the hottest ones only partners that are already known are looked
at, and none when there are none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numba import config, njit

from overt.detect.edges.actions import ByObject, Laid
from overt.detect.edges.windows import Windows, windows_of

__all__ = [
    "PairCounts",
    "Part",
    "check_least",
    "co_actions",
    "in_units",
    "joined",
    "later_partners",
    "over_threads",
    "tasks_of",
    "walked",
]

MOST_OBJECTS = 255
"""The count of distinct objects in the first pass has 8 bits and stays there once it is full."""

TASKS = 256
"""Many more tasks than threads, so that no thread waits long for the last one."""

Task = TypeVar("Task")
Result = TypeVar("Result")
Part = tuple[np.ndarray, ...]
"""Rows of some pairs: the accounts (n, 2), objects, actions, least gap, median gap in units."""


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


def co_actions(laid: ByObject | Laid, windows_ms: tuple[int, ...], least_objects: int) -> PairCounts:
    """All pairs with at least `least_objects` distinct objects within the largest window.

    windows_ms: ascending. least_objects: 1 to 255. Pairs come in order of a, then b.
    """
    check_least(least_objects)
    windows = in_units(windows_ms, laid)
    every = np.ones(laid.n_accounts, np.bool_)
    records = windows_of((laid.start, laid.account, laid.time), int(windows[-1]), least_objects, every)
    parts = walked(records, laid.account, laid.time, windows, least_objects)
    return joined(parts, len(windows), laid.unit_ms)


def check_least(least_objects: int) -> None:
    """Raise ValueError where the first pass could not count so many objects."""
    if not 1 <= least_objects <= MOST_OBJECTS:
        raise ValueError(f"least_objects is {least_objects}, must be 1 to {MOST_OBJECTS}")


def in_units(windows_ms: tuple[int, ...], laid: ByObject | Laid) -> np.ndarray:
    """The windows in the unit of the times, int64; rounded down, as every gap is a whole number of units."""
    return np.array(windows_ms, np.int64) // laid.unit_ms


def walked(
    records: Windows, account: np.ndarray, time: np.ndarray, windows: np.ndarray, least: int
) -> list[Part]:
    """The rows of all pairs that the accounts with records are the first of, in order."""
    arrays = ((records.start, records.record, records.n_objects), account, time, windows, least)
    return over_threads(
        lambda task, count, touched: _rows(task[0], task[1], *arrays, count, touched),
        tasks_of(records.touches),
        len(records.touches),
    )


def over_threads(
    work: Callable[[Task, np.ndarray, np.ndarray], Result], tasks: Iterable[Task], n_accounts: int
) -> list[Result]:
    """work(task, count, touched) of every task; the two arrays are a thread's own, `count` all 0."""
    own = threading.local()

    def begin() -> None:
        own.count, own.touched = np.zeros(n_accounts, np.int32), np.empty(n_accounts, np.int32)

    with ThreadPoolExecutor(_threads(), initializer=begin) as pool:
        return list(pool.map(lambda task: work(task, own.count, own.touched), tasks))


def _threads() -> int:
    """All cores, unless NUMBA_NUM_THREADS says another number, as it does where tasks run side by side."""
    return int(config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def tasks_of(touches: np.ndarray) -> list[tuple[int, int]]:
    """Runs of accounts with about equal work."""
    done = np.concatenate([[0], np.cumsum(touches)])
    cuts = np.searchsorted(done, np.linspace(0, done[-1], TASKS + 1)[1:-1])
    cuts = np.unique(np.concatenate([[0], cuts, [len(touches)]]))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


def joined(parts: list[Part], n_windows: int, unit_ms: int) -> PairCounts:
    """The rows of all tasks as one table, gaps in milliseconds."""
    none = (
        np.empty((0, 2), np.int32),
        np.empty((0, n_windows), np.int64),
        np.empty((0, n_windows), np.int64),
        np.empty(0, np.int64),
        np.empty(0),
    )
    pair, objects, actions, least, median = (
        np.concatenate(column) for column in zip(none, *parts, strict=True)
    )
    return PairCounts(
        pair[:, 0], pair[:, 1], objects, actions, np.where(least < 0, -1, least * unit_ms), median * unit_ms
    )


@njit(cache=True, nogil=True)
def later_partners(a, records, account, least, count, touched):  # type: ignore[no-untyped-def]
    """Accounts above a that it met on at least `least` objects, ascending; `count` is all 0 before and after.

    records: start, record and n_objects of `Windows`.
    """
    n_touched = _first_pass(a, records, account, least, count, touched)
    return _partners(touched[:n_touched], count, least)


@njit(cache=True, nogil=True)
def _first_pass(a, records, account, least, count, touched):  # type: ignore[no-untyped-def]
    """Distinct objects per later account: high 24 bits the last local object, low 8 the saturating count."""
    start, record, n_objects = records
    n_touched, local, previous = 0, 0, -1
    last_to_open = n_objects[a] - least + 1
    for i in range(start[a], start[a + 1]):
        if record[i, 3] != previous:
            previous = record[i, 3]
            local += 1
        stamp = np.int32(local << 8)
        begin, end = record[i, 1], record[i, 2]
        if local <= last_to_open:
            n_touched = _open(a, account[begin:end], stamp, count, touched, n_touched)
        elif n_touched:
            _close(account[begin:end], stamp, count)
    return n_touched


@njit(cache=True, nogil=True, inline="always")
def _open(a, others, stamp, count, touched, n_touched):  # type: ignore[no-untyped-def]
    """Count an object of each later account, and list those that are met for the first time."""
    for x in others:
        if x > a:
            packed = count[x]
            if packed < stamp:  # not yet counted for this object: earlier stamps are smaller
                if packed == 0:
                    touched[n_touched] = x
                    n_touched += 1
                count[x] = stamp | min((packed & 255) + 1, 255)
    return n_touched


@njit(cache=True, nogil=True, inline="always")
def _close(others, stamp, count):  # type: ignore[no-untyped-def]
    """Count an object of each account that was met before: those are all later ones."""
    for x in others:
        packed = count[x]
        if packed != 0 and packed < stamp:
            count[x] = stamp | min((packed & 255) + 1, 255)


@njit(cache=True, nogil=True)
def _exact(a, partners, start, record, account, time, windows, slot):  # type: ignore[no-untyped-def]
    """Objects, actions, least and median gap of account a with each of these partners; slot is all 0."""
    n, w = len(partners), len(windows)
    objects, actions = np.zeros((n, w), np.int64), np.zeros((n, w), np.int64)
    least, last = np.full(n, -1, np.int64), np.full((n, w), -1, np.int32)
    hit, gaps, n_hits = np.empty(64, np.int32), np.empty(64, np.int64), 0
    for k in range(n):
        slot[partners[k]] = k + 1
    for i in range(start[a], start[a + 1]):
        now, object_ = np.int64(time[record[i, 0]]), record[i, 3]
        for j in range(record[i, 1], record[i, 2]):
            k = slot[account[j]] - 1
            if k < 0:
                continue
            gap = abs(time[j] - now)
            if n_hits == len(hit):
                hit, gaps = _longer_line(hit, 2 * n_hits), _longer_line(gaps, 2 * n_hits)
            hit[n_hits], gaps[n_hits] = k, gap
            n_hits += 1
            least[k] = gap if least[k] < 0 else min(least[k], gap)
            for v in range(w):
                if gap <= windows[v]:
                    actions[k, v] += 1
                    if last[k, v] != object_:
                        last[k, v] = object_
                        objects[k, v] += 1
    for k in range(n):
        slot[partners[k]] = 0
    return objects, actions, least, _medians(hit[:n_hits], gaps[:n_hits], actions[:, w - 1])


@njit(cache=True, nogil=True)
def _medians(hit, gaps, n_of):  # type: ignore[no-untyped-def]
    """The median gap of each partner; NaN where it has none."""
    median = np.full(len(n_of), np.nan)
    following = np.cumsum(n_of) - n_of
    ordered = np.empty_like(gaps)
    for i in range(len(hit)):
        ordered[following[hit[i]]] = gaps[i]
        following[hit[i]] += 1
    for k in range(len(n_of)):
        if n_of[k]:
            median[k] = np.median(ordered[following[k] - n_of[k] : following[k]])
    return median


@njit(cache=True, nogil=True)
def _partners(touched, count, least_objects):  # type: ignore[no-untyped-def]
    """Those of the touched accounts that reached so many objects, ascending; the counts are cleared."""
    n = 0
    for x in touched:
        if count[x] & 255 >= least_objects:
            touched[n] = x
            n += 1
        count[x] = 0
    return np.sort(touched[:n])


@njit(cache=True, nogil=True)
def _rows(begin, end, records, account, time, windows, least_objects, count, touched):  # type: ignore[no-untyped-def]
    capacity, n_rows, w = 64, 0, len(windows)
    pair = np.empty((capacity, 2), np.int32)
    objects, actions = np.empty((capacity, w), np.int64), np.empty((capacity, w), np.int64)
    least, median = np.empty(capacity, np.int64), np.empty(capacity)
    for a in range(begin, end):
        partners = later_partners(a, records, account, least_objects, count, touched)
        n = len(partners)
        if n == 0:
            continue
        some = _exact(a, partners, records[0], records[1], account, time, windows, count)
        if n_rows + n > capacity:
            capacity = 2 * (n_rows + n)
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
