"""Bipartite configuration model: objects shared beyond what both degrees explain (Saracco et al. 2017).

in: `Loaded`; out: accounts of validated pairs; why: the null that knows popularity and activity; it does not
know taste, and it has no clock.

p_uo = x_u y_o / (1 + x_u y_o) reproduces all degrees on average, solved on unique degrees. Shared objects
of a pair are Poisson with mean sum_o p_uo p_vo (the usual approximation of the Poisson-binomial); BH at 5 %
over all pairs of active accounts of all traces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.baselines.baseline import Baseline, layers
from benchmarks.baselines.incidence import Common, binary, common, significant_ends
from overt.detect.edges.actions import Actions
from overt.detect.loaded import Loaded

__all__ = ["BASELINE", "Model", "p_values", "solve"]

RATE = 0.05
TOLERANCE = 1e-9
MOST_ROUNDS = 20_000


@dataclass(frozen=True, slots=True)
class Model:
    """Link chances by unique degrees: p (n_a, n_b), for degrees a of accounts and b of n_b objects."""

    a: np.ndarray
    b: np.ndarray
    n_b: np.ndarray
    p: np.ndarray

    def expected(self) -> np.ndarray:
        """Expected number of shared objects for every two account degrees, shape (n_a, n_a)."""
        shared: np.ndarray = (self.p * self.n_b) @ self.p.T
        return shared


def solve(account_degree: np.ndarray, object_degree: np.ndarray) -> Model:
    """Fit the model to positive degrees, those of accounts shape (n,), of objects (m,)."""
    a, n_a = np.unique(account_degree, return_counts=True)
    b, n_b = np.unique(object_degree, return_counts=True)
    p = np.full((len(a), len(b)), np.nan)
    rows, columns = _settle(p, a.copy(), b.copy(), n_a, n_b)
    left_a = a[rows] - (np.nan_to_num(p[rows]) * n_b).sum(axis=1)
    left_b = b[columns] - (np.nan_to_num(p[:, columns]).T * n_a).sum(axis=1)
    p[np.ix_(rows, columns)] = _fit(left_a, left_b, n_a[rows], n_b[columns])
    return Model(a, b, n_b, p)


def _settle(
    p: np.ndarray, a: np.ndarray, b: np.ndarray, n_a: np.ndarray, n_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fill in the chances of those who hold all or nothing of what is left; returns who is left, by place."""
    rows, columns = np.ones(len(a), bool), np.ones(len(b), bool)
    sides = ((p, a, b, n_a, n_b, rows, columns), (p.T, b, a, n_b, n_a, columns, rows))
    settled = True
    while settled:
        settled = False
        for table, mine, other, n_mine, n_other, live, live_other in sides:
            for sure, degree in ((1.0, int(n_other[live_other].sum())), (0.0, 0)):
                for place in np.flatnonzero(live & (mine == degree)):
                    table[place, live_other] = sure
                    other[live_other] -= int(sure) * n_mine[place]
                    live[place] = False
                    settled = True
    return np.flatnonzero(rows), np.flatnonzero(columns)


def _fit(a: np.ndarray, b: np.ndarray, n_a: np.ndarray, n_b: np.ndarray) -> np.ndarray:
    """Chances (len(a), len(b)) that reproduce the degrees a and b, held by n_a accounts and n_b objects."""
    scale = np.sqrt(max(float(a @ n_a), 1.0))
    x, y = a / scale, b / scale
    for _ in range(MOST_ROUNDS):
        new_x = a / (n_b * y / (1 + np.outer(x, y))).sum(axis=1)
        new_y = b / (n_a * new_x / (1 + np.outer(y, new_x))).sum(axis=1)
        change = max(_change(x, new_x), _change(y, new_y))
        x, y = new_x, new_y
        if change < TOLERANCE:
            break
    odds = np.outer(x, y)
    chances: np.ndarray = odds / (1 + odds)
    return chances


def _change(old: np.ndarray, new: np.ndarray) -> float:
    return float(np.abs(new - old).max() / new.max()) if len(new) else 0.0


def p_values(actions: Actions) -> tuple[Common, np.ndarray, int]:
    """Pairs that share anything, their p-values, and the number of pairs of active accounts."""
    from scipy.stats import poisson

    matrix = binary(actions)
    degree = np.diff(matrix.indptr)
    sharers = np.bincount(matrix.indices, minlength=actions.n_objects)
    model = solve(degree[degree > 0], sharers[sharers > 0])
    pairs = common(matrix)
    row, column = np.searchsorted(model.a, degree[pairs.a]), np.searchsorted(model.a, degree[pairs.b])
    n = int((degree > 0).sum())
    p = poisson.sf(pairs.n - 1, model.expected()[row, column])
    return pairs, p, n * (n - 1) // 2


def _flag(loaded: Loaded) -> np.ndarray:
    return significant_ends(len(loaded.accounts), [p_values(actions) for actions in layers(loaded)], RATE)


BASELINE = Baseline("BiCM", "Saracco et al. 2017", "Poisson tail, BH 5 %", 1, _flag)
