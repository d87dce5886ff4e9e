"""Rarity against brute force, the measured traps (heavy tails, fandom), and that it decides nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom, poisson

import overt
import overt.detect.pipeline
from overt.detect.significance import rarity, rarity_kernel
from overt.detect.significance.bicm import fit_bicm
from overt.detect.significance.blocks import one_block
from overt.detect.significance.combine import benjamini_hochberg
from overt.detect.significance.rarity import RarityTest
from overt.simulate import power_world, simulate, write
from tests.unit.detect.sharing import all_pairs, shares_in, shares_of, world
from tests.unit.detect.test_bicm import EVENTS, WOMEN, chances, heavy_tailed, matrices


def tail(q, k):
    """Poisson-binomial upper tail by the whole distribution."""
    dist = np.ones(1)
    for one in q:
        dist = np.append(dist * (1 - one), 0) + np.append(0, dist * one)
    return dist[k:].sum()


@settings(max_examples=40, deadline=None)
@given(matrices)
def test_equals_its_definition(matrix):
    n = len(matrix)
    found = RarityTest(shares_in(matrix), 0).test(*all_pairs(n))
    p = chances(matrix)[1]
    for at, (a, b) in enumerate(all_pairs(n).T):
        shared = int((matrix[a] * matrix[b]).sum())
        both = p[a] * p[b]
        assert found.n_shared[at] == shared
        assert found.expected[at] == pytest.approx(both.sum(), abs=1e-9)
        bound = poisson.sf(shared - 1, both.sum()) if shared else 1.0
        wanted = tail(both, shared) if found.exact[at] else bound
        assert found.p_value[at] == pytest.approx(wanted, rel=1e-6, abs=1e-12)
        assert found.exact[at] == (bound <= rarity.EXACT_BELOW or shared == 0)
    # too few objects for topics: the block is everything
    assert (found.p_value_in_block == found.p_value).all()
    assert (found.expected_in_block == found.expected).all()


@pytest.mark.parametrize(
    ("a", "b", "shared", "expected", "bound", "exact"),
    [
        (0, 1, 23, 11.2402744269, 0.0013702651, 0.0002319410),
        (2, 3, 11, 5.4694468027, 0.0243905310, 0.0152225768),
        (50, 114, 7, 1.2981385130, 0.0004001890, 0.0002008755),
        (44, 73, 4, 0.4410258874, 0.0011106367, 0.0008198613),
        (0, 5, 6, 6.5635152720, 0.6401243991, None),
    ],
)
def test_agrees_with_the_published_package(a, b, shared, expected, bound, exact):
    """`bicm` 3.4.0, projection by 'poisson' and by 'poibin', on the heavy-tailed matrix (see test_bicm)."""
    pair = np.array([a], np.int32), np.array([b], np.int32)
    found = RarityTest(shares_in(heavy_tailed()), 0).test(*pair)
    assert found.n_shared[0] == shared
    assert found.expected[0] == pytest.approx(expected, abs=1e-6)
    assert rarity_kernel.poisson_tail(shared, found.expected[0]) == pytest.approx(bound, abs=1e-6)
    assert found.p_value[0] == pytest.approx(bound if exact is None else exact, abs=1e-6)


@pytest.mark.parametrize(
    ("degrees", "shared", "expected", "bound", "exact"),
    [
        ((2, 2), 2, 0.553928335725, 0.106976337637, 0.088372346210),
        ((6, 7), 6, 3.657820272107, 0.163930615276, 0.093513014599),
        ((7, 8), 6, 4.608656658534, 0.315734551048, 0.268200054973),
    ],
)
def test_agrees_on_the_southern_women(degrees, shared, expected, bound, exact):
    fit = fit_bicm(WOMEN, EVENTS)
    both = fit.p(np.array(degrees[0]), EVENTS) * fit.p(np.array(degrees[1]), EVENTS)
    assert both.sum() == pytest.approx(expected, abs=1e-6)
    assert rarity_kernel.poisson_tail(shared, both.sum()) == pytest.approx(bound, abs=1e-6)
    assert tail(both, shared) == pytest.approx(exact, abs=1e-6)


@settings(max_examples=200)
@given(st.integers(0, 300), st.floats(1e-6, 400))
def test_the_poisson_tail(n, mean):
    wanted = max(poisson.sf(n - 1, mean), 1e-300)
    assert rarity_kernel.poisson_tail(n, mean) == pytest.approx(wanted, rel=1e-7, abs=1e-300)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 12), st.floats(1e-4, 1), st.integers(1, 4000))
def test_a_class_of_equal_objects_is_binomial(n, q, count):
    """One account pair, one class of objects: the tail is the binomial's, also far out."""
    model = rarity_kernel.Model(
        account_start=np.array([0, 1, 2]),
        block=np.zeros(2, np.int64),
        row=np.array([0, 1]),
        class_start=np.array([0, 1]),
        n_objects=np.array([count]),
        width=np.array([2]),
        expected_start=np.array([0, 4]),
        expected=np.full(4, count * q),
        chance_start=np.array([0, 2]),
        chance=np.array([q, 1.0]),
    )
    one = np.array([0], np.int32), np.array([1], np.int32), np.array([n])
    wanted = max(binom.sf(n - 1, count, q), 1e-300)
    assert rarity_kernel.exact_tails(*one, model)[0] == pytest.approx(wanted, rel=1e-7, abs=1e-300)


