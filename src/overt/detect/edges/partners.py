"""How many pairs share enough to be tested at all: the number of tests.

in: first shares of one trace, or of several stacked; out: per account the number of accounts with which it
shares at least so many objects of one trace; why: the timing test conditions on content, so every pair that
shares enough content is a test, also when the window walk never meets it. A pair that shares less than a
pair must coincide on has p = 1 whatever its times are; it is no test. Counting is a sparse product; where it
would touch more than `limit` shares an upper bound is used, which makes the test stricter, never laxer.
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


def count_partners(
    shares: Shares, least: int, layer_start: np.ndarray | None = None, limit: int = TOUCH_LIMIT
) -> Partners:
    """Count pairs that share `least` objects or more of one layer.

    layer_start: int64 (n_layers + 1,), the object at which each layer begins; one layer when None. Exact, or
    by the bound min(others, sum over objects of the other sharers / least).
    """
    sharers = np.diff(shares.object_start)
    if int((sharers.astype(float) ** 2).sum()) > limit:
        return _bound(shares, sharers, least)
    layers = np.array([0, shares.n_objects]) if layer_start is None else layer_start
    layer_of = np.repeat(np.arange(len(layers) - 1, dtype=np.int32), np.diff(layers))
    n = shares.n_accounts
    step = max(256, n // 128 + 1)
    tasks = [(begin, min(begin + step, n)) for begin in range(0, n, step)]
    arrays = (shares.object_start, shares.account, shares.account_start, shares.object_of, layer_of, least)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        counts = list(pool.map(lambda task: _count(task[0], task[1], *arrays), tasks))
    per_account = np.concatenate(counts) if counts else np.zeros(0, np.int64)
    return Partners(per_account, int(per_account.sum()) // 2, True)


def _bound(shares: Shares, sharers: np.ndarray, least: int) -> Partners:
    others = np.zeros(shares.n_accounts, np.int64)
    owner = np.repeat(np.arange(shares.n_accounts), np.diff(shares.account_start))
    np.add.at(others, owner, sharers[shares.object_of] - 1)
    others //= least
    active = int((others > 0).sum())
    per_account = np.minimum(others, max(active - 1, 0))
    n_pairs = min(active * (active - 1) // 2, int((sharers * (sharers - 1) // 2).sum()) // least)
    return Partners(per_account, n_pairs, False)


@njit(cache=True, nogil=True)
def _count(begin, end, object_start, account, account_start, object_of, layer_of, least):  # type: ignore[no-untyped-def]
    """Partners of the accounts from `begin` to `end`; an account's objects come in order of layer."""
    n_accounts = len(account_start) - 1
    n_shared = np.zeros(n_accounts, np.int32)
    touched = np.empty(n_accounts, np.int32)
    is_partner = np.full(n_accounts, -1, np.int32)
    counts = np.zeros(end - begin, np.int64)
    for a in range(begin, end):
        n_touched = 0
        layer = -1
        for i in range(account_start[a], account_start[a + 1]):
            object_ = object_of[i]
            if layer_of[object_] != layer:
                layer = layer_of[object_]
                n_touched = _forget(n_shared, touched, n_touched)
            for j in range(object_start[object_], object_start[object_ + 1]):
                x = account[j]
                if n_shared[x] == 0:
                    touched[n_touched] = x
                    n_touched += 1
                n_shared[x] += 1
                if n_shared[x] == least and is_partner[x] != a and x != a:
                    is_partner[x] = a
                    counts[a - begin] += 1
        _forget(n_shared, touched, n_touched)
    return counts


@njit(cache=True, nogil=True)
def _forget(n_shared, touched, n_touched):  # type: ignore[no-untyped-def]
    for k in range(n_touched):
        n_shared[touched[k]] = 0
    return 0
