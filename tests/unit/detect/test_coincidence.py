"""The null chance of a coincidence, against exact integration and its own table."""

from __future__ import annotations

import math

import numpy as np
import pytest

from overt.detect.significance.coincidence import Q_MIN, coincidence, coincidence_table, look_up

# exact integrals (l_u, l_v, D, h -> q), worked out independently of this code
EXACT = [
    (3600, 3600, 10, 1.0, 2.0123e-3),
    (3600, 3600, 60, 1.0, 1.2071e-2),
    (3600, 3600, 1800, 1.0, 0.31715),
    (86400, 86400, 60, 1.0, 5.0308e-4),
    (60, 60, 60, 1.0, 0.52227),
    (600, 5000, 60, 1.0, 8.1607e-3),
    (5, 5, 10, 1.0, 0.74051),
    (3600, 3600, 10, 0.5, 3.3365e-3),
    (5, 65, 10, 0.5, 3.7267e-3),
    (5, 3600, 60, 1.0, 4.4253e-5),
    (187, 224_914, 10_800, 1.0, 1.3206e-3),
    (77, 1_236_637, 10_800, 1.0, 1.1312e-6),
]


@pytest.mark.parametrize(("latency_u", "latency_v", "scale", "width", "exact"), EXACT)
def test_quadrature_meets_exact_integration(latency_u, latency_v, scale, width, exact):
    assert coincidence(latency_u, latency_v, scale, width) == pytest.approx(exact, rel=5e-3)


def test_simulated_dither_gives_the_same_chance():
    rng = np.random.default_rng(4)
    u, v = 900 * np.exp(rng.normal(size=400_000)), 2500 * np.exp(rng.normal(size=400_000))
    seen = float((np.abs(u - v) <= 300).mean())
    assert coincidence(900.0, 2500.0, 300.0, 1.0) == pytest.approx(seen, rel=0.03)


def test_the_table_agrees_with_the_quadrature_at_every_scale():
    table = coincidence_table(1.0)
    rng = np.random.default_rng(1)
    for _ in range(300):
        scale = float(rng.choice([10.0, 60.0, 300.0, 1800.0, 10_800.0]))
        u, v = np.exp(rng.uniform(math.log(61), math.log(2e6), 2))
        direct = max(coincidence(u, v, scale, 1.0), Q_MIN)
        assert look_up(table, math.log(u / scale), math.log(v / scale), 0.0) == pytest.approx(
            direct, rel=5e-3
        )


def test_clipping():
    table = coincidence_table(1.0)
    assert look_up(table, 15.0, 2.0, 0.0) == Q_MIN
    assert look_up(table, -6.5, -6.5, 0.5) == 1.0
