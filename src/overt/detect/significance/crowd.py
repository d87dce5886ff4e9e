"""Was the pair alone at that moment, or one of a crowd, or just ahead of one?

in: a timing test, the pairs that were kept; out: the pairs' p-values with the public in the null; why: the
timing test knows how old an object is, not that everybody shared it in this very quarter of an hour. Where
they did, two of them are no coincidence worth counting.

Null: as in the timing test, but the chance of a coincidence within D is at least the share of the object's
public that came within D' >= D of the one account, times D / D', averaged over the two and the largest over
the scales D': someone drawn from the public would have come as close. Fewer than five others within D' are no
crowd. And the chance is 1 on an object whose public follows the two without preceding them (see `response`).

The public of a pair is everyone except accounts that look coordinated themselves (`suspect`) and those with
which one of the two was kept as a pair at p <= 0.05: the members of a campaign must not be its excuse. The
chance only ever rises, so the p-value does: no pair is significant because of this.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from overt.detect.edges.actions import counting_sort
from overt.detect.significance.response import follows, window_of
from overt.detect.significance.timing import PairTests, TimingTest
from overt.detect.significance.timing_kernel import blurs, pair_test, shared_places

__all__ = ["LEAST_CROWD", "CrowdTest", "Partnered", "add_crowd", "followed", "partnered", "public_times"]

LEAST_CROWD = 5


class Partnered:
    """Who was kept as a pair with whom: start int64 (n_accounts + 1,), other int32."""

    def __init__(self, start: np.ndarray, other: np.ndarray, suspect: np.ndarray) -> None:
        self.start, self.other, self.suspect = start, other, suspect


def partnered(a: np.ndarray, b: np.ndarray, suspect: np.ndarray) -> Partnered:
    """From pairs; suspect: bool (n_accounts,), accounts that are nobody's public."""
    owner, other = np.concatenate([a, b]).astype(np.int32), np.concatenate([b, a]).astype(np.int32)
    start, order = counting_sort(owner, len(suspect))
    return Partnered(start, other[order], suspect)


class CrowdTest:
    """A timing test with the crowd in its null."""

    def __init__(self, test: TimingTest, known: Partnered) -> None:
        self._test, self._known = test, known

    def test(self, a: np.ndarray, b: np.ndarray) -> PairTests:
        """p, best scale, coincidences and expected ones of the given pairs (a < b), sorted by a."""
        data, origin, known = self._test.data, self._test.shares.origin, self._known
        if len(a) == 0 or len(data.scales_s) == 0:
            return self._test.test(a, b)
        step = len(a) // 64 + 1
        parts = [slice(begin, begin + step) for begin in range(0, len(a), step)]
        known_arrays = (known.start, known.other, known.suspect)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            work = pool.map(lambda part: _pairs(a[part], b[part], data, origin, *known_arrays), parts)
            rows = np.concatenate(list(work))
        p, n_shared, scale, close, expected = rows.T
        return PairTests(a, b, p, n_shared.astype(np.int64), scale, close.astype(np.int64), expected)


@njit(cache=True, nogil=True)
def _pairs(first, second, data, origin, start, other, suspect):  # type: ignore[no-untyped-def]
    rows = np.zeros((len(first), 5))
    left_out = np.full(len(suspect), -1, np.int64)  # the last pair of which an account is no public
    for k in range(len(first)):
        a, b = first[k], second[k]
        longest = data.account_start[a + 1] - data.account_start[a] + 1
        here, there = np.empty(longest, np.int32), np.empty(longest, np.int32)
        n = shared_places(data, a, b, here, there)
        for u in (a, b):
            left_out[u] = k
            for i in range(start[u], start[u + 1]):
                left_out[other[i]] = k
        least = np.zeros((len(data.scales_s), n + 1))
        blur = blurs(data, a, b)[1]
        for i in range(n):
            o = np.searchsorted(data.object_start, here[i], side="right") - 1
            times = public_times(data, o, left_out, k, suspect)
            if followed(times, data.time[here[i]], data.time[there[i]], origin[o]):
                least[:, i] = 1.0
                continue
            for place in (here[i], there[i]):
                add_crowd(data, times, data.time[place], blur, 0.5, least[:, i])
        order, chances, scratch = np.empty(n + 1, np.int64), np.empty(n + 1), np.empty(n + 2)
        p, scale, close, expected = pair_test(data, a, b, here, there, n, order, chances, scratch, least)
        rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4] = p, n, scale, close, expected
    return rows


@njit(cache=True, nogil=True)
def public_times(data, o, left_out, k, suspect):  # type: ignore[no-untyped-def]
    """When the public shared object o, ascending: no suspect, and nobody with left_out[account] == k."""
    begin, end = data.object_start[o], data.object_start[o + 1]
    times = np.empty(end - begin, np.int64)
    n = 0
    for j in range(begin, end):
        if not suspect[data.account[j]] and left_out[data.account[j]] != k:
            times[n] = data.time[j]
            n += 1
    return times[:n]


@njit(cache=True, nogil=True)
def followed(times, one, other, origin):  # type: ignore[no-untyped-def]
    """Whether the public follows the two on this object, and not by chance."""
    start, end = min(one, other), max(one, other)
    window = window_of(start, end, origin)
    if window == 0:
        return False
    before = np.searchsorted(times, start) - np.searchsorted(times, start - window)
    after = np.searchsorted(times, end + window, side="right") - np.searchsorted(times, end, side="right")
    return follows(after, before)


@njit(cache=True, nogil=True)
def add_crowd(data, times, moment, blur, weight, least):  # type: ignore[no-untyped-def]
    """Add to `least`, per scale, the weighted chance that one of the public comes as close to the moment."""
    densest = 0.0  # the largest share of the public per second of the scale, at this scale or above
    for s in range(len(least) - 1, -1, -1):
        reach = data.scales_s[s] + blur
        low = np.searchsorted(times, moment - reach * 1000.0)
        within = np.searchsorted(times, moment + reach * 1000.0, side="right") - low
        if within >= LEAST_CROWD:
            densest = max(densest, within / len(times) / reach)
        least[s] += weight * min(densest * reach, 1.0)
