"""Figures of a calibration: false discoveries with an interval, QQ points, q-values of groups.

in: counts and p-values of the data and of its decoys; out: numbers; why: the formulas stand apart from the
runs that feed them, and each has a plain twin in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

__all__ = [
    "MOST_POINTS",
    "count_interval",
    "group_decoy_q",
    "qq_points",
    "share_interval",
    "threshold",
]

_Z95 = 1.959964
MOST_POINTS = 200


def threshold(p: np.ndarray, q: np.ndarray, rate: float, n_tests: int) -> float:
    """The largest p that the data's own BH rejects at `rate`; where it rejects none, its first step.

    Counting what lies below it in a decoy is stricter than BH in the decoy: the more is found in the data,
    the further BH goes down the list, and the more chance findings come along.
    """
    rejected = p[q <= rate]
    return float(rejected.max()) if len(rejected) else rate / max(n_tests, 1)


def count_interval(counts: Sequence[int]) -> tuple[float, float]:
    """95 % interval of a mean count, wider where the counts scatter more than Poisson counts do.

    Byar's approximation to the exact Poisson interval (Breslow and Day 1987) on the sum, in units of the
    dispersion (variance over mean, at least 1). 20 zeros give 0 to 0.18.
    """
    n, total = len(counts), float(sum(counts))
    mean = total / n
    scatter = max(1.0, float(np.var(counts, ddof=1)) / mean) if n > 1 and total else 1.0
    events = total / scatter
    low = 0.0
    if events > 0:
        low = events * max(0.0, 1 - 1 / (9 * events) - _Z95 / (3 * math.sqrt(events))) ** 3
    more = events + 1
    high = more * (1 - 1 / (9 * more) + _Z95 / (3 * math.sqrt(more))) ** 3
    return scatter * low / n, scatter * high / n


def share_interval(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share, z2 = hits / n, _Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def qq_points(p: np.ndarray, n_tests: int) -> list[tuple[float, float]]:
    """(expected, seen) -log10 p, at most MOST_POINTS, evenly spread over the logarithm of the rank.

    p: the p-values kept, which are the smallest of n_tests.
    """
    n = len(p)
    if not n:
        return []
    rank = np.unique(np.geomspace(1, n, MOST_POINTS).round().astype(np.int64))
    expected = -np.log10(rank / (n_tests + 1))
    seen = -np.log10(np.sort(p)[rank - 1])
    return [(round(float(e), 4), round(float(s), 4)) for e, s in zip(expected, seen, strict=True)]


def group_decoy_q(real: np.ndarray, decoys: Sequence[np.ndarray]) -> np.ndarray:
    """Target-decoy q of each real group, shape of `real` (scores, highest first).

    FDR(s) = min(1, (1 + groups of all decoys with score >= s) / (decoys * real groups with score >= s)), and
    q is the least FDR at or below the group's score. The 1 keeps it from being 0: the least q that B decoys
    can give is 1 / (B * groups).
    """
    if not len(real):
        return np.zeros(0)
    pooled = np.sort(np.concatenate([np.zeros(0), *decoys]))
    above = len(pooled) - np.searchsorted(pooled, real, side="left")
    rank = len(real) - np.searchsorted(np.sort(real), real, side="left")
    fdr = np.minimum(1.0, (1.0 + above) / (len(decoys) * rank))
    least: np.ndarray = np.minimum.accumulate(fdr[::-1])[::-1]
    return least
