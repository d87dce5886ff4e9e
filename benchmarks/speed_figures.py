"""Speed as a page: tables and figures from the JSON of speed_pairs, speed_peers and speed_study.

in: a folder with pairs*.json, peers*.json and study*.json; out: SVG figures and figures.md in it; why: what
is measured can be looked at, and measured again.

    python -m benchmarks speed_figures [--results docs/scale] [--page docs/scale/figures.md]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import scale_page as page
from benchmarks.measure.scaling import Costs, in_parts, log_log, short

__all__ = ["main", "written"]

Row = dict[str, Any]

HEAD = """# How long things take

Made by `python -m benchmarks speed_figures` from the JSON files in this folder; no number here is typed by
hand. What ran, on what and with which versions stands at the end. Seconds of one machine say little about
another's, and wall seconds of a busy one little about anything: compare CPU seconds, and best of all ratios
within one run. The load is the number of processes that wanted a core, these runs' own among them; the JSON
has it for each run.
"""

PAIRS = """
## The join

All pairs of accounts that shared at least two objects within a minute. Each run is a process of its own, from
`posts.parquet` on disk to the checksum of the answer, the start of Python and of the libraries included; all
runs are given, and the tools took turns. The *row-wise prototype* is the same walk without anything around it
(`benchmarks/baselines/row_wise.py`); *DuckDB* is another method, a join on time buckets in SQL
(`benchmarks/baselines/bucket_join.sql`), and *sort and count* a third, which writes down every pair of posts
(`benchmarks/baselines/sort_and_count.py`). They make an equal checksum mean that the answer is right.

![CPU and memory of the join by posts](pairs.svg)

"""

GROWTH = """
How CPU grows, as an exponent of the number of posts: the slope of a line through the logarithms of the
medians. 1 means that twice the posts take twice the time. Small sizes are flat because starting Python is
most of their cost; large ones are steep because the pairs of posts within a minute on the hottest objects
grow nearly as the square of posts. It bends where the slope rises most, by 0.2 or more.

"""

PEERS = """
## Beside another tool

The same task by coordination-network-toolkit (`preprocess`, then `compute co_link` with weight 2 and a window
of 60 seconds), in the same run, reading included. It reads CSV; overt reads the same CSV, and Parquet. The
toolkit counts posts and not different objects, so it gives more pairs.

"""

STUDY = """
## The whole way

`overt detect FILE`: a simulated platform's export in NDJSON with every field, read, compared, tested, grouped
and reported. Seconds by step are the manifest's; *rest* is what lies outside of the steps: the start of
Python and the report. The peak is that of all processes together.

![Seconds by step](study.svg)

"""

REPEAT = "\n## To measure it again\n\nThe code in brackets is a digest of the package's files.\n\n"


def _read(results: Path, name: str) -> list[Row]:
    return [json.loads(path.read_text()) for path in sorted(results.glob(f"{name}*.json"))]


def _pairs_figure(runs: Sequence[Row]) -> str:
    panels = [
        Costs("CPU seconds by posts", page.by_tool(runs, "cpu_s")),
        Costs("Peak MiB by posts", page.by_tool(runs, "peak_mb")),
    ]
    return log_log(panels, "CPU seconds and peak memory of each tool by number of posts, logarithmic axes")


def _study_figure(runs: Sequence[Row]) -> str:
    by_size: dict[int, list[Row]] = {}
    for run in runs:
        by_size.setdefault(run["posts"], []).append(run)
    rows = {
        f"{short(float(f'{posts:.2g}'))} posts": {
            step: median(run["steps"][step] for run in by_size[posts]) for step in by_size[posts][0]["steps"]
        }
        for posts in sorted(by_size)
    }
    return in_parts("Share of the wall seconds, by step", rows, "Seconds of each step of a study, by size")


def written(results: Path) -> str:
    """Write the figures into `results`; returns the page. Parts that were not measured are left out."""
    pairs, peers, study = (_read(results, name) for name in ("pairs", "peers", "study"))
    text = HEAD
    if pairs:
        runs = [run for result in pairs for run in result["runs"]]
        (results / "pairs.svg").write_text(_pairs_figure(runs))
        text += PAIRS + "\n".join(page.pairs(result) for result in pairs)
        grown = page.pairs_growth(runs)
        text += GROWTH + grown if grown else ""
    for result in peers:
        text += PEERS + page.peers(result)
    if study:
        (results / "study.svg").write_text(_study_figure([run for result in study for run in result["runs"]]))
        text += STUDY + "\n".join(page.study(result) for result in study)
    return text + REPEAT + page.repeat([*pairs, *peers, *study])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks speed_figures")
    parser.add_argument("--results", type=Path, default=Path("docs/scale"), help="where the JSON files are")
    parser.add_argument("--page", type=Path, default=Path("docs/scale/figures.md"))
    given = parser.parse_args(arguments)
    given.page.write_text(written(given.results))
    sys.stdout.write(f"{given.page}\n")
    return 0
