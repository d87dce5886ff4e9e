"""overt and the published methods on the same data: simulated platforms, and a labelled set.

in: optionally a folder with posts.parquet and labels.parquet (as for dev_set); out: per method the innocents
flagged and the members found; why: figures stand side by side from one run, also where others win.

    python -m benchmarks compare [--seeds 20] [--labelled FOLDER] [--shuffle SEED] [--json] [--out F]

Every method reads the same actions of the same deciding traces. Each runs with its published or
beforehand stated parameters; labels are joined afterwards. With --shuffle the labelled set is searched a
second time with each account's times permuted: what is found then is not synchrony.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import overt
from benchmarks.baselines import Baseline, baselines
from benchmarks.dev_set import active, by_source, shuffled
from benchmarks.measure.intervals import binomial_interval, mean_interval
from benchmarks.measure.record import every, provenance, table, write
from benchmarks.measure.worlds import deciding, make_case, run_overt
from overt.detect.loaded import Loaded, load
from overt.simulate import World, null_world, power_world

__all__ = ["WORLDS", "main", "methods", "on_world"]

FDR = 0.05

WORLDS: dict[str, Callable[[int], World]] = {
    "null plain": lambda seed: null_world(seed, "plain"),
    "null viral": lambda seed: null_world(seed, "viral"),
    "null homophily": lambda seed: null_world(seed, "homophily"),
    "null shared_events": lambda seed: null_world(seed, "shared_events"),
    "planted 20 s": lambda seed: power_world(seed, 20.0),
    "planted 2 min": lambda seed: power_world(seed, 120.0),
    "planted 10 min": lambda seed: power_world(seed, 600.0),
}


def _overt(loaded: Loaded) -> np.ndarray:
    flagged: np.ndarray = run_overt(loaded, FDR).grouped.flagged
    return flagged


def methods() -> tuple[Baseline, ...]:
    """overt first, then the baselines."""
    own = Baseline("overt", "docs/method.md", "q 5 %", 1, _overt)
    return (own, *baselines())


def on_world(task: tuple[str, int]) -> dict[str, tuple[int, int, int, float]]:
    """Per method (members, members found, innocents flagged, seconds) on one platform."""
    name, seed = task
    case = make_case(WORLDS[name](seed))
    member = case.group >= 0
    result = {}
    for method in methods():
        started = time.perf_counter()
        flagged = method.flag(case.loaded)
        seconds = time.perf_counter() - started
        result[method.name] = (
            int(member.sum()),
            int((flagged & member).sum()),
            int((flagged & ~member).sum()),
            seconds,
        )
    return result


def _world_rows(seeds: int, processes: int) -> list[dict[str, Any]]:
    tasks = [(name, seed) for name in WORLDS for seed in range(seeds)]
    answers = dict(zip(tasks, every(on_world, tasks, processes), strict=True))
    return [
        _world_row(name, method.name, [answers[name, seed][method.name] for seed in range(seeds)])
        for name in WORLDS
        for method in methods()
    ]


def _world_row(name: str, method: str, runs: Sequence[tuple[int, int, int, float]]) -> dict[str, Any]:
    planted = runs[0][0] > 0
    shares = [found / members for members, found, _, _ in runs] if planted else []
    bad = sum(false > 0 for _, _, false, _ in runs)
    return {
        "world": name,
        "method": method,
        "seeds": len(runs),
        "found": sum(shares) / len(runs) if planted else None,
        "found_interval": mean_interval(shares) if planted else None,
        "false_mean": sum(false for _, _, false, _ in runs) / len(runs),
        "false_most": max(false for _, _, false, _ in runs),
        "runs_with_false": bad,
        "runs_with_false_interval": binomial_interval(bad, len(runs)),
        "fdp": sum(false / max(1, false + found) for _, found, false, _ in runs) / len(runs),
    }


def _labelled_rows(folder: Path, shuffle: int | None) -> list[dict[str, Any]]:
    """Every method on the posts of `folder`; the labels are read when all have answered."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in (None, shuffle) if shuffle is not None else (None,):
            posts = folder / "posts.parquet"
            if seed is not None:
                posts = shuffled(posts, seed, Path(scratch) / "posts.parquet")
            study = overt.open(Path(scratch) / f"study-{seed}")
            study.ingest(posts)
            study.detect(fdr=FDR)
            loaded = load(study.tables, deciding())
            answers = [(method, *_timed(method, loaded)) for method in methods()]
            labels, busy = pq.read_table(folder / "labels.parquet").to_pylist(), active(study)
            for method, flagged, seconds in answers:
                about = {"method": method.name, "shuffled": seed is not None, "seconds": seconds}
                rows += [about | row for row in by_source(flagged, busy, labels)]
    return rows


def _timed(method: Baseline, loaded: Loaded) -> tuple[set[str], float]:
    started = time.perf_counter()
    flagged = np.flatnonzero(method.flag(loaded))
    seconds = time.perf_counter() - started
    return set(pc.take(loaded.accounts, pa.array(flagged)).to_pylist()), round(seconds, 2)


def _world_text(rows: list[dict[str, Any]]) -> str:
    worlds = list(dict.fromkeys(row["world"] for row in rows))
    lines = []
    for method in dict.fromkeys(row["method"] for row in rows):
        mine = {row["world"]: row for row in rows if row["method"] == method}
        lines.append((method, *(_world_cell(mine[world]) for world in worlds)))
    note = "null: innocents flagged per run (runs with any); planted: members found %, innocents per run\n"
    return table(lines, ("method", *worlds)) + note


def _world_cell(row: dict[str, Any]) -> str:
    if row["found"] is None:
        return f"{row['false_mean']:.1f} ({row['runs_with_false']}/{row['seeds']})"
    return f"{100 * row['found']:.0f} %, {row['false_mean']:.1f}"


def _labelled_text(rows: list[dict[str, Any]]) -> str:
    head = {
        (r["source"], r["subgroup"]): f"{r['source']} {r['subgroup']}".removesuffix(" (all)") for r in rows
    }
    lines = []
    for method, moved in dict.fromkeys((row["method"], row["shuffled"]) for row in rows):
        mine = {
            (r["source"], r["subgroup"]): r for r in rows if (r["method"], r["shuffled"]) == (method, moved)
        }
        cells = [f"{mine[key]['active_flagged']}/{mine[key]['active']}" for key in head]
        whole = [f"{mine[key]['flagged']}" for key in head if key[1] == "(all)"]
        lines.append((method + (", times shuffled" if moved else ""), *cells, "+".join(whole)))
    return table(lines, ("active accounts flagged", *head.values(), "flagged in all"))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare")
    parser.add_argument("--seeds", type=int, default=20, help="platforms of each kind; 0 for none")
    parser.add_argument("--labelled", type=Path, metavar="FOLDER", help="posts.parquet and labels.parquet")
    parser.add_argument(
        "--shuffle", type=int, metavar="SEED", help="search the labelled set shuffled as well"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    worlds = _world_rows(given.seeds, given.processes) if given.seeds else []
    labelled = _labelled_rows(given.labelled, given.shuffle) if given.labelled else []
    said = [{"name": m.name, "source": m.source, "parameters": m.parameters} for m in methods()]
    result = provenance("compare", arguments, started)
    result |= {"methods": said, "worlds": worlds, "labelled": labelled}
    text = (_world_text(worlds) if worlds else "") + (_labelled_text(labelled) if labelled else "")
    write(result, text, as_json=given.json, out=given.out)
    return 0
