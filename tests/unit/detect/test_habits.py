"""Habits in the null: the same things in the same hours are excused, joint moments are not."""

from __future__ import annotations

import numpy as np

from overt.detect.edges.shares import first_shares
from overt.detect.significance.habits import HabitTest, activity_of
from overt.detect.significance.timing import Clock, TimingTest
from tests.unit.detect.worlds import actions_of

DAY = 86_400


def world(joint: bool, seed: int = 0):
    """Two accounts with posts in the same six hours of a year, who share 40 old things; others are about.

    Without `joint` each puts the shared things on posts of its own at random; with it both do so together.
    """
    rng = np.random.default_rng(seed)
    bouts = np.sort(rng.uniform(0, 365 * DAY, 6))
    own = [np.sort((bouts[:, None] + rng.uniform(0, 3600, (6, 50))).ravel()).astype(int) for _ in range(2)]
    rows = []
    for o in range(40):
        origin = int(rng.uniform(0, 20 * DAY))
        rows += [(u, o, origin + int(rng.lognormal(np.log(90 * DAY), 1.2))) for u in range(3, 7)]
        rows.append((2, o, origin))
    for o in range(40):
        moment = int(rng.choice(own[0]))
        rows.append((0, o, moment))
        other = moment + int(rng.integers(0, 20)) if joint else int(rng.choice(own[1]))
        rows.append((1, o, other))
    actions = actions_of(rows, n_accounts=7, n_objects=40)
    account = np.concatenate([np.full(len(own[0]), 0), np.full(len(own[1]), 1), actions.account])
    times = np.concatenate([own[0] * 1000, own[1] * 1000, actions.time])
    test = TimingTest(first_shares(actions), Clock(np.zeros(7), np.zeros(7)), offset_s=300.0)
    pair = np.array([0], np.int32), np.array([1], np.int32)
    return test.test(*pair), HabitTest(test, activity_of(account, times, 7)).test(*pair)


def test_the_same_hours_are_excused():
    plain, habits = zip(*(world(joint=False, seed=seed) for seed in range(6)), strict=True)
    assert np.median([one.p[0] for one in plain]) < 1e-3
    assert np.median([one.p[0] for one in habits]) > 0.02


def test_joint_moments_are_not():
    for seed in range(3):
        plain, habits = world(joint=True, seed=seed)
        assert habits.p[0] < 1e-9
        assert habits.p[0] >= plain.p[0]
        assert habits.expected[0] >= plain.expected[0]


def test_without_other_posts_habits_are_not_known_and_change_nothing():
    rows = [(2, o, 0) for o in range(6)] + [(u, o, 90_000 * (o + 1) + u) for o in range(6) for u in (0, 1)]
    actions = actions_of(rows, n_accounts=7, n_objects=6)
    test = TimingTest(first_shares(actions), Clock(np.zeros(7), np.zeros(7)), offset_s=60.0)
    pair = np.array([0], np.int32), np.array([1], np.int32)
    habits = HabitTest(test, activity_of(actions.account, actions.time, 7)).test(*pair)
    assert habits.p[0] == test.test(*pair).p[0]
    assert habits.n_shared[0] == 6
