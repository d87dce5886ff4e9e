"""Which pairs came close on enough objects to be tested, and what the test says of them.

in: `Data` of a trace; out: rows of pairs with p <= keep; why: a pair that came close on fewer objects than a
pair needs has p = 1 whatever else it did, and those that did are found by the walk of the co-action join.

Invariants: every pair is visited from its smaller account; scratch arrays are cleared by what was
touched, never whole, so that memory is O(shares + accounts x threads) and time follows coincidences.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from overt.detect.edges.coaction import later_partners, over_threads, tasks_of
from overt.detect.edges.growing import with_room
from overt.detect.edges.windows import windows_of
from overt.detect.significance.timing_kernel import (
    LEAST_CLOSE,
    LEAST_CLOSE_MS,
    Data,
    columns,
    longest,
    pair_test,
)

__all__ = ["screen"]


def screen(data: Data, keep: float) -> tuple[list[tuple[np.ndarray, ...]], int]:
    """The columns of pairs with p <= keep, part by part, in order of a, then b; and how many were tested."""
    n_accounts = len(data.account_start) - 1
    every = np.ones(n_accounts, np.bool_)
    windows = windows_of((data.object_start, data.account, data.time), LEAST_CLOSE_MS, LEAST_CLOSE, every)
    records = (windows.start, windows.record, windows.n_objects)
    found = over_threads(
        lambda task, count, touched: _rows(task[0], task[1], records, data, keep, count, touched),
        tasks_of(windows.touches),
        n_accounts,
    )
    return [part[0] for part in found], sum(part[1] for part in found)


@njit(cache=True, nogil=True)
def _rows(begin, end, records, data, keep, count, touched):  # type: ignore[no-untyped-def]
    """Rows of pairs whose smaller account is in [begin, end) and p <= keep; and how many were candidates."""
    most = longest(data)
    mark = np.full(len(data.object_start) - 1, -1, np.int32)
    here, there = np.empty(most, np.int32), np.empty(most, np.int32)
    order, chances, scratch = np.empty(most, np.int64), np.empty(most), np.empty(most + 1)
    least = np.zeros((len(data.scales_s), most))
    rows = np.empty((64, 7))
    n_rows, n_candidates = 0, 0
    for a in range(begin, end):
        partners = later_partners(a, records, data.account, LEAST_CLOSE, count, touched)
        if len(partners) == 0:
            continue
        n_candidates += len(partners)
        for i in range(data.account_start[a], data.account_start[a + 1]):
            mark[data.object_of[i]] = data.place[i]
        for x in partners:
            n = 0
            for i in range(data.account_start[x], data.account_start[x + 1]):
                if mark[data.object_of[i]] >= 0:
                    here[n] = mark[data.object_of[i]]
                    there[n] = data.place[i]
                    n += 1
            p, scale, close, expected = pair_test(data, a, x, here, there, n, order, chances, scratch, least)
            if p <= keep:
                rows = with_room(rows, n_rows)
                rows[n_rows, 0], rows[n_rows, 1], rows[n_rows, 2], rows[n_rows, 3] = a, x, p, n
                rows[n_rows, 4], rows[n_rows, 5], rows[n_rows, 6] = scale, close, expected
                n_rows += 1
        for i in range(data.account_start[a], data.account_start[a + 1]):
            mark[data.object_of[i]] = -1
    return columns(rows, n_rows), n_candidates
