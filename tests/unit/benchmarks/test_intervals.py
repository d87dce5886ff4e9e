"""Intervals against the textbook and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.measure.intervals import binomial_interval, mean_interval


@pytest.mark.parametrize(("k", "n"), [(0, 100), (3, 100), (5, 20), (20, 20), (99, 100), (0, 1)])
def test_the_binomial_interval_is_clopper_and_pearsons(k, n):
    exact = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    assert binomial_interval(k, n) == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_is_refused(k, n):
    with pytest.raises(ValueError, match="no share"):
        binomial_interval(k, n)


@pytest.mark.parametrize("n", [2, 5, 20, 31, 40, 100])
def test_the_interval_of_a_mean_is_students(n):
    values = np.random.default_rng(n).random(n)
    exact = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    assert mean_interval(values.tolist()) == pytest.approx(exact, abs=2e-3)


def test_an_interval_stays_within_shares_and_one_run_says_nothing():
    assert mean_interval([0.0, 0.0, 1.0])[0] == 0.0
    assert mean_interval([0.5]) == (0.0, 1.0)
    assert mean_interval([1.0, 1.0]) == (1.0, 1.0)
