"""A group that acts when the public does is an audience; one that picks its own moments is not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from overt.detect.edges.shares import first_shares
from overt.detect.groups.audience import Response, public_response
from overt.detect.significance.timing import Clock, TimingTest
from tests.unit.detect.worlds import actions_of

HOUR = 3600


def response(after, before, n_objects=10, seed=0):
    """Ten members act within a minute at hour 20 of each object; so many others follow and precede."""
    rng = np.random.default_rng(seed)
    rows = []
    for o in range(n_objects):
        start = o * 40 * 24 * HOUR
        rows.append((199, o, start))
        rows += [(u, o, start + 20 * HOUR + int(rng.integers(0, 60))) for u in range(10)]
        others = iter(rng.permutation(np.arange(10, 199)))
        rows += [
            (int(next(others)), o, start + 20 * HOUR + int(rng.uniform(120, 6 * HOUR))) for _ in range(after)
        ]
        rows += [
            (int(next(others)), o, start + int(rng.uniform(14.5 * HOUR, 20 * HOUR))) for _ in range(before)
        ]
    test = TimingTest(
        first_shares(actions_of(rows, n_accounts=200, n_objects=n_objects)),
        Clock(np.zeros(200), np.zeros(200)),
        offset_s=60.0,
    )
    community = np.full(200, -1)
    community[:10] = 0
    return public_response(community, community == 0, [test], 1)[0]


def test_counts_the_public_around_the_joint_moments():
    found = response(after=5, before=3)
    assert (found.n_moments, found.n_after, found.n_before) == (10, 50, 30)


def test_a_public_that_follows_makes_an_audience():
    assert response(after=12, before=2).audience


def test_a_campaign_in_ordinary_spread_is_none():
    assert not response(after=4, before=4).audience
    assert not response(after=0, before=0).audience


def test_members_do_not_count_as_their_own_public():
    assert response(after=0, before=5).n_after == 0


@pytest.mark.parametrize(("after", "before"), [(0, 0), (5, 0), (40, 10), (70, 30), (900, 400), (3000, 20)])
def test_p_value_is_the_binomial_tail(after, before):
    expected = float(binom.sf(after - 1, after + before, 2 / 3))
    p = Response(1, after, before).p_value
    assert p == pytest.approx(expected, rel=1e-6) or (p == 1.0 and after <= (after + before) * 2 / 3)


def test_an_account_alone_has_no_moments():
    test = TimingTest(
        first_shares(actions_of([(0, 0, 0), (1, 0, 5000)])), Clock(np.zeros(7), np.zeros(7)), offset_s=60.0
    )
    community = np.array([0, -1, -1, -1, -1, -1, -1])
    assert public_response(community, community == 0, [test], 1)[0].n_moments == 0
