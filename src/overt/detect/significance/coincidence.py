"""How likely two accounts come close on one object by chance, given how late each of them came.

in: latencies l_u, l_v (seconds since the object's origin, plus the offset c), a scale D, a width h;
out: q = P(|L_u - L_v| <= D) where L = l * exp(h Z), Z standard normal; why: this is the null of the
timing test. Attention decays over orders of magnitude, so times are dithered in log-latency: an
account keeps its speed and an object its own spread, and only the fine synchrony is broken.

q depends on l_u/D and l_v/D alone, so one table of ln q over (ln l_u/D, ln l_v/D) serves every scale;
bilinear interpolation at a step of 0.1 errs by about 0.1 %, less than the quadrature itself.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = [
    "Q_MIN",
    "TABLE_ORIGIN",
    "TABLE_SIZE",
    "TABLE_STEP",
    "coincidence",
    "coincidence_table",
    "look_up",
]

Q_MIN = 1e-6
N_NODES = 41
NODE_RANGE = 5.0

TABLE_ORIGIN = -7.0
TABLE_STEP = 0.1
TABLE_SIZE = 256
"""ln(l/D) from -7 (11 seconds at a scale of 3 hours) to 18.5 (30 years at a scale of 10 seconds)."""


@njit(cache=True, nogil=True)
def _phi(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@njit(cache=True, nogil=True)
def _one_way(log_u: float, log_v: float, scale: float, width: float) -> float:
    """P(|L_u - L_v| <= scale), by quadrature over L_u, the smaller; L_v exactly.

    Over the smaller latency the integrand is smooth; over the larger it has a kink as narrow as
    scale / latency, which 41 nodes miss by up to 40 % when the latencies differ a hundredfold.
    """
    total = 0.0
    weights = 0.0
    for k in range(N_NODES):
        z = -NODE_RANGE + 2.0 * NODE_RANGE * k / (N_NODES - 1)
        weight = math.exp(-0.5 * z * z)
        time = math.exp(log_u + width * z)
        above = (math.log(time + scale) - log_v) / width
        below = (math.log(max(time - scale, 1e-9)) - log_v) / width
        total += weight * (_phi(above) - _phi(below))
        weights += weight
    return total / weights


@njit(cache=True, nogil=True)
def coincidence(latency_u: float, latency_v: float, scale: float, width: float) -> float:
    """Chance that two dithered latencies lie within `scale` of each other, before clipping.

    Latencies and scale in seconds, all above 0; `width` is h, in units of ln seconds. Source: jitter
    conditioning (Amarasingham et al. 2012) in log time; 41 nodes on +-5.
    """
    log_u, log_v = math.log(latency_u), math.log(latency_v)
    return _one_way(min(log_u, log_v), max(log_u, log_v), scale, width)


@njit(cache=True, nogil=True)
def coincidence_table(width: float) -> np.ndarray:
    """ln q on the grid of (ln l_u/D, ln l_v/D); shape (TABLE_SIZE, TABLE_SIZE), symmetric."""
    table = np.empty((TABLE_SIZE, TABLE_SIZE))
    for i in range(TABLE_SIZE):
        log_u = TABLE_ORIGIN + TABLE_STEP * i
        for j in range(i + 1):
            log_v = TABLE_ORIGIN + TABLE_STEP * j
            value = -40.0
            if abs(log_u - log_v) < 12.0 * width + 1.0:
                q = _one_way(log_v, log_u, 1.0, width)
                value = max(math.log(max(q, 1e-300)), -40.0)
            table[i, j] = value
            table[j, i] = value
    return table


@njit(cache=True, nogil=True)
def look_up(table: np.ndarray, log_u: float, log_v: float, log_widening: float) -> float:
    """q for ln(l_u/D) and ln(l_v/D), made larger by the widening, clipped to [Q_MIN, 1].

    log_widening: ln of how much the dither thins out coincidences on this object, see `spread`. Beyond the
    table its edge is used.
    """
    x = min(max((log_u - TABLE_ORIGIN) / TABLE_STEP, 0.0), TABLE_SIZE - 1.001)
    y = min(max((log_v - TABLE_ORIGIN) / TABLE_STEP, 0.0), TABLE_SIZE - 1.001)
    i, j = int(x), int(y)
    dx, dy = x - i, y - j
    value = (
        table[i, j] * (1 - dx) * (1 - dy)
        + table[i + 1, j] * dx * (1 - dy)
        + table[i, j + 1] * (1 - dx) * dy
        + table[i + 1, j + 1] * dx * dy
    )
    return min(max(math.exp(value + log_widening), Q_MIN), 1.0)
