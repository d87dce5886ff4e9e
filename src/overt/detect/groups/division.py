"""Divide a graph into communities, and each of those again by itself, until none divides.

in: pairs, and a rule that divides a connected piece; out: a label per node; why: modularity compares with the
whole graph, so the more groups a graph has, the larger the groups it runs together (the resolution limit:
Fortunato and Barthélemy 2007). What is one group by itself is one group, however many others there are.

The first pieces are the connected components, so that a group never depends on pairs that it does not hang
together with. Three nodes or fewer, and those that are all pairs of each other, are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from overt.detect.groups.communities import connected

__all__ = ["Rule", "divide"]

Rule = Callable[[np.ndarray, np.ndarray, np.ndarray, int], np.ndarray]
"""(which pairs, their first and second node, number of nodes) -> a label per node of the piece.

Nodes are numbered from 0 within the piece, in their order. Every label must hang together.
"""

TOO_SMALL = 3


def divide(first: np.ndarray, second: np.ndarray, n: int, rule: Rule) -> np.ndarray:
    """A label per node, int64 (n,). first, second: nodes of each pair, 0 to n - 1, every pair once."""
    label = connected(np.zeros(n, np.int64), first, second)
    asked, n_labels = 0, int(label.max(initial=-1)) + 1
    while asked < n_labels:
        known = n_labels
        for members, pairs, one, other in _pieces(label, first, second, asked):
            parts, part = np.unique(rule(pairs, one, other, len(members)), return_inverse=True)
            if len(parts) > 1:  # else it keeps its label, and is not asked about again
                label[members] = n_labels + part
                n_labels += len(parts)
        asked = known
    return label


def _pieces(
    label: np.ndarray, first: np.ndarray, second: np.ndarray, asked: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Per piece that may divide, from label `asked` on: members, pairs, the pairs' ends among the members."""
    numbers = np.arange(asked, int(label.max(initial=-1)) + 2)
    nodes = np.argsort(label, kind="stable")
    node_start = np.searchsorted(label[nodes], numbers)
    place = np.empty(len(label), np.int64)
    place[nodes] = np.arange(len(label)) - np.searchsorted(label[nodes], label[nodes])
    owner = label[first]
    inside = np.flatnonzero((owner == label[second]) & (owner >= asked))
    inside = inside[np.argsort(owner[inside], kind="stable")]
    pair_start = np.searchsorted(owner[inside], numbers)
    n_nodes, n_pairs = np.diff(node_start), np.diff(pair_start)
    for k in np.flatnonzero((n_nodes > TOO_SMALL) & (n_pairs > 0) & (2 * n_pairs < n_nodes * (n_nodes - 1))):
        pairs = inside[pair_start[k] : pair_start[k + 1]]
        yield nodes[node_start[k] : node_start[k + 1]], pairs, place[first[pairs]], place[second[pairs]]
