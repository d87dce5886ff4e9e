"""Who starts objects together, against plain counting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges.shares import first_shares
from overt.detect.origination import starts as module
from overt.detect.origination.starts import LEAST_STARTED, SCALES_S, starts_of
from overt.detect.significance.timing import Clock
from tests.unit.detect.worlds import actions_of

N = 6
action = st.tuples(st.integers(0, N - 1), st.integers(0, 7), st.sampled_from([0, 30, 61, 200, 400, 2000]))


def clock(resolution=0.0):
    return Clock(np.full(N, resolution), np.zeros(N))


def found(rows, known=(), posts=None, resolution=0.0):
    actions = actions_of(rows, n_accounts=N, n_objects=8, posts=posts)
    return starts_of(first_shares(actions), np.isin(np.arange(8), known), clock(resolution))


def first_times(rows):
    first = {}
    for u, o, t in sorted(rows, key=lambda row: row[2]):
        first.setdefault(o, {}).setdefault(u, t)
    return first


@given(st.lists(action, max_size=60), st.sets(st.integers(0, 7), max_size=2))
def test_equals_plain_counting(rows, known):
    got = found(rows, sorted(known))
    objects = {o: who for o, who in first_times(rows).items() if len(who) > 1 and o not in known}
    early = {
        scale: {
            o: {u for u, t in who.items() if t - min(who.values()) <= scale} for o, who in objects.items()
        }
        for scale in SCALES_S
    }
    together = {
        (a, b): [sum(a in who and b in who for who in early[scale].values()) for scale in SCALES_S]
        for a in range(N)
        for b in range(a + 1, N)
    }
    expected = {pair: counts for pair, counts in together.items() if counts[-1] >= LEAST_STARTED}
    pairs = zip(got.a.tolist(), got.b.tolist(), strict=True)
    assert dict(zip(pairs, got.together.T.tolist(), strict=True)) == expected
    for s, scale in enumerate(SCALES_S):
        for u in range(N):
            mine = sum(u in who for who in objects.values())
            assert got.share[s, u] == sum(u in who for who in early[scale].values()) / max(mine, 1)


def test_objects_of_one_pair_of_posts_are_started_once():
    rows = [(u, o, 10 * u) for o in range(4) for u in (0, 1)]
    one_each = [u for _ in range(4) for u in (0, 1)]
    assert len(found(rows, posts=one_each).a) == 0
    assert found(rows).together[-1].tolist() == [4]


def test_a_clock_of_minutes_adds_its_step():
    rows = [(u, o, 60 * u) for o in range(3) for u in (0, 1, 2)]
    assert found(rows).together[0].tolist() == [3, 0, 0]  # 2 comes two minutes after the first
    assert found(rows, resolution=60.0).together[0].tolist() == [3, 3, 3]


def test_what_a_crowd_starts_does_not_count(monkeypatch):
    rows = [(u, o, u) for o in range(4) for u in range(4)]
    assert len(found(rows).a) == 6
    monkeypatch.setattr(module, "MOST_STARTERS", 4)
    crowded = found(rows)
    assert len(crowded.a) == 0
    assert crowded.n_crowded == 4
