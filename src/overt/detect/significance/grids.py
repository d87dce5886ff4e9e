"""Accounts that post on a scheduler's grid.

in: posting times per account; out: the period of the grid each account keeps to, 0 for none; why: two
accounts that both post on the quarter hour meet often without knowing of each other, so their common
grid must count as the resolution of their clocks.

Test: for each period the most crowded 10-second phase of t mod G against a binomial with equal phases,
Bonferroni over the phases, p < 1e-3; times in the same 10 seconds count once; at least 3 are needed.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["PERIODS_S", "scheduler_grids"]

PERIODS_S = (3600, 1800, 900, 300, 60)
PHASE_S = 10
LEVEL = 1e-3
LEAST_POSTS = 3


def scheduler_grids(
    account: np.ndarray, time_ms: np.ndarray, n_accounts: int, resolution_s: np.ndarray
) -> np.ndarray:
    """Grid period in seconds per account, shape (n_accounts,), 0 where there is none.

    account, time_ms: shape (n,), one row per post; resolution_s: shape (n_accounts,). The period with
    the least p is taken: an account on the quarter hour is also crowded on the hour, but less so. A period
    needs at least 5 phases that the clock can tell apart.
    """
    order = np.lexsort((time_ms, account))
    start = np.searchsorted(account[order], np.arange(n_accounts + 1))
    periods = np.array(PERIODS_S, np.int64)
    grids: np.ndarray = _grids(start, time_ms[order] // 1000, resolution_s.astype(np.float64), periods)
    return grids


@njit(cache=True)
def _log_binomial_tail(n: int, k: int, p: float) -> float:
    """ln P(Binomial(n, p) >= k), in logarithms because it decides between periods far below 1e-300."""
    most = -math.inf
    for i in range(k, n + 1):
        most = max(most, _log_term(n, i, p))
    total = 0.0
    for i in range(k, n + 1):
        total += math.exp(_log_term(n, i, p) - most)
    return most + math.log(total)


@njit(cache=True)
def _log_term(n: int, k: int, p: float) -> float:
    log = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return log + k * math.log(p) + (n - k) * math.log(1 - p)


@njit(cache=True)
def _crowded(seconds, phase, period, counts):  # type: ignore[no-untyped-def]
    """Distinct posting moments, and how many lie in the most crowded phase of the period."""
    n_phases = period // phase
    counts[:n_phases] = 0
    n = 0
    most = 0
    last = -1
    for second in seconds:
        moment = second // phase
        if moment == last:
            continue
        last = moment
        n += 1
        slot = min((second % period) // phase, n_phases - 1)
        counts[slot] += 1
        most = max(most, counts[slot])
    return n, most


@njit(cache=True)
def _grids(start, seconds, resolution_s, periods):  # type: ignore[no-untyped-def]
    grids = np.zeros(len(start) - 1)
    counts = np.zeros(periods.max() // PHASE_S + 1, np.int64)
    for a in range(len(start) - 1):
        if start[a + 1] - start[a] < LEAST_POSTS:
            continue
        phase = max(PHASE_S, int(resolution_s[a]))
        least = math.log(LEVEL)
        for period in periods:
            n_phases = period // phase
            if n_phases < 5:
                continue
            n, most = _crowded(seconds[start[a] : start[a + 1]], phase, period, counts)
            if n < LEAST_POSTS:
                continue
            log_p = math.log(n_phases) + _log_binomial_tail(n, most, 1.0 / n_phases)
            if log_p < least:
                least = log_p
                grids[a] = period
    return grids
