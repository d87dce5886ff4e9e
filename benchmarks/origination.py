"""Leads: campaigns that start their own objects, which the timing test cannot see.

in: nothing, or a labelled folder; out: leads without coordination, members found in leads, accounts in leads
by label; why: what is shown apart from the findings needs its error rate beside it as well.

    python -m benchmarks origination [--replicates 100] [--seeds 20] [--labelled FOLDER] [--json] [--out F]

Without coordination every lead is false: the share of platforms with any has an exact binomial interval. With
a campaign (25 accounts, texts, participation 0.6, half of its posts ordinary) the mean share of members in
leads has Student's interval over seeds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

import overt
from benchmarks.measure.intervals import binomial_interval, mean_interval
from benchmarks.measure.record import every, provenance, table, write
from benchmarks.measure.worlds import make_case
from benchmarks.power_surface import Cell
from overt.detect.decision import decide
from overt.detect.loaded import Settings
from overt.detect.origination.leads import find_leads
from overt.simulate import REGIMES, World, null_world

__all__ = ["labelled", "main", "searched"]

FDR = 0.05
JITTERS_S = (20.0, 120.0, 600.0)
OBJECTS = (12, 30)
PLACEMENTS = ("exclusive", "first")

Task = tuple[str | Cell, int]


def searched(task: Task) -> dict[str, int]:
    """Members and others in leads, and members flagged, on one platform: (regime or campaign, seed)."""
    what, seed = task
    world: World = null_world(seed, what) if isinstance(what, str) else what.world(seed)
    case = make_case(world)
    decision = decide(case.loaded, Settings(FDR))
    inside = np.zeros(len(case.group), bool)
    for lead in find_leads(decision.layers, case.loaded.clock, FDR, 0).leads:
        inside[lead.members] = True
    members = case.group >= 0
    flagged = decision.flag(FDR).flagged
    counts = {"members": inside & members, "others": inside & ~members, "flagged": flagged & members}
    return {name: int(kept.sum()) for name, kept in counts.items()}


def labelled(folder: Path) -> list[dict[str, Any]]:
    """Accounts in leads by source and subgroup; labels are joined after the search."""
    with tempfile.TemporaryDirectory() as scratch:
        study = overt.open(Path(scratch) / "study")
        study.ingest(folder / "posts.parquet")
        study.detect(fdr=FDR)
        leads = {row["account_id"]: row["flagged"] for row in study.table("leads").rows()}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for label in pq.read_table(folder / "labels.parquet").to_pylist():
        for subgroup in {"(all)", label["subgroup"] or "(all)"}:
            key = (label["source"], subgroup)
            names = {"source": key[0], "subgroup": key[1]}
            row = rows.setdefault(key, names | {"accounts": 0, "in_leads": 0, "in_leads_flagged": 0})
            row["accounts"] += 1
            row["in_leads"] += label["account_id"] in leads
            row["in_leads_flagged"] += leads.get(label["account_id"], False)
    return [rows[key] for key in sorted(rows)]


def _null_row(regime: str, runs: Sequence[dict[str, int]]) -> dict[str, Any]:
    n = sum(run["others"] > 0 for run in runs)
    low, high = binomial_interval(n, len(runs))
    accounts = sum(run["others"] for run in runs) / len(runs)
    return {
        "regime": regime,
        "runs": len(runs),
        "runs_with_lead": n,
        "low": low,
        "high": high,
        "accounts_mean": accounts,
    }


def _planted_row(cell: Cell, runs: Sequence[dict[str, int]]) -> dict[str, Any]:
    shares = [run["members"] / cell.n_accounts for run in runs]
    low, high = mean_interval(shares)
    return {
        "placement": cell.placement,
        "jitter_s": cell.jitter_s,
        "n_objects": cell.n_objects,
        "seeds": len(runs),
        "found": sum(shares) / len(runs),
        "low": low,
        "high": high,
        "others_mean": sum(run["others"] for run in runs) / len(runs),
        "flagged": sum(run["flagged"] for run in runs) / len(runs) / cell.n_accounts,
    }


def _text(result: dict[str, Any]) -> str:
    null = [
        (r["regime"], r["runs"], r["runs_with_lead"], f"{r['accounts_mean']:.2f}") for r in result["null"]
    ]
    planted = [
        (
            r["placement"], f"{r['jitter_s']:.0f} s", r["n_objects"], f"{100 * r['found']:.1f}",
            f"[{100 * r['low']:.0f}, {100 * r['high']:.0f}]", f"{r['others_mean']:.2f}",
            f"{100 * r['flagged']:.0f}",
        )
        for r in result["planted"]
    ]  # fmt: skip
    text = table(null, ("regime", "platforms", "with a lead", "accounts in leads"))
    text += table(planted, ("campaign", "jitter", "objects", "in leads %", "interval", "others", "flagged %"))
    if result["labelled"]:
        names = ("source", "subgroup", "accounts", "in_leads", "in_leads_flagged")
        text += table([tuple(row[name] for name in names) for row in result["labelled"]], names)
    return text


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks origination")
    parser.add_argument(
        "--replicates", type=int, default=100, help="platforms without a campaign, per regime"
    )
    parser.add_argument("--seeds", type=int, default=20, help="platforms per kind of campaign")
    parser.add_argument("--labelled", type=Path, metavar="FOLDER", help="posts.parquet and labels.parquet")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    cells = [Cell(p, 1.0, j, o, 25) for p, j, o in product(PLACEMENTS, JITTERS_S, OBJECTS)]
    tasks: list[Task] = [(regime, seed) for regime in REGIMES for seed in range(given.replicates)]
    tasks += [(cell, seed) for cell in cells for seed in range(given.seeds)]
    answers = dict(zip(tasks, every(searched, tasks, given.processes), strict=True))
    result = provenance("origination", arguments, started) | {
        "null": [_null_row(r, [answers[r, seed] for seed in range(given.replicates)]) for r in REGIMES],
        "planted": [_planted_row(c, [answers[c, seed] for seed in range(given.seeds)]) for c in cells],
        "labelled": labelled(given.labelled) if given.labelled else [],
    }
    write(result, _text(result), as_json=given.json, out=given.out)
    return 0
