"""First shares, latencies and the number of partners, against plain Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges.actions import stacked
from overt.detect.edges.partners import count_partners
from overt.detect.edges.shares import first_shares
from tests.unit.detect.worlds import action, actions_of


@given(st.lists(action, max_size=50))
def test_one_share_per_account_and_object_the_earliest(rows):
    shares = first_shares(actions_of(rows))
    got = {}
    for o in range(shares.n_objects):
        for i in range(shares.object_start[o], shares.object_start[o + 1]):
            assert (int(shares.account[i]), o) not in got
            got[int(shares.account[i]), o] = shares.time[i] / 1000
    assert got == {(u, o): min(t for u2, o2, t in rows if (u2, o2) == (u, o)) for u, o, _ in rows}


@given(st.lists(action, max_size=50))
def test_latency_is_since_the_first_share(rows):
    shares = first_shares(actions_of(rows))
    for o in range(shares.n_objects):
        part = slice(shares.object_start[o], shares.object_start[o + 1])
        if part.start < part.stop:
            first = min(t for _, o2, t in rows if o2 == o)
            assert (shares.latency_ms[part] == shares.time[part] - first * 1000).all()


def test_a_true_origin_is_used_unless_it_is_later_than_the_first_share():
    rows = [(0, 0, 100), (1, 0, 130), (2, 1, 50), (3, 1, 60)]
    shares = first_shares(actions_of(rows, origins=[40, 40, 55, 55]))
    assert shares.latency_ms.tolist() == [60_000, 90_000, 0, 10_000]


@given(st.lists(action, max_size=50))
def test_accounts_list_their_objects_in_order(rows):
    shares = first_shares(actions_of(rows))
    for u in range(shares.n_accounts):
        mine = slice(shares.account_start[u], shares.account_start[u + 1])
        assert shares.object_of[mine].tolist() == sorted({o for u2, o, _ in rows if u2 == u})
        assert (shares.account[shares.place[mine]] == u).all()


def plain_partners(rows, least=1):
    """Pairs that share `least` objects or more."""
    objects = {u: {o for u2, o, _ in rows if u2 == u} for u, _, _ in rows}
    return {(u, v) for u in objects for v in objects if u < v and len(objects[u] & objects[v]) >= least}


@given(st.lists(action, max_size=50), st.integers(1, 4))
def test_partners_are_those_who_share_enough_at_any_distance_in_time(rows, least):
    partners = count_partners(first_shares(actions_of(rows)), least)
    pairs = plain_partners(rows, least)
    assert partners.n_pairs == len(pairs)
    assert partners.per_account.tolist() == [sum(u in pair for pair in pairs) for u in range(7)]


@given(st.lists(action, max_size=50), st.integers(1, 4))
def test_the_bound_is_never_below_the_count(rows, least):
    shares = first_shares(actions_of(rows))
    exact, bound = count_partners(shares, least), count_partners(shares, least, limit=-1)
    assert not bound.exact
    assert bound.n_pairs >= exact.n_pairs
    assert (bound.per_account >= exact.per_account).all()


@given(st.lists(action, max_size=30), st.lists(action, max_size=30), st.integers(1, 3))
def test_enough_must_be_shared_within_one_of_the_stacked_traces(one, other, least):
    parts = [actions_of(one), actions_of(other)]
    layer_start = np.cumsum([0, *(part.n_objects for part in parts)])
    partners = count_partners(first_shares(stacked(parts)), least, layer_start)
    assert partners.n_pairs == len(plain_partners(one, least) | plain_partners(other, least))
