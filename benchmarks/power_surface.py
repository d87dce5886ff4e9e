"""Power: how many members of a planted campaign are found, over jitter, shared objects and size.

in: nothing; out: per cell the members found with a 95 % interval over seeds, and accounts falsely flagged;
why: "nothing found" says something only beside what could have been found.

    python -m benchmarks power_surface [--seeds 20] [--quick] [--json] [--out F]

The campaign acts on texts with participation 0.6 and half of its posts ordinary, among 1,500 accounts, at
q = 5 %. Apart from the grid: campaigns that start their objects themselves (`first`: others follow;
`exclusive`: nobody does) and platforms of which only half of the posts were read.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.measure.errors import counted
from benchmarks.measure.intervals import mean_interval
from benchmarks.measure.record import every, provenance, table, write
from benchmarks.measure.worlds import make_case, run_overt
from overt.simulate import Campaign, World, null_world

__all__ = ["Cell", "cells", "main", "searched"]

FDR = 0.05
JITTERS_S = (20.0, 120.0, 600.0, 3600.0)
OBJECTS = (6, 12, 30)
SIZES = (10, 25, 50)


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of campaign; `placement` as in `overt.simulate.Campaign`, `keep` the share of posts read."""

    placement: str
    keep: float
    jitter_s: float
    n_objects: int
    n_accounts: int

    def world(self, seed: int) -> World:
        campaign = Campaign(
            "campaign",
            n_accounts=self.n_accounts,
            n_objects=self.n_objects,
            jitter_s=self.jitter_s,
            participation=0.6,
            camouflage=0.5,
            placement=self.placement,
        )
        return replace(null_world(seed), campaigns=(campaign,), keep=self.keep)


def cells(*, quick: bool = False) -> list[Cell]:
    """The grid, then originators and half of the posts at 25 accounts."""
    sizes = (25,) if quick else SIZES
    grid = [Cell("inside", 1.0, j, o, s) for j, o, s in product(JITTERS_S, OBJECTS, sizes)]
    others = (("first", 1.0), ("exclusive", 1.0), ("inside", 0.5))
    return grid + [Cell(p, k, j, o, 25) for (p, k), j, o in product(others, JITTERS_S, OBJECTS[1:])]


def searched(task: tuple[Cell, int]) -> dict[str, int]:
    """Members, members found, of these by their own pairs, and false accounts, of one seed."""
    cell, seed = task
    case = make_case(cell.world(seed))
    counts = counted(run_overt(case.loaded, FDR), case.group, FDR)
    (flagged, false), (by_pairs, false_by_pairs) = counts["accounts"], counts["by_pairs"]
    return {
        "members": cell.n_accounts,
        "found": flagged - false,
        "by_pairs": by_pairs - false_by_pairs,
        "false": false,
    }


def _row(cell: Cell, runs: Sequence[dict[str, int]]) -> dict[str, Any]:
    shares = [run["found"] / run["members"] for run in runs]
    low, high = mean_interval(shares)
    flagged = [run["found"] + run["false"] for run in runs]
    return {
        "placement": cell.placement,
        "keep": cell.keep,
        "jitter_s": cell.jitter_s,
        "n_objects": cell.n_objects,
        "n_accounts": cell.n_accounts,
        "seeds": len(runs),
        "found": sum(shares) / len(runs),
        "low": low,
        "high": high,
        "by_pairs": sum(run["by_pairs"] / run["members"] for run in runs) / len(runs),
        "seeds_with_all": sum(share == 1.0 for share in shares),
        "seeds_with_none": sum(share == 0.0 for share in shares),
        "false_accounts": sum(run["false"] for run in runs),
        "seeds_with_false": sum(run["false"] > 0 for run in runs),
        "fdp": sum(run["false"] / max(1, n) for run, n in zip(runs, flagged, strict=True)) / len(runs),
    }


def _text(rows: list[dict[str, Any]]) -> str:
    head = ("campaign", "posts", "jitter", "objects", "size", "found %", "interval", "by pairs", "all in",
            "false accounts", "in seeds")  # fmt: skip
    lines = [
        (
            r["placement"], f"{100 * r['keep']:.0f} %", f"{r['jitter_s']:.0f} s", r["n_objects"],
            r["n_accounts"], f"{100 * r['found']:.1f}", f"[{100 * r['low']:.0f}, {100 * r['high']:.0f}]",
            f"{100 * r['by_pairs']:.1f}", f"{r['seeds_with_all']}/{r['seeds']}", r["false_accounts"],
            r["seeds_with_false"],
        )
        for r in rows
    ]  # fmt: skip
    return table(lines, head)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks power_surface")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="campaigns of 25 accounts only")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    asked = cells(quick=given.quick)
    tasks = [(cell, seed) for cell in asked for seed in range(given.seeds)]
    answers = dict(zip(tasks, every(searched, tasks, given.processes), strict=True))
    rows = [_row(cell, [answers[cell, seed] for seed in range(given.seeds)]) for cell in asked]
    result = provenance("power_surface", arguments, started) | {"seeds": "0 on", "rows": rows}
    write(result, _text(rows), as_json=given.json, out=given.out)
    return 0
