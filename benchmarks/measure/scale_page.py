"""The page of speed: one function a table, every number from the measurements.

in: the JSON of speed_pairs, speed_peers and speed_study; out: Markdown; why: a page typed by hand drifts from
what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from benchmarks.measure.growth import growth, middle
from benchmarks.measure.page import markdown
from benchmarks.measure.scaling import short

__all__ = ["by_tool", "pairs", "pairs_growth", "peers", "repeat", "study"]

Row = dict[str, Any]
Rows = Sequence[Row]


def by_tool(runs: Rows, cost: str) -> dict[str, dict[int, list[float]]]:
    """All costs of one kind, by tool and by posts; runs in which nobody said are left out."""
    found: dict[str, dict[int, list[float]]] = {}
    for run in runs:
        if run[cost]:
            found.setdefault(run["tool"], {}).setdefault(run["posts"], []).append(run[cost])
    return found


def _by_posts_and_tool(runs: Rows) -> list[list[Row]]:
    keys = sorted({(run["posts"], run["tool"]) for run in runs}, key=lambda key: key[0])
    order = list(dict.fromkeys(run["tool"] for run in runs))
    keys.sort(key=lambda key: (key[0], order.index(key[1])))
    return [[run for run in runs if (run["posts"], run["tool"]) == key] for key in keys]


def _all(runs: Rows, cost: str, form: str) -> str:
    return " / ".join(format(run[cost], form) if run[cost] is not None else "unknown" for run in runs)


def _costs(runs: Rows) -> tuple[str, str, str]:
    return _all(runs, "cpu_s", ".1f"), _all(runs, "wall_s", ".1f"), _all(runs, "peak_mb", ",.0f")


def pairs(result: Row) -> str:
    """All runs at each size, and below whether the answers are the same."""
    lines = []
    for some in _by_posts_and_tool(result["runs"]):
        answers = " ".join(sorted({f"{run['pairs']:,} `{run['checksum'][:12]}`" for run in some}))
        lines.append((f"{some[0]['posts']:,}", some[0]["tool"], *_costs(some), answers))
    text = markdown(("posts", "tool", "CPU s", "wall s", "peak MiB", "pairs, checksum"), lines)
    return text + "\n" + "".join(_checked(one) for one in result["checks"])


def _checked(one: Row) -> str:
    agreed = "agree" if one["same"] else "**DO NOT AGREE**"
    by = f", {' and '.join(one['independent'])} among them" if one["independent"] else ""
    ratio = one["ratio_to_prototype"]
    beside = f"; overt takes {ratio:.2f} times the CPU of the prototype" if ratio else ""
    return f"- {one['posts']:,} posts: all answers {agreed}{by}{beside}.\n"


def pairs_growth(runs: Rows) -> str:
    """The exponents of CPU, of each tool, from the medians."""
    lines = []
    for tool, costs in by_tool(runs, "cpu_s").items():
        found = growth(middle(costs))
        if found.exponent is not None:
            steps = ", ".join(f"{short(a)} to {short(b)}: {power:.2f}" for a, b, power in found.steps)
            bend = f"at {short(found.bend)}" if found.bend else "nowhere"
            lines.append((tool, f"{found.exponent:.2f}", steps, bend))
    return markdown(("tool", "over all sizes", "from size to size", "bends upward"), lines) if lines else ""


def peers(result: Row) -> str:
    """All runs, and how the answers compare."""
    lines = [
        (f"{some[0]['posts']:,}", some[0]["tool"], *_costs(some), _reading(some))
        for some in _by_posts_and_tool(result["runs"])
    ]
    text = markdown(("posts", "tool", "CPU s", "wall s", "peak MiB", "of the CPU, reading"), lines) + "\n"
    return text + "".join(_compared(one) for one in result["checks"])


def _reading(runs: Rows) -> str:
    shares = [run["read_cpu_s"] / run["cpu_s"] for run in runs if run["read_cpu_s"]]
    return f"{100 * median(shares):.0f} %" if shares else ""


def _compared(one: Row) -> str:
    times = " and ".join(f"{ratio:.1f} times that of {way}" for way, ratio in one["cpu_ratio"].items())
    same = "is overt's answer" if one["same_after_filter"] else "is **NOT overt's answer**"
    return (
        f"- {one['posts']:,} posts: the toolkit's CPU is {times}. It gives {one['theirs']:,} pairs, overt "
        f"{one['pairs']:,}: {one['theirs_only']:,} more, {one['ours_only']:,} missing. What is left of them "
        f"with two different objects, {one['theirs_exact']:,} pairs, {same}.\n"
    )


def study(result: Row) -> str:
    """Steps, totals and sizes; a line a run."""
    steps = list(dict.fromkeys(step for run in result["runs"] for step in run["steps"]))
    head = (
        "posts", "accounts", *(f"{step} s" for step in steps), "wall s", "CPU s", "peak MiB",
        "export MB", "tables MB", "report MB", "edges", "groups", "load",
    )  # fmt: skip
    lines = [
        (
            f"{run['posts']:,}", f"{run['accounts']:,}",
            *(f"{run['steps'].get(step, 0):.1f}" for step in steps),
            f"{run['wall_s']:.1f}", f"{run['cpu_s']:.1f}",
            f"{run['peak_mb']:,.0f}" if run["peak_mb"] else "unknown",
            f"{run['export_mb']:,.0f}", f"{run['tables_mb']:,.0f}", f"{run['report_mb']:.2f}",
            f"{run['edges']:,}", run["groups"], run["load"],
        )
        for run in result["runs"]
    ]  # fmt: skip
    text = markdown(head, lines)
    return text + _study_growth(result["runs"], ("wall_s", "cpu_s", "peak_mb", "report_mb"))


def _study_growth(runs: Rows, costs: Sequence[str]) -> str:
    lines = []
    for cost in costs:
        by_size: dict[int, list[float]] = {}
        for run in runs:
            by_size.setdefault(run["posts"], []).extend([run[cost]] if run[cost] else [])
        found = growth(middle(by_size))
        if found.exponent is not None:
            steps = ", ".join(f"{short(a)} to {short(b)}: {power:.2f}" for a, b, power in found.steps)
            lines.append((cost.replace("_", " "), f"{found.exponent:.2f}", steps))
    table = markdown(("cost", "grows as posts to the power of", "from size to size"), lines)
    return f"\n{table}" if lines else ""


def repeat(results: Sequence[Row]) -> str:
    """Commands, dates, machines and versions."""
    lines = [
        (
            f"`{r['command']}`", r["date"], f"{r['seconds'] / 60:.0f} min", _machine(r["on"]),
            f"overt {r['overt']} (`{r['code']}`), Python {r['python']}, "
            + ", ".join(f"{name} {version}" for name, version in r["packages"].items()),
        )
        for r in results
    ]  # fmt: skip
    return markdown(("command", "date", "took", "on", "with"), lines)


def _machine(on: Row) -> str:
    known: dict[str, Callable[[Any], str]] = {
        "processor": str,
        "cores": lambda n: f"{n} cores",
        "memory_gib": lambda n: f"{n} GiB",
        "system": str,
        "load": lambda n: f"load {n} as it began",
    }
    return ", ".join(say(on[name]) for name, say in known.items() if on.get(name) is not None)
