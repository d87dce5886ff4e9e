"""Who shared what, as a sparse matrix, and how much every pair has in common.

in: `Actions`; out: counts (accounts x objects) and `Common`; why: the four baselines without a clock
start from the same two-mode network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from overt.detect.edges.actions import Actions
from overt.detect.significance.combine import benjamini_hochberg

__all__ = ["Common", "binary", "common", "counts", "ends", "significant_ends", "upper"]


@dataclass(frozen=True, slots=True)
class Common:
    """Pairs a < b that share at least one object: account numbers and the number shared, shape (n,)."""

    a: np.ndarray
    b: np.ndarray
    n: np.ndarray


def counts(actions: Actions) -> sparse.csr_array:
    """How often each account acted on each object, shape (n_accounts, n_objects)."""
    ones = np.ones(len(actions.time))
    shape = (actions.n_accounts, actions.n_objects)
    return sparse.coo_array((ones, (actions.account, actions.object_)), shape=shape).tocsr()


def binary(actions: Actions) -> sparse.csr_array:
    """1 where the account acted on the object at all."""
    matrix = counts(actions)
    matrix.data[:] = 1.0
    return matrix


def upper(square: sparse.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(a, b, value) of the entries above the diagonal."""
    triangle = sparse.triu(square, k=1).tocoo()
    return triangle.row, triangle.col, triangle.data


def common(matrix: sparse.csr_array) -> Common:
    """Shared objects of every pair that shares any."""
    a, b, n = upper(matrix @ matrix.T)
    return Common(a, b, np.rint(n).astype(np.int64))


def ends(n_accounts: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Accounts at either end of a pair."""
    flagged = np.zeros(n_accounts, bool)
    flagged[a] = flagged[b] = True
    return flagged


def significant_ends(
    n_accounts: int, tested: list[tuple[Common, np.ndarray, int]], rate: float
) -> np.ndarray:
    """Accounts of the pairs that one Benjamini-Hochberg over all traces accepts.

    tested: per trace the pairs, their p-values and the number of tests; pairs not given have p = 1.
    """
    if not tested:
        return np.zeros(n_accounts, bool)
    a, b = (np.concatenate([getattr(pairs, side) for pairs, _, _ in tested]) for side in ("a", "b"))
    p = np.concatenate([p for _, p, _ in tested])
    accepted = benjamini_hochberg(p, sum(n for _, _, n in tested)) <= rate
    return ends(n_accounts, a[accepted], b[accepted])
