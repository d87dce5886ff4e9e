"""Do two traces say the same, each by posts of its own?

in: significant pairs, the deciding layers; out: a p-value per pair of "coordinated in two traces at least";
why: a pair that stands in two traces at once is harder to explain away than one that stands in one.

Partial conjunction (Benjamini and Heller 2008), Bonferroni's form for two of T: (T - 1) times the second
smallest p over the T traces in which the pair shares enough. One pair of posts can show a link, a text and
tags at once, which is one event and no second witness. So in every other trace the objects are left out that
stand in a pair of posts on which the two met in their best trace, and the test is made of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from overt.detect.decision import Deciding
from overt.detect.significance.fusion import Fused
from overt.detect.significance.timing_kernel import LEAST_CLOSE, pair_test, shared_places

__all__ = ["p_two_traces"]


def p_two_traces(fused: Fused, layers: Sequence[Deciding], some: np.ndarray) -> np.ndarray:
    """Per fused pair the p-value; NaN but for those of the places `some` that share enough in two traces."""
    p = np.full(len(fused.p), np.nan)
    if len(layers) < 2 or len(some) == 0:
        return p
    said = np.stack([test.n_shared >= LEAST_CLOSE for test in fused.by_trace[: len(layers)]])
    n_traces = said.sum(axis=0)
    some = some[n_traces[some] >= 2]
    post = _common_posts(layers)
    least = np.ones(len(fused.p))
    for best in range(len(layers)):
        mine = some[fused.best[some] == best]
        for other in range(len(layers)):
            asked = mine[said[other, mine]] if other != best else mine[:0]
            if len(asked):
                found = _without(
                    fused.a[asked], fused.b[asked], layers[best].test.data, layers[other].test.data,
                    post[best], post[other],
                )  # fmt: skip
                least[asked] = np.minimum(least[asked], found)
    p[some] = np.minimum((n_traces[some] - 1) * least[some], 1.0)
    return p


def _common_posts(layers: Sequence[Deciding]) -> list[np.ndarray]:
    """Per layer the number of each of its posts, the same post having the same number in all."""
    ids = [layer.actions.posts for layer in layers]
    if any(one is None for one in ids):
        # made by hand, without ids: no two layers are known to share a post
        base = np.cumsum([0, *(int(layer.actions.post.max(initial=-1)) + 1 for layer in layers)])
        return [np.arange(base[i], base[i + 1]) for i in range(len(layers))]
    every = pa.chunked_array([one for one in ids if one is not None]).unique()
    return [pc.index_in(one, value_set=every).to_numpy().astype(np.int64) for one in ids]


@njit(cache=True, nogil=True)
def _without(first, second, best, other, post_of_best, post_of_other):  # type: ignore[no-untyped-def]
    """p of each pair in the `other` trace without the pairs of posts on which it met in its `best`."""
    p = np.ones(len(first))
    for k in range(len(first)):
        a, b = first[k], second[k]
        here, there = _shared(best, a, b)
        met = np.zeros((len(here), 2), np.int64)
        n_met = 0
        for i in range(len(here)):
            if abs(best.time[here[i]] - best.time[there[i]]) <= best.scales_ms[-1]:
                met[n_met, 0] = post_of_best[best.post[here[i]]]
                met[n_met, 1] = post_of_best[best.post[there[i]]]
                n_met += 1
        here, there = _shared(other, a, b)
        n = 0
        for i in range(len(here)):
            mine, theirs = post_of_other[other.post[here[i]]], post_of_other[other.post[there[i]]]
            if not ((met[:n_met, 0] == mine) & (met[:n_met, 1] == theirs)).any():
                here[n], there[n] = here[i], there[i]
                n += 1
        least = np.zeros((len(other.scales_s), n + 1))
        order, chances, scratch = np.empty(n + 1, np.int64), np.empty(n + 1), np.empty(n + 2)
        p[k] = pair_test(other, a, b, here, there, n, order, chances, scratch, least)[0]
    return p


@njit(cache=True, nogil=True)
def _shared(data, a, b):  # type: ignore[no-untyped-def]
    longest = data.account_start[a + 1] - data.account_start[a] + 1
    here, there = np.empty(longest, np.int32), np.empty(longest, np.int32)
    n = shared_places(data, a, b, here, there)
    return here[:n], there[:n]
