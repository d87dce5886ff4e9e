"""Pairs that the public explains: it follows them, or they were two of a crowd."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from overt.detect.edges.shares import first_shares
from overt.detect.significance.crowd import LEAST_CROWD, CrowdTest, partnered
from overt.detect.significance.response import LEVEL, public_follows
from overt.detect.significance.timing import SCALES_S, Clock, TimingTest
from tests.unit.detect.test_timing import plain_chance
from tests.unit.detect.worlds import actions_of

MINUTE, HOUR = 60, 3600
PAIR = np.array([0], np.int32), np.array([1], np.int32)


def timing_of(rows, n=200, n_objects=12):
    shares = first_shares(actions_of(rows, n_accounts=n, n_objects=n_objects))
    return TimingTest(shares, Clock(np.zeros(n), np.zeros(n)), offset_s=60.0)


def moments(after, before, crowd=0, n_objects=12, seed=0):
    """0 and 1 act within a minute at hour 20; others come around it as asked, ten in ordinary spread."""
    rng = np.random.default_rng(seed)
    rows = []
    for o in range(n_objects):
        start = o * 40 * 24 * HOUR
        moment = start + 20 * HOUR
        others = iter(rng.permutation(np.arange(2, 200)))
        rows += [(next(others), o, start), (0, o, moment), (1, o, moment + int(rng.integers(1, 50)))]
        rows += [(next(others), o, moment + int(rng.uniform(2 * MINUTE, 6 * HOUR))) for _ in range(after)]
        rows += [(next(others), o, moment - int(rng.uniform(0, 6 * HOUR))) for _ in range(before)]
        rows += [(next(others), o, moment + int(rng.uniform(-MINUTE, MINUTE))) for _ in range(crowd)]
        rows += [(next(others), o, start + int(rng.lognormal(np.log(20 * HOUR), 1.5))) for _ in range(10)]
    return rows


def nobody(n=200):
    return np.zeros(n, bool)


def followed(rows, suspect=None):
    return bool(public_follows(*PAIR, [timing_of(rows)], nobody() if suspect is None else suspect)[0])


def test_a_public_that_follows_sets_a_pair_apart():
    assert followed(moments(after=8, before=0))
    assert not followed(moments(after=4, before=4))
    assert not followed(moments(after=0, before=8))
    assert not followed(moments(after=0, before=0))


def test_accounts_that_look_coordinated_are_no_public():
    assert not followed(moments(after=8, before=0), ~nobody())


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 30 * HOUR)), max_size=60))
def test_follows_as_counted_by_hand(rows):
    """All times around the moments, over the windows that the module states."""
    rows = [*rows, *((u, o, t) for o in range(3) for u, t in ((0, 20 * HOUR), (1, 20 * HOUR + 30)))]
    first: dict[tuple[int, int], int] = {}
    for u, o, t in sorted(rows, key=lambda row: row[2]):
        first.setdefault((u, o), t)
    after = before = 0
    for o in range(3):
        times = {u: t for (u, o2), t in first.items() if o2 == o}
        origin, (start, end) = min(times.values()), sorted((times[0], times[1]))
        if end - start > 30 * MINUTE or start - origin < 10 * MINUTE:
            continue
        window = min((start - origin) / 2, 6 * HOUR)
        after += sum(end < t <= end + window for t in times.values())
        before += sum(start - window <= t < start for t in times.values())
    expected = binom.sf(after - 1, after + before, 2 / 3) <= LEVEL
    test = timing_of(rows, n=6, n_objects=3)
    # revivals move latencies, never origins
    assert bool(public_follows(*PAIR, [test], nobody(6))[0]) == expected


def crowd_p(rows, suspect=None, pairs=PAIR):
    known = partnered(*pairs, nobody() if suspect is None else suspect)
    return float(CrowdTest(timing_of(rows), known).test(*PAIR).p[0])


def test_two_of_a_crowd_are_no_pair():
    rows = moments(after=0, before=0, crowd=40)
    assert timing_of(rows).test(*PAIR).p[0] < 1e-6
    assert crowd_p(rows) > 0.01


def test_without_a_crowd_a_pair_stands():
    """A few others around, in ordinary spread: p rises a little, and is as small as ever."""
    rows = moments(after=5, before=5)
    alone = timing_of(rows).test(*PAIR).p[0]
    assert alone <= crowd_p(rows) < 1e-15


def test_an_object_that_the_public_follows_on_counts_for_nothing():
    rows = moments(after=20, before=0)
    assert timing_of(rows).test(*PAIR).p[0] < 1e-6
    assert crowd_p(rows) > 0.01
    # one thing that everyone had shared before does not hide that they follow on all others
    rows += [(100 + i, 0, 20 * HOUR - 1 - i) for i in range(90)]
    assert crowd_p(rows) > 0.01


def test_a_few_explained_objects_leave_the_others():
    some, others = moments(after=20, before=0, n_objects=2), moments(after=0, before=0)
    rows = some + [row for row in others if row[1] >= 2]
    assert crowd_p(rows) < 1e-12


def test_a_campaign_is_not_its_own_excuse():
    """Neither accounts that look coordinated make a crowd, nor those that were kept with one of the two."""
    rows = moments(after=0, before=0, crowd=40)
    alone = timing_of(rows).test(*PAIR).p[0]
    assert crowd_p(rows, ~nobody()) == alone
    others = np.arange(2, 200, dtype=np.int32)
    assert crowd_p(rows, pairs=(np.zeros(198, np.int32), others)) == alone


def test_the_chance_is_the_share_of_the_public_that_came_as_close():
    """One scale by hand: 30 others within a minute, ten others days later."""
    rows = []
    for o in range(5):
        start = o * 60 * 24 * HOUR
        rows += [(199, o, start), (0, o, start + 20 * HOUR), (1, o, start + 20 * HOUR)]
        rows += [(2 + i, o, start + 20 * HOUR + i - 15) for i in range(30)]
        rows += [(40 + i, o, start + (100 + 20 * i) * HOUR) for i in range(9)]
    test = timing_of(rows, n_objects=5)
    found = CrowdTest(test, partnered(*PAIR, nobody())).test(*PAIR)
    # of 40 others 30 came within a minute of the two, 21 of them within ten seconds; one 20 hours before
    crowd = {10.0: 21 / 40, 86_400.0: 31 / 40}
    chances = {
        scale: [max(crowd.get(scale, 30 / 40), plain_chance(test, o, 0, 1, scale)) for o in range(5)]
        for scale in SCALES_S
    }
    terms = [np.tan((0.5 - min(np.prod(chances[scale]), 0.75)) * np.pi) for scale in SCALES_S]
    assert found.p[0] == pytest.approx(0.5 - np.arctan(np.mean(terms)) / np.pi, rel=0.02)


def test_a_crowd_counts_at_finer_scales_by_its_density():
    """Six of 40 within five minutes, none within one: a chance of 6/40 at five, of a fifth of it at one."""
    rows = []
    for o in range(5):
        start = o * 60 * 24 * HOUR
        rows += [(199, o, start), (0, o, start + 30 * HOUR), (1, o, start + 30 * HOUR)]
        rows += [(2 + i, o, start + 30 * HOUR + side * (100 + i)) for i, side in enumerate([1, -1] * 3)]
        rows += [(40 + i, o, start + (100 + 20 * i) * HOUR) for i in range(33)]
    test = timing_of(rows, n_objects=5)
    found = CrowdTest(test, partnered(*PAIR, nobody())).test(*PAIR)
    share = {scale: 6 / 40 * min(scale / 300, 1) for scale in SCALES_S}
    terms = [
        np.tan(
            (0.5 - min(np.prod([max(share[s], plain_chance(test, o, 0, 1, s)) for o in range(5)]), 0.75))
            * np.pi
        )
        for s in SCALES_S
    ]
    assert found.p[0] == pytest.approx(0.5 - np.arctan(np.mean(terms)) / np.pi, rel=0.02)


def test_four_others_are_no_crowd():
    rows = []
    for o in range(5):
        start = o * 60 * 24 * HOUR
        rows += [(199, o, start), (0, o, start + 30 * HOUR), (1, o, start + 30 * HOUR)]
        rows += [(2 + i, o, start + 30 * HOUR + i - 2) for i in range(LEAST_CROWD - 1)]
    assert crowd_p(rows) == timing_of(rows).test(*PAIR).p[0]
