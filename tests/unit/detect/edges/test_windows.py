"""Windows against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges import windows
from overt.detect.edges.actions import laid_out
from overt.detect.edges.windows import counts_of, in_company, windows_of
from tests.unit.detect.worlds import action, actions_of


def arrays(rows):
    laid = laid_out(actions_of(rows))
    return (laid.start, laid.account, laid.time), laid.n_accounts


@given(st.lists(action, max_size=60), st.integers(0, 80))
def test_company_is_another_account_on_the_object_within_the_window(rows, window):
    (start, account, time), n_accounts = arrays(rows)
    object_of = np.repeat(np.arange(len(start) - 1), np.diff(start))
    kept = in_company(start, account, time, time.dtype.type(window))
    plain = [
        any(
            object_of[i] == object_of[j] and account[i] != account[j] and abs(time[i] - time[j]) <= window
            for j in range(len(account))
        )
        for i in range(len(account))
    ]
    assert kept.tolist() == plain
    n_records, n_objects = counts_of(start, account, kept, n_accounts)
    for a in range(n_accounts):
        mine = [int(object_of[i]) for i in range(len(account)) if account[i] == a and plain[i]]
        assert (n_records[a], n_objects[a]) == (len(mine), len(set(mine)))


@given(st.lists(action, max_size=60), st.integers(0, 80), st.integers(1, 3))
def test_a_record_holds_the_run_of_actions_within_the_window(rows, window, least):
    (start, account, time), n_accounts = arrays(rows)
    found = windows_of((start, account, time), window, least, np.ones(n_accounts, np.bool_))
    size = np.diff(start)
    for a in range(n_accounts):
        records = found.record[found.start[a] : found.start[a + 1]]
        assert len({int(o) for *_, o in records}) == found.n_objects[a]
        assert len(records) == 0 or found.n_objects[a] >= least
        assert found.touches[a] == sum(high - low for _, low, high, _ in records)
        assert (np.diff(size[records[:, 3]]) >= 0).all(), "from the least to the most shared"
        for place, low, high, object_ in records:
            assert account[place] == a
            slice_ = range(start[object_], start[object_ + 1])
            assert list(range(low, high)) == [j for j in slice_ if abs(time[j] - time[place]) <= window]


def test_only_wanted_accounts_have_records():
    laid, n_accounts = arrays([(0, 0, 0), (1, 0, 1), (2, 0, 2)])
    wanted = np.zeros(n_accounts, np.bool_)
    wanted[1] = True
    found = windows_of(laid, 60, 1, wanted)
    assert np.diff(found.start)[:3].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("limit", "message"), [("MOST_ACTIONS", "walked at once"), ("MOST_OBJECTS", "told apart")]
)
def test_more_than_32_bits_can_number_is_refused(monkeypatch, limit, message):
    laid, n_accounts = arrays([(a, o, 0) for a in (0, 1) for o in (0, 1, 2)])
    monkeypatch.setattr(windows, limit, 2)
    with pytest.raises(ValueError, match=message):
        windows_of(laid, 60, 1, np.ones(n_accounts, np.bool_))
