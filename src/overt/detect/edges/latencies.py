"""How late each account came to an object: since its origin, or since the last event that revived it.

in: shares by object and time, true origins where known; out: latencies and the objects' origins; why: the
timing test assumes that an object spreads smoothly from its origin on. When an outside event revives an old
object, everyone who follows is late by days and yet close together. Counted from the event, they are what
they are: early.

A share begins a revival when many more shares follow it than came before it: more than REVIVAL times as
many in as long a time as the object's age (from 30 minutes after the share on) as in the second half of its
age (up to 10 minutes before the share), binomial tail below 0.01, and more than 10. The minutes around the
share are left out so that those who act together at that moment cannot make a revival of it by themselves:
the origin moves only when others follow over the next hours. A large group can make a revival of a share
that came at least half an hour before it, but never be early by itself. Where an object spreads smoothly on
the logarithmic scale, four times as many do not follow except in about its first fiftieth.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from overt.detect.edges.actions import UNKNOWN

__all__ = ["REVIVAL", "latencies"]

REVIVAL = 4.0
LEVEL = 0.01
LEAST_FOLLOWERS = 10
LEAST_AGE_MS = 10 * 60_000
BEFORE_MS = 10 * 60_000
AFTER_MS = 30 * 60_000


@njit(cache=True)
def latencies(object_start, time, origin):  # type: ignore[no-untyped-def]
    """(latency per share in ms, at least 0; origin per object in ms).

    object_start: int64 (n_objects + 1,); time: int64 (n,), ascending within an object; origin: int64 (n,),
    the true origin or UNKNOWN. A true origin later than the first share is not believed; of several the
    latest is: it makes everyone earlier, and so closeness likelier by chance.
    """
    latency = np.empty(len(time), np.int64)
    first = np.zeros(len(object_start) - 1, np.int64)
    for object_ in range(len(first)):
        begin, end = object_start[object_], object_start[object_ + 1]
        if begin == end:
            continue
        first[object_] = _origin(time[begin:end], origin[begin:end])
        since = first[object_]
        for i in range(begin, end):
            if end - i > LEAST_FOLLOWERS and time[i] - since > LEAST_AGE_MS:
                start = _revival(time[begin:end], i - begin, since)
                if start >= 0:
                    since = time[begin + start]
                    for j in range(begin + start, i):
                        latency[j] = time[j] - since
            latency[i] = time[i] - since
    return latency, first


@njit(cache=True)
def _origin(time, origin):  # type: ignore[no-untyped-def]
    """The latest stated origin that is not later than the first share; else the first share."""
    found = UNKNOWN
    for stated in origin:
        if stated <= time[0] and stated > found:
            found = stated
    return time[0] if found == UNKNOWN else found


@njit(cache=True)
def _revival(time, i, since):  # type: ignore[no-untyped-def]
    """Place of the first share of the revival that share i is part of; -1 when it is part of none."""
    age = time[i] - since
    before, after = min(BEFORE_MS, age // 4), min(AFTER_MS, age // 4)
    start = np.searchsorted(time, time[i] - before)
    n_before = start - np.searchsorted(time, since + age // 2)
    n_after = np.searchsorted(time, time[i] + after + age + 1) - np.searchsorted(time, time[i] + after + 1)
    if n_after <= LEAST_FOLLOWERS or n_after <= REVIVAL * n_before:
        return -1
    if _log_tail(n_after + n_before, n_after) > math.log(LEVEL):
        return -1
    return start


@njit(cache=True)
def _log_tail(n, k):  # type: ignore[no-untyped-def]
    """ln P(Binomial(n, REVIVAL / (REVIVAL + 1)) >= k), for k above the mean, where terms fall."""
    p = REVIVAL / (REVIVAL + 1.0)
    log = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    log += k * math.log(p) + (n - k) * math.log(1 - p)
    total, term = 0.0, 1.0
    for i in range(k, n + 1):
        total += term
        term *= (n - i) / (i + 1) * p / (1 - p)
        if term < 1e-9 * total:
            break
    return log + math.log(total)
