"""The realised false discovery rate: regimes without any coordination, and with a campaign to be found.

in: nothing; out: per regime, rate and level the share of false findings with its 95 % interval; why: the
promise is a rate, so it is measured as one, on data that the method was not made on.

    python -m benchmarks null_regimes [--replicates 100] [--planted 40] [--regime NAME] [--mid-p] [--out F]

Without coordination every finding is false, and the rate is the share of runs with any finding (exact
binomial interval). With a campaign (25 accounts, 12 texts, jitter 10 minutes, in the same regime) it is the
mean over runs of false / found (Student's interval). A rate is broken when the interval lies above it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure.errors import LEVELS, Counts, counted
from benchmarks.measure.intervals import binomial_interval, mean_interval
from benchmarks.measure.record import every, provenance, table, write
from benchmarks.measure.worlds import Case, make_case, run_overt
from overt.simulate import REGIMES, null_world, power_world

__all__ = ["RATES", "main", "replicate", "summarised"]

RATES = (0.10, 0.05, 0.01)
JITTER_S = 600.0
"""A jitter at which some members are found and some are not: something to find, and room to err."""

Task = tuple[str, bool, int, bool]
Replicate = dict[float, Counts]


def replicate(task: Task) -> Replicate:
    """Counts at every rate of one platform: (regime, whether a campaign is in it, seed, whether mid-p)."""
    regime, planted, seed, mid_p = task
    world = power_world(seed, JITTER_S, regime=regime) if planted else null_world(seed, regime)
    return at_every_rate(make_case(world), mid_p=mid_p)


def at_every_rate(case: Case, *, mid_p: bool = False) -> Replicate:
    """The detector is run anew at each rate: attachment and groups depend on it.

    q-values do not, so where nothing is found at the largest rate there is nothing at a smaller one.
    """
    result: Replicate = {}
    for rate in RATES:
        result[rate] = counted(run_overt(case.loaded, rate, mid_p=mid_p), case.group, rate)
        if rate == RATES[0] and not any(found for found, _ in result[rate].values()):
            return dict.fromkeys(RATES, result[rate])
    return result


def summarised(regime: str, planted: bool, runs: Sequence[Replicate]) -> list[dict[str, Any]]:
    """A row per rate and level."""
    rows = []
    for rate in sorted(RATES):
        for level in LEVELS:
            found, false = zip(*(run[rate][level] for run in runs), strict=True)
            shares = [bad / max(1, n) for n, bad in zip(found, false, strict=True)]
            bad_runs = sum(bad > 0 for bad in false)
            low, high = mean_interval(shares) if planted else binomial_interval(bad_runs, len(runs))
            rows.append(
                {
                    "regime": regime,
                    "planted": planted,
                    "rate": rate,
                    "level": level,
                    "runs": len(runs),
                    "runs_with_false": bad_runs,
                    "fdr": sum(shares) / len(runs),
                    "low": low,
                    "high": high,
                    "holds": low <= rate,
                    "found_mean": sum(found) / len(runs),
                    "false_mean": sum(false) / len(runs),
                    "false_most": max(false),
                }
            )
    return rows


def _text(rows: list[dict[str, Any]]) -> str:
    head = ("regime", "campaign", "q", *LEVELS, "false accounts/run", "most")
    keys = dict.fromkeys((row["regime"], row["planted"], row["rate"]) for row in rows)
    lines = []
    for regime, planted, rate in keys:
        some = {
            r["level"]: r for r in rows if (r["regime"], r["planted"], r["rate"]) == (regime, planted, rate)
        }
        cells = [
            f"{100 * r['fdr']:.1f} [{100 * r['low']:.1f}, {100 * r['high']:.1f}]{'' if r['holds'] else ' !'}"
            for r in some.values()
        ]
        accounts = some["accounts"]
        counts = (f"{accounts['false_mean']:.2f}", accounts["false_most"])
        lines.append((regime, "yes" if planted else "no", f"{100 * rate:g} %", *cells, *counts))
    return table(lines, head) + "realised rate in %, 95 % interval; ! where the interval lies above q\n"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks null_regimes")
    parser.add_argument(
        "--replicates", type=int, default=100, help="platforms without a campaign, per regime"
    )
    parser.add_argument("--planted", type=int, default=40, help="platforms with one, per regime")
    parser.add_argument(
        "--regime", action="append", choices=list(REGIMES), help="repeatable; all if left out"
    )
    parser.add_argument("--mid-p", action="store_true", help="as overt detect --mid-p")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="keep the JSON in this file")
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    cells = [(r, p) for r in given.regime or REGIMES for p in (False, True)]
    size = {False: given.replicates, True: given.planted}
    tasks: list[Task] = [
        (regime, planted, seed, given.mid_p) for regime, planted in cells for seed in range(size[planted])
    ]
    answers = dict(zip(tasks, every(replicate, tasks, given.processes), strict=True))
    rows = []
    for regime, planted in cells:
        runs = [answers[regime, planted, seed, given.mid_p] for seed in range(size[planted])]
        rows += summarised(regime, planted, runs) if runs else []
    result = provenance("null_regimes", arguments, started) | {"seeds": "0 on", "rows": rows}
    write(result, _text(rows), as_json=given.json, out=given.out)
    return 0
