"""Communities of a multiplex graph: the same accounts, one layer of significant pairs per trace.

in: pairs with a weight per trace; out: groups of account numbers; why: laying all traces into one graph loses
communities that are clear in one of them (Dickison et al. 2016). Modularity splits a loose group at random,
so what it splits is put together again where the pairs do not speak for two groups (see `whole`); and it
runs groups together where there are many, so each community is divided again by itself (see `division`).

Supra-graph (Mucha et al. 2010, with modularity's null over the whole of it): one node per account and layer
in which it has a pair; the copies of an account are joined by COUPLING times the smaller of their strengths.
Leiden on it, then each account goes where most of its weight is. With one layer this is plain Leiden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from overt.detect.groups.communities import connected, groups_of, leiden
from overt.detect.groups.division import divide
from overt.detect.groups.whole import put_together

__all__ = ["COUPLING", "Layered", "multiplex_communities"]

COUPLING = 0.1


@dataclass(frozen=True, slots=True)
class Layered:
    """Pairs of accounts. a, b: int, (n,); weight: float, (n_layers, n), 0 where a layer has no such pair."""

    a: np.ndarray
    b: np.ndarray
    weight: np.ndarray

    def subset(self, kept: np.ndarray) -> Layered:
        return Layered(self.a[kept], self.b[kept], self.weight[:, kept])


def multiplex_communities(pairs: Layered, seed: int) -> list[np.ndarray]:
    """Groups of at least three accounts, each sorted and connected; the order is by first member."""
    pairs = _in_order(pairs)
    if not len(pairs.a):
        return []
    accounts, numbered = np.unique(np.concatenate([pairs.a, pairs.b]), return_inverse=True)
    first, second = numbered[: len(pairs.a)], numbered[len(pairs.a) :]

    def rule(which: np.ndarray, one: np.ndarray, other: np.ndarray, n: int) -> np.ndarray:
        weight = pairs.weight[:, which]
        label = _labels(one, other, weight, n, seed)
        return put_together(_joined(label, one, other, weight.sum(axis=0)), one, other)

    return groups_of(accounts, divide(first, second, len(accounts), rule))


def _in_order(pairs: Layered) -> Layered:
    """The pairs that have weight, lesser account first, sorted: sums are then the same whatever the order."""
    a, b = np.minimum(pairs.a, pairs.b), np.maximum(pairs.a, pairs.b)
    order = np.lexsort((b, a))
    weighs = np.count_nonzero(pairs.weight, axis=0) > 0
    return Layered(a, b, pairs.weight).subset(order[weighs[order]])


def _labels(first: np.ndarray, second: np.ndarray, weight: np.ndarray, n: int, seed: int) -> np.ndarray:
    """A label per account, int64 (n,), every label connected; what is one group may still be in parts."""
    layer, pair = np.nonzero(weight)
    if len(np.unique(layer)) < 2:
        return leiden(first, second, weight.sum(axis=0), n, seed)
    value = weight[layer, pair]
    here, there = layer * n + first[pair], layer * n + second[pair]
    ends, twice = np.concatenate([here, there]), np.concatenate([value, value])
    strength = np.bincount(ends, twice, minlength=len(weight) * n)
    one, other, coupling = _couplings(strength.reshape(len(weight), n))
    nodes, numbered = np.unique(np.concatenate([here, one, there, other]), return_inverse=True)
    half = len(numbered) // 2
    both = np.concatenate([value, coupling])
    label = leiden(numbered[:half], numbered[half:], both, len(nodes), seed)
    # copies can hang together where their accounts, once each has gone to one place, do not
    return connected(_most_of(nodes % n, label, strength[nodes], n), first, second)


def _couplings(strength: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges between the copies of each account; strength: (n_layers, n)."""
    n = strength.shape[1]
    ones, others, weights = [], [], []
    for i in range(len(strength)):
        for j in range(i + 1, len(strength)):
            both = np.flatnonzero((strength[i] > 0) & (strength[j] > 0))
            ones.append(i * n + both)
            others.append(j * n + both)
            weights.append(COUPLING * np.minimum(strength[i, both], strength[j, both]))
    return np.concatenate(ones), np.concatenate(others), np.concatenate(weights)


def _most_of(account: np.ndarray, label: np.ndarray, strength: np.ndarray, n: int) -> np.ndarray:
    """Per account the label that holds most of its strength; of equals the smallest."""
    n_labels = int(label.max()) + 1
    key, place = np.unique(account * n_labels + label, return_inverse=True)
    held = np.bincount(place, strength)
    order = np.lexsort((key % n_labels, -held, key // n_labels))
    first = np.unique((key // n_labels)[order], return_index=True)[1]
    found = np.empty(n, np.int64)
    found[(key // n_labels)[order][first]] = (key % n_labels)[order][first]
    return found


def _joined(label: np.ndarray, first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Accounts that are left alone go to the neighbouring label, not itself alone, with most weight of pairs.

    An account can be alone when the copies it was placed by went with accounts that were placed elsewhere.
    """
    alone = np.bincount(label)[label] == 1
    ends, others = np.concatenate([first, second]), np.concatenate([second, first])
    to = np.flatnonzero(alone[ends] & ~alone[others])
    if not len(to):
        return label
    who, place = np.unique(ends[to], return_inverse=True)
    joined = label.copy()
    joined[who] = _most_of(place, label[others[to]], np.tile(weight, 2)[to], len(who))
    return joined