def test_poisson_is_not_below_the_exact_tail_where_it_screens(monkeypatch):
    shares, _ = world(1, n_accounts=300, n_objects=200, n_topics=4)
    pairs = all_pairs(300)
    exact = RarityTest(shares, 0).test(*pairs)
    monkeypatch.setattr(rarity, "EXACT_STEPS", 0)
    bound = RarityTest(shares, 0).test(*pairs)
    assert not bound.exact[bound.n_shared > 0].any()
    rare = exact.exact & (exact.n_shared > 0)
    assert rare.sum() > 50
    beyond = exact.n_shared[rare] >= exact.expected[rare] + 1
    assert (bound.p_value[rare][beyond] >= exact.p_value[rare][beyond]).all()
    assert (exact.n_shared[rare][~beyond] == 1).all()
    assert (bound.p_value[rare][~beyond] >= 0.97 * exact.p_value[rare][~beyond]).all()
    assert (bound.p_value[~rare] == exact.p_value[~rare]).all()


def test_when_the_budget_is_short_the_rarest_are_exact(monkeypatch):
    shares, _ = world(1, n_accounts=300, n_objects=200, n_topics=4)
    whole = RarityTest(shares, 0).test(*all_pairs(300))
    monkeypatch.setattr(rarity, "EXACT_STEPS", 20_000)
    short = RarityTest(shares, 0).test(*all_pairs(300))
    some = short.exact & (short.n_shared > 0)
    assert 0 < some.sum() < (whole.exact & (whole.n_shared > 0)).sum()
    assert short.p_value[some].max() <= short.p_value[~some].min() * 1.5


def n_edges(p):
    return int((benjamini_hochberg(p, len(p)) <= 0.05).sum())


def hypergeometric(shares, pairs, n_shared):
    """The usual test (Tumminello et al. 2011): every object as good as any other."""
    degree = np.diff(shares.account_start)
    n_objects = int((np.diff(shares.object_start) > 0).sum())
    return hypergeom.sf(n_shared - 1, n_objects, degree[pairs[0]], degree[pairs[1]])


@pytest.mark.parametrize("seed", [1, 2])
def test_heavy_tails_fool_the_hypergeometric_test_and_not_bicm(seed):
    shares, _ = world(seed, n_accounts=500, n_objects=700, tail_index=1.1)
    pairs = all_pairs(500)
    found = RarityTest(shares, 0).test(*pairs)
    assert n_edges(hypergeometric(shares, pairs, found.n_shared)) > 1000
    assert n_edges(found.p_value) == 0
    assert n_edges(found.p_value_in_block) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_fans_fool_one_bicm_and_not_one_per_topic(seed):
    shares, _ = world(seed, n_accounts=1500, n_objects=800, n_topics=15)
    found = RarityTest(shares, 0).test(*all_pairs(1500))
    assert n_edges(found.p_value) >= 10
    assert n_edges(found.p_value_in_block) == 0


