"""The compiled heart of the timing test.

in: `Data`, flat arrays (see `Shares`); out: rows of pairs; why: apart from `timing`, so that the
statistics can be read there without the loops, and the loops here without the statistics' reasons.

Which pairs are tested at all says `screening`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from overt.detect.significance.coincidence import look_up
from overt.detect.significance.combine import acat_p, acat_term, poisson_binomial_p

__all__ = [
    "LEAST_CLOSE",
    "LEAST_CLOSE_MS",
    "Data",
    "blurs",
    "columns",
    "longest",
    "pair_test",
    "shared_places",
    "test_pairs",
]


LEAST_CLOSE = 3
"""Distinct coincidences a pair needs: two may be two events that everybody reacted to."""

LEAST_CLOSE_MS = 10_800_000
"""They must lie within three hours: what two accounts did on the same day is none."""


class Data(NamedTuple):
    """Flat arrays of one trace: see `Shares` and `Clock` for shapes; scales in ms and s; q table; mid-p?"""

    object_start: np.ndarray
    account: np.ndarray
    time: np.ndarray
    post: np.ndarray
    log_latency: np.ndarray
    log_widening: np.ndarray
    account_start: np.ndarray
    object_of: np.ndarray
    place: np.ndarray
    resolution_s: np.ndarray
    grid_s: np.ndarray
    scales_ms: np.ndarray
    scales_s: np.ndarray
    table: np.ndarray
    several_per_post: bool
    mid_p: bool


@njit(cache=True, nogil=True)
def _collapse(data, here, there, n, order):  # type: ignore[no-untyped-def]
    """Order the n shared objects so that those of one pair of posts are neighbours."""
    for i in range(n):
        order[i] = i
    if not data.several_per_post or n < 2:
        return
    key = np.empty(n, np.int64)
    for i in range(n):
        key[i] = (np.int64(data.post[here[i]]) << 32) | np.int64(data.post[there[i]])
    order[:n] = np.argsort(key)


@njit(cache=True, nogil=True)
def _same_posts(data, here, there, i, j):  # type: ignore[no-untyped-def]
    return data.post[here[i]] == data.post[here[j]] and data.post[there[i]] == data.post[there[j]]


@njit(cache=True, nogil=True)
def _n_close(data, here, there, n, order, scale_ms):  # type: ignore[no-untyped-def]
    """Coincidences within the scale, those of one pair of posts counted once."""
    total = 0
    last_hit = -1
    for k in range(n):
        i = order[k]
        if abs(data.time[here[i]] - data.time[there[i]]) <= scale_ms:
            again = last_hit >= 0 and data.several_per_post and _same_posts(data, here, there, last_hit, i)
            if not again:
                total += 1
            last_hit = i
    return total


@njit(cache=True, nogil=True)
def _chances(data, here, there, n, order, scale_s, chances, least):  # type: ignore[no-untyped-def]
    """Null chance per coincidence (one per pair of posts); returns how many and their sum.

    least: a chance per shared object below which it does not go; zeros for the test that decides.
    """
    log_scale = math.log(scale_s)
    m = 0
    expected = 0.0
    k = 0
    while k < n:
        first = order[k]
        none = 1.0
        while k < n:
            i = order[k]
            if i != first and not (data.several_per_post and _same_posts(data, here, there, first, i)):
                break
            q = look_up(
                data.table,
                data.log_latency[here[i]] - log_scale,
                data.log_latency[there[i]] - log_scale,
                data.log_widening[here[i]],
            )
            none *= 1.0 - max(q, least[i])
            k += 1
        chances[m] = 1.0 - none
        expected += chances[m]
        m += 1
    return m, expected


@njit(cache=True, nogil=True)
def blurs(data, a, b):  # type: ignore[no-untyped-def]
    """(coarser resolution of the two, what is added to a scale): a grid both keep to blurs like a clock."""
    resolution = max(data.resolution_s[a], data.resolution_s[b])
    blur = resolution
    if data.grid_s[a] > 0 and data.grid_s[b] > 0:
        blur = max(blur, min(data.grid_s[a], data.grid_s[b]))
    return resolution, blur


@njit(cache=True, nogil=True)
def pair_test(data, a, b, here, there, n, order, chances, scratch, least):  # type: ignore[no-untyped-def]
    """p, best scale (s), coincidences there, expected there; shared objects at `here` and `there`.

    least: (n_scales, n or more), see `_chances`.
    """
    _collapse(data, here, there, n, order)
    if n < LEAST_CLOSE or _n_close(data, here, there, n, order, LEAST_CLOSE_MS) < LEAST_CLOSE:
        return 1.0, 0.0, 0, 0.0
    resolution, blur = blurs(data, a, b)
    total = 0.0
    n_scales = 0
    best_p, best_scale, best_close, best_expected = 2.0, 0.0, 0, 0.0
    for s in range(len(data.scales_s)):
        scale = data.scales_s[s]
        if scale < resolution:
            continue
        close = _n_close(data, here, there, n, order, data.scales_ms[s])
        p = 1.0
        expected = 0.0
        if close > 0:
            m, expected = _chances(data, here, there, n, order, scale + blur, chances, least[s])
            p = poisson_binomial_p(chances, m, close, scratch, data.mid_p)
        total += acat_term(p)
        n_scales += 1
        if p < best_p:
            best_p, best_scale, best_close, best_expected = p, scale, close, expected
    if n_scales == 0:
        return 1.0, 0.0, 0, 0.0
    return acat_p(total / n_scales), best_scale, best_close, best_expected


@njit(cache=True, nogil=True)
def columns(rows, n):  # type: ignore[no-untyped-def]
    """The first n rows as the columns of `PairTests`."""
    return (
        rows[:n, 0].astype(np.int32),
        rows[:n, 1].astype(np.int32),
        rows[:n, 2].copy(),
        rows[:n, 3].astype(np.int64),
        rows[:n, 4].copy(),
        rows[:n, 5].astype(np.int64),
        rows[:n, 6].copy(),
    )


@njit(cache=True, nogil=True)
def longest(data):  # type: ignore[no-untyped-def]
    """The most objects that an account shared, at least 1."""
    most = 1
    for a in range(len(data.account_start) - 1):
        most = max(most, data.account_start[a + 1] - data.account_start[a])
    return most


@njit(cache=True, nogil=True)
def shared_places(data, a, b, here, there):  # type: ignore[no-untyped-def]
    """Fill in where the shares of the objects of both are; returns how many: the two lists are merged."""
    i, j = data.account_start[a], data.account_start[b]
    n = 0
    while i < data.account_start[a + 1] and j < data.account_start[b + 1]:
        if data.object_of[i] < data.object_of[j]:
            i += 1
        elif data.object_of[i] > data.object_of[j]:
            j += 1
        else:
            here[n] = data.place[i]
            there[n] = data.place[j]
            n += 1
            i += 1
            j += 1
    return n


@njit(cache=True, nogil=True)
def test_pairs(first, second, data):  # type: ignore[no-untyped-def]
    """Rows for the given pairs, in their order."""
    most = longest(data)
    here = np.empty(most, np.int32)
    there = np.empty(most, np.int32)
    order = np.empty(most, np.int64)
    chances = np.empty(most)
    scratch = np.empty(most + 1)
    least = np.zeros((len(data.scales_s), most))
    rows = np.empty((max(len(first), 1), 7))
    for k in range(len(first)):
        a, b = first[k], second[k]
        n = shared_places(data, a, b, here, there)
        p, scale, close, expected = pair_test(data, a, b, here, there, n, order, chances, scratch, least)
        rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3] = a, b, p, n
        rows[k, 4], rows[k, 5], rows[k, 6] = scale, close, expected
    return columns(rows, len(first))
