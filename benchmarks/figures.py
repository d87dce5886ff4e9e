"""The results as a page: figures and tables from the JSON of the other measurements.

in: a folder with null_regimes*.json, power_surface.json, origination.json and compare.json; out: SVG figures
in it and evaluation.md beside it; why: what is measured can be looked at, and measured again.

    python -m benchmarks figures [--results docs/evaluation] [--page docs/evaluation.md]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import page
from benchmarks.measure.drawing import Mark, Panel, Series, bars, dots, lines

__all__ = ["main", "written"]

Rows = Sequence[dict[str, Any]]

HEAD = """# What was measured

Made by `python -m benchmarks figures` from the files in [evaluation/](evaluation/); no number here is typed
by hand. Platforms are simulated (`overt.simulate`), seeds count from 0. How each figure is defined stands at
the head of the benchmark's file.
"""

ERRORS = """
## Does the error rate hold?

Regimes without any coordination, 1,500 accounts each. Every finding is false there, and the realised rate is
the share of runs with any finding: the counts are runs with a finding at q = 1 / 5 / 10 %. `shared_events` is
the regime in which the same sixty people react to forty outside events within two minutes, before a wide
public: an audience, no campaign. "Not above q" compares the 95 % interval with q at all three rates, for
edges, accounts and groups; with few runs an interval is wide, and "holds" says little.

![Realised error rate by regime](evaluation/error_rate.svg)

"""

POWER = """
## What can be found?

Members found at q = 5 % with the 95 % interval over seeds (the interval is that of the mean; where every seed
gives the same it has no width). Participation 0.6, texts, half of each member's posts ordinary.

![Power by jitter, objects and size](evaluation/power.svg)

"""

STARTED = """
## Who starts things together

Campaigns that start their own objects escape the timing test; they are shown as *leads*, and nobody is
flagged for one. Without coordination: platforms with any lead, and accounts in leads per platform. With a
campaign of 25 (texts, participation 0.6, half of each member's posts ordinary): members in leads, others in
leads per platform, and members that the timing test flags.

"""

COMPARED = """
## Beside other methods

The same platforms, the same actions of the same traces. On `null` platforms: innocents flagged per run, and
runs with any. On `planted` ones (25 accounts, 12 texts): members found, innocents flagged per run. The other
methods are written anew from their publications (`benchmarks/baselines/`); parameters are their defaults or
set beforehand, none by looking at labels.

"""

LABELLED = """
## On labelled posts

Posts of an influence operation that a platform attributed (`ira`), of members of the US Congress, who
coordinate in the open, and of people who reacted to one debate; minute resolution, no links. Counted are
accounts that share five or more texts with others, in brackets how many there are; the last column counts all
accounts. Subgroups are the operation's.

![Active accounts flagged, by source](evaluation/labelled.svg)

"""

REPEAT = "\n## To measure it again\n\nThe code in brackets is a digest of the package's files.\n\n"


def _error_figure(rows: Rows) -> str:
    null = [r for r in rows if not r["planted"] and r["rate"] == 0.05]
    regimes = list(dict.fromkeys(r["regime"] for r in null))
    cell = {(r["regime"], r["level"]): Mark(r["fdr"], r["low"], r["high"]) for r in null}
    series = [
        Series(level, [cell[regime, level] for regime in regimes])
        for level in ("edges", "accounts", "groups")
    ]
    panel = Panel("Runs with a false finding at q = 5 % (95 % interval)", regimes, series)
    return dots(panel, 0.05, "Share of runs with any finding where nothing is coordinated, by regime")


def _power_figure(rows: Rows) -> str:
    grid = [r for r in rows if r["placement"] == "inside" and r["keep"] == 1]
    jitters = sorted({r["jitter_s"] for r in grid})
    cell = {
        (r["n_accounts"], r["n_objects"], r["jitter_s"]): Mark(r["found"], r["low"], r["high"]) for r in grid
    }
    names = [
        f"{j:.0f} s" if j < 60 else f"{j / 60:.0f} min" if j < 3600 else f"{j / 3600:.0f} h" for j in jitters
    ]
    panels = [
        Panel(
            f"{size} members",
            names,
            [
                Series(f"{n} objects", [cell.get((size, n, j)) for j in jitters])
                for n in sorted({r["n_objects"] for r in grid})
            ],
        )
        for size in sorted({r["n_accounts"] for r in grid})
    ]
    return lines(panels, "Members found by jitter, for each number of shared objects and size of campaign")


def _labelled_figure(rows: Rows) -> str:
    real = [r for r in rows if not r["shuffled"] and r["subgroup"] == "(all)" and r["active"]]
    methods = list(dict.fromkeys(r["method"] for r in real))
    cell = {(r["method"], r["source"]): r["active_flagged"] / r["active"] for r in real}
    sources = sorted({r["source"] for r in real}, reverse=True)
    series = [Series(s, [Mark(cell[m, s], 0.0, 0.0) for m in methods]) for s in sources]
    return bars(
        Panel("Active accounts flagged", methods, series),
        "Share of active accounts flagged, by method and source",
    )


def written(results: Path) -> str:
    """Write the figures into `results`; returns the page. Parts that were not measured are left out."""
    null = [json.loads(path.read_text()) for path in sorted(results.glob("null_regimes*.json"))]
    power = [json.loads(path.read_text()) for path in sorted(results.glob("power_surface*.json"))]
    compare = [json.loads(path.read_text()) for path in sorted(results.glob("compare*.json"))]
    text = HEAD
    if null:
        rows = [row for result in null for row in result["rows"]]
        (results / "error_rate.svg").write_text(_error_figure(rows))
        text += ERRORS + page.error_rates(rows)
    if power:
        rows = [row for result in power for row in result["rows"]]
        (results / "power.svg").write_text(_power_figure(rows))
        text += POWER + page.power(rows)
    started = [json.loads(path.read_text()) for path in sorted(results.glob("origination*.json"))]
    for result in started:
        text += STARTED + page.origination(result)
    for result in compare:
        if result["worlds"]:
            text += COMPARED + page.comparison(result["worlds"], result["methods"])
        if result["labelled"]:
            (results / "labelled.svg").write_text(_labelled_figure(result["labelled"]))
            text += LABELLED + page.labelled(result["labelled"])
    return text + REPEAT + page.repeat([*null, *power, *started, *compare])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks figures")
    parser.add_argument(
        "--results", type=Path, default=Path("docs/evaluation"), help="where the JSON files are"
    )
    parser.add_argument("--page", type=Path, default=Path("docs/evaluation.md"))
    given = parser.parse_args(arguments)
    given.page.write_text(written(given.results))
    sys.stdout.write(f"{given.page}\n")
    return 0
