"""An account that acts with the whole group joins it; one that only shares its content does not."""

from __future__ import annotations

import math

import numpy as np

from overt.detect.edges.shares import first_shares
from overt.detect.significance.attachment import attach
from overt.detect.significance.timing import Clock, TimingTest
from tests.unit.detect.worlds import actions_of


def world(seed, rotating):
    """Six members share 40 objects; account 6 takes part in `rotating` of them, account 7 at random times."""
    rng = np.random.default_rng(seed)
    rows = []
    for o in range(40):
        origin = rng.uniform(0, 30 * 86_400)
        spread = rng.lognormal(math.log(4 * 3600), 1, 20)
        rows += [
            (u, o, int(origin + late))
            for u, late in zip(rng.choice(np.arange(10, 120), 20, replace=False), spread, strict=True)
        ]
        moment = origin + rng.lognormal(math.log(4 * 3600), 1)
        rows += [(u, o, int(moment + abs(rng.normal(0, 20)))) for u in range(6) if (u + o) % 6 < 3]
        if o < rotating:
            rows.append((6, o, int(moment + abs(rng.normal(0, 20)))))
        rows.append((7, o, int(origin + rng.lognormal(math.log(4 * 3600), 1))))
    test = TimingTest(
        first_shares(actions_of(rows, n_accounts=120, n_objects=40)),
        Clock(np.zeros(120), np.zeros(120)),
        offset_s=60.0,
    )
    taken = np.zeros(120, bool)
    taken[:6] = True
    return attach([np.arange(6)], taken, np.zeros(len(taken), bool), [test], 0.05)


def test_who_acts_with_the_group_is_attached_and_nobody_else():
    for seed in range(5):
        found = world(seed, rotating=6)
        assert found.account.tolist() == [6]
        assert found.q[0] < 1e-4


def test_sharing_the_content_is_not_enough():
    wrong = sum(len(world(seed, rotating=0).account) for seed in range(10))
    assert wrong <= 1


def test_without_groups_there_is_nothing_to_attach():
    empty = attach([], np.zeros(3, bool), np.zeros(3, bool), [], 0.05)
    assert len(empty.account) == 0
