"""How fast the join is: T-pairs at several sizes, beside a bare prototype and SQL, in one run.

in: workloads, or the wish to make them; out: seconds, seconds of all cores, peak memory and checksum of every
run, the ratio to the prototype, how the cost grows; why: a figure counts when the answer was right, and a
ratio only when both were measured in the same minutes.

    python -m benchmarks speed_pairs [--sizes 100k 1m 10m] [--workloads FOLDER] [--independent]
                                     [--out docs/scale/pairs.json]

Each run is a process of its own, from posts on disk to the checksum, the start of Python included; the tools
take turns. Before, each runs once untimed on 10,000 posts, so that compiled kernels are cached. Without
--workloads posts are made by `benchmarks.workload`; FOLDER holds w100k, w1m, ... with a posts.parquet each.
SQL is timed up to --most-sql posts. Above, --independent has the answer checked once by writing down and
sorting every pair of posts (`benchmarks.baselines.sort_and_count`, minutes), for the one thing that the same
walk twice cannot say: that the answer is right. What was measured is kept size by size, so that a full disk
costs the last one only. The exit code is 1 where two answers differ.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure.growth import growth, middle
from benchmarks.measure.machine import load, machine
from benchmarks.measure.process import Cost, run
from benchmarks.measure.record import PACKAGES, keep, provenance, table, write
from benchmarks.workload import number_of

__all__ = ["main", "posts_at", "size_name"]

OVERT, PROTOTYPE, SQL, SORTED = "overt", "row-wise prototype", "DuckDB", "sort and count"
SPARK = "overt on Spark"
PYTHON = (sys.executable, "-m")
WARM_UP = 10_000
LOOK_S = {SPARK: 0.1}
"""Of a tool that is many processes, all are watched."""
Row = dict[str, Any]


def size_name(posts: int) -> str:
    """100k, 1m, 10m."""
    return f"{posts // 1_000_000}m" if posts % 1_000_000 == 0 else f"{posts // 1000}k"


def tools(memory_mb: int | None, spark: bool) -> dict[str, list[str]]:
    """Commands by name; the posts follow."""
    found = {
        OVERT: [*PYTHON, "benchmarks.pairs"],
        PROTOTYPE: [*PYTHON, "benchmarks.baselines.row_wise"],
        SQL: [*PYTHON, "benchmarks.baselines.bucket_join"],
    }
    if memory_mb:
        found[f"overt in {memory_mb} MiB"] = [*found[OVERT], "--memory-mb", str(memory_mb)]
    if spark and _has_spark():
        found[SPARK] = [*found[OVERT], "--engine", "spark"]
    return found


def _has_spark() -> bool:
    return "--engine" in run([*PYTHON, "benchmarks.pairs", "--help"]).printed


def posts_at(size: int, folder: Path, given: Path | None) -> Path:
    """The workload's posts; in a process of its own, as a child's peak is never below its parent's."""
    path = (given or folder) / f"w{size_name(size)}" / "posts.parquet"
    if given and not path.exists():
        raise SystemExit(f"there is no {path.parent.name}/posts.parquet in {given}")
    if not given:
        run([*PYTHON, "benchmarks", "workload", str(path.parent), "--posts", str(size)])
    return path


def warm_up(asked: dict[str, list[str]], posts: Path) -> None:
    """Run each tool once; Spark is taken out where it cannot run (no PySpark, no Java)."""
    for tool, command in list(asked.items()):
        try:
            run([*command, str(posts), "--json"])
        except SystemExit as failed:
            if tool != SPARK:
                raise
            del asked[tool]
            sys.stderr.write(f"{tool} is left out: {str(failed).strip().splitlines()[-1]}\n")


def _row(tool: str, size: int, number: int, cost: Cost) -> Row:
    said = json.loads(cost.printed)
    row = {
        "tool": tool, "posts": size, "run": number, **cost.figures(), "load": load(),
        "pairs": said["pairs"], "checksum": said["checksum"],
    }  # fmt: skip
    if tool == SPARK:  # the system does not count a Java process that nobody waited for; the tool does
        row["cpu_s"] = max(cost.cpu_s, said["cpu_s"])
    return row


