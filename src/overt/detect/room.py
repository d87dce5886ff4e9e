"""Whether a study fits into this machine's memory.

in: a study's tables; out: nothing, or an `EngineError`; why: traces can be found on many machines, but the
test of a pair needs all actions of its two accounts, and today all actions come to one machine. Who brings
more than fit should hear it before the work, and not from the system after an hour.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq

from overt.errors import EngineError

__all__ = ["ACTION_BYTES", "memory_bytes", "refuse_too_many"]

ACTION_BYTES = 250
"""What the detector takes an action, at its worst moment; measured."""

LEAST_BYTES = 500_000_000
SHARE = 0.8
"""Of the machine's memory; the rest is for everything else."""


def refuse_too_many(tables: Path, memory: int | None = None) -> None:
    """Raise EngineError where the actions in `tables`/traces.parquet would not fit.

    memory: bytes, None for what the machine has; where it does not say, nothing is refused.
    """
    memory = memory_bytes() if memory is None else memory
    if memory is None:
        return
    n = int(pq.read_metadata(tables / "traces.parquet").num_rows)
    most = max(0, int((memory * SHARE - LEAST_BYTES) / ACTION_BYTES))
    if n > most:
        raise EngineError(
            f"the study has {n:,} actions, and this machine's memory holds at most about {most:,}: "
            "traces are found on many machines, but tested on this one",
            hint=f"Use a machine with {(n * ACTION_BYTES + LEAST_BYTES) / SHARE / 1e9:,.0f} GB, or read a "
            "shorter period or fewer hashtags. What was read and found so far is kept.",
        )


def memory_bytes() -> int | None:
    """The machine's memory, or what the control group of this process may use of it."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return size
    return min(size, int(limit)) if limit.isdigit() else size
