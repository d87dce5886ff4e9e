"""Injection against simulation: what `overt power` finds, and what is found of campaigns simulated whole.

in: nothing; out: per jitter the members found of 25, put into a platform without a campaign and simulated
with one; why: injection is what a user can do, simulation is what the published power was measured on, and
the two should agree.

    python -m benchmarks injected [--seeds 4] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import overt
from overt.detect.power.grid import Grid
from overt.simulate import World, null_world, power_world, simulate, write

__all__ = ["main"]

JITTERS_S = (20.0, 120.0, 600.0, 3600.0)


def _searched(world: World, folder: Path) -> tuple[overt.Study, int]:
    """The study of a platform after its search, and how many campaign members that flagged."""
    simulated = simulate(world)
    study = overt.open(folder / "study")
    study.ingest(write(simulated, folder).posts)
    found = study.detect()
    members = {row["account_id"] for row in simulated.truth.to_pylist() if row["kind"] == "campaign"}
    flagged = {row["account_id"] for row in found.account_scores.rows() if row["flagged"]}
    return study, len(members & flagged)


def _measured(seeds: range, folder: Path) -> list[dict[str, float | str]]:
    grid = Grid(sizes=(25,), objects=(12,), jitters_s=JITTERS_S, repeats=4)
    put_in: dict[float, list[int]] = {jitter_s: [] for jitter_s in JITTERS_S}
    for seed in seeds:
        study, _ = _searched(null_world(seed), folder / f"null{seed}")
        for row in study.power(grid, trace="text").rows[: len(JITTERS_S)]:
            put_in[row.jitter_s] += row.found
    rows: list[dict[str, float | str]] = []
    for jitter_s in JITTERS_S:
        within = [
            _searched(power_world(seed, jitter_s), folder / f"{jitter_s:g}-{seed}")[1] for seed in seeds
        ]
        rows.append(
            {
                "jitter_s": jitter_s,
                "put_in": round(float(np.mean(put_in[jitter_s])), 2),
                "simulated": round(float(np.mean(within)), 2),
            }
        )
    return rows


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks injected", description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        rows = _measured(range(given.seeds), Path(folder))
    if given.json:
        sys.stdout.write(json.dumps(rows) + "\n")
        return 0
    sys.stdout.write("members found of 25 (12 texts)\njitter    put in   simulated\n")
    for row in rows:
        sys.stdout.write(f"{row['jitter_s']:6} s {row['put_in']:8} {row['simulated']:11}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
