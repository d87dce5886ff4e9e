"""Everything on the page of results, in one command: error rates, power, other methods, figures.

in: how much time there is; out: JSON and figures in docs/evaluation/, and docs/evaluation.md; why: a page of
results that takes one command to make again is made again.

    python -m benchmarks evaluate [--quick] [--labelled FOLDER] [--results docs/evaluation]

4,700 platforms, with --quick 1,425 and wider intervals; two processes do about five platforms a second.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks import compare, figures, null_regimes, origination, power_surface

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks evaluate")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--labelled", type=Path, metavar="FOLDER", help="posts.parquet and labels.parquet")
    parser.add_argument("--results", type=Path, default=Path("docs/evaluation"))
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    shared = ["--processes", str(given.processes), "--out"]
    out = given.results
    error = ["--replicates", "40", "--planted", "10"] if given.quick else []
    null_regimes.main([*error, *shared, str(out / "null_regimes.json")])
    power = ["--quick", "--seeds", "10"] if given.quick else []
    power_surface.main([*power, *shared, str(out / "power_surface.json")])
    labelled = ["--labelled", str(given.labelled), "--shuffle", "1"] if given.labelled else []
    origin = ["--labelled", str(given.labelled)] if given.labelled else []
    short = ["--replicates", "20", "--seeds", "10"] if given.quick else []
    origination.main([*short, *origin, *shared, str(out / "origination.json")])
    few = ["--seeds", "5"] if given.quick else []
    compare.main([*few, *labelled, *shared, str(out / "compare.json")])
    return figures.main(["--results", str(out), "--page", str(out.with_suffix(".md"))])
