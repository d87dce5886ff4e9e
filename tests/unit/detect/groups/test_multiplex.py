"""Groups do not depend on how many others there are, nor on the order of pairs; every group is connected."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.groups.communities import communities
from overt.detect.groups.multiplex import Layered, _joined, multiplex_communities
from overt.detect.groups.solidity import core
from tests.unit.detect.groups.graphs import as_sets, chain_of_cliques, layered, planted, random_pairs


def in_layers(n_pairs, rng, n_layers=3):
    """Weights in which every pair is in one layer at least."""
    weight = (rng.exponential(4, (n_layers, n_pairs)) + 1.3) * (rng.random((n_layers, n_pairs)) < 0.3)
    weight[rng.integers(0, n_layers, n_pairs), np.arange(n_pairs)] = 4.0
    return weight


@pytest.mark.parametrize(("n_cliques", "size"), [(5, 6), (60, 5), (60, 8), (200, 6)])
def test_cliques_in_a_chain_stay_cliques_however_many(n_cliques, size):
    groups = multiplex_communities(layered(chain_of_cliques(n_cliques, size)), 0)
    assert [g.tolist() for g in groups] == [list(range(size * k, size * k + size)) for k in range(n_cliques)]


@pytest.mark.parametrize(("n_groups", "n_bridges"), [(4, 4), (30, 90), (100, 200)])
def test_groups_of_all_sizes_and_densities_are_found_side_by_side(n_groups, n_bridges):
    """A group counts as found when it and a community have four fifths of the larger of them in common."""
    found = expected = 0
    for seed in range(3):
        pairs, truth = planted(n_groups, n_bridges, np.random.default_rng(seed))
        groups = [set(g.tolist()) for g in multiplex_communities(layered(pairs), 0)]
        found += sum(any(len(g & t) >= 0.8 * max(len(g), len(t)) for g in groups) for t in truth)
        expected += n_groups
    assert found >= 0.95 * expected


def test_a_loose_group_is_whole_among_many_others():
    """Dividing again must not take apart what is one group: fifty sparse random graphs, loosely tied."""
    rng = np.random.default_rng(4)
    pairs = {pair for k in range(50) for pair in random_pairs(30, 0.2, rng, 30 * k)}
    pairs |= {(30 * k, 30 * k + 31) for k in range(49)}
    groups = multiplex_communities(layered(sorted(pairs)), 0)
    assert sum(len(g) >= 27 and len(set((g // 30).tolist())) == 1 for g in groups) >= 48


def test_a_group_is_the_same_whatever_it_does_not_hang_together_with():
    rng = np.random.default_rng(5)
    mine = random_pairs(30, 0.12, rng)
    others = [pair for k in range(40) for pair in random_pairs(20, 0.4, rng, 1000 + 20 * k)]
    alone = as_sets(multiplex_communities(layered(mine), 0))
    among = as_sets(multiplex_communities(layered(mine + others), 0))
    assert alone == {g for g in among if g[0] < 1000}


@pytest.mark.parametrize("n_layers", [1, 3])
@pytest.mark.parametrize("n", [60, 300, 1000])
def test_equal_weights_do_not_let_the_order_of_pairs_decide(n, n_layers):
    """Capped scores are equal, and then several partitions are equally good."""
    rng = np.random.default_rng(n)
    pairs = random_pairs(n, 6 / n, rng)
    a, b = np.array(pairs).T
    weight = np.where(in_layers(len(a), rng, n_layers) > 0, 5.0, 0.0)
    mixed, turned = rng.permutation(len(a)), rng.random(len(a)) < 0.5
    low, high = np.where(turned, b, a)[mixed], np.where(turned, a, b)[mixed]
    expected = as_sets(multiplex_communities(Layered(a, b, weight), 0))
    assert as_sets(multiplex_communities(Layered(low, high, weight[:, mixed]), 0)) == expected
    union = weight.sum(axis=0)
    assert as_sets(communities(low, high, union[mixed], 0)) == as_sets(communities(a, b, union, 0))


@given(st.integers(0, 10_000), st.lists(st.integers(1, 50), min_size=60, max_size=60))
def test_account_numbers_say_nothing_but_their_order(seed, steps):
    rng = np.random.default_rng(seed)
    a, b = np.array([(0, 1), *random_pairs(60, 0.06, rng)[1:]]).T
    number, weight = np.cumsum(steps), in_layers(len(a), rng)
    plain = multiplex_communities(Layered(a, b, weight), 0)
    renumbered = multiplex_communities(Layered(number[a], number[b], weight), 0)
    assert [number[g].tolist() for g in plain] == [g.tolist() for g in renumbered]


def test_every_group_is_connected():
    """Where an account goes by most of its weight, its own pairs may all lead elsewhere."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        pairs = {pair for k in range(5) for pair in random_pairs(16, rng.uniform(0.2, 0.7), rng, 16 * k)}
        pairs |= {(i, j) for i, j in rng.integers(0, 80, (30, 2)).tolist() if i < j}
        pairs = sorted(pairs)
        for group in multiplex_communities(layered(pairs, in_layers(len(pairs), rng)), 0):
            assert reached(group.tolist(), pairs) == set(group.tolist())


