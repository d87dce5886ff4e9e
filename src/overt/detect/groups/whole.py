"""Are these two communities, or one that was split at random?

in: a partition and the pairs; out: a coarser one; why: modularity finds parts in any sparse random graph
(Guimerà et al. 2004), so that a campaign of which every fifth pair is significant comes out in two or three.

Two communities become one when the pairs between them are as dense as inside either, or when one block
describes the pairs no longer than two do: minimum description length of a stochastic block model (Peixoto
2013), for simple graphs with uniform priors,

    sum over blocks r <= s of  ln C(N_rs, E_rs) + ln(N_rs + 1),   plus  ln(n! / prod n_r!) + ln(n)

with N_rs the possible and E_rs the actual pairs. The last two are what naming the parts costs; they are
what keeps a random split from paying. The two that gain most are put together first, until nothing gains.
"""

from __future__ import annotations

import math

import numpy as np

__all__ = ["put_together"]


def put_together(label: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """A label per node, int64 (n,).

    label: int (n,), the partition; first, second: nodes of each pair, every pair once.
    """
    label = np.unique(label, return_inverse=True)[1]
    size = {int(k): int(c) for k, c in enumerate(np.bincount(label))}
    within, between = _counts(label, first, second)
    gains = {pair: _gain(pair, size, within, n) for pair, n in between.items()}
    stands_for = list(range(len(size)))
    while gains:
        pair = max(gains, key=lambda key: (gains[key], -key[0], -key[1]))
        if gains[pair] < 0:
            break
        keep, gone = pair
        stands_for = [keep if k == gone else k for k in stands_for]
        size[keep] += size.pop(gone)
        within[keep] += within.pop(gone) + between.pop(pair)
        _move(keep, gone, between)
        gains = {key: gain for key, gain in gains.items() if keep not in key and gone not in key}
        gains |= {key: _gain(key, size, within, n) for key, n in between.items() if keep in key}
    return np.array(stands_for, np.int64)[label]


def _counts(
    label: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """Pairs within each community and between each two that have any."""
    low, high = np.minimum(label[first], label[second]), np.maximum(label[first], label[second])
    keys, counts = np.unique(np.stack([low, high]), axis=1, return_counts=True)
    within = dict.fromkeys(range(int(label.max(initial=-1)) + 1), 0)
    between = {}
    for r, s, n in zip(*keys.tolist(), counts.tolist(), strict=True):
        if r == s:
            within[r] = n
        else:
            between[r, s] = n
    return within, between


def _move(keep: int, gone: int, between: dict[tuple[int, int], int]) -> None:
    for key in [key for key in between if gone in key]:
        other = key[0] + key[1] - gone
        moved = (min(keep, other), max(keep, other))
        between[moved] = between.get(moved, 0) + between.pop(key)


def _gain(pair: tuple[int, int], size: dict[int, int], within: dict[int, int], n_between: int) -> float:
    """What putting the two together saves, in nats; infinite where they are as dense between as inside."""
    r, s = pair
    n_r, n_s = size[r], size[s]
    inside_r, inside_s, across = n_r * (n_r - 1) // 2, n_s * (n_s - 1) // 2, n_r * n_s
    density = n_between / across
    if density * inside_r >= within[r] or density * inside_s >= within[s]:
        return math.inf
    two = _block(inside_r, within[r]) + _block(inside_s, within[s]) + _block(across, n_between)
    n = n_r + n_s
    two += math.lgamma(n + 1) - math.lgamma(n_r + 1) - math.lgamma(n_s + 1) + math.log(n)
    return two - _block(inside_r + inside_s + across, within[r] + within[s] + n_between)


def _block(possible: int, actual: int) -> float:
    choose = math.lgamma(possible + 1) - math.lgamma(actual + 1) - math.lgamma(possible - actual + 1)
    return choose + math.log(possible + 1)
