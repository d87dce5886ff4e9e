"""How long a study takes: `overt detect FILE`, from an export to the report, step by step, at several sizes.

in: numbers of posts, or exports; out: seconds of each step, seconds of all cores, peak memory of all
processes, the size of the report; why: the join is one step of many, and what a user waits for is the whole
way.

    python -m benchmarks speed_study [--sizes 100k 1m] [--exports FILE ...] [--out docs/scale/study.json]

The export is a simulated platform with texts, hashtags, links, sounds, replies and reposts (`overt simulate`
with as many objects an account as the demo has), one account for 18 posts. The steps are what the study's
manifest says; "rest" is what lies outside of them: the start of Python, and the report. One untimed run on
10,000 posts comes first, so that compiled kernels are cached. Memory is looked at ten times a second: pages
that processes share are counted once (PSS); Linux alone says it. 5 million posts need 3.5 GB of disk and 9 GB
of memory to be made.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure.growth import growth, middle
from benchmarks.measure.machine import load, machine
from benchmarks.measure.process import run
from benchmarks.measure.record import keep, provenance, table, write
from benchmarks.workload import number_of

__all__ = ["main"]

PYTHON = (sys.executable, "-m")
WARM_UP = 10_000
LOOK_S = 0.1
Row = dict[str, Any]


def exports(given: argparse.Namespace, folder: Path) -> Iterator[Path]:
    """The exports one by one; one that was made goes when the next is asked for."""
    yield from given.exports or []
    for size in sorted(set([] if given.exports else given.sizes)):
        yield made(folder / str(size), size)


def made(folder: Path, posts: int) -> Path:
    """A simulated export, by a process of its own."""
    return Path(run([*PYTHON, "benchmarks.measure.export", str(folder), str(posts)]).printed.strip())


def measured(export: Path, number: int, folder: Path) -> Row:
    """One study, from the start of Python to its end; the study goes."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        study = Path(scratch) / "study"
        command = [*PYTHON, "overt", "detect", str(export), "--out", str(study), "--json"]
        cost = run(command, watch_s=LOOK_S)
        said = json.loads(cost.printed)
        steps = said["seconds"]
        return {
            "posts": said["posts"],
            "accounts": said["accounts"],
            "run": number,
            **cost.figures(),
            "steps": {**steps, "rest": round(cost.wall_s - sum(steps.values()), 3)},
            "export_mb": round(export.stat().st_size / 1e6, 1),
            "report_mb": round((study / "report.html").stat().st_size / 1e6, 3),
            "tables_mb": round(sum(f.stat().st_size for f in (study / "tables").iterdir()) / 1e6, 1),
            "edges": said["edges"],
            "groups": len(said["groups"]),
            "load": load(),
        }


def _text(result: Row) -> str:
    steps = list(result["runs"][0]["steps"])
    head = ("posts", "accounts", *(f"{step} s" for step in steps), "wall s", "CPU s", "peak MB", "report MB")
    lines = [
        (
            f"{r['posts']:,}", f"{r['accounts']:,}", *(f"{r['steps'][step]:.1f}" for step in steps),
            f"{r['wall_s']:.1f}", f"{r['cpu_s']:.1f}", r["peak_mb"] or "unknown", r["report_mb"],
        )
        for r in result["runs"]
    ]  # fmt: skip
    costs: dict[int, list[float]] = {}
    for r in result["runs"]:
        costs.setdefault(r["posts"], []).append(r["cpu_s"])
    exponent = growth(middle(costs)).exponent
    said = f"CPU grows as posts ^ {exponent:.2f}\n" if exponent is not None else ""
    return table(lines, head) + said


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed_study")
    parser.add_argument("--sizes", type=number_of, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--exports", type=Path, nargs="+", metavar="FILE", help="read these; none is made")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started, about = time.perf_counter(), machine()
    runs: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        warm = made(folder / "warm", WARM_UP)
        measured(warm, 0, folder)
        for export in exports(given, folder):
            runs += [measured(export, number, folder) for number in range(1, given.runs + 1)]
            if folder in export.parents:
                export.unlink()
            result = provenance("speed_study", arguments, started) | {
                "on": about,
                "export": "given" if given.exports else "made",
                "runs": runs,
            }
            keep(result, given.out)
            sys.stderr.write(f"{runs[-1]['posts']:,} posts after {time.perf_counter() - started:.0f} s\n")
    write(result, _text(result), as_json=given.json, out=given.out)
    return 0
