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
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from overt.detect.edges.actions import counting_sort
from overt.detect.significance.response import follows, window_of
from overt.detect.significance.timing import PairTests, TimingTest
from overt.detect.significance.timing_kernel import blurs, pair_test, shared_places

__all__ = [
    "LEAST_CROWD",
    "CrowdTest",
    "Partnered",
    "Public",
    "add_crowd",
    "followed",
    "partnered",
    "public_of",
]

LEAST_CROWD = 5


class Public(NamedTuple):
    """When those not suspect shared each object: start int64 (n_objects + 1,), time int64 (n,), ms.

    Kernels take it together with those few of these times, ascending, that are no public of the pair at hand.
    To count all but those costs the logarithm of the sharers; a copy without them would cost all of them.
    """

    start: np.ndarray
    time: np.ndarray


def public_of(data: Any, suspect: np.ndarray) -> Public:
    """The public of every object; data: of a `TimingTest`; suspect: bool (n_accounts,)."""
    kept = ~suspect[data.account]
    return Public(np.concatenate([[0], np.cumsum(kept)])[data.object_start], data.time[kept])


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
        known_arrays = (public_of(data, known.suspect), known.start, known.other, known.suspect)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            work = pool.map(lambda part: _pairs(a[part], b[part], data, origin, *known_arrays), parts)
            rows = np.concatenate(list(work))
        p, n_shared, scale, close, expected = rows.T
        return PairTests(a, b, p, n_shared.astype(np.int64), scale, close.astype(np.int64), expected)


@njit(cache=True, nogil=True)
def _pairs(first, second, data, origin, public, start, other, suspect):  # type: ignore[no-untyped-def]
    rows = np.zeros((len(first), 5))
    left_out = np.full(len(suspect), -1, np.int64)  # the last pair of which an account is no public
    for k in range(len(first)):
        a, b = first[k], second[k]
        longest = data.account_start[a + 1] - data.account_start[a] + 1
        here, there = np.empty(longest, np.int32), np.empty(longest, np.int32)
        n = shared_places(data, a, b, here, there)
        away = _away(a, b, k, start, other, suspect, left_out)
        least = np.zeros((len(data.scales_s), n + 1))
        blur = blurs(data, a, b)[1]
        for i in range(n):
            o = np.searchsorted(data.object_start, here[i], side="right") - 1
            times = public.time[public.start[o] : public.start[o + 1]]
            missing = _missing(data, o, away, k, suspect, left_out)
            if followed(times, missing, data.time[here[i]], data.time[there[i]], origin[o]):
                least[:, i] = 1.0
                continue
            for place in (here[i], there[i]):
                add_crowd(data, times, missing, data.time[place], blur, 0.5, least[:, i])
        order, chances, scratch = np.empty(n + 1, np.int64), np.empty(n + 1), np.empty(n + 2)
        p, scale, close, expected = pair_test(data, a, b, here, there, n, order, chances, scratch, least)
        rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4] = p, n, scale, close, expected
    return rows


@njit(cache=True, nogil=True)
def _away(a, b, k, start, other, suspect, left_out):  # type: ignore[no-untyped-def]
    """Accounts that are no public of pair k although not suspect; left_out is k for them and for suspects."""
    away = np.empty(2 + start[a + 1] - start[a] + start[b + 1] - start[b], np.int32)
    n = 0
    for u in (a, b):
        for i in range(start[u] - 1, start[u + 1]):
            x = u if i < start[u] else other[i]
            if left_out[x] != k:
                left_out[x] = k
                if not suspect[x]:
                    away[n] = x
                    n += 1
    return away[:n]


@njit(cache=True, nogil=True)
def _missing(data, o, away, k, suspect, left_out):  # type: ignore[no-untyped-def]
    """When those who are away shared object o, ascending: by looking each of them up, or by a walk."""
    begin, end = data.object_start[o], data.object_start[o + 1]
    times = np.empty(min(len(away), end - begin), np.int64)
    n = 0
    if len(away) * 8 > end - begin:
        for j in range(begin, end):
            if left_out[data.account[j]] == k and not suspect[data.account[j]]:
                times[n] = data.time[j]
                n += 1
        return times[:n]
    for x in away:
        mine = data.object_of[data.account_start[x] : data.account_start[x + 1]]
        i = np.searchsorted(mine, o)
        if i < len(mine) and mine[i] == o:
            times[n] = data.time[data.place[data.account_start[x] + i]]
            n += 1
    return np.sort(times[:n])


@njit(cache=True, nogil=True, inline="always")
def _below(times, missing, moment):  # type: ignore[no-untyped-def]
    return np.searchsorted(times, moment) - np.searchsorted(missing, moment)


@njit(cache=True, nogil=True, inline="always")
def _up_to(times, missing, moment):  # type: ignore[no-untyped-def]
    return np.searchsorted(times, moment, side="right") - np.searchsorted(missing, moment, side="right")


@njit(cache=True, nogil=True)
def followed(times, missing, one, other, origin):  # type: ignore[no-untyped-def]
    """Whether the public follows the two on this object, and not by chance; times, missing: see `Public`."""
    start, end = min(one, other), max(one, other)
    window = window_of(start, end, origin)
    if window == 0:
        return False
    before = _below(times, missing, start) - _below(times, missing, start - window)
    after = _up_to(times, missing, end + window) - _up_to(times, missing, end)
    return follows(after, before)


@njit(cache=True, nogil=True)
def add_crowd(data, times, missing, moment, blur, weight, least):  # type: ignore[no-untyped-def]
    """Add to `least`, per scale, the weighted chance that one of the public comes as close to the moment."""
    densest = 0.0  # the largest share of the public per second of the scale, at this scale or above
    for s in range(len(least) - 1, -1, -1):
        reach = data.scales_s[s] + blur
        within = _up_to(times, missing, moment + reach * 1000.0) - _below(
            times, missing, moment - reach * 1000.0
        )
        if within >= LEAST_CROWD:
            densest = max(densest, within / (len(times) - len(missing)) / reach)
        least[s] += weight * min(densest * reach, 1.0)
