"""How long reading an export takes, in one process and in several, and that both give the same tables.

in: an export, or a number of accounts to simulate; out: seconds, seconds of all cores and peak memory of each
run, and a digest of the tables; why: reading is the longest step of a first study, and the figures in
docs/decisions/0015 can be measured again.

    python -m benchmarks ingest [FILE] [--accounts 10000] [--processes 1 2] [--runs 3] [--json] [--out F]

Every run is `overt ingest` from the start of Python to its end, alone in a new study. Runs with different
numbers of processes take turns, so that a machine that becomes slower does so for all. The memory is that of
all processes of a run together, pages that they share counted once (PSS), looked at ten times a second; Linux
alone says it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure.process import family, pss_kb
from benchmarks.measure.record import provenance, table, write
from overt.simulate import demo_world, simulate
from overt.simulate import write as write_export

__all__ = ["main", "measured"]

_RUN = """
import importlib, sys
importlib.import_module("overt.detect.sources.ingest").processes = lambda: int(sys.argv[1])
from overt.cli import main
sys.exit(main(["ingest", sys.argv[2], "--out", sys.argv[3]]))
"""
_LOOK_S = 0.1


def measured(file: Path, processes: int) -> dict[str, Any]:
    """One run: `seconds`, `cpu_seconds`, `peak_mb` (None where it is not known), `digest` of the tables."""
    with tempfile.TemporaryDirectory() as scratch:
        study = Path(scratch) / "study"
        before, started, peak = _cpu_seconds(), time.perf_counter(), 0
        command = [sys.executable, "-c", _RUN, str(processes), str(file), str(study)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
            while run.poll() is None:
                peak = max(peak, sum(map(pss_kb, family(run.pid))))
                time.sleep(_LOOK_S)
        if run.returncode:
            raise SystemExit(f"overt ingest ended with {run.returncode}")
        return {
            "processes": processes,
            "seconds": round(time.perf_counter() - started, 1),
            "cpu_seconds": round(_cpu_seconds() - before, 1),
            "peak_mb": peak // 1024 or None,
            "digest": _digest(study),
        }


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _digest(study: Path) -> str:
    found = hashlib.sha256()
    for path in [*sorted((study / "tables").iterdir()), study / "rejects.ndjson"]:
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _export(given: argparse.Namespace, folder: Path) -> Path:
    if given.file:
        return Path(given.file)
    # as many objects for each account as the demo has
    world = replace(demo_world(1), n_accounts=given.accounts, n_objects=given.accounts * 6 // 10)
    return write_export(simulate(world), folder).posts


def _text(result: dict[str, Any]) -> str:
    head = ("processes", "median s", "runs s", "cores s", "peak MB", "tables")
    rows = []
    for processes in dict.fromkeys(run["processes"] for run in result["runs"]):
        runs = [run for run in result["runs"] if run["processes"] == processes]
        seconds = sorted(run["seconds"] for run in runs)
        cpu = median(run["cpu_seconds"] for run in runs)
        peak = max((run["peak_mb"] for run in runs if run["peak_mb"]), default="unknown")
        digests = " ".join(sorted({run["digest"] for run in runs}))
        spread = f"{seconds[0]} to {seconds[-1]}"
        rows.append((processes, f"{median(seconds):.1f}", spread, f"{cpu:.1f}", peak, digests))
    state = "the same" if result["same"] else "NOT THE SAME"
    return f"{result['mb']:,} MB; the tables of all runs are {state}\n{table(rows, head)}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks ingest")
    parser.add_argument("file", nargs="?", help="an export; without one a platform is simulated")
    parser.add_argument("--accounts", type=int, default=10_000, help="of the simulated platform")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, min(8, os.cpu_count() or 1)])
    parser.add_argument("--runs", type=int, default=3, help="for each number of processes")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        file = _export(given, Path(scratch))
        runs = [measured(file, n) for _ in range(given.runs) for n in dict.fromkeys(given.processes)]
        mb = file.stat().st_size // 1_000_000
    same = len({run["digest"] for run in runs}) == 1
    result = provenance("ingest", arguments, started) | {"mb": mb, "runs": runs, "same": same}
    write(result, _text(result), as_json=given.json, out=given.out)
    return 0 if same else 1
