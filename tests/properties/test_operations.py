"""How much work is done, counted: what grows must grow no faster than it has to. No clock is looked at.

Each count is compared with another count of the same run, so that the outcome is the same on any machine.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.workload import Shape, posts_of
from overt.detect.edges import coaction, numbering
from overt.detect.edges.actions import laid_out
from overt.detect.edges.coaction import TASKS, co_actions
from overt.detect.edges.numbering import AT_ONCE, LEAST_SLOTS, Numbering
from overt.detect.edges.pieces import pieces
from overt.detect.edges.windows import in_company, windows_of
from overt.publish import report
from tests.unit.detect.worlds import actions_of
from tests.unit.publish.study_fixture import Plan, build

WINDOW_S = 60


@pytest.fixture(scope="module")
def laid():
    """20,000 posts with one object that an eighth of them share."""
    shape = Shape(20_000)
    account, object_, second, _ = posts_of(shape)
    rows = np.stack([account, object_, second], axis=1)
    return laid_out(actions_of(rows, shape.n_accounts, shape.n_objects))


def windows(laid, least=2):
    wanted = np.ones(laid.n_accounts, np.bool_)
    return windows_of((laid.start, laid.account, laid.time), WINDOW_S, least, wanted)


def close_pairs(laid):
    """Pairs of posts of one object within the window, an account's own among them."""
    n = 0
    for begin, end in pairwise(laid.start.tolist()):
        time = laid.time[begin:end]
        n += int((np.searchsorted(time, time + WINDOW_S, side="right") - np.arange(1, len(time) + 1)).sum())
    return n


def test_the_walk_touches_what_is_near_and_nothing_else(laid):
    """Each pair of posts from either side, and each post once; whole objects would be far above."""
    touched = int(windows(laid, least=1).touches.sum())
    kept = in_company(laid.start, laid.account, laid.time, laid.time.dtype.type(WINDOW_S))
    assert kept.sum() < len(kept) / 2
    assert touched <= 2 * close_pairs(laid) + int(kept.sum())
    sizes = np.diff(laid.start)
    assert touched < int((sizes * sizes).sum()) / 50


def test_accounts_that_cannot_make_a_pair_are_not_walked(laid):
    one, two = windows(laid, least=1), windows(laid, least=2)
    assert len(two.record) < len(one.record)
    assert (two.n_objects[two.n_objects > 0] >= 2).all()
    assert len(two.record) <= int(one.n_objects.sum() + (two.touches > 0).sum() * 4)


def passes(laid, monkeypatch, least):
    """(partners met, partners looked at a second time, pairs) of a walk whose passes are counted."""
    met, again = [], []
    first_pass, exact = coaction._first_pass, coaction._exact

    def counted_first(*given):
        met.append(first_pass(*given))
        return met[-1]

    def counted_exact(a, partners, *others):
        again.append(len(partners))
        return exact(a, partners, *others)

    with monkeypatch.context() as patch:
        patch.setattr(coaction, "_first_pass", counted_first)
        patch.setattr(coaction, "_exact", counted_exact)
        for name in ("later_partners", "_rows"):  # as Python, they call what stands in the module
            patch.setattr(coaction, name, getattr(coaction, name).py_func)
        found = co_actions(laid, (WINDOW_S * 1000,), least)
    return sum(met), sum(again), int((found.n_objects[:, 0] >= least).sum())


def partners_to_meet(laid, least, n_left_out):
    """How many partners the walk meets when each account's `n_left_out` most shared objects open none."""
    found, n = windows(laid, least), 0
    for a in range(laid.n_accounts):
        records = found.record[found.start[a] : found.start[a + 1]].tolist()
        opened = list(dict.fromkeys(record[3] for record in records))
        opened = opened[: len(opened) - n_left_out]
        runs = [laid.account[begin:end] for _, begin, end, object_ in records if object_ in opened]
        n += len({x for run in runs for x in run.tolist() if x > a})
    return n


