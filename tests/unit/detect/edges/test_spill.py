"""The join on disk gives what the join in memory gives, and says what it cannot do."""

from __future__ import annotations

import errno
import os

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges import spill
from overt.detect.edges.actions import UNKNOWN, Actions, in_order_of_time, laid_out
from overt.detect.edges.coaction import co_actions
from overt.detect.edges.numbering import Numbering
from overt.detect.edges.spill import Limit, spilled_co_actions
from overt.errors import SettingError, StorageError
from tests.unit.detect.worlds import action

WINDOWS = (0, 10_000, 60_000)


def piece_of(rows, unit_ms):
    names, objects = [f"user{a}" for a, _, _ in rows], [f"thing{o}" for _, o, _ in rows]
    return (
        pa.chunked_array([names]),
        pa.chunked_array([objects]),
        np.array([t for *_, t in rows], np.int64) * unit_ms,
    )


def in_memory(rows, unit_ms, least):
    accounts, objects = Numbering(), Numbering()
    account_ids, object_ids, time = piece_of(rows, unit_ms)
    n = len(time)
    actions = Actions(
        accounts.number(account_ids),
        objects.number(object_ids),
        time,
        np.full(n, UNKNOWN),
        np.zeros(n, np.int32),
        len(accounts),
        len(objects),
    )
    return co_actions(laid_out(in_order_of_time(actions)), WINDOWS, least), accounts.names()


@given(
    st.lists(action, min_size=1, max_size=60),
    st.integers(1, 3),
    st.integers(1, 20),
    st.sampled_from([1000, 999, 40_000_000_000]),  # seconds, milliseconds, and times that need 64 bits
    st.sampled_from([16, 160, 1 << 20]),
)
def test_equals_the_join_in_memory_however_it_is_cut(rows, least, step, unit_ms, block_bytes):
    pieces = [piece_of(rows[k : k + step], unit_ms) for k in range(0, len(rows), step)]
    counts, names = spilled_co_actions(pieces, WINDOWS, least, Limit(1, block_bytes=block_bytes))
    wanted, wanted_names = in_memory(rows, unit_ms, least)
    assert names.equals(wanted_names)
    for column in ("a", "b", "n_objects", "n_actions", "gap_min_ms", "gap_median_ms"):
        np.testing.assert_array_equal(getattr(counts, column), getattr(wanted, column), err_msg=column)


def test_nothing_is_left_on_disk(tmp_path):
    rows = [(a, o, 0) for a in range(3) for o in range(3)]
    counts, _ = spilled_co_actions([piece_of(rows, 1000)], WINDOWS, 2, Limit(4096, folder=tmp_path))
    assert len(counts.a) == 3
    assert list(tmp_path.iterdir()) == []


def test_no_actions_give_no_pairs():
    counts, names = spilled_co_actions([], WINDOWS, 2, Limit(4096))
    assert len(counts.a) == len(names) == 0


def test_too_little_memory_is_said_with_what_would_do():
    with pytest.raises(
        SettingError, match=r"memory_mb is 1; 2 actions with company of 2 accounts need about \d+"
    ):
        spilled_co_actions([piece_of([(0, 0, 0), (1, 0, 0)], 1000)], WINDOWS, 1, Limit(1))


def test_a_disk_that_refuses_is_named(tmp_path, monkeypatch):
    def full(rows, files):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(spill, "_append", full)
    with pytest.raises(StorageError, match=f"under {tmp_path}: No space left"):
        spilled_co_actions([piece_of([(0, 0, 0)], 1000)], WINDOWS, 1, Limit(4096, folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_input_is_not_called_the_disks():
    def broken():
        yield piece_of([(0, 0, 0)], 1000)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(OSError, match="Input/output error"):
        spilled_co_actions(broken(), WINDOWS, 1, Limit(4096))
