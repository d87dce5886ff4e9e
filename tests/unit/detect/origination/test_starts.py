"""Who starts objects together, against plain counting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges.shares import first_shares
from overt.detect.origination import starts as module
from overt.detect.origination.starts import LEAST_STARTED, SCALES_S, starts_of, told_apart
from overt.detect.significance.timing import Clock
from tests.unit.detect.worlds import actions_of

N = 6
SECONDS = [None, 0, 0, 0, 30, 61, 200, 400, 2000]
first = st.lists(st.sampled_from(SECONDS), min_size=8 * N, max_size=8 * N)
again = st.lists(
    st.tuples(st.integers(0, N - 1), st.integers(0, 7), st.sampled_from(SECONDS[1:])), max_size=9
)
clocks = st.lists(st.sampled_from([0.0, 60.0, 300.0, 3600.0]), min_size=N, max_size=N)


def clock(resolution=0.0):
    return Clock(np.broadcast_to(np.array(resolution), N), np.zeros(N))


def found(rows, known=(), posts=None, resolution=0.0):
    actions = actions_of(rows, n_accounts=N, n_objects=8, posts=posts)
    return starts_of(first_shares(actions), np.isin(np.arange(8), known), clock(resolution))


def first_posts(rows, posts):
    """Per object and account the first share: its time and its post."""
    first = {}
    for (u, o, t), post in sorted(zip(rows, posts, strict=True), key=lambda row: row[0][2]):
        first.setdefault(o, {}).setdefault(u, (t, post))
    return first


def starters(who, scale, step):
    """Accounts that start an object, and the post by which they do."""
    began = min(t for t, _ in who.values())
    return {u: post for u, (t, post) in who.items() if t - began - step[u] <= scale and step[u] <= scale}


@given(first, again, st.sets(st.integers(0, 7), max_size=2), clocks, st.booleans())
def test_equals_plain_counting(seconds, more, known, step, bundled):
    """Every account may share every object, some twice."""
    rows = [(*divmod(i, 8), t) for i, t in enumerate(seconds) if t is not None] + more
    # a post is an account's at one time, so with bundles it can carry several objects
    posts = [10_000 * u + t for u, _, t in rows] if bundled else list(range(len(rows)))
    got = found(rows, sorted(known), posts, step)
    objects = {o: who for o, who in first_posts(rows, posts).items() if len(who) > 1 and o not in known}
    early = {scale: [starters(who, scale, step) for who in objects.values()] for scale in SCALES_S}
    together = {
        (a, b): [
            len({(who[a], who[b]) for who in early[scale] if a in who and b in who}) for scale in SCALES_S
        ]
        for a in range(N)
        for b in range(a + 1, N)
    }
    expected = {pair: counts for pair, counts in together.items() if counts[-1] >= LEAST_STARTED}
    pairs = zip(got.a.tolist(), got.b.tolist(), strict=True)
    assert dict(zip(pairs, got.together.T.tolist(), strict=True)) == expected
    for u in range(N):
        mine = sum(u in who for who in objects.values())
        assert got.n_objects[u] == mine
        for s, scale in enumerate(SCALES_S):
            assert got.share[s, u] == sum(u in who for who in early[scale]) / max(mine, 1)
    assert got.started.sum() == sum(map(len, early[SCALES_S[-1]]))


def test_objects_of_one_pair_of_posts_are_started_once():
    rows = [(u, o, 10 * u) for o in range(4) for u in (0, 1)]
    one_each = [u for _ in range(4) for u in (0, 1)]
    assert len(found(rows, posts=one_each).a) == 0
    assert found(rows).together[-1].tolist() == [4]


def test_a_clock_of_minutes_adds_its_step():
    rows = [(u, o, 60 * u) for o in range(3) for u in (0, 1, 2)]
    assert found(rows).together[0].tolist() == [3, 0, 0]  # 2 comes two minutes after the first
    assert found(rows, resolution=60.0).together[0].tolist() == [3, 3, 3]


def test_a_clock_of_hours_tells_no_start():
    """Everyone who is there on the first day would have started it; the crowd is still seen."""
    rows = [(u, o, 600 * u) for o in range(4) for u in range(4)]
    assert len(found(rows).a) == 6
    coarse = found(rows, resolution=3600.0)
    assert len(coarse.a) == 0
    assert not coarse.share.any()
    assert not coarse.started.any()
    two = np.array([0, 1])
    steps = Clock(np.array([0.0, 300.0]), np.zeros(2))
    assert told_apart(steps, two[:1], two[1:]).T.tolist() == [[False, True, True]]


def test_many_rows_and_objects_grow_the_table():
    rows = [(u, o, u) for o in range(40) for u in range(30)]
    actions = actions_of(rows, n_accounts=30, n_objects=40)
    got = starts_of(first_shares(actions), np.zeros(40, bool), Clock(np.zeros(30), np.zeros(30)))
    assert len(got.a) == 30 * 29 // 2
    assert (got.together == 40).all()


def test_nothing_shared_starts_nothing():
    empty = found([])
    assert len(empty.a) == 0
    assert empty.together.shape == (len(SCALES_S), 0)


def test_what_a_crowd_starts_does_not_count(monkeypatch):
    rows = [(u, o, u) for o in range(4) for u in range(4)]
    assert len(found(rows).a) == 6
    monkeypatch.setattr(module, "MOST_STARTERS", 4)
    for resolution in (0.0, 3600.0):
        crowded = found(rows, resolution=resolution)
        assert len(crowded.a) == 0
        assert crowded.n_crowded == 4
