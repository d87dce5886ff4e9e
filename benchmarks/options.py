"""What the options of `overt detect` cost and gain: default, --mid-p, --strict.

in: a labelled set if there is one; out: per option the members of a planted campaign that are found, false
accounts, runs with a finding where there is none, and who is flagged on the labelled set, with times as they
are and dealt anew; why: an option is chosen by what it changes.

    python -m benchmarks options [--labelled FOLDER] [--seeds 10] [--replicates 20] [--json] [--out F]

Campaigns of 25 accounts and 12 texts as in `power_surface`; platforms without coordination in five regimes;
at 5 %. Times are dealt anew within accounts (seed 1), so that only content and habits are left.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import overt
from benchmarks.dev_set import shuffled
from benchmarks.measure.errors import counted
from benchmarks.measure.record import every, provenance, table, write
from benchmarks.measure.worlds import make_case, run_overt
from overt.simulate import null_world, power_world

__all__ = ["OPTIONS", "main", "searched"]

FDR = 0.05
OPTIONS: dict[str, dict[str, bool]] = {"default": {}, "mid-p": {"mid_p": True}, "strict": {"strict": True}}
JITTERS_S = (20.0, 120.0, 600.0)
REGIMES = ("plain", "flash", "viral", "shared_events", "scheduler_half")
SHUFFLE_SEED = 1

Task = tuple[str, float, int]
"""A regime and 0, or "planted" and the jitter; a seed."""


def searched(task: Task) -> dict[str, tuple[int, int]]:
    """Accounts flagged, and false ones, of one platform by option."""
    regime, jitter_s, seed = task
    world = power_world(seed, jitter_s) if regime == "planted" else null_world(seed, regime)
    case = make_case(world)
    return {
        name: counted(run_overt(case.loaded, FDR, **option), case.group, FDR)["accounts"]
        for name, option in OPTIONS.items()
    }


def labelled(folder: Path, name: str, *, anew: bool) -> dict[str, int]:
    """Flagged accounts by source."""
    with tempfile.TemporaryDirectory() as scratch:
        posts = folder / "posts.parquet"
        if anew:
            posts = shuffled(posts, SHUFFLE_SEED, Path(scratch) / "posts.parquet")
        study = overt.open(Path(scratch) / "study")
        study.ingest(posts)
        found = study.detect(fdr=FDR, **OPTIONS[name])
        flagged = {row["account_id"] for row in found.account_scores.rows() if row["flagged"]}
    sources = {
        row["account_id"]: row["source"] for row in pq.read_table(folder / "labels.parquet").to_pylist()
    }
    counts = Counter(sources[account] for account in flagged)
    return {source: counts[source] for source in sorted(set(sources.values()))}


def _row(name: str, answers: dict[Task, dict[str, tuple[int, int]]], folder: Path | None) -> dict[str, Any]:
    planted = {task: one[name] for task, one in answers.items() if task[0] == "planted"}
    null = [one[name] for task, one in answers.items() if task[0] != "planted"]
    found = {
        jitter: [n - false for (_, at, _), (n, false) in planted.items() if at == jitter]
        for jitter in JITTERS_S
    }
    return {
        "option": name,
        "members_found": {f"{j:g}": sum(n) / (25 * max(1, len(n))) for j, n in found.items()},
        "planted_runs": len(planted),
        "false_accounts": sum(false for _, false in planted.values()),
        "null_runs": len(null),
        "null_runs_with_a_finding": sum(n > 0 for n, _ in null),
        "labelled": labelled(folder, name, anew=False) if folder else {},
        "labelled_dealt_anew": labelled(folder, name, anew=True) if folder else {},
    }


def _text(rows: list[dict[str, Any]]) -> str:
    head = (
        "option",
        "found %, 20 s / 2 min / 10 min",
        "false accounts",
        "null runs",
        "labelled",
        "dealt anew",
    )
    lines = [
        (
            r["option"],
            " / ".join(f"{100 * share:.1f}" for share in r["members_found"].values()),
            f"{r['false_accounts']} in {r['planted_runs']} runs",
            f"{r['null_runs_with_a_finding']} of {r['null_runs']}",
            *(
                ", ".join(f"{k} {n}" for k, n in r[key].items()) or "-"
                for key in ("labelled", "labelled_dealt_anew")
            ),
        )
        for r in rows
    ]
    return table(lines, head)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks options")
    parser.add_argument("--labelled", type=Path, metavar="FOLDER", help="posts.parquet and labels.parquet")
    parser.add_argument("--seeds", type=int, default=10, help="platforms with a campaign, per jitter")
    parser.add_argument("--replicates", type=int, default=20, help="platforms without one, per regime")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    tasks: list[Task] = [("planted", jitter, seed) for jitter in JITTERS_S for seed in range(given.seeds)]
    tasks += [(regime, 0.0, seed) for regime in REGIMES for seed in range(given.replicates)]
    answers = dict(zip(tasks, every(searched, tasks, given.processes), strict=True))
    rows = [_row(name, answers, given.labelled) for name in OPTIONS]
    result = provenance("options", arguments, started) | {"seeds": "0 on", "rows": rows}
    write(result, _text(rows), as_json=given.json, out=given.out)
    return 0
