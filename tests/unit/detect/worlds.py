"""Small worlds of actions for the tests of the kernels. Not a test file."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from overt.detect.edges.actions import UNKNOWN, Actions, in_order_of_time

action = st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 400))


def actions_of(rows, n_accounts=7, n_objects=5, posts=None, origins=None):
    """`Actions` from (account, object, second) rows."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    n = len(table)
    return in_order_of_time(
        Actions(
            account=table[:, 0].astype(np.int32),
            object_=table[:, 1].astype(np.int32),
            time=table[:, 2] * 1000,
            origin=np.full(n, UNKNOWN) if origins is None else np.array(origins, np.int64) * 1000,
            post=np.arange(n, dtype=np.int32) if posts is None else np.array(posts, np.int32),
            n_accounts=n_accounts,
            n_objects=n_objects,
        )
    )
