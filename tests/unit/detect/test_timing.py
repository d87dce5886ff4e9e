"""The timing test against a plain twin, and on worlds with and without coordination."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.detect.edges.shares import first_shares
from overt.detect.significance.coincidence import Q_MIN, coincidence
from overt.detect.significance.timing import SCALES_S, Clock, TimingTest
from tests.unit.detect.worlds import action, actions_of


def clock(n, resolution=0.0, grid=0.0):
    return Clock(np.full(n, resolution), np.full(n, grid))


def tail(chances, k):
    """Poisson-binomial tail by the distribution, from the top."""
    dist = [1.0]
    for q in chances:
        dist = [a * (1 - q) + b * q for a, b in zip([*dist, 0.0], [0.0, *dist], strict=True)]
    return sum(dist[k:])


def plain_widening(first, origin, offset):
    """Per object sqrt(1 + 1 / s^2), s^2 its variance of log-latency drawn to the trace's by 20 sharers."""
    logs = {
        o: [math.log(t - origin[o] + offset) for (_, o2), (t, _) in first.items() if o2 == o] for o in origin
    }
    squares = {o: sum((x - sum(v) / len(v)) ** 2 for x in v) for o, v in logs.items()}
    free = {o: len(v) - 1 for o, v in logs.items()}
    usual = sum(squares.values()) / max(sum(free.values()), 1)
    return {o: math.sqrt(1 + 1 / max((20 * usual + squares[o]) / (20 + free[o]), 1e-4)) for o in origin}


def plain_test(rows, posts, a, b, offset, blur=0.0, scales=SCALES_S):
    """The definition: shared objects, one coincidence per pair of posts, tail per scale, ACAT."""
    first = {}
    for (u, o, t), post in sorted(zip(rows, posts, strict=True), key=lambda x: x[0][2]):
        first.setdefault((u, o), (t, post))
    origin = {o: min(t for (_, o2), (t, _) in first.items() if o2 == o) for _, o in first}
    widening = plain_widening(first, origin, offset)
    groups = {}
    for o in origin:
        if (a, o) in first and (b, o) in first:
            groups.setdefault((first[a, o][1], first[b, o][1]), []).append(
                (first[a, o][0], first[b, o][0], o)
            )
    terms, most = [], 0
    for scale in scales:
        chances, close = [], 0
        for shared in groups.values():
            none = 1.0
            for t, t2, o in shared:
                q = coincidence(t - origin[o] + offset, t2 - origin[o] + offset, scale + blur, 1.0)
                none *= 1 - min(max(q * widening[o], Q_MIN), 1)
            chances.append(1 - none)
            close += any(abs(t - t2) <= scale for t, t2, _ in shared)
        most = close if scale <= 3 * 3600 else most
        p = tail(chances, close) if close else 1.0
        terms.append(math.tan((0.5 - min(p, 0.75)) * math.pi))
    if most < 3:
        return 1.0
    return 0.5 - math.atan(sum(terms) / len(terms)) / math.pi


def plain_chance(test, o, a, b, scale):
    """q of one object by exact integration over the latencies that the test uses."""
    data = test.data
    places = range(data.object_start[o], data.object_start[o + 1])
    latency = {data.account[i]: math.exp(data.log_latency[i]) for i in places}
    widening = math.exp(data.log_widening[data.object_start[o]])
    return min(max(coincidence(latency[a], latency[b], scale, 1.0) * widening, Q_MIN), 1.0)


@settings(max_examples=40)
@given(st.lists(action, min_size=1, max_size=40), st.data())
def test_equals_its_definition(rows, data):
    posts = data.draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows)))
    # a post belongs to one account and one moment
    posts = [u * 1000 + t for (u, _, t), _ in zip(rows, posts, strict=True)]
    actions = actions_of(rows, posts=posts)
    test = TimingTest(first_shares(actions), clock(7), offset_s=60.0)
    a, b = np.array([(i, j) for i in range(7) for j in range(i + 1, 7)], np.int32).T
    got = test.test(a, b)
    for i, j, p in zip(a, b, got.p, strict=True):
        assert p == pytest.approx(plain_test(rows, posts, i, j, 60.0), rel=0.02)


