"""Who is flagged: it takes two."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.groups.flag import with_a_partner


def test_nobody_is_flagged_for_acting_together_with_the_unflagged():
    flagged = np.array([True, True, True, False, True])
    a, b = np.array([0, 2, 2]), np.array([1, 3, 4])
    np.testing.assert_array_equal(with_a_partner(flagged, a, b), [True, True, True, False, True])
    np.testing.assert_array_equal(with_a_partner(flagged, a[:2], b[:2]), [True, True, False, False, False])
    assert not with_a_partner(flagged, a[:0], b[:0]).any()


@given(
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11))),
)
def test_whoever_is_left_has_somebody_who_is_left(flagged, pairs):
    pairs = [(a, b) for a, b in pairs if a != b]
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    kept = with_a_partner(np.array(flagged), a, b)
    assert not (kept & ~np.array(flagged)).any()
    partnered = {x for x, y in zip(a, b, strict=True) if kept[y]} | {
        y for x, y in zip(a, b, strict=True) if kept[x]
    }
    assert {int(account) for account in np.flatnonzero(kept)} <= {int(account) for account in partnered}
