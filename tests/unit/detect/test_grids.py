"""Scheduler grids are seen, and ordinary posting is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from overt.detect.significance.grids import scheduler_grids


def grid_of(seconds, resolution=1.0):
    times = np.array(sorted(seconds), np.int64) * 1000
    return scheduler_grids(np.zeros(len(times), np.int32), times, 1, np.array([resolution]))[0]


@pytest.mark.parametrize("period", [300, 900, 1800, 3600])
def test_an_account_on_a_grid_is_seen(period):
    rng = np.random.default_rng(2)
    assert grid_of(period * rng.choice(900, 40, replace=False) + rng.integers(0, 3, 40)) == period


def test_ordinary_accounts_are_not_taken_for_grid_accounts():
    rng = np.random.default_rng(3)
    account = np.repeat(np.arange(1000, dtype=np.int32), 30)
    times = rng.integers(0, 30 * 86_400, len(account)) * 1000
    assert (scheduler_grids(account, times, 1000, np.ones(1000)) > 0).sum() <= 6


def test_a_burst_within_ten_seconds_is_one_moment():
    assert grid_of([1000, 1001, 1002, 1003, 1004, 1005, 1006]) == 0


def test_two_posts_are_too_few():
    assert grid_of([0, 3600]) == 0


def test_a_clock_of_minutes_cannot_show_a_grid_of_minutes():
    assert grid_of([60 * i * 7 for i in range(60)], resolution=60.0) == 0
