"""Would two accounts meet as often because they post at the same hours of the same days?

in: a timing test, the posts of every account, pairs; out: the pairs' p-values with these habits in the null;
why: the timing test lets an account come to an object at any moment that its latency allows. People post in
bouts, and two who keep the same hours meet more often. It says how much of a finding stands when habits are
granted; with `--strict` it decides.

Null: as in the timing test, but an account comes to an object at the moment of one of its own other posts,
drawn with the density that its dithered latency gives that moment. The chance of a coincidence is the larger
of the two nulls'. Posts on objects that both share are left out, lest a campaign's joint posts be its
excuse. Where fewer than five posts carry the weight (Kish's effective number) habits are not known, and the
timing test's chance stands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.edges.actions import counting_sort
from overt.detect.significance.timing import PairTests, TimingTest
from overt.detect.significance.timing_kernel import blurs, pair_test, shared_places

__all__ = ["Activity", "HabitTest", "activity_of"]

LEAST_POSTS = 5.0
REACH = 2.5
"""Posts are looked for within this many dither widths of the account's log-latency."""


@dataclass(frozen=True, slots=True)
class Activity:
    """When every account posts: start int64 (n_accounts + 1,), time int64 (n_posts,), ms, ascending."""

    start: np.ndarray
    time: np.ndarray


def activity_of(account: np.ndarray, time_ms: np.ndarray, n_accounts: int) -> Activity:
    """From one row per post, in any order."""
    in_time = np.argsort(time_ms, kind="stable")
    start, order = counting_sort(account[in_time].astype(np.int32), n_accounts)
    return Activity(start, time_ms[in_time][order])


class HabitTest:
    """A timing test with the accounts' habits in its null; h is 1, as there."""

    def __init__(self, test: TimingTest, activity: Activity) -> None:
        self._data, self._activity = test.data, activity

    def test(self, a: np.ndarray, b: np.ndarray) -> PairTests:
        """p, best scale, coincidences and expected ones of the given pairs (a < b)."""
        rows = _pairs(a, b, self._data, self._activity.start, self._activity.time)
        p, n_shared, scale, close, expected = rows.T
        return PairTests(a, b, p, n_shared.astype(np.int64), scale, close.astype(np.int64), expected)


@njit(cache=True, nogil=True)
def _pairs(first, second, data, start, time):  # type: ignore[no-untyped-def]
    rows = np.zeros((len(first), 5))
    for k in range(len(first)):
        a, b = first[k], second[k]
        longest = data.account_start[a + 1] - data.account_start[a] + 1
        here, there = np.empty(longest, np.int32), np.empty(longest, np.int32)
        n = shared_places(data, a, b, here, there)
        least = _habitual(data, a, b, here[:n], there[:n], start, time)
        order, chances, scratch = np.empty(n + 1, np.int64), np.empty(n + 1), np.empty(n + 2)
        p, scale, close, expected = pair_test(data, a, b, here, there, n, order, chances, scratch, least)
        rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4] = p, n, scale, close, expected
    return rows


@njit(cache=True, nogil=True)
def _habitual(data, a, b, here, there, start, time):  # type: ignore[no-untyped-def]
    """Chance of a coincidence by habit, (n_scales, n): 0 where habits are not known."""
    n_scales = len(data.scales_s)
    least = np.zeros((n_scales, len(here)))
    blur = blurs(data, a, b)[1]
    mine, theirs = time[start[a] : start[a + 1]], time[start[b] : start[b + 1]]
    mine, theirs = _others(mine, np.sort(data.time[here])), _others(theirs, np.sort(data.time[there]))
    for i in range(len(here)):
        u, weight_u = _moments(mine, data.time[here[i]], data.log_latency[here[i]])
        v, weight_v = _moments(theirs, data.time[there[i]], data.log_latency[there[i]])
        if _effective(weight_u) < LEAST_POSTS or _effective(weight_v) < LEAST_POSTS:
            continue
        for s in range(n_scales):
            reach = (data.scales_s[s] + blur) * 1000.0
            least[s, i] = min(_meetings(u, weight_u, v, weight_v, reach), 1.0)
    return least


@njit(cache=True, nogil=True)
def _others(times, shared):  # type: ignore[no-untyped-def]
    """The times that are not among the shared ones; both ascending."""
    kept = np.empty(len(times), np.int64)
    n, k = 0, 0
    for time in times:
        while k < len(shared) and shared[k] < time:
            k += 1
        if k == len(shared) or shared[k] != time:
            kept[n] = time
            n += 1
    return kept[:n]


@njit(cache=True, nogil=True)
def _moments(times, at, log_latency):  # type: ignore[no-untyped-def]
    """Posts within reach of the dithered latency of the share made `at`, and their densities."""
    latency = math.exp(log_latency)
    low = np.searchsorted(times, at - (latency - math.exp(log_latency - REACH)) * 1000.0)
    high = np.searchsorted(times, at + (math.exp(log_latency + REACH) - latency) * 1000.0)
    weight = np.empty(high - low)
    for i in range(low, high):
        late = (times[i] - at) / 1000.0 + latency
        z = math.log(late) - log_latency
        weight[i - low] = math.exp(-0.5 * z * z) / late
    return times[low:high], weight


@njit(cache=True, nogil=True)
def _effective(weight):  # type: ignore[no-untyped-def]
    squares = (weight**2).sum()
    return weight.sum() ** 2 / squares if squares > 0 else 0.0


@njit(cache=True, nogil=True)
def _meetings(u, weight_u, v, weight_v, reach):  # type: ignore[no-untyped-def]
    """Chance that a moment of u and one of v lie within reach (ms), each drawn by its weight."""
    total, low, high, inside = 0.0, 0, 0, 0.0
    for i in range(len(u)):
        while high < len(v) and v[high] <= u[i] + reach:
            inside += weight_v[high]
            high += 1
        while low < high and v[low] < u[i] - reach:
            inside -= weight_v[low]
            low += 1
        total += weight_u[i] * max(inside, 0.0)
    return total / (weight_u.sum() * weight_v.sum())
