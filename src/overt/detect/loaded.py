"""A study in memory, as numbers: what the detector works on.

in: accounts, posts and traces of a study; out: `Loaded`; why: the detector, its decoys and its injected
campaigns are the same work on the same arrays, read once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect.edges.actions import Actions, load_actions
from overt.detect.significance.grids import scheduler_grids
from overt.detect.significance.timing import Clock
from overt.detect.traces.trace import Trace
from overt.progress import Progress, silent

__all__ = ["Loaded", "Settings", "load"]

LEAST_KEPT = 0.05
"""Pairs with a larger p-value are not kept; no decision at a rate up to this one depends on them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set.

    fdr: the false discovery rate; traces: None for all that the data has; seed. strict: habits in the null,
    e-values, no attachment; mid_p: more power where objects are few, and less certainty (see docs/method.md).
    """

    fdr: float = 0.05
    traces: tuple[str, ...] | None = None
    seed: int = 0
    strict: bool = False
    mid_p: bool = False

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Settings:
        """As the manifest keeps them: the parameters of a `detect` step."""
        names = parameters.get("asked_traces")
        return cls(
            parameters["fdr"],
            None if names is None else tuple(names),
            parameters["seed"],
            bool(parameters.get("strict", False)),
            bool(parameters.get("mid_p", False)),
        )

    @property
    def keep(self) -> float:
        return max(LEAST_KEPT, self.fdr)

    def decides(self, trace: Trace) -> bool:
        """A trace that was asked for by name decides: then it is the user who says what it means."""
        return trace.decides or (self.traces is not None and trace.name in self.traces)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A study as numbers.

    accounts: ids in byte order; an account's number is its place. account, time_ms: shape (n_posts,), who
    posted and when. clock: resolutions and grids. layers: the traces that have actions, with these.
    """

    accounts: pa.Array
    account: np.ndarray
    time_ms: np.ndarray
    clock: Clock
    layers: tuple[tuple[Trace, Actions], ...]


def load(folder: Path, traces: Sequence[Trace], progress: Progress = silent) -> Loaded:
    """Read `folder`/{accounts,posts,traces}.parquet; traces without any action are left out."""
    accounts = _accounts(folder / "accounts.parquet")
    account, time_ms, clock = _posting(folder / "posts.parquet", accounts)
    layers = []
    for number, trace in enumerate(traces):
        progress("load", number, len(traces))
        actions = load_actions(folder / "traces.parquet", trace.name, accounts)
        if len(actions.time):
            layers.append((trace, actions))
    progress("load", len(traces), len(traces))
    return Loaded(accounts, account, time_ms, clock, tuple(layers))


def _accounts(path: Path) -> pa.Array:
    """Account ids in byte order, so that the smaller number is the smaller name."""
    ids = pq.read_table(path, columns=["account_id"])["account_id"].combine_chunks()
    return ids.take(pc.sort_indices(ids))


def _posting(posts: Path, accounts: pa.Array) -> tuple[np.ndarray, np.ndarray, Clock]:
    """Account and time (ms) of every post; each account's coarsest resolution and scheduler grid."""
    table = pq.read_table(posts, columns=["account_id", "posted_at", "resolution_ms"])
    account = pc.index_in(table["account_id"].combine_chunks(), value_set=accounts).to_numpy()
    time_ms = table["posted_at"].to_numpy()
    resolution = np.zeros(len(accounts))
    np.maximum.at(resolution, account, table["resolution_ms"].to_numpy() / 1000.0)
    return account, time_ms, Clock(resolution, scheduler_grids(account, time_ms, len(accounts), resolution))
