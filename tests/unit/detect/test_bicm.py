"""BiCM against a published implementation, against its own equations, and where a fitness is infinite.

The golden numbers were made by hand with the package `bicm` 3.4.0 (MIT, github.com/mat701/BiCM; Newton's
method, its own residual below 1e-7) on: the matrix of the tutorial and those of the doctests of the first
BiCM package (github.com/tsakim/bicm), the "Southern women" of Davis et al. 1941 as networkx ships it, and a
heavy-tailed matrix made by the formula below. Only numbers were taken.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from overt.detect.significance.bicm import TOLERANCE, fit_bicm

WOMEN = np.array([7, 4, 2, 4, 8, 2, 4, 5, 6, 7, 4, 8, 2, 3, 4, 7, 8, 4])
EVENTS = np.array([3, 3, 6, 4, 8, 8, 10, 14, 12, 5, 4, 6, 3, 3])

matrices = hnp.arrays(np.int64, st.tuples(st.integers(1, 8), st.integers(1, 8)), elements=st.integers(0, 1))


def chances(matrix):
    rows, columns = matrix.sum(axis=1), matrix.sum(axis=0)
    fit = fit_bicm(rows, columns)
    return fit, fit.p(rows[:, None], columns[None, :])


def heavy_tailed():
    """786 shares of 120 accounts on 90 objects; degrees up to 34 and 38. No randomness."""
    i, j = np.arange(120)[:, None], np.arange(90)[None, :]
    dice = ((i * 7919 + j * 10473 + i * j * 31 + 17) % 10007) / 10007
    return (dice < np.minimum(1.6 / ((i + 1) * (j + 1)) ** 0.45, 0.97)).astype(np.int64)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (
            [[1, 1, 0, 0], [0, 1, 1, 1], [0, 1, 0, 1]],
            [
                [0.215779278666, 1.0, 0.215779278666, 0.568441442668],
                [0.568441442668, 1.0, 0.568441442668, 0.863117114663],
                [0.215779278666, 1.0, 0.215779278666, 0.568441442668],
            ],
        ),
        ([[1, 0], [1, 1], [1, 1]], [[1, 0], [1, 1], [1, 1]]),
        ([[1, 0], [0, 1]], [[0.5, 0.5], [0.5, 0.5]]),
        ([[1, 1, 0, 0], [0, 0, 1, 1]], [[0.5] * 4, [0.5] * 4]),
        ([[1, 0, 1], [1, 1, 1]], [[1, 0, 1], [1, 1, 1]]),
    ],
)
def test_agrees_with_the_published_package_on_its_examples(matrix, expected):
    assert chances(np.array(matrix))[1] == pytest.approx(np.array(expected), abs=1e-6)


@pytest.mark.parametrize(
    ("degree", "expected"),
    [
        (2, [0.038596739987, 0.056151058391, 0.100952606240, 0.247233645861, 0.519378910583]),
        (4, [0.104846863122, 0.147897363588, 0.246762838336, 0.489329393851, 0.759197828133]),
        (6, [0.204590769543, 0.275970237859, 0.418410111779, 0.677861204941, 0.873794712827]),
        (8, [0.342328905634, 0.435455294827, 0.592813510110, 0.809824788146, 0.933382492513]),
    ],
)
def test_agrees_on_the_southern_women(degree, expected):
    fit = fit_bicm(WOMEN, EVENTS)
    assert fit.p(np.array(degree), np.array([3, 4, 6, 10, 14])) == pytest.approx(expected, abs=1e-6)


def test_agrees_on_heavy_tails():
    matrix = heavy_tailed()
    assert matrix.sum() == 786
    p = chances(matrix)[1]
    golden = {(0, 0): 0.8242060704, (0, 89): 0.2318659571, (5, 3): 0.2486247670, (20, 20): 0.0705862683}
    for place, expected in golden.items():
        assert p[place] == pytest.approx(expected, abs=1e-6)


@settings(max_examples=150)
@given(matrices)
def test_expected_degrees_are_the_degrees(matrix):
    fit, p = chances(matrix)
    assert fit.converged == (fit.error <= TOLERANCE)
    assert ((p >= 0) & (p <= 1)).all()
    near = 1e-8 if fit.converged else fit.error * 8 + 1e-8
    assert p.sum(axis=1) == pytest.approx(matrix.sum(axis=1), abs=near)
    assert p.sum(axis=0) == pytest.approx(matrix.sum(axis=0), abs=near)


@settings(max_examples=60)
@given(matrices)
def test_zero_rows_and_columns_change_nothing(matrix):
    padded = np.pad(matrix, ((0, 2), (0, 3)))
    p, q = chances(matrix)[1], chances(padded)[1]
    assert (q[: matrix.shape[0], : matrix.shape[1]] == p).all()
    assert q[matrix.shape[0] :].sum() == q[:, matrix.shape[1] :].sum() == 0


@settings(max_examples=60)
@given(matrices)
def test_a_complement_has_the_complementary_chances(matrix):
    """Swapping shared for not shared turns full into empty: the order of taking out must mirror."""
    fit, p = chances(matrix)
    other, q = chances(1 - matrix)
    if fit.converged and other.converged:
        assert p + q == pytest.approx(np.ones(p.shape), abs=1e-6)


def test_a_nested_matrix_leaves_no_choice():
    """Taking out a full row makes a column empty, which makes a row full, and so on to the end."""
    nested = np.triu(np.ones((7, 7), np.int64))
    fit, p = chances(nested)
    assert (p == nested).all()
    assert fit.converged
    assert fit.n_sweeps == 0


def test_nothing_at_all():
    fit = fit_bicm(np.zeros(3, np.int64), np.zeros(0, np.int64))
    assert fit.converged
    assert len(fit.x) == len(fit.y) == 0
    assert fit.p(np.array(0), np.array(0)) == 0


def test_degrees_of_different_graphs_are_refused():
    with pytest.raises(ValueError, match="different numbers of shares"):
        fit_bicm(np.array([1, 2]), np.array([2]))
    with pytest.raises(ValueError, match="not in the fit"):
        fit_bicm(WOMEN, EVENTS).p(np.array(99), np.array(3))


def test_it_is_quick_on_many_accounts():
    """A million shares: the work is in the distinct degrees, some hundreds, not in the accounts."""
    rng = np.random.default_rng(0)
    accounts = np.minimum((rng.pareto(1.1, 150_000) + 1).astype(int), 3000)
    popularity = np.arange(1, 300_001) ** -0.8
    objects = np.bincount(
        np.searchsorted(np.cumsum(popularity), rng.random(accounts.sum()) * popularity.sum()),
        minlength=300_000,
    )
    fit = fit_bicm(accounts, objects)
    assert fit.converged
    assert fit.n_sweeps < 100
    assert len(fit.x) < 1000
