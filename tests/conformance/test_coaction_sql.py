"""The compiled join and the bucket join in SQL give the same rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from overt.detect.edges.actions import by_object
from overt.detect.edges.coaction import co_actions
from tests.unit.detect.worlds import actions_of

SQL = (Path(__file__).parent / "coaction.sql").read_text("utf-8")


@pytest.mark.parametrize(("seed", "window", "least"), [(1, 60, 1), (2, 60, 2), (3, 0, 1), (4, 3600, 3)])
def test_same_rows(seed, window, least):
    rng = np.random.default_rng(seed)
    n = 20_000
    popularity = 1 / np.arange(1, 301) ** 1.1
    rows = np.stack(
        [
            rng.integers(0, 400, n),
            rng.choice(300, n, p=popularity / popularity.sum()),
            rng.integers(0, 86_400 * 3, n),
        ],
        axis=1,
    )
    counts = co_actions(by_object(actions_of(rows, 400, 300)), (window * 1000,), least)
    with duckdb.connect() as connection:
        connection.register("actions", pa.table(dict(zip(("account", "object_", "t"), rows.T, strict=True))))
        expected = connection.execute(SQL, {"w": window, "least": least}).fetchall()
    got = zip(
        counts.a.tolist(),
        counts.b.tolist(),
        counts.n_objects[:, 0].tolist(),
        counts.n_actions[:, 0].tolist(),
        (counts.gap_min_ms // 1000).tolist(),
        strict=True,
    )
    assert list(got) == [tuple(int(x) for x in row) for row in expected]
    assert len(expected) > 30