def test_a_pair_that_shares_what_nobody_shares_is_rare_in_its_topic_too():
    """What T1 is for: to say "9 shared, 1.3 expected" of two accounts that do nothing else."""
    shares, _ = world(1, n_accounts=400, n_objects=600, n_topics=4)
    rng = np.random.default_rng(9)
    unpopular = np.flatnonzero(np.diff(shares.object_start) <= 3)
    account = np.concatenate([shares.account, np.repeat([400, 401], 9)])
    object_ = np.repeat(np.arange(600), np.diff(shares.object_start))
    object_ = np.concatenate([object_, np.tile(rng.choice(unpopular, 9, replace=False), 2)])
    test = RarityTest(shares_of(account, object_, 402, 600), 0)
    found = test.test(np.array([400], np.int32), np.array([401], np.int32))
    assert found.n_shared[0] == 9
    assert found.expected_in_block[0] < 2
    assert found.p_value_in_block[0] < 1e-4
    assert test.converged


def test_nothing_shared_and_nothing_at_all():
    empty = shares_of([], [], 3, 0)
    found = RarityTest(empty, 0).test(*all_pairs(3))
    assert found.n_shared.tolist() == found.expected.tolist() == [0, 0, 0]
    assert found.p_value.tolist() == found.p_value_in_block.tolist() == [1, 1, 1]
    assert one_block(empty).n_blocks == 1
    no_pairs = np.zeros(0, np.int32)
    assert len(RarityTest(shares_of([0], [0], 2, 1), 0).test(no_pairs, no_pairs).p_value) == 0


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rarity")
    posts = write(simulate(replace(power_world(5), n_accounts=300, n_objects=250)), folder).posts
    study = overt.open(folder / "study")
    study.ingest(posts)
    study.detect()
    return study


def test_edges_say_how_rare_their_content_is(study):
    rows = study.table("edges").rows()
    assert rows
    for row in rows:
        if row["trace"] == "synchrony":
            assert row["expected_shared"] is row["rarity_p"] is None
        else:
            assert row["expected_shared"] > 0
            assert 0 < row["rarity_p"] <= 1
    fused = next(row for row in rows if row["trace"] == "fused")
    pair = ("account_a", "account_b", "n_shared", "expected_shared", "rarity_p")
    assert any(all(row[c] == fused[c] for c in pair) for row in rows if row["trace"] != "fused")


def test_explain_says_it_in_one_line(study):
    edge = next(row for row in study.table("edges").rows() if row["trace"] == "fused")
    objects = "object" if edge["n_shared"] == 1 else "objects"
    said = (
        f"shared {edge['n_shared']} {objects}, {edge['expected_shared']:.2g} expected from what both usually"
    )
    assert said in study.explain(edge["account_a"]).text


def test_rarity_decides_nothing(study, tmp_path, monkeypatch):
    """With every rarity as extreme as can be, accounts, groups and p-values stay what they were."""

    def extreme(one, test, seed):
        return {"expected_shared": np.zeros(len(test.p)), "rarity_p": np.full(len(test.p), 1e-300)}

    monkeypatch.setattr(overt.detect.pipeline, "rarity_columns", extreme)
    before = [study.table(name).rows() for name in ("account_scores", "groups", "group_members", "evidence")]
    edges = [(row["account_a"], row["account_b"], row["p_value"]) for row in study.table("edges").rows()]
    study.detect(fdr=0.049)
    study.detect(fdr=0.05)
    assert {row["rarity_p"] for row in study.table("edges").rows()} <= {1e-300, None}
    after = [study.table(name).rows() for name in ("account_scores", "groups", "group_members", "evidence")]
    assert after == before
    assert [(r["account_a"], r["account_b"], r["p_value"]) for r in study.table("edges").rows()] == edges
