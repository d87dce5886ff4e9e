"""Groups are whole, stay apart where they are apart, say how solid they are, and resist camouflage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.groups.multiplex import Layered, multiplex_communities
from overt.detect.groups.solidity import core, stabilities
from overt.detect.groups.whole import put_together


def random_graph(n, density, rng, base=0):
    """Pairs of an Erdős-Rényi graph on base, base + 1, ..."""
    a, b = np.triu_indices(n, 1)
    kept = rng.random(len(a)) < density
    return a[kept] + base, b[kept] + base


def one_layer(a, b, weight=5.0):
    return Layered(np.asarray(a, np.int32), np.asarray(b, np.int32), np.full((1, len(a)), weight))


def of(*parts):
    return one_layer(*(np.concatenate(ends) for ends in zip(*parts, strict=True)))


@pytest.mark.parametrize(("n", "degree"), [(15, 4), (25, 4), (40, 5), (60, 8)])
def test_a_loose_group_is_not_split(n, degree):
    """Sparse random graphs, which modularity takes apart: one group in at least 38 of 40."""
    rng = np.random.default_rng(0)
    found = [multiplex_communities(one_layer(*random_graph(n, degree / (n - 1), rng)), 0) for _ in range(40)]
    assert sum(len(groups) == 1 for groups in found) >= 38


@pytest.mark.parametrize(("n", "density"), [(12, 0.5), (20, 0.5), (30, 0.3), (30, 0.9)])
def test_two_groups_joined_by_a_few_pairs_stay_two(n, density):
    rng = np.random.default_rng(1)
    right = 0
    for _ in range(40):
        bridges = rng.integers(0, n, 2), rng.integers(n, 2 * n, 2)
        pairs = of(random_graph(n, density, rng), random_graph(n, density, rng, n), bridges)
        groups = multiplex_communities(pairs, 0)
        right += len(groups) == 2 and all((g < n).all() or (g >= n).all() for g in groups)
    assert right >= 38


def test_a_chain_of_cliques_stays_cliques():
    cliques = [np.triu_indices(6, 1)] * 5
    pairs = [(a + 6 * k, b + 6 * k) for k, (a, b) in enumerate(cliques)]
    bridges = np.arange(5, 24, 6), np.arange(6, 25, 6)
    assert [len(g) for g in multiplex_communities(of(*pairs, bridges), 0)] == [6] * 5


def test_traces_keep_communities_apart_that_lie_on_the_same_accounts():
    """Two cliques in one trace, tied by many pairs of another: the layers know what their union hides."""
    a, b = (np.concatenate([np.triu_indices(8, 1)[k], np.triu_indices(8, 1)[k] + 8]) for k in (0, 1))
    across = np.repeat(np.arange(8), 8), np.tile(np.arange(8, 16), 8)
    rng = np.random.default_rng(2)
    some = rng.random(64) < 0.15
    weight = np.zeros((2, len(a) + int(some.sum())))
    weight[0, : len(a)], weight[1, len(a) :] = 20.0, 3.0
    ends = (np.concatenate([a, across[0][some]]), np.concatenate([b, across[1][some]]))
    assert [len(g) for g in multiplex_communities(Layered(*ends, weight), 0)] == [8, 8]


def test_accounts_go_where_most_of_their_weight_is():
    """0 has two strong pairs with one clique and three weak ones, in another trace, with a second one."""
    a, b = np.triu_indices(5, 1)
    one, other = (a + 1, b + 1), (a + 6, b + 6)
    ends = [np.concatenate(x) for x in zip(one, other, ([0, 0], [1, 2]), ([0, 0, 0], [6, 7, 8]), strict=True)]
    weight = np.zeros((2, 25))
    weight[0, :10], weight[1, 10:20], weight[0, 20:22], weight[1, 22:] = 10.0, 10.0, 30.0, 2.0
    groups = multiplex_communities(Layered(*(np.asarray(x, np.int32) for x in ends), weight), 0)
    assert [sorted(g.tolist()) for g in groups] == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]


pairs_of = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda p: p[0] < p[1]), min_size=1, unique=True
)


@given(pairs_of, st.randoms())
def test_the_order_of_pairs_does_not_matter(pairs, random):
    mixed = random.sample(pairs, len(pairs))
    one, other = (multiplex_communities(one_layer(*np.array(p).T), 0) for p in (sorted(pairs), sorted(mixed)))
    assert [g.tolist() for g in one] == [g.tolist() for g in other]


@given(pairs_of, st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_putting_together_only_ever_joins(pairs, label):
    first, second = np.array(pairs).T
    found = put_together(np.array(label), first, second)
    for k in set(label):
        assert len({int(found[i]) for i in range(12) if label[i] == k}) == 1


def test_nothing_significant_is_no_group():
    assert multiplex_communities(one_layer([], []), 0) == []
    assert len(stabilities(one_layer([], []), [], 0)) == 0


def test_a_dense_group_is_stable_and_one_on_a_thread_is_not():
    rng = np.random.default_rng(3)
    dense = random_graph(12, 0.9, rng)
    thread = np.arange(20, 29), np.arange(21, 30)  # a path: every pair left out cuts it
    pairs = of(dense, thread)
    found = stabilities(pairs, [np.arange(12), np.arange(20, 30)], 0)
    assert found[0] > 0.95
    assert found[1] < 0.7
    assert (found == stabilities(pairs, [np.arange(12), np.arange(20, 30)], 0)).all()


def test_the_core_is_the_clique_and_not_those_it_drags_along():
    """Ten members that are linked with each other, each with three outsiders that know nobody else."""
    a, b = np.triu_indices(10, 1)
    outside_a = np.repeat(np.arange(10), 3)
    outside_b = 10 + (np.arange(30) % 15)
    found = core(25, np.concatenate([a, outside_a]), np.concatenate([b, outside_b]), np.full(75, 4.0))
    assert found.tolist() == [True] * 10 + [False] * 15


@given(pairs_of, st.data())
def test_the_core_is_what_taking_away_the_weakest_leaves_at_its_densest(pairs, data):
    weight = data.draw(st.lists(st.integers(1, 9), min_size=len(pairs), max_size=len(pairs)))
    first, second = np.array(pairs).T
    found = core(12, first, second, np.array(weight, float))

    def density(members):
        inside = [w for (a, b), w in zip(pairs, weight, strict=True) if a in members and b in members]
        return sum(inside) / len(members)

    members, best, best_members = set(range(12)), density(set(range(12))), set(range(12))
    while len(members) > 2:
        strength = {
            m: sum(w for (a, b), w in zip(pairs, weight, strict=True) if m in (a, b) and {a, b} <= members)
            for m in members
        }
        members = members - {min(members, key=lambda m: (strength[m], m))}
        if density(members) > best * (1 + 1e-12):
            best, best_members = density(members), set(members)
    assert set(np.flatnonzero(found).tolist()) == best_members
