"""The join beside another tool's: T-pairs by overt and by coordination-network-toolkit, in one run.

in: workloads, or the wish to make them, and a network to install from; out: seconds, seconds of all cores and
memory of both, and whose pairs are which; why: "faster" needs the same task, the same posts and the same
minutes, and "as good" needs both answers.

    python -m benchmarks speed_peers [--sizes 100k 1m] [--workloads FOLDER] [--environment FOLDER]
                                     [--out docs/scale/peers.json]

The toolkit runs `preprocess` and `compute co_link` (weight 2, 60 s) on a CSV. overt runs twice: on the same
CSV, which it turns into Parquet first, and on Parquet. Reading is in all figures, and so is the start of
Python. The toolkit counts posts, not different objects: its answer is compared as it is, and after every pair
with fewer than two different objects is dropped, which SQL counts. It is installed from the package index
into a temporary environment, or into --environment, which is kept; without a network nothing is compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.baselines import toolkit
from benchmarks.measure.machine import load, machine
from benchmarks.measure.process import Cost, run
from benchmarks.measure.record import PACKAGES, provenance, table, write
from benchmarks.speed_pairs import posts_at, size_name
from benchmarks.workload import number_of

__all__ = ["main"]

Row = dict[str, Any]
Pairs = set[tuple[str, str]]


def _added(costs: Sequence[Cost]) -> Row:
    """Commands one after the other: times added, the largest memory."""
    return {
        "wall_s": round(sum(cost.wall_s for cost in costs), 3),
        "cpu_s": round(sum(cost.cpu_s for cost in costs), 3),
        "peak_mb": max((cost.peak_mb or 0.0) for cost in costs) or None,
        "read_cpu_s": costs[0].cpu_s if len(costs) > 1 else None,
    }


def _by_overt(module: str, posts: Path, answer: Path) -> list[Cost]:
    return [run([sys.executable, "-m", module, str(posts), "--json", "--out", str(answer)])]


def _by_toolkit(python: Path, csv: Path, database: Path) -> list[Cost]:
    database.unlink(missing_ok=True)
    return [run(command) for command in toolkit.commands(python, csv, database)]


def measured(python: Path, size: int, posts: Path, folder: Path, runs: int) -> tuple[list[Row], Row]:
    """The runs at one size, the tools in turn, and how the answers compare."""
    csv, database, answer = folder / "posts.csv", folder / "toolkit.db", folder / "answer.csv"
    toolkit.write_csv(posts, csv)
    ways: dict[str, Callable[[], list[Cost]]] = {
        "overt, from CSV": lambda: _by_overt("benchmarks.baselines.pairs_of_csv", csv, answer),
        "overt, from Parquet": lambda: _by_overt("benchmarks.pairs", posts, answer),
        toolkit.NAME: lambda: _by_toolkit(python, csv, database),
    }
    rows = [
        {"tool": tool, "posts": size, "run": number, **_added(way()), "load": load()}
        for number in range(1, runs + 1)
        for tool, way in ways.items()
    ]
    theirs, ours = toolkit.pairs(database), _answer(answer)
    return rows, {"posts": size, **compared(ours, theirs, toolkit.exact(posts, sorted(theirs)))}


def _answer(path: Path) -> Pairs:
    lines = path.read_text().splitlines()[1:]
    return {(a, b) for a, b, *_ in (line.split(",") for line in lines)}


def compared(ours: Pairs, theirs: Pairs, filtered: Pairs) -> Row:
    """How many pairs each has; `filtered`: theirs with two different objects."""
    return {
        "pairs": len(ours),
        "theirs": len(theirs),
        "theirs_only": len(theirs - ours),
        "ours_only": len(ours - theirs),
        "theirs_exact": len(filtered),
        "same_after_filter": filtered == ours,
    }


def ratios(rows: Sequence[Row]) -> Row:
    """The toolkit's CPU over that of each way of overt: the median over the turns."""
    cpu = {(row["tool"], row["run"]): row["cpu_s"] for row in rows}
    ways = [tool for tool in dict.fromkeys(row["tool"] for row in rows) if tool != toolkit.NAME]
    turns = sorted({row["run"] for row in rows})
    return {way: round(median(cpu[toolkit.NAME, t] / cpu[way, t] for t in turns), 2) for way in ways}


def _text(result: Row) -> str:
    head = ("tool", "posts", "wall s", "CPU s", "of it reading", "peak MB")
    lines = [
        (r["tool"], f"{r['posts']:,}", r["wall_s"], r["cpu_s"], r["read_cpu_s"] or "", r["peak_mb"])
        for r in result["runs"]
    ]
    said = [table(lines, head)]
    for one in result["checks"]:
        times = ", ".join(f"{ratio} x that of {way}" for way, ratio in one["cpu_ratio"].items())
        verdict = "the same" if one["same_after_filter"] else "NOT THE SAME"
        said.append(
            f"{one['posts']:,} posts: {toolkit.NAME} takes {times}; overt {one['pairs']:,} pairs, the other "
            f"{one['theirs']:,}: {one['theirs_only']:,} more, {one['ours_only']:,} missing; with two "
            f"different objects {one['theirs_exact']:,}: {verdict}\n"
        )
    return "".join(said)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed_peers")
    parser.add_argument("--sizes", type=number_of, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--workloads", type=Path, metavar="FOLDER", help="with w100k, w1m, ...; else made")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--environment", type=Path, help="where the toolkit is, or is to be, installed")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started, about = time.perf_counter(), machine()
    runs: list[Row] = []
    checks: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        python = toolkit.install(given.environment or folder / "environment")
        if isinstance(python, str):
            sys.stdout.write(f"{python}\n")
            return 0
        for size in sorted(set(given.sizes)):
            posts = posts_at(size, folder, given.workloads)
            if not runs:  # compiled kernels are cached from here on
                _by_overt("benchmarks.pairs", posts, folder / "answer.csv")
            rows, check = measured(python, size, posts, folder, given.runs)
            runs += rows
            checks.append({**check, "cpu_ratio": ratios(rows)})
            sys.stderr.write(f"{size_name(size)} done after {time.perf_counter() - started:.0f} s\n")
    result = provenance("speed_peers", arguments, started) | {
        "on": about,
        "packages": {name: version(name) for name in ("duckdb", *PACKAGES)} | {toolkit.NAME: toolkit.VERSION},
        "workload": "given" if given.workloads else "made",
        "runs": runs,
        "checks": checks,
    }
    write(result, _text(result), as_json=given.json, out=given.out)
    return 0 if all(one["same_after_filter"] for one in checks) else 1
