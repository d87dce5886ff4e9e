"""How a cost grows with size.

in: sizes and costs; out: the exponent over all sizes, the exponent of each step, and where it bends; why: an
exponent of 1 is the best that a program which reads everything can do, and one number over all sizes hides
that hot objects take over at some size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import median

__all__ = ["Growth", "growth", "middle"]

BEND = 0.2
"""A step is called steeper than the one before from this much on: less is what two runs differ by."""


@dataclass(frozen=True, slots=True)
class Growth:
    """exponent: least squares over the logarithms of all sizes; None below two sizes. steps: (from, to,
    exponent) of neighbouring sizes. bend: the size after which the exponent rises most, None where it does
    not rise by `BEND`."""

    exponent: float | None
    steps: tuple[tuple[int, int, float], ...]
    bend: int | None


def middle(costs: Mapping[int, Sequence[float]]) -> dict[int, float]:
    """The median of the costs at each size, sizes ascending."""
    return {size: median(costs[size]) for size in sorted(costs) if costs[size]}


def growth(costs: Mapping[int, float]) -> Growth:
    """The growth of one positive cost a size."""
    points = sorted((size, cost) for size, cost in costs.items() if cost > 0)
    xs, ys = [log(size) for size, _ in points], [log(cost) for _, cost in points]
    steps = tuple(
        (points[i][0], points[i + 1][0], (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]))
        for i in range(len(points) - 1)
    )
    rises = [(late[2] - early[2], late[0]) for early, late in pairwise(steps)]
    rise, at = max(rises, default=(0.0, 0))
    return Growth(_slope(xs, ys), steps, at if rise >= BEND else None)


def _slope(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Least squares."""
    if len(xs) < 2:
        return None
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
