"""SynchroTrap: Jaccard similarity of matched actions, single linkage (Cao et al. 2014).

in: `Loaded`; out: accounts in clusters; why: the platform-scale detector of lockstep behaviour.

Actions of two users match when they are on the same object within the window. Similarity = matched objects /
objects of either; pairs at or above the threshold are linked, and connected accounts are a cluster. The paper
sets window, threshold and size per application; here 10 minutes, 0.5 and three accounts, set by us
beforehand, and users with at least five objects in the trace. The division by days, which serves
distribution over machines, is left out.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from benchmarks.baselines.baseline import Baseline, in_any_trace
from benchmarks.baselines.incidence import binary
from overt.detect.edges.actions import Actions, by_object
from overt.detect.edges.coaction import co_actions

__all__ = ["BASELINE", "similarities"]

WINDOW_MS = 600_000
THRESHOLD = 0.5
LEAST_MEMBERS = 3
LEAST_OBJECTS = 5


def similarities(actions: Actions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(a, b, Jaccard) of all pairs of active users with a matched action."""
    degree = np.diff(binary(actions).indptr)
    pairs = co_actions(by_object(actions), (WINDOW_MS,), 1)
    active = (degree[pairs.a] >= LEAST_OBJECTS) & (degree[pairs.b] >= LEAST_OBJECTS)
    a, b, matched = pairs.a[active], pairs.b[active], pairs.n_objects[active, 0]
    return a, b, matched / (degree[a] + degree[b] - matched)


def _flag(actions: Actions) -> np.ndarray:
    a, b, similarity = similarities(actions)
    linked = similarity >= THRESHOLD
    n = actions.n_accounts
    graph = sparse.coo_array((np.ones(int(linked.sum())), (a[linked], b[linked])), shape=(n, n))
    _, cluster = sparse.csgraph.connected_components(graph, directed=False)
    result: np.ndarray = np.bincount(cluster)[cluster] >= LEAST_MEMBERS
    return result


BASELINE = Baseline(
    "SynchroTrap",
    "Cao et al. 2014",
    "10 min, Jaccard 0.5, 3 accounts, 5 objects at least (ours)",
    4,
    in_any_trace(_flag),
)
