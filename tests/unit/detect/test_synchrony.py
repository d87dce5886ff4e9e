"""Interval jitter: no more than nominal without synchrony, and found with it."""

from __future__ import annotations

import numpy as np

from overt.detect.significance.synchrony import SynchronyTest
from overt.detect.significance.timing import Clock


def sessions(rng, n_sessions=20, posts=6):
    """Posts of one account: sessions of about 20 minutes at its own moments."""
    begin = rng.uniform(0, 20 * 86_400, n_sessions)
    return (begin[:, None] + rng.uniform(0, 1200, (n_sessions, posts))).ravel()


def p_values(times, grid=0.0, seed=0):
    account = np.repeat(np.arange(len(times), dtype=np.int32), [len(t) for t in times])
    clock = Clock(np.full(len(times), 1.0), np.full(len(times), grid))
    test = SynchronyTest(account, (np.concatenate(times) * 1000).astype(np.int64), clock, seed)
    a, b = np.array([(i, j) for i in range(len(times)) for j in range(i + 1, len(times))], np.int32).T
    return test.test(a, b)


def test_strangers_are_not_synchronous():
    rng = np.random.default_rng(5)
    p = p_values([sessions(rng) for _ in range(60)]).p
    assert (p < 1e-3).sum() <= 5
    assert p.min() > 1e-6


def test_joint_posts_are_found():
    rng = np.random.default_rng(6)
    joint = rng.uniform(0, 20 * 86_400, 60)
    times = [np.concatenate([sessions(rng), joint + np.abs(rng.normal(0, 5, 60))]) for _ in range(4)]
    found = p_values(times)
    assert (found.p < 1e-12).all()
    assert (found.n_close > 3 * found.expected).all()


def test_accounts_on_a_grid_are_left_out():
    rng = np.random.default_rng(7)
    times = [np.sort(rng.choice(2000, 100, replace=False)) * 900.0 for _ in range(2)]
    assert (p_values(times, grid=900.0).p == 1.0).all()
