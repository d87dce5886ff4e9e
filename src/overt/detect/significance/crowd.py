"""Was the pair alone at that moment, or one of a crowd?

in: a timing test, the pairs that were kept; out: the pairs' p-values with the crowd in the null; why: the
timing test knows how old an object is, not that everybody shared it in this very quarter of an hour. Where
they did, two of them are no coincidence worth counting.

Null: as in the timing test, but the chance of a coincidence is at least the share of the object's public
that came within the scale of the one account, averaged over the two: someone drawn from the public would
have come as close. The public of a pair is everyone except accounts that look coordinated themselves
(`suspect`) and those with which one of the two was kept as a pair at p <= 0.05: the members of a campaign
must not be its excuse. Fewer than five others within the scale are no crowd. The chance only ever rises,
so the p-value does: no pair is significant because of this.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from overt.detect.edges.actions import counting_sort
from overt.detect.significance.timing import PairTests, TimingTest
from overt.detect.significance.timing_kernel import blurs, pair_test, shared_places

__all__ = ["LEAST_CROWD", "CrowdTest", "Partnered", "partnered"]

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
        data, known = self._test.data, self._known
        if len(a) == 0 or len(data.scales_s) == 0:
            return self._test.test(a, b)
        step = len(a) // 64 + 1
        parts = [slice(begin, begin + step) for begin in range(0, len(a), step)]
        known_arrays = (known.start, known.other, known.suspect)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            work = pool.map(lambda part: _pairs(a[part], b[part], data, *known_arrays), parts)
            rows = np.concatenate(list(work))
        p, n_shared, scale, close, expected = rows.T
        return PairTests(a, b, p, n_shared.astype(np.int64), scale, close.astype(np.int64), expected)


@njit(cache=True, nogil=True)
def _pairs(first, second, data, start, other, suspect):  # type: ignore[no-untyped-def]
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
            for place in (here[i], there[i]):
                _add_crowd(data, place, blur, left_out, k, suspect, least[:, i])
        order, chances, scratch = np.empty(n + 1, np.int64), np.empty(n + 1), np.empty(n + 2)
        p, scale, close, expected = pair_test(data, a, b, here, there, n, order, chances, scratch, least)
        rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4] = p, n, scale, close, expected
    return rows


@njit(cache=True, nogil=True)
def _add_crowd(data, place, blur, left_out, k, suspect, least):  # type: ignore[no-untyped-def]
    """Add to `least`, per scale, half the share of the public within the scale of the share at `place`."""
    o = np.searchsorted(data.object_start, place, side="right") - 1
    n_scales = len(least)
    n_public = 0
    within = np.zeros(n_scales, np.int64)
    for j in range(data.object_start[o], data.object_start[o + 1]):
        x = data.account[j]
        if suspect[x] or left_out[x] == k:
            continue
        n_public += 1
        apart = abs(data.time[j] - data.time[place])
        for s in range(n_scales - 1, -1, -1):
            if apart > (data.scales_s[s] + blur) * 1000.0:
                break
            within[s] += 1
    for s in range(n_scales):
        if within[s] >= LEAST_CROWD:
            least[s] += 0.5 * within[s] / n_public
