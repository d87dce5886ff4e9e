"""BiCM: how likely each account shares each object, given how much it posts and how popular the object is.

in: the degrees of accounts and of objects; out: `Bicm`, one fitness per distinct degree; why: without it
two busy accounts look alike because both shared what everyone shares. It is the least presuming random
graph that keeps every degree on average (Saracco et al. 2015): p = x y / (1 + x y) for an account with
fitness x and an object with fitness y, solved by a fixed point over distinct degrees alone.

A full account (it has every object) or a full object (every account has it) has no finite fitness; it is
taken out with p = 1, and so, with p = 0, are those that have nothing left. This repeats, since taking one
out changes what is full. `level` records the order: the earlier of the two that was taken out decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

__all__ = ["MOST_SWEEPS", "TOLERANCE", "Bicm", "chance", "fit_bicm"]

TOLERANCE = 1e-10
"""Solved when no expected degree differs from its degree by more than this share of it."""

MOST_SWEEPS = 3000
"""Ordinary data take 10 to 200 sweeps. Degrees that nearly force the matrix come close, and are reported."""


@dataclass(frozen=True, slots=True)
class Bicm:
    """A fitted model. Accounts: shape (n_a,), objects: shape (n_b,); by distinct degree, ascending, above 0.

    degree_a, degree_b: int64, the degrees; x, y: fitness of accounts, of objects; level_a, level_b: int64, 0
    for those in the fit, above 0 for full ones, below 0 for those with nothing left. error: the largest
    relative difference of an expected degree from the degree; converged: error <= TOLERANCE; n_sweeps.
    """

    degree_a: np.ndarray
    degree_b: np.ndarray
    x: np.ndarray
    y: np.ndarray
    level_a: np.ndarray
    level_b: np.ndarray
    error: float
    converged: bool
    n_sweeps: int

    def p(self, account_degree: np.ndarray, object_degree: np.ndarray) -> np.ndarray:
        """Chance that an account shares an object, by their degrees (broadcast); 0 where a degree is 0.

        ValueError for a degree that the fit did not see.
        """
        a, b = np.broadcast_arrays(account_degree, object_degree)
        result = np.zeros(a.shape)
        some = (a > 0) & (b > 0)
        i, j = _place(self.degree_a, a[some]), _place(self.degree_b, b[some])
        result[some] = _chances(self.x[i], self.level_a[i], self.y[j], self.level_b[j])
        return result


def fit_bicm(account_degrees: np.ndarray, object_degrees: np.ndarray) -> Bicm:
    """Fit on the degrees of all accounts and all objects (integers; zeros are dropped).

    Both must sum to the same number of shares, otherwise ValueError.
    """
    degree_a, n_a = np.unique(account_degrees[account_degrees > 0], return_counts=True)
    degree_b, n_b = np.unique(object_degrees[object_degrees > 0], return_counts=True)
    if int((degree_a * n_a).sum()) != int((degree_b * n_b).sum()):
        raise ValueError("the degrees of accounts and of objects count different numbers of shares")
    level_a, level_b, left_a, left_b = _peel(degree_a, n_a, degree_b, n_b)
    in_a, in_b = level_a == 0, level_b == 0
    x, y = np.zeros(len(degree_a)), np.zeros(len(degree_b))
    error, n_sweeps = 0.0, 0
    if in_a.any() and in_b.any():
        x[in_a], y[in_b], error, n_sweeps = _solve(
            left_a[in_a].astype(np.float64),
            n_a[in_a].astype(np.float64),
            left_b[in_b].astype(np.float64),
            n_b[in_b].astype(np.float64),
        )
    return Bicm(degree_a, degree_b, x, y, level_a, level_b, error, error <= TOLERANCE, n_sweeps)


@njit(cache=True, nogil=True)
def chance(x: float, level_a: int, y: float, level_b: int) -> float:
    """p of one account and one object; see `Bicm` for fitness and level."""
    level = level_a + level_b
    if level != 0:
        return 1.0 if level > 0 else 0.0
    return x * y / (1.0 + x * y)


def _place(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    if len(wanted) and (not len(known) or (known[place] != wanted).any()):
        raise ValueError("a degree that is not in the fit")
    return place


@njit(cache=True)
def _chances(x, level_a, y, level_b):  # type: ignore[no-untyped-def]
    p = np.empty(len(x))
    for i in range(len(x)):
        p[i] = chance(x[i], level_a[i], y[i], level_b[i])
    return p


def _peel(
    degree_a: np.ndarray, n_a: np.ndarray, degree_b: np.ndarray, n_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Levels of both sides, and the degrees that remain among those with level 0."""
    level = [np.zeros(len(degree_a), np.int64), np.zeros(len(degree_b), np.int64)]
    left = [degree_a.copy(), degree_b.copy()]
    count = [n_a, n_b]
    strength = len(degree_a) + len(degree_b) + 2
    idle, side = 0, 0
    while idle < 2:
        other = 1 - side
        inside = level[side] == 0
        n_other = int(count[other][level[other] == 0].sum())
        full = inside & (left[side] == n_other)
        empty = inside & (left[side] == 0) & ~full
        if full.any() or empty.any():
            level[side][full], level[side][empty] = strength, -strength
            left[other][level[other] == 0] -= int(count[side][full].sum())
            strength -= 1
            idle = 0
        else:
            idle += 1
        side = other
    return level[0], level[1], left[0], left[1]


@njit(cache=True, nogil=True)
def _solve(a, n_a, b, n_b):  # type: ignore[no-untyped-def]
    """Fixed point (Vallarano et al. 2021) from the Chung-Lu start; x, y, largest relative error, sweeps."""
    root = np.sqrt((a * n_a).sum())
    x, y = a / root, b / root
    error = np.inf
    sweep = 0
    while sweep < MOST_SWEEPS and error > TOLERANCE:
        error = max(_sweep(x, a, y, n_b), _sweep(y, b, x, n_a))
        sweep += 1
    return x, y, error, sweep


@njit(cache=True, nogil=True)
def _sweep(x, degree, y, n):  # type: ignore[no-untyped-def]
    """Set x from y; returns the largest relative error of the degrees as they were before."""
    error = 0.0
    for i in range(len(x)):
        total = 0.0
        for j in range(len(y)):
            total += n[j] * y[j] / (1.0 + x[i] * y[j])
        error = max(error, abs(x[i] * total - degree[i]) / degree[i])
        x[i] = degree[i] / total
    return error
