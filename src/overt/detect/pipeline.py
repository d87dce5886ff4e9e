"""The whole way from traces to groups, one call per arrow. READ SECOND (after study.py).

in: accounts, posts and traces of a study; out: the tables edges, account_scores, groups, group_members and
evidence, and a summary of what was tested; why: whoever wants to know what overt does reads `detect`.

    traces --load--> actions --first_shares--> shares --TimingTest.screen--> pairs per trace
    pairs  --fuse--> one p-value per pair --benjamini_hochberg--> edges
    edges  --score_accounts--> flagged accounts --communities--> groups --group_evidence--> evidence
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect import tables
from overt.detect.edges.actions import load_actions, stacked
from overt.detect.edges.partners import Partners, count_partners
from overt.detect.edges.shares import first_shares
from overt.detect.explain.evidence import Layer
from overt.detect.groups.build import build_groups
from overt.detect.significance.fusion import fuse, score_accounts
from overt.detect.significance.grids import scheduler_grids
from overt.detect.significance.synchrony import SynchronyTest
from overt.detect.significance.timing import Clock, TimingTest
from overt.detect.summary import summarise
from overt.detect.tested import Tested, test_trace
from overt.detect.traces.registry import SYNCHRONY
from overt.detect.traces.trace import Trace
from overt.progress import Progress, silent

__all__ = ["Settings", "detect"]

LEAST_KEPT = 0.05
"""Pairs with a larger p-value are not written; no decision at a rate up to this one depends on them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set: the false discovery rate, the traces (None: all that the data has), the seed."""

    fdr: float = 0.05
    traces: tuple[str, ...] | None = None
    seed: int = 0

    @property
    def keep(self) -> float:
        return max(LEAST_KEPT, self.fdr)


def detect(
    folder: Path, out: Path, traces: Sequence[Trace], settings: Settings, progress: Progress = silent
) -> dict[str, object]:
    """Run the detector on `folder`/{accounts,posts,traces}.parquet; write its tables to `out`.

    A trace that was asked for by name decides even if it is context by default. Returns the summary.
    """
    accounts = _accounts(folder / "accounts.parquet")
    account, time_ms, clock = _posting(folder / "posts.parquet", accounts)
    tested = []
    for number, trace in enumerate(traces):
        progress("significance", number, len(traces))
        actions = load_actions(folder / "traces.parquet", trace.name, accounts)
        if len(actions.time):
            tested.append(test_trace(trace, actions, clock, _decides(trace, settings), settings.keep))
    progress("significance", len(traces), len(traces))
    tested.sort(key=lambda one: not one.decides)
    deciding = [one for one in tested if one.decides]
    if settings.traces is None or SYNCHRONY in settings.traces:
        tested.append(Tested(SYNCHRONY, False, SynchronyTest(account, time_ms, clock, settings.seed)))
    everyone = _all_partners(deciding, len(accounts))
    fused = fuse(
        [one.screened.pairs for one in deciding if one.screened is not None],
        [one.test for one in deciding],
        [one.test for one in tested if not one.decides],
        everyone.n_pairs,
        settings.keep,
    )
    scores = score_accounts(fused, everyone)
    layers = [
        Layer(one.name, one.actions, one.test, fused.by_trace[number].scale_s)
        for number, one in enumerate(deciding)
        if isinstance(one.test, TimingTest) and one.actions is not None
    ]
    names = accounts.to_pylist()
    grouped = build_groups(fused, scores, layers, names, settings.fdr, settings.seed)
    progress("groups", 1, 1)
    tables.write_edges(out, fused, tested, accounts)
    tables.write_account_scores(out, folder / "accounts.parquet", accounts, scores, grouped, clock)
    tables.write_groups(out, grouped, names, fused)
    return summarise(tested, everyone, fused, grouped, clock, settings.fdr)


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


def _decides(trace: Trace, settings: Settings) -> bool:
    """A trace that was asked for by name decides: then it is the user who says what it means."""
    return trace.decides or (settings.traces is not None and trace.name in settings.traces)


def _all_partners(deciding: list[Tested], n_accounts: int) -> Partners:
    """Pairs that share an object in any deciding trace: the number of tests of the decision."""
    if not deciding:
        return Partners(np.zeros(n_accounts, np.int64), 0, True)
    return count_partners(first_shares(stacked([one.actions for one in deciding if one.actions is not None])))
