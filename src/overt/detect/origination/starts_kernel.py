"""The compiled heart of `starts`: pairs of accounts that started enough together.

in: `Begun`, the starts alone in flat arrays; out: pairs and their counts; why: apart from `starts`, so that
what a start is can be read there without the loops.

Every pair is visited from its smaller account, with one dense count per other account that is cleared by what
was touched: no pairs of an object are ever stored. Time follows the sum of starters squared over objects.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from overt.detect.edges.growing import with_room

__all__ = ["Begun", "pairs"]


class Begun(NamedTuple):
    """Starts at the largest scale, among them those at finer ones.

    object_start: int64 (n_objects + 1,), starter: int32 (n,): who started each object. account_start: int64
    (n_accounts + 1,), object_of, place: int32 (n,): what each account started, in order of object, and where
    the share is in `Shares`. post: int32 (n_shares,); within: bool (n_scales, n_shares), starts per scale.
    """

    object_start: np.ndarray
    starter: np.ndarray
    account_start: np.ndarray
    object_of: np.ndarray
    place: np.ndarray
    post: np.ndarray
    within: np.ndarray


@njit(cache=True, nogil=True)
def pairs(begun, least):  # type: ignore[no-untyped-def]
    """(a, b, together) of pairs a < b that started `least` objects or more; together: (n_scales, n)."""
    n_accounts, n_scales = len(begun.account_start) - 1, len(begun.within)
    count = np.zeros(n_accounts, np.int32)
    met = np.empty(n_accounts, np.int32)
    mark = np.full(len(begun.object_start) - 1, -1, np.int32)
    n_most = np.diff(begun.account_start).max() if n_accounts else 0
    key, here, there = np.empty(n_most, np.int64), np.empty(n_most, np.int32), np.empty(n_most, np.int32)
    rows = np.empty((64, 2 + n_scales), np.int64)
    n_rows = 0
    for a in range(n_accounts):
        if begun.account_start[a + 1] - begun.account_start[a] < least:
            continue
        n_met = _meet(a, begun, count, met)
        _mark(a, begun, mark, True)
        for k in range(n_met):
            b = met[k]
            enough = count[b] >= least
            count[b] = 0
            if not enough:
                continue
            n = _common(b, begun, mark, key, here, there)
            rows = with_room(rows, n_rows)
            _together(begun, key[:n], here, there, rows[n_rows, 2:])
            if rows[n_rows, 1 + n_scales] >= least:
                rows[n_rows, 0], rows[n_rows, 1] = a, b
                n_rows += 1
        _mark(a, begun, mark, False)
    kept = rows[:n_rows]
    return kept[:, 0].astype(np.int32), kept[:, 1].astype(np.int32), kept[:, 2:].T.copy()


@njit(cache=True, nogil=True)
def _meet(a, begun, count, met):  # type: ignore[no-untyped-def]
    """Count, for every later account, the objects that it started too; returns how many such accounts."""
    n_met = 0
    for i in range(begun.account_start[a], begun.account_start[a + 1]):
        o = begun.object_of[i]
        for j in range(begun.object_start[o], begun.object_start[o + 1]):
            b = begun.starter[j]
            if b > a:
                if count[b] == 0:
                    met[n_met] = b
                    n_met += 1
                count[b] += 1
    return n_met


@njit(cache=True, nogil=True)
def _common(b, begun, mark, key, here, there):  # type: ignore[no-untyped-def]
    """Fill in the shares of what b started too and the pair of posts that carries it; returns how many."""
    n = 0
    for j in range(begun.account_start[b], begun.account_start[b + 1]):
        mine = mark[begun.object_of[j]]
        if mine >= 0:
            here[n], there[n] = mine, begun.place[j]
            key[n] = (np.int64(begun.post[mine]) << 32) | np.int64(begun.post[there[n]])
            n += 1
    return n


@njit(cache=True, nogil=True)
def _mark(a, begun, mark, wanted):  # type: ignore[no-untyped-def]
    """Put down where a's start of each object is, or take it away again."""
    for i in range(begun.account_start[a], begun.account_start[a + 1]):
        mark[begun.object_of[i]] = begun.place[i] if wanted else -1


@njit(cache=True, nogil=True)
def _together(begun, key, here, there, total):  # type: ignore[no-untyped-def]
    """Pairs of posts per scale by which both started something: several objects of one pair count once."""
    order = np.argsort(key)
    for s in range(len(begun.within)):
        total[s] = 0
        last = np.int64(-1)
        for i in order:
            if key[i] != last and begun.within[s, here[i]] and begun.within[s, there[i]]:
                total[s] += 1
                last = key[i]
