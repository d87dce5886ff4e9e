"""Statistically validated network: a hypergeometric null for shared objects (Tumminello et al. 2011).

in: `Loaded`; out: accounts of validated pairs; why: the best-known null of the field. It takes every object
to be equally popular, which nothing online is.

p = P(Hypergeometric(M objects, d_u, d_v) >= shared), BH at 5 % over all pairs of active accounts of all
traces.
"""

from __future__ import annotations

import numpy as np

from benchmarks.baselines.baseline import Baseline, layers
from benchmarks.baselines.incidence import Common, binary, common, significant_ends
from overt.detect.edges.actions import Actions
from overt.detect.loaded import Loaded

__all__ = ["BASELINE", "p_values"]

RATE = 0.05


def p_values(actions: Actions) -> tuple[Common, np.ndarray, int]:
    """Pairs that share anything, their p-values, and the number of pairs of active accounts."""
    from scipy.stats import hypergeom

    matrix = binary(actions)
    degree = np.diff(matrix.indptr)
    pairs = common(matrix)
    n_objects = len(np.unique(matrix.indices))
    rows = np.column_stack([pairs.n, degree[pairs.a], degree[pairs.b]])
    each, back = np.unique(rows, axis=0, return_inverse=True)
    p = hypergeom.sf(each[:, 0] - 1, n_objects, each[:, 1], each[:, 2])
    n = int((degree > 0).sum())
    return pairs, np.clip(p, 0.0, 1.0)[back.ravel()], n * (n - 1) // 2


def _flag(loaded: Loaded) -> np.ndarray:
    return significant_ends(len(loaded.accounts), [p_values(actions) for actions in layers(loaded)], RATE)


BASELINE = Baseline("hypergeometric SVN", "Tumminello et al. 2011", "BH 5 %", 1, _flag)
