"""The join in tasks: whatever the cut, the pairs of the join in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges.actions import by_object
from overt.detect.edges.coaction import co_actions
from overt.detect.edges.coaction_tasks import Plan, _meetings, co_actions_in_tasks, planned
from tests.unit.detect.parts import rows_in_parts
from tests.unit.detect.worlds import action, actions_of

plans = st.builds(Plan, st.integers(1, 4), st.integers(0, 12), st.integers(1, 30))


def by_name(counts, names):
    return {
        (names[a], names[b]): (objects.tolist(), actions.tolist(), int(gap))
        for a, b, objects, actions, gap in zip(
            counts.a, counts.b, counts.n_objects, counts.n_actions, counts.gap_min_ms, strict=True
        )
    }


@given(st.lists(action, max_size=60), st.integers(1, 3), plans, st.integers(1, 3))
def test_any_cut_gives_the_pairs_of_the_join_in_memory(rows, least, plan, n_parts):
    windows = (0, 10_000, 60_000)
    wanted = co_actions(by_object(actions_of(rows)), windows, least)
    counts, ids = co_actions_in_tasks(rows_in_parts(rows, n_parts), windows, least, plan)
    names = ids.to_pylist()
    assert by_name(counts, names) == by_name(wanted, [f"u{number}" for number in range(7)])
    assert names == sorted(names)
    assert list(zip(counts.a, counts.b, strict=True)) == sorted(zip(counts.a, counts.b, strict=True))


@pytest.mark.parametrize("n_groups", [1, 3, 4, 5, 6, 7, 8])  # two would be as one
def test_every_two_groups_meet_once_and_every_group_is_whole_once(n_groups):
    meetings = _meetings(n_groups)
    pairs = [frozenset((m.first, m.second)) for m in meetings if n_groups > 1]
    assert len(pairs) == len(set(pairs)) == n_groups * (n_groups - 1) // 2
    whole = [group for meeting in meetings for group in meeting.whole]
    assert sorted(whole) == list(range(n_groups))
    assert all(set(meeting.whole) <= {meeting.first} for meeting in meetings)


def test_a_plan_has_work_for_every_task():
    assert planned(10, 4).n_blocks == 8
    assert planned(100_000_000, 4).n_blocks == 50


def test_least_objects_out_of_range_is_refused():
    with pytest.raises(ValueError, match="must be 1 to 255"):
        co_actions_in_tasks(rows_in_parts([], 1), (1000,), 256, planned(1, 1))
