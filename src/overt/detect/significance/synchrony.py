"""Posting at the same moments, whatever is posted: the interval-jitter test.

in: posting times per account; out: p-values of given pairs; why: accounts that one hand works may share no
object at all. It is context: alarm clocks, shows and schedulers synchronise strangers too.

Null: time is cut into cells of ten scales with a random offset; each post of u is anywhere in its cell,
v is fixed. Post i meets v with chance q_i = the share of its cell within the scale of a post of v; the
number of meetings is Poisson-binomial. The larger p of both directions counts, scales are combined by
ACAT. A cell must be shorter than a posting session, hence ten scales and scales of at most a minute.
Accounts on a scheduler's grid break the null and get p = 1. Source: interval jitter (Amarasingham et
al. 2012).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from overt.detect.edges.actions import counting_sort
from overt.detect.significance.combine import acat_p, acat_term, poisson_binomial_tail
from overt.detect.significance.timing import Clock, PairTests

__all__ = ["CELL_SCALES", "SCALES_S", "SynchronyTest"]

SCALES_S = (10.0, 60.0)
CELL_SCALES = 10
"""Length of a cell in scales; measured valid from 5 to 10, not at 20 and more."""


class SynchronyTest:
    """Interval jitter over the posts of a study.

    account, time_ms: shape (n,), one row per post. seed: of the cells' offsets.
    """

    def __init__(self, account: np.ndarray, time_ms: np.ndarray, clock: Clock, seed: int) -> None:
        in_time = np.argsort(time_ms, kind="stable")
        start, order = counting_sort(account[in_time].astype(np.int32), len(clock.grid_s))
        self._start, self._time_s = start, (time_ms[in_time][order] / 1000.0)
        self._clock = clock
        finest = float(clock.resolution_s.min(initial=np.inf))
        self.scales_s = np.array([scale for scale in SCALES_S if scale >= finest])
        self._offset = np.random.default_rng(seed).random(len(self.scales_s))

    def test(self, a: np.ndarray, b: np.ndarray) -> PairTests:
        """Test the given pairs; n_shared is the posts of the sparser direction that could have met."""
        rows = _pairs(
            a,
            b,
            self._start,
            self._time_s,
            self._clock.resolution_s,
            self._clock.grid_s,
            self.scales_s,
            self._offset,
        )
        p, could, scale, close, expected = rows.T
        return PairTests(a, b, p, could.astype(np.int64), scale, close.astype(np.int64), expected)


@njit(cache=True, nogil=True)
def _pairs(first, second, start, time, resolution, grid, scales, offset):  # type: ignore[no-untyped-def]
    rows = np.zeros((len(first), 5))
    longest = 1
    for a in range(len(start) - 1):
        longest = max(longest, start[a + 1] - start[a])
    chances, scratch = np.empty(longest), np.empty(longest + 1)
    for k in range(len(first)):
        a, b = first[k], second[k]
        rows[k, 0] = 1.0
        if grid[a] > 0 or grid[b] > 0 or len(scales) == 0:
            continue
        step = max(resolution[a], resolution[b])
        u, v = time[start[a] : start[a + 1]], time[start[b] : start[b + 1]]
        total, n, best = 0.0, 0, 2.0
        for s in range(len(scales)):
            if scales[s] < step:
                continue
            one = _direction(u, v, scales[s], step, offset[s], chances, scratch)
            other = _direction(v, u, scales[s], step, offset[s], chances, scratch)
            worse = one if one[0] >= other[0] else other
            total += acat_term(worse[0])
            n += 1
            if worse[0] < best:
                best = worse[0]
                rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4] = worse[1], scales[s], worse[2], worse[3]
        if n > 0:
            rows[k, 0] = acat_p(total / n)
    return rows


@njit(cache=True, nogil=True)
def _direction(u, v, scale, step, offset, chances, scratch):  # type: ignore[no-untyped-def]
    """(p, posts of u that could meet v, posts that did, expected) with u jittered and v fixed."""
    length = CELL_SCALES * scale
    m, close, expected = 0, 0, 0.0
    begin = 0
    for i in range(len(u)):
        low = (np.floor(u[i] / length - offset) + offset) * length
        while begin < len(v) and v[begin] < low - scale - step:
            begin += 1
        covered, reach, met = 0.0, low, False
        j = begin
        while j < len(v) and v[j] <= low + length + scale + step:
            left, right = max(v[j] - scale - step, reach), min(v[j] + scale + step, low + length)
            if right > left:
                covered += right - left
                reach = right
            met |= abs(v[j] - u[i]) <= scale
            j += 1
        if covered > 0:
            chances[m] = min(covered / length, 1.0)
            expected += chances[m]
            m += 1
            close += met
    return poisson_binomial_tail(chances, m, close, scratch), m, close, expected
