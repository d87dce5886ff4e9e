"""A study that does not fit is refused before the work, with the figures."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.detect.room import ACTION_BYTES, LEAST_BYTES, SHARE, memory_bytes, refuse_too_many
from overt.errors import EngineError


def test_the_limit_is_said_and_what_was_found(tmp_path):
    pq.write_table(pa.table({"trace": ["link"] * 1000}), tmp_path / "traces.parquet")
    enough = int((1001 * ACTION_BYTES + LEAST_BYTES) / SHARE)
    refuse_too_many(tmp_path, enough)
    with pytest.raises(EngineError, match=r"1,000 actions, and .* at most about 500"):
        refuse_too_many(tmp_path, enough - int(500 * ACTION_BYTES / SHARE))


def test_the_machine_says_what_it_has():
    memory = memory_bytes()
    assert memory is None or memory > 1 << 28
