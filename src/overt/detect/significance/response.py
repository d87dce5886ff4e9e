"""Does the public follow where a pair or a group acts? Then it is an audience's clock that they keep.

in: the deciding timing tests, pairs of accounts; out: which pairs act when the public is about to; why: the
timing test assumes that an object spreads smoothly. People who react to the same broadcasts within minutes
break that as a botnet does, but they are not alone: a wide public follows them. A campaign picks its own
moments, and what the public did before them it does after them.

Object by object this is done in `crowd`; here a pair's objects are taken together, since a public may be too
small on each. A pair's moments are the objects on which both acted within 30 minutes, if the object was at
least 10 minutes old. Others are counted over equal times before the earlier of the two and after the later
(half of the object's age then, six hours at most), and summed over the objects of all traces. Where others
belong to the pair's own campaign and nothing but chance orders its members, as many come before as after.
The pair is set apart when more than twice as many came after: binomial tail at 2/3 at most 0.05. Twice,
because where an object spreads smoothly on the logarithmic scale the rate does not double at a moment chosen
without regard to it, but for about its first hundredth (lognormal, one unit wide).

To be set apart is the careful side: a pair that is not significant without this is not made so by it. Blind
spot: a pair that always acts just before things take off, whether it knows or causes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from overt.detect.significance.timing import TimingTest
from overt.detect.significance.timing_kernel import shared_places

__all__ = [
    "LEAST_AGE_MS",
    "MOMENT_MS",
    "MOST_WINDOW_MS",
    "RATIO",
    "binomial_tail",
    "follows",
    "public_follows",
    "window_of",
]

RATIO = 2.0
LEVEL = 0.05
MOMENT_MS = 30 * 60_000
LEAST_AGE_MS = 10 * 60_000
MOST_WINDOW_MS = 6 * 3_600_000


@njit(cache=True, nogil=True)
def window_of(start, end, origin):  # type: ignore[no-untyped-def]
    """Over how long (ms) the public is counted around a moment; 0 where it is none."""
    age = start - origin
    if end - start > MOMENT_MS or age < LEAST_AGE_MS:
        return 0
    return min(age // 2, MOST_WINDOW_MS)


@njit(cache=True, nogil=True)
def follows(after, before):  # type: ignore[no-untyped-def]
    """Whether more than twice as many came after as before, and not by chance."""
    return binomial_tail(after + before, after, RATIO / (RATIO + 1)) <= LEVEL


@njit(cache=True, nogil=True)
def binomial_tail(n, k, p):  # type: ignore[no-untyped-def]
    """P(Binomial(n, p) >= k); only the terms that matter are summed. 1 where k is not above the mean."""
    if k <= n * p:
        return 1.0
    log = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    term = math.exp(log + k * math.log(p) + (n - k) * math.log1p(-p))
    total = 0.0
    while k <= n and term > total * 1e-12:
        total += term
        k += 1
        term *= (n - k + 1) / k * p / (1 - p)
    return total


def public_follows(
    a: np.ndarray, b: np.ndarray, tests: Sequence[TimingTest], suspect: np.ndarray
) -> np.ndarray:
    """Which of the pairs (a < b) act when the public is about to: bool, shape (n,).

    suspect: bool, shape (n_accounts,), accounts that are no public because they may be part of the same.
    """
    after, before = np.zeros(len(a), np.int64), np.zeros(len(a), np.int64)
    for test in tests:
        if len(a) and len(test.scales_s):
            n_public = np.concatenate([[0], np.cumsum(~suspect[test.shares.account])])
            _count(a, b, test.data, test.shares.origin, n_public, after, before)
    return np.array([follows(n, m) for n, m in zip(after, before, strict=True)], bool)


@njit(cache=True, nogil=True)
def _count(first, second, data, origin, n_public, after, before):  # type: ignore[no-untyped-def]
    """Add the public after and before each pair's moments; n_public: how many stand before each place."""
    longest = 1
    for u in range(len(data.account_start) - 1):
        longest = max(longest, data.account_start[u + 1] - data.account_start[u])
    here, there = np.empty(longest, np.int32), np.empty(longest, np.int32)
    for k in range(len(first)):
        for i in range(shared_places(data, first[k], second[k], here, there)):
            early, late = min(here[i], there[i]), max(here[i], there[i])
            start, end = data.time[early], data.time[late]
            o = np.searchsorted(data.object_start, early, side="right") - 1
            window = window_of(start, end, origin[o])
            if window == 0:
                continue
            times = data.time[data.object_start[o] : data.object_start[o + 1]]
            base = data.object_start[o]
            n_before = base + np.searchsorted(times, start - window)
            n_start = base + np.searchsorted(times, start)
            n_end = base + np.searchsorted(times, end, side="right")
            n_after = base + np.searchsorted(times, end + window, side="right")
            before[k] += n_public[n_start] - n_public[n_before]
            after[k] += n_public[n_after] - n_public[n_end]
