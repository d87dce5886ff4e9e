"""The page of results: every sentence with a number is made from the measurements.

in: the JSON of null_regimes, power_surface, origination and compare; out: Markdown sections; why: a page
typed by hand drifts from what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

__all__ = ["comparison", "error_rates", "labelled", "origination", "power", "repeat"]

Rows = Sequence[dict[str, Any]]
Cells = dict[tuple[str, str, float], dict[str, Any]]
"""Rows of one kind by regime, level and rate."""

RATES = (0.01, 0.05, 0.1)
NULL_LEVELS = {
    "edges": "edges",
    "edges_left": "edges outside audiences",
    "by_pairs": "accounts by their pairs",
    "attached": "attached",
    "groups": "groups",
}


def markdown(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "".join(f"| {' | '.join(str(cell) for cell in row)} |\n" for row in rows)


def repeat(results: Sequence[dict[str, Any]]) -> str:
    """Commands, dates and versions."""
    lines = [
        (
            f"`{r['command']}`", r["date"], f"{r['seconds'] / 60:.0f} min",
            f"overt {r['overt']} (`{r['code']}`), Python {r['python']}, "
            + ", ".join(f"{name} {version}" for name, version in r["packages"].items()),
        )
        for r in results
    ]  # fmt: skip
    return markdown(("command", "date", "took", "with"), lines)


def origination(result: dict[str, Any]) -> str:
    """Leads without coordination, with campaigns, and on labelled posts."""
    null = [
        (r["regime"], r["runs"], f"{r['runs_with_lead']} [{100 * r['low']:.0f}, {100 * r['high']:.0f} %]",
         f"{r['accounts_mean']:.1f}")
        for r in result["null"]
    ]  # fmt: skip
    planted = [
        (KINDS[r["placement"]], r["n_objects"], jitter(r["jitter_s"]), interval(r), f"{r['others_mean']:.1f}",
         f"{100 * r['flagged']:.0f} %")
        for r in result["planted"]
    ]  # fmt: skip
    text = markdown(("regime", "platforms", "with a lead", "accounts in leads"), null) + "\n"
    text += markdown(
        ("campaign", "objects", "jitter", "members in leads", "others in leads", "members flagged"), planted
    )
    if result["labelled"]:
        lines = [
            (r["source"], r["subgroup"], r["accounts"], r["in_leads"], r["in_leads_flagged"])
            for r in result["labelled"]
        ]
        text += "\nOn labelled posts:\n\n"
        text += markdown(("source", "subgroup", "accounts", "in leads", "of these flagged"), lines)
    return text


KINDS = {"exclusive": "nobody else shares its objects", "first": "others follow"}


def jitter(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def interval(row: dict[str, Any]) -> str:
    return f"{100 * row['found']:.0f} % [{100 * row['low']:.0f}, {100 * row['high']:.0f}]"


def error_rates(rows: Rows) -> str:
    """Null regimes: runs with any finding. With a campaign: mean share of false findings."""
    text = ""
    null, planted = ([r for r in rows if r["planted"] is kind] for kind in (False, True))
    if null:
        text += markdown(("regime", "runs", *_levels(null).values(), "not above q"), _by_regime(null, _runs))
        text += f"\n{_limits(null)}"
    if planted:
        head = ("regime", "runs", *_levels(planted).values(), "not above q", "members found at 5 %, of 25")
        text += (
            "\nWith a campaign in it (25 accounts, 12 texts, jitter 10 minutes), the mean share of false\n"
        )
        text += (
            "findings in % at q = 1 / 5 / 10 %, in brackets the upper end of the 95 % interval at 5 %:\n\n"
        )
        text += markdown(head, _by_regime(planted, _mean, _found))
    return text


def _by_regime(
    rows: Rows, cell: Callable[[Cells, str, str], str], last: Callable[[Cells, str], str] | None = None
) -> list[list[object]]:
    """A line per regime: the runs, a cell per level, whether the rate holds, and what `last` adds."""
    cells = {(row["regime"], row["level"], row["rate"]): row for row in rows}
    lines: list[list[object]] = []
    for regime in dict.fromkeys(row["regime"] for row in rows):
        line: list[object] = [regime, cells[regime, "edges", 0.05]["runs"]]
        line += [cell(cells, regime, level) for level in _levels(rows)]
        line += [_verdict(cells, regime), *([last(cells, regime)] if last else [])]
        lines.append(line)
    return lines


def _levels(rows: Rows) -> dict[str, str]:
    """The levels that were measured, with their headings."""
    measured = {row["level"] for row in rows}
    return {level: heading for level, heading in NULL_LEVELS.items() if level in measured}


def _runs(cells: Cells, regime: str, level: str) -> str:
    return " / ".join(str(cells[regime, level, rate]["runs_with_false"]) for rate in RATES)


def _found(cells: Cells, regime: str) -> str:
    row = cells[regime, "accounts", 0.05]
    return f"{row['found_mean'] - row['false_mean']:.1f}"


def _mean(cells: Cells, regime: str, level: str) -> str:
    shares = " / ".join(f"{100 * cells[regime, level, rate]['fdr']:.1f}" for rate in RATES)
    return f"{shares} ({100 * cells[regime, level, 0.05]['high']:.1f})"


def _verdict(cells: Cells, regime: str) -> str:
    levels = [
        level for level in ("edges", "edges_left", "accounts", "groups") if (regime, level, 0.05) in cells
    ]
    broken = [f"{lv} at {100 * q:g} %" for lv in levels for q in RATES if not cells[regime, lv, q]["holds"]]
    if not broken:
        return "holds"
    return "**broken**" if len(broken) == len(levels) * len(RATES) else f"broken: {', '.join(broken)}"


def _limits(rows: Rows) -> str:
    """What seeing none means."""
    high = {row["runs"]: row["high"] for row in rows if not row["runs_with_false"]}
    said = [f"none of {n} is 0 to {100 * high[n]:.1f} %" for n in sorted(high)]
    return f"95 % intervals: {', '.join(said)}.\n" if said else ""


def power(rows: Rows) -> str:
    """The grid, originators and thinned platforms as one table each."""
    parts = {
        "Inside ordinary diffusion:": [r for r in rows if r["placement"] == "inside" and r["keep"] == 1],
        "The campaign shares its objects first, others follow:": [
            r for r in rows if r["placement"] == "first"
        ],
        "Nobody else shares the campaign's objects:": [r for r in rows if r["placement"] == "exclusive"],
        "Half of all posts are missing:": [r for r in rows if r["keep"] < 1],
    }
    return "\n".join(f"{title}\n\n{_power_table(part)}" for title, part in parts.items() if part)


def _power_table(rows: Rows) -> str:
    jitters = sorted({row["jitter_s"] for row in rows})
    kinds = sorted({(row["n_accounts"], row["n_objects"]) for row in rows})
    cell = {(r["n_accounts"], r["n_objects"], r["jitter_s"]): r for r in rows}
    lines = []
    for size, objects in kinds:
        some = [cell[size, objects, jitter] for jitter in jitters]
        false = sum(row["false_accounts"] for row in some)
        lines.append(
            (
                size,
                objects,
                *(_share(row) for row in some),
                f"{false} in {sum(r['seeds'] for r in some)} runs",
            )
        )
    return markdown(("members", "objects", *(_span(j) for j in jitters), "false accounts"), lines)


def _span(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 60
        else f"{seconds / 60:.0f} min"
        if seconds < 3600
        else f"{seconds / 3600:.0f} h"
    )


def _share(row: dict[str, Any]) -> str:
    return f"{100 * row['found']:.0f} % [{100 * row['low']:.0f}, {100 * row['high']:.0f}]"


def comparison(rows: Rows, methods: Sequence[dict[str, str]]) -> str:
    """Innocents per run on nulls, members found on planted platforms, per method."""
    worlds = list(dict.fromkeys(row["world"] for row in rows))
    cell = {(row["method"], row["world"]): row for row in rows}
    lines = [
        (m["name"], m["parameters"], *(_world_cell(cell[m["name"], w]) for w in worlds)) for m in methods
    ]
    return markdown(("method", "parameters", *worlds), lines) + "\n" + _better(cell, worlds, methods)


def _world_cell(row: dict[str, Any]) -> str:
    if row["found"] is None:
        return f"{row['false_mean']:.1f} ({row['runs_with_false']} of {row['seeds']} runs)"
    return f"{100 * row['found']:.0f} %, {row['false_mean']:.1f}"


def _better(
    cell: dict[tuple[str, str], dict[str, Any]], worlds: Sequence[str], methods: Sequence[dict[str, str]]
) -> str:
    """Where a baseline finds more than overt, and what that costs."""
    said = []
    for world in worlds:
        own = cell["overt", world]
        for method in (m["name"] for m in methods if m["name"] != "overt"):
            row = cell[method, world]
            if own["found"] is None:
                if row["false_mean"] < own["false_mean"]:
                    fewer = f"({row['false_mean']:.1f} a run, overt {own['false_mean']:.1f})"
                    said.append(f"{world}: {method} flags fewer innocents {fewer}")
            elif row["found"] > own["found"]:
                said.append(
                    f"{world}: {method} finds {100 * row['found']:.0f} %, overt {100 * own['found']:.0f} %, "
                    f"with {row['false_mean']:.1f} innocents a run, overt {own['false_mean']:.1f}"
                )
    return "Where others do better:\n\n" + "".join(f"- {line}\n" for line in said) if said else ""


def labelled(rows: Rows) -> str:
    """Active accounts flagged, by source and subgroup, and all accounts flagged."""
    keys = list(dict.fromkeys((r["source"], r["subgroup"]) for r in rows if r["active"]))
    size = {(r["source"], r["subgroup"]): r["active"] for r in rows}
    head = [
        "method",
        *(f"{s if g == '(all)' else g} ({size[s, g]})" for s, g in keys),
        "all accounts, by source",
    ]
    lines = []
    for method, moved in dict.fromkeys((row["method"], row["shuffled"]) for row in rows):
        mine = {
            (r["source"], r["subgroup"]): r for r in rows if (r["method"], r["shuffled"]) == (method, moved)
        }
        whole = ", ".join(
            f"{r['source']} {r['flagged']}" for (_, group), r in mine.items() if group == "(all)"
        )
        cells = [mine[key]["active_flagged"] for key in keys]
        lines.append((method + (", times shuffled" if moved else ""), *cells, whole))
    return markdown(head, lines)
