"""What pairs that are known already did together: the same counts as the join, without a walk.

in: actions by object and account, windows, pairs; out: `PairCounts` in the order of the pairs; why: of a few
pairs only their own actions need to be read. On an object that everybody shares, the runs that a walk reads
are long, and the two lists of a pair are short.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from overt.detect.edges.actions import ByObject, Laid, counting_sort
from overt.detect.edges.coaction import PairCounts, in_units, joined

__all__ = ["count_pairs"]

TASKS = 64


def count_pairs(
    laid: ByObject | Laid, windows_ms: tuple[int, ...], a: np.ndarray, b: np.ndarray
) -> PairCounts:
    """The counts of the given pairs (a < b), in their order; windows_ms: ascending."""
    windows = in_units(windows_ms, laid)
    arrays = (*_by_account(laid), laid.time, windows)
    cuts = range(0, len(a), len(a) // TASKS + 1)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        parts = pool.map(
            lambda cut: _counts(a[cut : cut + cuts.step], b[cut : cut + cuts.step], *arrays), cuts
        )
        return joined(list(parts), len(windows), laid.unit_ms)


def _by_account(laid: ByObject | Laid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each account's actions begin; their places, in order of object; and their objects."""
    if isinstance(laid, ByObject):
        return laid.account_start, laid.place, laid.object_of
    account_start, place = counting_sort(laid.account, laid.n_accounts)
    object_of = np.repeat(np.arange(len(laid.start) - 1, dtype=np.int32), np.diff(laid.start))
    return account_start, place, object_of[place]


@njit(cache=True, nogil=True)
def _counts(first, second, account_start, place, object_of, time, windows):  # type: ignore[no-untyped-def]
    """Rows of these pairs: the two lists, both in order of object, are merged."""
    n, w = len(first), len(windows)
    pair = np.empty((n, 2), np.int32)
    objects, actions = np.zeros((n, w), np.int64), np.zeros((n, w), np.int64)
    least, median = np.full(n, -1, np.int64), np.full(n, np.nan)
    gaps = np.empty(64, np.int64)
    for k in range(n):
        pair[k, 0], pair[k, 1] = first[k], second[k]
        i, j, n_gaps = account_start[first[k]], account_start[second[k]], 0
        while i < account_start[first[k] + 1] and j < account_start[second[k] + 1]:
            if object_of[i] != object_of[j]:
                i, j = i + (object_of[i] < object_of[j]), j + (object_of[i] > object_of[j])
                continue
            before = n_gaps
            i_end, j_end = (
                _end(object_of, i, account_start[first[k] + 1]),
                _end(object_of, j, account_start[second[k] + 1]),
            )
            gaps, n_gaps = _gaps(time, place[i:i_end], place[j:j_end], windows[w - 1], gaps, n_gaps)
            i, j = i_end, j_end
            for v in range(w):
                close = 0
                for gap in gaps[before:n_gaps]:
                    close += gap <= windows[v]
                actions[k, v] += close
                objects[k, v] += close > 0
        if n_gaps:
            least[k], median[k] = gaps[:n_gaps].min(), np.median(gaps[:n_gaps])
    return pair, objects, actions, least, median


@njit(cache=True, nogil=True, inline="always")
def _end(object_of, i, end):  # type: ignore[no-untyped-def]
    """Where the actions on the object of i end."""
    stop = i + 1
    while stop < end and object_of[stop] == object_of[i]:
        stop += 1
    return stop


@njit(cache=True, nogil=True)
def _gaps(time, here, there, window, gaps, n):  # type: ignore[no-untyped-def]
    """Append the gaps between two accounts' actions on one object, each in order of time, to the window."""
    low = 0
    for at in here:
        now = np.int64(time[at])
        while low < len(there) and time[there[low]] < now - window:
            low += 1
        k = low
        while k < len(there) and time[there[k]] <= now + window:
            if n == len(gaps):
                longer = np.empty(2 * n, np.int64)
                longer[:n] = gaps
                gaps = longer
            gaps[n] = abs(np.int64(time[there[k]]) - now)
            n += 1
            k += 1
    return gaps, n
