"""Which accounts belong together: communities of the significant pairs.

in: pairs of account numbers with weights; out: groups of account numbers; why: Leiden (Traag et al. 2019)
splits what a chain of single edges joins. networkit's is used because it is MIT; seed and one thread make
it give the same groups every time.
"""

from __future__ import annotations

import numpy as np

from overt.signals import unbroken

__all__ = ["LEAST_MEMBERS", "communities", "connected", "groups_of", "leiden"]

LEAST_MEMBERS = 3


def communities(a: np.ndarray, b: np.ndarray, weight: np.ndarray, seed: int) -> list[np.ndarray]:
    """Groups of at least LEAST_MEMBERS accounts, each sorted; the order of groups is by first member."""
    if len(a) == 0:
        return []
    accounts, numbered = np.unique(np.concatenate([a, b]), return_inverse=True)
    label = leiden(numbered[: len(a)], numbered[len(a) :], weight, len(accounts), seed)
    return groups_of(accounts, label)


def leiden(first: np.ndarray, second: np.ndarray, weight: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Leiden's partition of a weighted graph with n nodes: a label per node, int64 (n,); resolution 1.

    The order of pairs, and of the two nodes of a pair, does not matter.
    """
    with unbroken():
        import networkit as nk

    nk.setNumberOfThreads(1)
    nk.setSeed(seed, False)
    low, high = np.minimum(first, second).astype(np.int64), np.maximum(first, second).astype(np.int64)
    # of equal gains Leiden takes the first that it meets
    order = np.argsort(low * n + high, kind="stable")
    graph = nk.GraphFromCoo((weight[order], (low[order], high[order])), n=n, weighted=True, directed=False)
    found = nk.community.ParallelLeiden(graph, randomize=False, iterations=10, gamma=1.0)
    found.run()
    return connected(np.array(found.getPartition().getVector()), first, second)


def groups_of(accounts: np.ndarray, label: np.ndarray) -> list[np.ndarray]:
    """The accounts (ascending) of each label that LEAST_MEMBERS or more have, in order of first member."""
    order = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    groups = [np.sort(accounts[part]) for part in np.split(order, cuts)]
    return sorted((g for g in groups if len(g) >= LEAST_MEMBERS), key=lambda g: int(g[0]))


def connected(label: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Split labels that do not hang together (parallel Leiden does not promise that they do): int64 (n,)."""
    with unbroken():
        import networkit as nk

    inside = label[first] == label[second]
    graph = nk.GraphFromCoo((first[inside], second[inside]), n=len(label), directed=False)
    parts = nk.components.ConnectedComponents(graph)
    parts.run()
    return np.array(parts.getPartition().getVector(), np.int64)
