"""How much each object speaks for pairs of accounts.

in: the flat arrays of a timing test, pairs with the scale at which each stands out; out: a sum per object;
why: of the hundreds of things that a group shared a person can read ten, and should read the telling ones.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from overt.detect.significance.coincidence import look_up
from overt.detect.significance.timing_kernel import blurs

__all__ = ["surprisals"]


@njit(cache=True, nogil=True)
def surprisals(first, second, scale_s, data):  # type: ignore[no-untyped-def]
    """Per object, the sum of -log2 q over the given pairs that came within their own scale on it."""
    total = np.zeros(len(data.object_start) - 1)
    for k in range(len(first)):
        a, b = first[k], second[k]
        blur = blurs(data, a, b)[1]
        log_scale = math.log(scale_s[k] + blur)
        i, j = data.account_start[a], data.account_start[b]
        while i < data.account_start[a + 1] and j < data.account_start[b + 1]:
            if data.object_of[i] < data.object_of[j]:
                i += 1
            elif data.object_of[i] > data.object_of[j]:
                j += 1
            else:
                here, there = data.place[i], data.place[j]
                if abs(data.time[here] - data.time[there]) <= scale_s[k] * 1000.0:
                    q = look_up(
                        data.table,
                        data.log_latency[here] - log_scale,
                        data.log_latency[there] - log_scale,
                        data.log_widening[here],
                    )
                    total[data.object_of[i]] -= math.log2(q)
                i += 1
                j += 1
    return total
