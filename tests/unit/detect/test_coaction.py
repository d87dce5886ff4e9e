"""The co-action join against ten lines of plain Python."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges.actions import by_object
from overt.detect.edges.coaction import co_actions
from overt.detect.edges.given_pairs import count_pairs
from tests.unit.detect.worlds import action, actions_of


def plain_pairs(rows, windows, least):
    """Every pair of actions of two accounts on one object, by brute force (seconds)."""
    found = {}
    for i, (u, o, t) in enumerate(rows):
        for v, o2, t2 in rows[i + 1 :]:
            if u != v and o == o2 and abs(t - t2) <= windows[-1]:
                found.setdefault((min(u, v), max(u, v)), []).append((o, abs(t - t2)))
    return {
        pair: (
            [len({o for o, gap in hits if gap <= w}) for w in windows],
            [sum(gap <= w for _, gap in hits) for w in windows],
            min(gap for _, gap in hits),
            statistics.median(gap for _, gap in hits),
        )
        for pair, hits in found.items()
        if len({o for o, _ in hits}) >= least
    }


def as_dict(counts):
    return {
        (int(a), int(b)): (objects.tolist(), actions.tolist(), least / 1000, median / 1000)
        for a, b, objects, actions, least, median in zip(
            counts.a,
            counts.b,
            counts.n_objects,
            counts.n_actions,
            counts.gap_min_ms,
            counts.gap_median_ms,
            strict=True,
        )
    }


@given(st.lists(action, max_size=60), st.integers(1, 3))
def test_equals_brute_force(rows, least):
    windows = (0, 10, 60)
    counts = co_actions(by_object(actions_of(rows)), tuple(w * 1000 for w in windows), least)
    assert as_dict(counts) == plain_pairs(rows, windows, least)


@given(st.lists(action, max_size=60))
def test_given_pairs_are_counted_alike_and_in_their_order(rows):
    laid = by_object(actions_of(rows))
    found = co_actions(laid, (5_000, 60_000), 1)
    again = count_pairs(laid, (5_000, 60_000), found.a, found.b)
    assert as_dict(again) == as_dict(found)
    assert list(again.a) == list(found.a)


def test_pairs_that_never_met_count_zero():
    laid = by_object(actions_of([(0, 0, 0), (1, 1, 0)]))
    counts = count_pairs(laid, (1000,), np.array([0], np.int32), np.array([1], np.int32))
    assert counts.n_objects.tolist() == [[0]]
    assert counts.gap_min_ms.tolist() == [-1]
    assert np.isnan(counts.gap_median_ms).all()


def test_a_full_byte_of_objects_does_not_overflow():
    rows = [(u, o, 1000 * o) for o in range(300) for u in (0, 1)]
    counts = co_actions(by_object(actions_of(rows, n_objects=300)), (1000,), 255)
    assert counts.n_objects.tolist() == [[300]]


@pytest.mark.parametrize("least", [0, 256])
def test_least_objects_out_of_range_is_refused(least):
    with pytest.raises(ValueError, match="must be 1 to 255"):
        co_actions(by_object(actions_of([(0, 0, 0)])), (1000,), least)
