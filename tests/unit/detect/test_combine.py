"""Tails, Cauchy combination, Benjamini-Hochberg and Simes, each against a plain twin."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.significance.combine import (
    acat_p,
    acat_term,
    benjamini_hochberg,
    poisson_binomial_tail,
    simes,
)

chance = st.floats(1e-6, 0.98)
p_value = st.floats(1e-12, 1.0)


def plain_tail(chances, n_close):
    """Sum over all outcomes."""
    total = 0.0
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        if sum(outcome) >= n_close:
            total += math.prod(q if hit else 1 - q for q, hit in zip(chances, outcome, strict=True))
    return total


@given(st.lists(chance, min_size=1, max_size=8), st.integers(0, 9))
def test_poisson_binomial_tail_is_the_sum_over_outcomes(chances, n_close):
    n_close = min(n_close, len(chances))
    tail = poisson_binomial_tail(np.array(chances), len(chances), n_close, np.empty(len(chances) + 1))
    assert tail == pytest.approx(plain_tail(chances, n_close), rel=1e-9, abs=1e-290)


def test_tail_of_rare_coincidences_does_not_cancel():
    chances = np.full(30, 1e-6)
    assert poisson_binomial_tail(chances, 30, 20, np.empty(31)) == pytest.approx(
        math.comb(30, 20) * 1e-120, rel=1e-3
    )


def test_acat_of_one_value_gives_it_back():
    for p in (1e-200, 1e-20, 1e-9, 0.01, 0.5):
        assert acat_p(acat_term(p)) == pytest.approx(p, rel=1e-6)


def test_a_scale_without_coincidence_does_not_cancel_the_others():
    alone = acat_p(acat_term(1e-5) / 4)
    assert acat_p((acat_term(1e-5) + 3 * acat_term(1.0)) / 4) == pytest.approx(alone, rel=0.01)


def test_acat_is_never_below_its_least_part():
    rng = np.random.default_rng(0)
    for _ in range(200):
        parts = rng.random(5) ** 6
        assert acat_p(sum(acat_term(p) for p in parts) / 5) >= min(parts.min(), 0.75) * (1 - 1e-9)


def test_acat_of_dependent_null_p_values_is_valid_in_the_tail():
    rng = np.random.default_rng(3)
    z = rng.normal(size=(200_000, 1)) * 0.9 + rng.normal(size=(200_000, 5)) * math.sqrt(1 - 0.81)
    p = np.vectorize(lambda x: 0.5 * math.erfc(x / math.sqrt(2)))(z)
    combined = np.array([acat_p(sum(acat_term(x) for x in row) / 5) for row in p[:40_000]])
    assert (combined < 1e-3).mean() < 1.5e-3


def plain_bh(p, n_tests):
    ranked = sorted(p)
    q = {}
    for value in ranked:
        q[value] = min(
            1.0,
            min(n_tests * other / (sum(x <= other for x in ranked)) for other in ranked if other >= value),
        )
    return [q[value] for value in p]


@given(st.lists(p_value, max_size=20), st.integers(0, 50))
def test_benjamini_hochberg_is_its_definition(p, more):
    n_tests = len(p) + more
    assert benjamini_hochberg(np.array(p), n_tests) == pytest.approx(plain_bh(p, n_tests))


def test_more_p_values_than_tests_is_refused():
    with pytest.raises(ValueError, match="only 1 tests"):
        benjamini_hochberg(np.array([0.1, 0.2]), 1)


@given(st.lists(st.tuples(st.integers(0, 4), p_value), max_size=30))
def test_simes_is_its_definition(tests):
    n_tests = np.array([sum(o == owner for o, _ in tests) + 2 for owner in range(5)])
    got = simes(np.array([p for _, p in tests]), np.array([o for o, _ in tests], dtype=int), n_tests)
    for owner in range(5):
        mine = sorted(p for o, p in tests if o == owner)
        expected = min([1.0, *(n_tests[owner] * p / (k + 1) for k, p in enumerate(mine))])
        assert got[owner] == pytest.approx(expected)
