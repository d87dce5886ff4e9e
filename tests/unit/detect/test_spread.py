"""The dither's thinning is made good: strangers who share a hundred things are not significant."""

from __future__ import annotations

import math

import numpy as np
import pytest

from overt.detect.edges.shares import first_shares
from overt.detect.significance.combine import benjamini_hochberg
from overt.detect.significance.spread import log_widening
from overt.detect.significance.timing import Clock, TimingTest
from tests.unit.detect.worlds import actions_of


def test_the_factor_is_that_of_the_widened_variance():
    rng = np.random.default_rng(0)
    start = np.arange(0, 50_001, 500)
    factor = np.exp(log_widening(start, rng.normal(9, 0.8, 50_000), 1.0))
    assert factor == pytest.approx(math.sqrt(1 + 1 / 0.64), rel=0.1)


def test_a_small_group_on_a_small_object_hardly_moves_it():
    rng = np.random.default_rng(1)
    ordinary = [rng.normal(9, 1.2, 15) for _ in range(200)]
    crowded = np.concatenate([rng.normal(9, 1.2, 10), np.full(10, 9.0)])
    values = np.concatenate([*ordinary, crowded])
    start = np.cumsum([0, *(len(v) for v in ordinary), len(crowded)])
    factor = np.exp(log_widening(start, values, 1.0))
    assert factor[-1] / np.median(factor) < 1.15


def test_an_empty_trace_has_no_factor():
    assert len(log_widening(np.zeros(1, np.int64), np.zeros(0), 1.0)) == 0


@pytest.mark.parametrize(("spread", "speed"), [(1.0, 0.7), (0.5, 0.2)])
def test_strangers_who_share_a_hundred_objects_are_not_significant(spread, speed):
    """Independent latencies, every account on every object: without the factor thousands of false pairs."""
    rng = np.random.default_rng(3)
    pace = rng.normal(math.log(14_400), 0.8, 100)
    own = rng.normal(0, speed, 50)
    late = np.exp(pace[None] + own[:, None] + rng.normal(0, spread, (50, 100)))
    origin = rng.uniform(0, 365 * 86_400, 100)
    rows = [(u, o, int(origin[o] + late[u, o])) for u in range(50) for o in range(100)]
    test = TimingTest(
        first_shares(actions_of(rows, n_accounts=50, n_objects=100)),
        Clock(np.zeros(50), np.zeros(50)),
        offset_s=60.0,
    )
    pairs, _ = test.screen(0.05)
    assert (benjamini_hochberg(pairs.p, 1225) <= 0.05).sum() <= 2
    assert (pairs.p < 0.01).sum() <= 2 * 12
