"""95 % intervals of shares and of means.

in: counts or per-run values; out: (low, high); why: a realised rate without its interval says nothing about
whether the nominal one holds. Clopper and Pearson 1934, found by bisection of the exact binomial tail.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

__all__ = ["binomial_interval", "mean_interval"]

ALPHA = 0.05

_T = (
    12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; beyond them 1.96 (1 + 1.33/df)."""


def binomial_interval(k: int, n: int) -> tuple[float, float]:
    """The exact interval of a share seen as `k` of `n`: no more than 2.5 % of error on either side."""
    if not 0 <= k <= n or n == 0:
        raise ValueError(f"{k} of {n} is no share")
    low = 0.0 if k == 0 else _root(lambda p: _upper_tail(k, n, p) - ALPHA / 2)
    high = 1.0 if k == n else _root(lambda p: ALPHA / 2 - (1.0 - _upper_tail(k + 1, n, p)))
    return low, high


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's interval of the mean of values in [0, 1], cut to [0, 1]; no width when all are equal."""
    n = len(values)
    mean = sum(values) / n
    if n < 2:
        return 0.0, 1.0
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half = (_T[n - 2] if n - 1 <= len(_T) else 1.96 * (1 + 1.33 / (n - 1))) * deviation
    return max(0.0, mean - half), min(1.0, mean + half)


def _upper_tail(k: int, n: int, p: float) -> float:
    """P(Binomial(n, p) >= k)."""
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