def measured(given: argparse.Namespace, asked: dict[str, list[str]], size: int, posts: Path) -> list[Row]:
    """The runs of every tool at one size, in turn, and one more for an answer by another method."""
    timed = {tool: command for tool, command in asked.items() if tool != SQL or size <= given.most_sql}
    rows = [
        _row(tool, size, number, run([*command, str(posts), "--json"], watch_s=LOOK_S.get(tool)))
        for number in range(1, given.runs + 1)
        for tool, command in timed.items()
    ]
    if given.independent and SQL not in timed:
        command = [*PYTHON, "benchmarks.baselines.sort_and_count", str(posts), "--json"]
        rows.append(_row(SORTED, size, 1, run(command)))
    return rows


def check(rows: Sequence[Row]) -> Row:
    """Whether all answers at one size are the same, and which methods that share nothing gave them."""
    own = {row["tool"] for row in rows} & {SQL, SORTED}
    return {
        "posts": rows[0]["posts"],
        "same": len({(row["pairs"], row["checksum"]) for row in rows}) == 1,
        "independent": sorted(own),
        "ratio_to_prototype": _ratio(rows),
    }


def _ratio(rows: Sequence[Row]) -> float | None:
    """CPU of overt over the prototype's: the median of the runs, each with its neighbour in time."""
    cpu = {(row["tool"], row["run"]): row["cpu_s"] for row in rows}
    turns = [number for tool, number in cpu if tool == OVERT and (PROTOTYPE, number) in cpu]
    return round(median(cpu[OVERT, t] / cpu[PROTOTYPE, t] for t in turns), 3) if turns else None


def _text(result: Row) -> str:
    head = ("tool", "posts", "wall s", "CPU s", "peak MB", "pairs", "checksum")
    lines = [
        (r["tool"], f"{r['posts']:,}", r["wall_s"], r["cpu_s"], r["peak_mb"], r["pairs"], r["checksum"][:8])
        for r in result["runs"]
    ]
    said = [table(lines, head)]
    for one in result["checks"]:
        by = ", ".join(one["independent"]) or "no method of another kind"
        said.append(
            f"{one['posts']:,} posts: answers {'agree' if one['same'] else 'DO NOT AGREE'} ({by}); overt "
            f"takes {one['ratio_to_prototype']} x the CPU of the prototype\n"
        )
    costs: dict[int, list[float]] = {}
    for r in result["runs"]:
        if r["tool"] == OVERT:
            costs.setdefault(r["posts"], []).append(r["cpu_s"])
    found = growth(middle(costs))
    steps = ", ".join(f"{a:,} to {b:,}: {exponent:.2f}" for a, b, exponent in found.steps)
    return "".join(said) + (f"CPU grows as posts ^ {found.exponent:.2f} ({steps})\n" if steps else "")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed_pairs")
    parser.add_argument("--sizes", type=number_of, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--workloads", type=Path, metavar="FOLDER", help="with w100k, w1m, ...; else made")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most-sql", type=number_of, default=10_000_000, help="posts that SQL is timed on")
    parser.add_argument("--independent", action="store_true", help="check the answer above that, once")
    parser.add_argument("--memory-mb", type=int, help="overt once more, holding so much at most")
    parser.add_argument("--no-spark", dest="spark", action="store_false", help="even where overt has it")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started, about = time.perf_counter(), machine()
    runs: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        asked = tools(given.memory_mb, given.spark)
        warm_up(asked, posts_at(WARM_UP, Path(scratch), None))
        for size in sorted(set(given.sizes)):
            posts = posts_at(size, Path(scratch), given.workloads)
            runs += measured(given, asked, size, posts)
            result = provenance("speed_pairs", arguments, started) | _result(given, about, runs)
            keep(result, given.out)
            sys.stderr.write(f"{size_name(size)} done after {time.perf_counter() - started:.0f} s\n")
    write(result, _text(result), as_json=given.json, out=given.out)
    return 0 if all(one["same"] for one in result["checks"]) else 1


def _result(given: argparse.Namespace, about: Row, runs: Sequence[Row]) -> Row:
    sizes = dict.fromkeys(row["posts"] for row in runs)
    return {
        "on": about,
        "packages": {name: version(name) for name in ("duckdb", *PACKAGES)},
        "workload": "given" if given.workloads else "made",
        "runs": runs,
        "checks": [check([row for row in runs if row["posts"] == size]) for size in sizes],
    }
