"""Graphs whose groups are known, as pairs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from overt.detect.groups.multiplex import Layered


def random_pairs(n, density, rng, base=0):
    """An Erdős-Rényi graph on base, base + 1, ...; density 1 is a clique."""
    a, b = np.triu_indices(n, 1)
    kept = rng.random(len(a)) < density
    return list(zip((a[kept] + base).tolist(), (b[kept] + base).tolist(), strict=True))


def layered(pairs, weight=5.0):
    """Distinct pairs; weight: one for all, in one layer, or (n_layers, n) in the order of `pairs`."""
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    weight = np.full((1, len(a)), weight) if np.isscalar(weight) else np.asarray(weight, float)
    return Layered(a, b, weight)


def chain_of_cliques(n_cliques, size):
    """Cliques, each tied to the next by one pair."""
    rng = np.random.default_rng(0)
    pairs = [pair for k in range(n_cliques) for pair in random_pairs(size, 1.0, rng, size * k)]
    return pairs + [(size * k, size * m + 1) for k, m in pairwise(range(n_cliques))]


def planted(n_groups, n_bridges, rng):
    """Groups of 8 to 40 at densities from 5 / size to 0.9, and pairs at random among all: pairs, groups."""
    sizes = rng.integers(8, 41, n_groups)
    starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    pairs = set()
    for size, base in zip(sizes.tolist(), starts, strict=False):
        pairs |= set(random_pairs(size, rng.uniform(max(0.2, 5 / size), 0.9), rng, base))
    for one, other in rng.integers(0, starts[-1], (n_bridges, 2)).tolist():
        if one != other:
            pairs.add((min(one, other), max(one, other)))
    return sorted(pairs), [set(range(low, high)) for low, high in pairwise(starts)]


def as_sets(groups):
    return {tuple(group.tolist()) for group in groups}
