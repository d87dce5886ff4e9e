"""Cosine similarity of TF-IDF vectors with a threshold (Pacheco et al. 2021, and most work since).

in: `Loaded`; out: accounts of the most similar pairs; why: the field's standard, which has no clock and no
null.

Accounts with at least five actions in the trace (their support filter for hashtag sequences; ten for
retweets); the top 0.5 % of the pairs that have anything in common (their filter for co-retweets).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from benchmarks.baselines.baseline import Baseline, in_any_trace
from benchmarks.baselines.incidence import counts, ends, upper
from overt.detect.edges.actions import Actions

__all__ = ["BASELINE", "similarities"]

LEAST_ACTIONS = 5
QUANTILE = 0.995


def similarities(actions: Actions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(a, b, cosine) of all pairs of supported accounts with a cosine above 0."""
    matrix = counts(actions)
    supported = np.asarray(matrix.sum(axis=1)).ravel() >= LEAST_ACTIONS
    matrix = sparse.diags_array(supported.astype(float)) @ matrix
    matrix.eliminate_zeros()
    sharers = np.bincount(matrix.indices, minlength=actions.n_objects)
    rarity = np.log(max(int(supported.sum()), 1) / np.maximum(sharers, 1))
    weighted = matrix @ sparse.diags_array(rarity)
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    unit = sparse.diags_array(np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0)) @ weighted
    a, b, cosine = upper((unit @ unit.T).tocsr())
    return a[cosine > 0], b[cosine > 0], cosine[cosine > 0]


def _flag(actions: Actions) -> np.ndarray:
    a, b, cosine = similarities(actions)
    if len(cosine) == 0:
        return np.zeros(actions.n_accounts, bool)
    top = cosine >= np.quantile(cosine, QUANTILE)
    return ends(actions.n_accounts, a[top], b[top])


BASELINE = Baseline(
    "TF-IDF cosine",
    "Pacheco et al. 2021",
    "5 actions at least, top 0.5 % of pairs",
    2,
    in_any_trace(_flag),
)
