"""How many pairs share enough to be tested at all: the number of tests.

in: first shares of one trace, or of several stacked; out: per account the number of accounts with which it
shares at least so many objects of one trace; why: the timing test conditions on content, so every pair that
shares enough content is a test, also when the window walk never meets it. A pair that shares less than a
pair must coincide on has p = 1 whatever its times are; it is no test.

Counting is a sparse product. Who needs k objects with an account must be met before the last k - 1 of that
account's. An account's objects come from the least to the most shared, so on the hottest ones only accounts
that are known already are looked up. Where it would still touch more than `limit` shares an upper bound is
used, which makes the test stricter, never laxer.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.edges.actions import counting_sort
from overt.detect.edges.shares import Shares

__all__ = ["TOUCH_LIMIT", "Partners", "count_partners"]

TOUCH_LIMIT = 3_000_000_000
"""About four seconds on two cores."""

ROUNDS = 5
"""Of pruning, at most: each makes others possible, of which later ones find few."""


@dataclass(frozen=True, slots=True)
class Partners:
    """Partners per account (int64, shape (n_accounts,)), pairs in all, and whether both are exact."""

    per_account: np.ndarray
    n_pairs: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Shared:
    """The shares that can be part of a pair, objects from the least to the most shared within their layer.

    start: int64 (n_objects + 1,), where each object's sharers begin; account: int32 (n,), ascending in each
    object; account_start: int64 (n_accounts + 1,); object_of, place: int32 (n,), per account by object;
    layer_of: int32 (n_objects,).
    """

    start: np.ndarray
    account: np.ndarray
    account_start: np.ndarray
    object_of: np.ndarray
    place: np.ndarray
    layer_of: np.ndarray

    @property
    def n_accounts(self) -> int:
        return len(self.account_start) - 1

    def n_touches(self, least: int) -> np.ndarray:
        """Per account the sharers behind it on those of its objects on which partners are met."""
        layer = self.layer_of[self.object_of]
        owner = np.repeat(np.arange(self.n_accounts), np.diff(self.account_start))
        run = owner.astype(np.int64) * (int(self.layer_of.max(initial=0)) + 1) + layer
        end = np.searchsorted(run, run, side="right")
        opens = np.arange(len(run)) <= end - least
        behind = self.start[self.object_of + 1] - self.place - 1
        return np.bincount(owner[opens], behind[opens].astype(float), minlength=self.n_accounts)


def count_partners(
    shares: Shares, least: int, layer_start: np.ndarray | None = None, limit: int = TOUCH_LIMIT
) -> Partners:
    """Count pairs that share `least` objects or more of one layer.

    layer_start: int64 (n_layers + 1,), the object at which each layer begins; one layer when None. Exact, or
    by the bound min(others, sum over objects of the other sharers / least).
    """
    layers = np.array([0, shares.n_objects]) if layer_start is None else layer_start
    shared = _shared(shares, least, layers)
    touches = shared.n_touches(least)
    if float(touches.sum()) > limit:
        return _bound(shared, least)
    n, tasks = shared.n_accounts, _tasks(touches)
    arrays = (
        shared.start,
        shared.account,
        shared.account_start,
        shared.object_of,
        shared.place,
        shared.layer_of,
    )
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = pool.map(lambda task: _count(task[0], task[1], *arrays, least), tasks)
        per_account = np.zeros(n, np.int64)
        for counts in found:
            per_account += counts
    return Partners(per_account, int(per_account.sum()) // 2, True)


def _tasks(touches: np.ndarray) -> list[tuple[int, int]]:
    """Runs of accounts with about equal work, few enough that adding up their counts is cheap."""
    done = np.concatenate([[0], np.cumsum(touches)])
    n = 16 * (os.cpu_count() or 1)
    cuts = np.searchsorted(done, np.linspace(0, done[-1], n + 1)[1:-1])
    cuts = np.unique(np.concatenate([[0], cuts, [len(touches)]]))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


def _shared(shares: Shares, least: int, layers: np.ndarray) -> _Shared:
    n_layers = len(layers) - 1
    layer_of = np.repeat(np.arange(n_layers, dtype=np.int32), np.diff(layers))
    owner = np.repeat(np.arange(shares.n_accounts, dtype=np.int32), np.diff(shares.account_start))
    object_ = shares.object_of
    for _ in range(ROUNDS):
        run = owner.astype(np.int64) * n_layers + layer_of[object_]
        enough = np.bincount(run, minlength=1)[run] >= least
        kept = enough & (np.bincount(object_[enough], minlength=shares.n_objects)[object_] > 1)
        owner, object_ = owner[kept], object_[kept]
        if kept.mean(dtype=float) > 0.98 if len(kept) else True:
            break
    size = np.bincount(object_, minlength=shares.n_objects)
    order = np.lexsort((size, layer_of))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    object_ = rank[object_]
    start, row = counting_sort(object_, shares.n_objects)
    account = owner[row]
    account_start, place = counting_sort(account, shares.n_accounts)
    return _Shared(start, account, account_start, object_[row][place], place, layer_of[order])


def _bound(shared: _Shared, least: int) -> Partners:
    sharers = np.diff(shared.start)
    others = np.zeros(shared.n_accounts, np.int64)
    owner = np.repeat(np.arange(shared.n_accounts), np.diff(shared.account_start))
    np.add.at(others, owner, sharers[shared.object_of] - 1)
    others //= least
    active = int((others > 0).sum())
    per_account = np.minimum(others, max(active - 1, 0))
    n_pairs = min(active * (active - 1) // 2, int((sharers * (sharers - 1) // 2).sum()) // least)
    return Partners(per_account, n_pairs, False)


@njit(cache=True, nogil=True)
def _count(begin, end, start, account, account_start, object_of, place, layer_of, least):  # type: ignore[no-untyped-def]
    """Partners of every account in the pairs whose first is one of those from `begin` to `end`."""
    n_accounts = len(account_start) - 1
    n_shared, touched = np.zeros(n_accounts, np.int32), np.empty(n_accounts, np.int32)
    is_partner = np.full(n_accounts, -1, np.int32)
    counts = np.zeros(n_accounts, np.int64)
    for a in range(begin, end):
        i = account_start[a]
        while i < account_start[a + 1]:
            stop = i + 1  # [i, stop): a's objects of one layer
            while stop < account_start[a + 1] and layer_of[object_of[stop]] == layer_of[object_of[i]]:
                stop += 1
            n_touched = 0
            for k in range(i, stop):
                behind = account[place[k] + 1 : start[object_of[k] + 1]]
                if stop - k >= least:
                    n_touched = _open(behind, n_shared, touched, n_touched)
                else:
                    n_touched = _reachable(n_shared, touched, n_touched, least - (stop - k))
                    _close(behind, n_shared, touched[:n_touched])
            for k in range(n_touched):
                x = touched[k]
                if n_shared[x] >= least and is_partner[x] != a:
                    is_partner[x] = a
                    counts[a] += 1
                    counts[x] += 1
                n_shared[x] = 0
            i = stop
    return counts


@njit(cache=True, nogil=True, inline="always")
def _open(behind, n_shared, touched, n_touched):  # type: ignore[no-untyped-def]
    """Count an object of every account behind, and list those that are met for the first time."""
    for x in behind:
        if n_shared[x] == 0:
            touched[n_touched] = x
            n_touched += 1
        n_shared[x] += 1
    return n_touched


@njit(cache=True, nogil=True)
def _reachable(n_shared, touched, n_touched, at_least):  # type: ignore[no-untyped-def]
    """Keep those who share so much that the objects left can still make them partners."""
    n = 0
    for k in range(n_touched):
        x = touched[k]
        if n_shared[x] >= at_least:
            touched[n] = x
            n += 1
        else:
            n_shared[x] = 0
    return n


@njit(cache=True, nogil=True)
def _close(behind, n_shared, known):  # type: ignore[no-untyped-def]
    """Count an object of those known accounts that are behind: by a walk, or by looking each of them up."""
    if len(known) * 16 > len(behind):
        for x in behind:
            if n_shared[x] > 0:
                n_shared[x] += 1
        return
    for x in known:
        k = np.searchsorted(behind, x)
        if k < len(behind) and behind[k] == x:
            n_shared[x] += 1
