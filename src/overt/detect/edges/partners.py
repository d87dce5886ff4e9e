"""How many pairs share an object at all: the number of tests.

in: first shares of one trace, or of several stacked; out: per account the number of accounts with which
it shares an object; why: the timing test conditions on content, so every pair that shares content is a
test, also when the window walk never meets it. Counting them is a sparse product; where it would touch
more than `limit` shares the upper bound is used, which makes the test stricter, never laxer.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.edges.shares import Shares

__all__ = ["TOUCH_LIMIT", "Partners", "count_partners"]

TOUCH_LIMIT = 3_000_000_000
"""About four seconds on two cores."""


@dataclass(frozen=True, slots=True)
class Partners:
    """Partners per account (int64, shape (n_accounts,)), pairs in all, and whether both are exact."""

    per_account: np.ndarray
    n_pairs: int
    exact: bool


def count_partners(shares: Shares, limit: int = TOUCH_LIMIT) -> Partners:
    """Count, exactly or by the bound min(others, sum over objects of the other sharers)."""
    sharers = np.diff(shares.object_start)
    if int((sharers.astype(float) ** 2).sum()) > limit:
        return _bound(shares, sharers)
    n = shares.n_accounts
    step = max(256, n // 128 + 1)
    tasks = [(begin, min(begin + step, n)) for begin in range(0, n, step)]
    arrays = (shares.object_start, shares.account, shares.account_start, shares.object_of)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        counts = list(pool.map(lambda task: _count(task[0], task[1], *arrays), tasks))
    per_account = np.concatenate(counts) if counts else np.zeros(0, np.int64)
    return Partners(per_account, int(per_account.sum()) // 2, True)


def _bound(shares: Shares, sharers: np.ndarray) -> Partners:
    others = np.zeros(shares.n_accounts, np.int64)
    owner = np.repeat(np.arange(shares.n_accounts), np.diff(shares.account_start))
    np.add.at(others, owner, sharers[shares.object_of] - 1)
    active = int((others > 0).sum())
    per_account = np.minimum(others, max(active - 1, 0))
    n_pairs = min(active * (active - 1) // 2, int((sharers * (sharers - 1) // 2).sum()))
    return Partners(per_account, n_pairs, False)


@njit(cache=True, nogil=True)
def _count(begin, end, object_start, account, account_start, object_of):  # type: ignore[no-untyped-def]
    seen = np.full(len(account_start) - 1, -1, np.int32)
    counts = np.zeros(end - begin, np.int64)
    for a in range(begin, end):
        n = 0
        for i in range(account_start[a], account_start[a + 1]):
            object_ = object_of[i]
            for j in range(object_start[object_], object_start[object_ + 1]):
                x = account[j]
                if seen[x] != a:
                    seen[x] = a
                    n += 1
        counts[a - begin] = max(n - 1, 0)
    return counts
