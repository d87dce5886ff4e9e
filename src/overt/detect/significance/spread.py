"""How much the dither thins out coincidences on an object, so that it can be made good.

in: log-latencies by object; out: ln of a factor per share; why: dithering observed latencies widens them.
Latencies of standard deviation s become ones of sqrt(s^2 + h^2), so two of them meet more rarely, by
sqrt(1 + h^2/s^2), than two independent accounts in truth do. Over a dozen shared objects that is lost in the
rest; over a hundred it makes strangers significant. The chance of every coincidence is therefore multiplied
by this factor (and never exceeds 1).

s is estimated per object from all of its sharers, drawn towards the trace's as by 20 further sharers, so
that a group on a small object cannot move it much.
"""

from __future__ import annotations

import numpy as np

__all__ = ["log_widening"]

PRIOR_SHARERS = 20.0
MOST_WEIGHT = 20.0
"""A popular object counts as this many sharers at most when the trace's spread is estimated."""

LEAST_VARIANCE = 1e-4


def log_widening(object_start: np.ndarray, log_latency: np.ndarray, width: float) -> np.ndarray:
    """ln sqrt(1 + h^2/s^2) per share, shape (n,).

    object_start: int64 (n_objects + 1,); log_latency: (n,), by object; width: h.
    """
    n_sharers = np.diff(object_start)
    if len(log_latency) == 0:
        return np.zeros(0)
    object_of = np.repeat(np.arange(len(n_sharers)), n_sharers)
    mean = np.bincount(object_of, log_latency, len(n_sharers)) / np.maximum(n_sharers, 1)
    squares = np.bincount(object_of, (log_latency - mean[object_of]) ** 2, len(n_sharers))
    free = np.maximum(n_sharers - 1, 0)
    weight = np.minimum(free, MOST_WEIGHT) / np.maximum(free, 1)
    usual = float((squares * weight).sum() / max(float((free * weight).sum()), 1.0))
    variance = (PRIOR_SHARERS * usual + squares) / (PRIOR_SHARERS + free)
    factor = 0.5 * np.log1p(width**2 / np.maximum(variance, LEAST_VARIANCE))
    return np.asarray(factor[object_of])
