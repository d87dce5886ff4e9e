"""How solid a group is: does it come out again from fewer pairs, and which members carry it?

in: the pairs among flagged accounts, the groups; out: a stability per group and its core; why: a group is an
estimate, too. Who reads it should know whether it hangs on a few pairs, and who is only at its edge.

Stability: of 20 resamples that keep each pair with chance 0.8, how often two of its members come out in one
group, on average over its pairs of members (who is in no group then is with nobody).

Core: the members left when the one with the least weight of pairs inside is taken away again and again, at
the moment when the weight per member is largest (Charikar 2000: at least half of the densest there is).
Accounts that a campaign drags along have few pairs, and none among each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from overt.detect.groups.multiplex import Layered, multiplex_communities

__all__ = ["RESAMPLES", "core", "stabilities"]

RESAMPLES = 20
KEPT = 0.8
MOST_PAIRS = 1_000_000
"""Pairs clustered over all resamples; with more than a twentieth of it fewer are drawn, four at least."""


def stabilities(pairs: Layered, groups: Sequence[np.ndarray], seed: int) -> np.ndarray:
    """Per group the mean co-assignment of its members, 0 to 1: float, shape (n_groups,)."""
    if not groups:
        return np.zeros(0)
    n_resamples = int(np.clip(MOST_PAIRS // max(len(pairs.a), 1), 4, RESAMPLES))
    n = 1 + max(int(group.max(initial=0)) for group in groups)
    total = np.zeros(len(groups))
    for number in range(n_resamples):
        kept = np.random.default_rng([seed, number]).random(len(pairs.a)) < KEPT
        label = np.full(max(n, int(max(pairs.a.max(initial=0), pairs.b.max(initial=0))) + 1), -1)
        for k, members in enumerate(multiplex_communities(pairs.subset(kept), seed)):
            label[members] = k
        total += [_together(label[group]) for group in groups]
    stability: np.ndarray = total / n_resamples
    return stability


def _together(label: np.ndarray) -> float:
    """The share of pairs with one label; -1 is no label."""
    counts = np.bincount(label[label >= 0]).astype(float)
    if len(label) < 2:
        return 0.0
    return float((counts * (counts - 1)).sum() / (len(label) * (len(label) - 1)))


def core(n: int, first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Which of n members carry the group: bool, shape (n,). first, second: each pair's, from 0 to n - 1."""
    if len(first) == 0:
        return np.ones(n, bool)
    order = np.argsort(np.concatenate([first, second]), kind="stable")
    other = np.concatenate([second, first])[order]
    value = np.concatenate([weight, weight])[order]
    start = np.searchsorted(np.concatenate([first, second])[order], np.arange(n + 1))
    strength = np.bincount(np.concatenate([first, second]), np.concatenate([weight, weight]), minlength=n)
    left, total = np.ones(n, bool), float(weight.sum())
    best, best_at = total / n, 0
    taken: list[int] = []
    weakest = [(float(s), member) for member, s in enumerate(strength)]
    heapify(weakest)
    while len(taken) < n - 2:
        least, gone = heappop(weakest)
        if not left[gone] or least != strength[gone]:
            continue  # an older entry of a member that has weakened since
        left[gone] = False
        taken.append(gone)
        total -= float(strength[gone])
        for k in range(start[gone], start[gone + 1]):
            if left[other[k]]:
                strength[other[k]] -= value[k]
                heappush(weakest, (float(strength[other[k]]), int(other[k])))
        if total / (n - len(taken)) > best * (1 + 1e-12):
            best, best_at = total / (n - len(taken)), len(taken)
    found = np.ones(n, bool)
    found[taken[:best_at]] = False
    return found