@settings(max_examples=40)
@given(st.lists(action, max_size=60))
def test_the_screen_finds_what_the_direct_test_finds(rows):
    test = TimingTest(first_shares(actions_of(rows)), clock(7), offset_s=60.0)
    a, b = np.array([(i, j) for i in range(7) for j in range(i + 1, 7)], np.int32).T
    direct = test.test(a, b)
    screened, _ = test.screen(0.5)
    kept = direct.p <= 0.5
    assert sorted(zip(screened.a, screened.b, screened.p, strict=True)) == sorted(
        zip(a[kept], b[kept], direct.p[kept], strict=True)
    )


def test_two_shared_objects_are_never_enough():
    rows = [(u, o, t) for o in (0, 1) for u, t in ((0, 0), (1, 500_000), (2, 500_001))]
    pairs, _ = TimingTest(first_shares(actions_of(rows)), clock(7), offset_s=60.0).screen(1.0)
    assert (pairs.p == 1.0).all()


def test_three_coincidences_within_three_hours_are_needed():
    """On the same day is not close enough, however small the chance of it."""

    def p(gap):
        rows = [(2, o, 0) for o in range(9)]
        rows += [(u, o, 40 * 86_400 + u * gap) for o in range(9) for u in (0, 1)]
        test = TimingTest(first_shares(actions_of(rows, n_objects=9)), clock(7), offset_s=60.0)
        return test.test(np.array([0], np.int32), np.array([1], np.int32)).p[0]

    assert p(3 * 3600) < 1e-6
    assert p(3 * 3600 + 1) == 1.0


def test_objects_of_one_pair_of_posts_are_one_coincidence():
    """Five tags in two posts close in time say no more than one tag."""
    rows = [(3, o, 0) for o in range(5)]
    rows += [(0, o, 400_000) for o in range(5)] + [(1, o, 400_005) for o in range(5)]
    posts = [0] * 5 + [1] * 5 + [2] * 5
    pairs, _ = TimingTest(first_shares(actions_of(rows, posts=posts)), clock(7), offset_s=60.0).screen(0.99)
    assert len(pairs.p) == 0
    apart, _ = TimingTest(first_shares(actions_of(rows)), clock(7), offset_s=60.0).screen(0.99)
    assert apart.p.min() < 1e-10


def planted(jitter, n_members=6, n_objects=12, seed=1):
    """Ordinary spread of objects over hours, and a group at random points of it."""
    rng = np.random.default_rng(seed)
    rows = []
    for o in range(60):
        origin = rng.uniform(0, 30 * 86_400)
        for u in rng.choice(np.arange(10, 200), 25, replace=False):
            rows.append((u, o, int(origin + rng.lognormal(math.log(4 * 3600), 1))))
        if o < n_objects:
            moment = origin + rng.lognormal(math.log(4 * 3600), 1)
            rows += [(u, o, int(moment + abs(rng.normal(0, jitter)))) for u in range(n_members)]
    return actions_of(rows, n_accounts=200, n_objects=60)


def test_a_group_with_a_jitter_of_20_seconds_is_found_and_nobody_else():
    pairs, _ = TimingTest(first_shares(planted(20)), clock(200), offset_s=60.0).screen(1e-6)
    found = set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))
    assert found == {(i, j) for i in range(6) for j in range(i + 1, 6)}
    assert (pairs.n_close > 5 * pairs.expected).all()


def test_a_coarse_clock_weakens_the_finding_and_drops_the_scales_below_it():
    fine = TimingTest(first_shares(planted(20)), clock(200, 1.0), offset_s=60.0)
    coarse = TimingTest(first_shares(planted(20)), clock(200, 60.0), offset_s=60.0)
    assert coarse.scales_s.tolist() == [60.0, 300.0, 1800.0, 10_800.0, 86_400.0]
    assert np.median(coarse.screen(0.05)[0].p[:15]) > np.median(fine.screen(0.05)[0].p[:15])


def test_a_grid_that_both_keep_to_blurs_like_a_clock():
    actions = planted(20)
    plain = TimingTest(first_shares(actions), clock(200, 1.0), offset_s=60.0).screen(0.05)[0]
    grid = TimingTest(first_shares(actions), clock(200, 1.0, 900.0), offset_s=60.0).screen(1.0)[0]
    both = {(a, b): p for a, b, p in zip(grid.a, grid.b, grid.p, strict=True)}
    assert all(both[a, b] > p for a, b, p in zip(plain.a, plain.b, plain.p, strict=True) if a < 6 and b < 6)