def test_only_pairs_of_the_answer_are_looked_at_twice(laid, monkeypatch):
    _, again, n_pairs = passes(laid, monkeypatch, 2)
    assert again == n_pairs > 1000


@pytest.mark.parametrize("least", [1, 2, 4])
def test_nobody_new_is_met_on_the_last_objects(laid, monkeypatch, least):
    """Who needs k objects with an account was met before the last k - 1 of that account's."""
    met, _, _ = passes(laid, monkeypatch, least)
    assert met == partners_to_meet(laid, least, least - 1)
    assert least == 1 or met < partners_to_meet(laid, least, 0)


def test_work_is_cut_in_tasks_of_like_size_however_uneven_the_accounts(laid):
    touches = np.sort(windows(laid).touches)[::-1]  # the busiest accounts stand side by side
    tasks = coaction.tasks_of(touches)
    work = [int(touches[begin:end].sum()) for begin, end in tasks]
    assert len(tasks) <= TASKS
    assert sum(work) == touches.sum()
    assert max(work) <= touches.sum() / TASKS + 2 * touches.max()


def test_an_id_is_hashed_once_and_compared_once_for_each_return(monkeypatch):
    """However often the table grows."""
    distinct = [f"account {i}" for i in range(LEAST_SLOTS + 3 * AT_ONCE)]
    column = pa.array(distinct + distinct[:500])
    hashed, compared = [], []

    def hash_of(data, begin, end, seed):
        hashed.append(begin)
        return np.uint64(int.from_bytes(data[begin:end].tobytes()[-7:], "big") * 0x9E3779B97F4A7C15 % 2**64)

    def same(a, i, b, j, n):
        compared.append(i)
        return a[i : i + n].tobytes() == b[j : j + n].tobytes()

    monkeypatch.setattr(numbering, "_hash", hash_of)
    monkeypatch.setattr(numbering, "_same", same)
    monkeypatch.setattr(numbering, "_find", numbering._find.py_func)
    monkeypatch.setattr(numbering, "_append", numbering._append.py_func)
    monkeypatch.setattr(numbering, "_look_up", numbering._look_up.py_func)
    ids = Numbering()
    numbers = ids.number(column)
    assert numbers[len(distinct) :].tolist() == list(range(500))
    assert len(ids._slots) > LEAST_SLOTS
    assert len(hashed) == len(column)
    assert len(compared) == 500


def test_ids_that_come_again_take_no_room():
    distinct = [f"account {i}" for i in range(3 * LEAST_SLOTS)]
    once, often = Numbering(), Numbering()
    once.number(pa.array(distinct))
    for _ in range(4):
        often.number(pa.array(distinct))
    assert once.n_bytes == often.n_bytes


def test_reading_posts_piece_by_piece_holds_three_at_most(tmp_path):
    """One in use, one decoded ahead, one that the last step has not let go."""
    n = 64_000
    posts = pa.table({"id": [f"{i:08}" for i in range(n)], "at": range(n)})
    path = tmp_path / "posts.parquet"
    pq.write_table(posts, path, row_group_size=4000)
    size = posts.nbytes / 16
    del posts
    before, held = pa.total_allocated_bytes(), []
    for piece in pieces(path, ("id", "at")):
        held.append(pa.total_allocated_bytes() - before)
        assert len(piece) == 4000
    assert len(held) == 16
    assert max(held) < 4 * size


def test_a_report_does_not_grow_with_the_accounts(tmp_path):
    """Four times the accounts, in the groups and beside them: the lists are cut, the numbers get longer."""
    sizes = []
    for times in (1, 4):
        folder = tmp_path / str(times)
        build(folder, Plan(sizes=(64 * times,) * 2, n_organic=60 * times))
        sizes.append(len(report.render(folder).encode()))
    assert sizes[1] < 1.1 * sizes[0]
