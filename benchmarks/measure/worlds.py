"""A simulated platform as the detector's numbers, and who was planted.

in: a `World`; out: `Case`; why: hundreds of replicates need not write and read an export each time. Only
the reading of exports is left out: the traces are built and loaded by the detector's own code, and a test
shows that the flags are those of the whole way. Traces that only describe are left out too.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect.loaded import Loaded, Settings, load
from overt.detect.pipeline import Findings, find
from overt.detect.traces.build import build
from overt.detect.traces.registry import traces
from overt.detect.traces.trace import Trace
from overt.simulate import Simulation, World, simulate

__all__ = ["Case", "deciding", "flags", "loaded_of", "make_case", "run_overt"]


@dataclass(frozen=True, slots=True)
class Case:
    """A platform to be searched.

    loaded: as the detector reads it. kind: shape (n_accounts,), the truth's word for each account ("organic",
    "campaign", "event_fans", ...). group: shape (n_accounts,), the number of its campaign, -1 outside.
    """

    loaded: Loaded
    kind: np.ndarray
    group: np.ndarray


def deciding() -> list[Trace]:
    """The traces that decide."""
    return [trace for trace in traces().values() if trace.decides]


def loaded_of(simulation: Simulation) -> Loaded:
    """What the detector would load after an export of this platform was read."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        read = {"post_id", "account_id", "posted_at", "resolution_ms"}
        read |= {column for trace in deciding() for column in trace.columns}
        posts = simulation.posts.select([name for name in simulation.posts.column_names if name in read])
        pq.write_table(posts, folder / "posts.parquet", compression="none")
        pq.write_table(simulation.accounts.select(["account_id"]), folder / "accounts.parquet")
        build(folder / "posts.parquet", folder / "traces.parquet", deciding())
        return load(folder, deciding())


def make_case(world: World) -> Case:
    """Draw the world and number it; the truth is joined to the accounts that have a post."""
    simulation = simulate(world)
    loaded = loaded_of(simulation)
    row = pc.index_in(loaded.accounts, value_set=simulation.truth["account_id"].combine_chunks())
    kind = simulation.truth["kind"].take(row).to_numpy().astype(str)
    name = simulation.truth["name"].combine_chunks().take(row).dictionary_encode()
    number = pc.fill_null(name.indices, -1).to_numpy()
    return Case(loaded, kind, np.where(kind == "campaign", number, -1))


def run_overt(loaded: Loaded, fdr: float, *, strict: bool = False, mid_p: bool = False) -> Findings:
    """The detector with its defaults or these options, without the synchrony that only describes."""
    names = tuple(trace.name for trace, _ in loaded.layers)
    return find(loaded, Settings(fdr, names, strict=strict, mid_p=mid_p))


def flags(findings: Findings, accounts: pa.Array) -> set[str]:
    """Ids of the flagged accounts, attached ones included."""
    return set(accounts.take(pa.array(np.flatnonzero(findings.grouped.flagged))).to_pylist())