def reached(members, pairs):
    """Whom the first member reaches by pairs within."""
    inside, seen, todo = set(members), set(), [members[0]]
    while todo:
        one = todo.pop()
        seen.add(one)
        near = {b if a == one else a for a, b in pairs if one in (a, b)} & inside
        todo += [other for other in near if other not in seen]
    return seen


pairs_of_eight = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1]), min_size=1, unique=True
)


@given(pairs_of_eight, st.lists(st.integers(0, 4), min_size=8, max_size=8), st.data())
def test_who_is_left_alone_goes_where_most_weight_leads(pairs, label, data):
    weight = data.draw(st.lists(st.integers(1, 9), min_size=len(pairs), max_size=len(pairs)))
    expected = list(label)
    for account in range(8):
        held = {}
        for (a, b), w in zip(pairs, weight, strict=True):
            other = b if a == account else a
            if account in (a, b) and label.count(label[other]) > 1:
                held[label[other]] = held.get(label[other], 0) + w
        if label.count(label[account]) == 1 and held:
            expected[account] = min(held, key=lambda k: (-held[k], k))
    first, second = np.array(pairs).T
    assert _joined(np.array(label), first, second, np.array(weight, float)).tolist() == expected


def test_three_small_groups_in_three_layers_come_out_exactly():
    """Thin layers leave accounts alone; joined by number and not by weight, only half would come out."""
    right = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        pairs = {pair for k in range(3) for pair in random_pairs(8, 0.6, rng, 8 * k)}
        pairs |= {(i, j) for i, j in rng.integers(0, 24, (8, 2)).tolist() if i < j}
        groups = multiplex_communities(layered(sorted(pairs), in_layers(len(pairs), rng)), 0)
        right += as_sets(groups) == {tuple(range(8 * k, 8 * k + 8)) for k in range(3)}
    assert right >= 120


def test_a_pair_without_weight_is_no_pair():
    weight = [[5.0, 5.0, 5.0, 0.0, 0.0], [0.0, 0.0, 0.0, 5.0, 0.0]]
    pairs = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 9)]
    assert as_sets(multiplex_communities(layered(pairs, weight), 0)) == {(0, 1, 2, 3)}
    assert multiplex_communities(layered(pairs, np.zeros((2, 5))), 0) == []


def test_camouflage_does_not_enter_the_core():
    """Each of ten members has three pairs with outsiders, who have none among themselves."""
    rng = np.random.default_rng(6)
    pairs = random_pairs(10, 1.0, rng)
    pairs += [(member, 10 + (3 * member + k) % 15) for member in range(10) for k in range(3)]
    group = max(multiplex_communities(layered(pairs), 0), key=len)
    inside = [(a, b) for a, b in pairs if a in group and b in group]
    first, second = (np.searchsorted(group, end) for end in np.array(inside).T)
    kept = core(len(group), first, second, np.full(len(inside), 5.0))
    assert group[kept].tolist() == list(range(10))


def test_without_pairs_networkit_is_not_loaded():
    code = (
        "import sys, numpy as np\n"
        "from overt.detect.groups.multiplex import Layered, multiplex_communities\n"
        "none = np.zeros(0, int)\n"
        "assert multiplex_communities(Layered(none, none, np.zeros((2, 0))), 0) == []\n"
        "assert 'networkit' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
