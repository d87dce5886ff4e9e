"""Tails and combinations of p-values.

in: probabilities; out: p-values and q-values; why: the few formulas on which every figure of a report
rests stand in one place, each with its source, and each has a plain twin in the tests.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = [
    "NO_COINCIDENCE",
    "acat_p",
    "acat_term",
    "benjamini_hochberg",
    "poisson_binomial_p",
    "poisson_binomial_tail",
    "simes",
]

NO_COINCIDENCE = 0.75
"""What a p-value near 1 counts as in the Cauchy sum; 1 itself would cancel every other term."""

_FLOOR = 1e-300


@njit(cache=True, nogil=True)
def poisson_binomial_tail(chances: np.ndarray, n: int, n_close: int, scratch: np.ndarray) -> float:
    """P(at least `n_close` of the first `n` independent events happen), events having `chances`.

    `scratch` holds at least n_close floats. All terms are positive, so nothing cancels; O(n * n_close).
    """
    if n_close <= 0:
        return 1.0
    for j in range(n_close):
        scratch[j] = 0.0
    scratch[0] = 1.0
    absorbed = 0.0
    for i in range(n):
        q = chances[i]
        absorbed += scratch[n_close - 1] * q
        for j in range(n_close - 1, 0, -1):
            scratch[j] = scratch[j] * (1.0 - q) + scratch[j - 1] * q
        scratch[0] *= 1.0 - q
    return min(max(absorbed, _FLOOR), 1.0)


@njit(cache=True, nogil=True)
def poisson_binomial_p(chances: np.ndarray, n: int, n_close: int, scratch: np.ndarray, mid: bool) -> float:
    """The tail, or with `mid` the mid-p: half of the chance of `n_close` itself is left out.

    `scratch` holds at least n_close + 1 floats.
    """
    p = poisson_binomial_tail(chances, n, n_close, scratch)
    if mid:
        p = 0.5 * (p + (poisson_binomial_tail(chances, n, n_close + 1, scratch) if n_close < n else 0.0))
    return p


@njit(cache=True, nogil=True)
def acat_term(p: float) -> float:
    """The Cauchy score of one p-value; p is capped at NO_COINCIDENCE (see there)."""
    p = min(p, NO_COINCIDENCE)
    if p < 1e-15:
        return 1.0 / (max(p, _FLOOR) * math.pi)
    return math.tan((0.5 - p) * math.pi)


@njit(cache=True, nogil=True)
def acat_p(mean_term: float) -> float:
    """The p-value of a weighted mean of Cauchy scores (Liu and Xie 2020, ACAT)."""
    if mean_term > 1e15:
        return max(1.0 / (mean_term * math.pi), _FLOOR)
    return 0.5 - math.atan(mean_term) / math.pi


def benjamini_hochberg(p: np.ndarray, n_tests: int) -> np.ndarray:
    """q-values (Benjamini and Hochberg 1995) of `p` among `n_tests` tests, those not given having p = 1.

    p: shape (k,), k <= n_tests. Returns shape (k,), in the order of `p`, at most 1.
    """
    if len(p) > n_tests:
        raise ValueError(f"{len(p)} p-values but only {n_tests} tests")
    order = np.argsort(p, kind="stable")
    ratio = np.minimum(p[order] * n_tests / np.arange(1, len(p) + 1), 1.0)
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(ratio[::-1])[::-1]
    return q


def simes(p: np.ndarray, owner: np.ndarray, n_tests: np.ndarray) -> np.ndarray:
    """One p-value per owner from the p-values of its tests (Simes 1986).

    p, owner: shape (k,), the p-value and whose test it is; n_tests: shape (n,), tests of each owner, of
    which those not given have p = 1. Returns shape (n,).
    """
    order = np.lexsort((p, owner))
    p, owner = p[order], owner[order]
    first = np.searchsorted(owner, np.arange(len(n_tests)))
    rank = np.arange(len(p)) - first[owner] + 1
    result = np.ones(len(n_tests))
    np.minimum.at(result, owner, n_tests[owner] * p / rank)
    return np.minimum(result, 1.0)
