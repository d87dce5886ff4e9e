"""What could have been found, in words and pictures.

in: a `Power`; out: sentences, what the templates show, and power.html; why: "no accounts were found" is an
answer only to somebody who knows what would have been.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from overt.detect.power.grid import Grid
from overt.detect.power.surface import FIRST, INSIDE, Power, Row
from overt.progress import Progress
from overt.publish.charts.power import Panel, panels, percent
from overt.publish.study_rows import manifest
from overt.publish.text import count, duration, joined, plural, trace_name
from overt.publish.visible import visible
from overt.publish.whole_file import written_whole

__all__ = ["measured", "power_view", "read_power", "sentences", "surface", "write_page"]

_MOST, _FEW = 0.8, 0.2
"""A campaign is found with at least, or missed with at most, this share of its members."""


def read_power(folder: Path, steps: dict[str, Any]) -> Power | None:
    """The power that was measured with the search that the study holds now; None when there is none."""
    if "power" not in steps or steps["power"].get("of") != steps["detect"].get("key"):
        return None
    try:
        return Power.from_dict(json.loads((folder / "power.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None  # the file was thrown away or damaged: the report does without


def sentences(power: Power) -> list[str]:
    """What the surface says, for somebody who reads no tables."""
    inside = [row for row in power.rows if row.placement == INSIDE]
    size, n_objects = (_middle(row.size for row in inside), _middle(row.n_objects for row in inside))
    rows = [row for row in inside if (row.size, row.n_objects) == (size, n_objects)]
    out = [*_of_jitter(rows, power.trace), *_of_objects(inside, size, rows[0].jitter_s, power.trace)]
    out += _of_first([row for row in power.rows if row.placement == FIRST], power.trace)
    return [*out, _of_others(power), *_of_traces(power)]


def _of_jitter(rows: list[Row], trace: str) -> list[str]:
    """How closely the middle campaign has to act to be found. rows: by jitter."""
    found = [row for row in rows if row.share >= _MOST]
    best = found[-1] if found else rows[0]
    within = f"most of them within {duration(best.jitter_s)} of one moment"
    out = [
        f"A campaign of {plural(best.size, 'account')} sharing {count(best.n_objects)} {_things(trace)}, "
        f"{within}, would have been found here with {_of_100(best.share)} of its members."
    ]
    missed = [row for row in rows if row.share <= _FEW and row.jitter_s > best.jitter_s]
    if missed:
        late = duration(missed[0].jitter_s)
        out.append(
            f"One that takes {late} in place of {duration(best.jitter_s)} would not: "
            f"{_of_100(missed[0].share)}."
        )
    elif len(rows) > 1 and rows[-1] is not best:
        out.append(f"With {duration(rows[-1].jitter_s)} it would have been {_of_100(rows[-1].share)}.")
    return out


def _of_objects(inside: list[Row], size: int, jitter_s: float, trace: str) -> list[str]:
    """What the fewest shared objects do, at the closest jitter."""
    rows = [row for row in inside if row.size == size and row.jitter_s == jitter_s]
    fewest = min(rows, key=lambda row: row.n_objects)
    if len(rows) < 2:
        return []
    return [
        f"With {count(fewest.n_objects)} shared {_things(trace)}, within {duration(jitter_s)}, it would have "
        f"been {_of_100(fewest.share)}."
    ]


def _of_first(rows: list[Row], trace: str) -> list[str]:
    if not rows:
        return []
    parts = [f"{_of_100(row.share)} at {duration(row.jitter_s)}" for row in rows]
    return [
        "The test is nearly blind to campaigns that start what they share: "
        f"{plural(rows[0].size, 'account')} with {count(rows[0].n_objects)} {_things(trace)} that nobody "
        f"else shares would have been found with {joined(parts)}."
    ]


def _of_others(power: Power) -> str:
    others, found = sum(sum(row.others) for row in power.rows), sum(row.n_found for row in power.rows)
    runs = plural(sum(len(row.found) for row in power.rows), "search", "searches")
    if not others:
        return f"In these {runs} no account outside the campaigns was flagged because of them."
    return (
        f"In these {runs} {plural(others, 'account')} outside the campaigns "
        f"{'was' if others == 1 else 'were'} flagged beside {count(found)} members."
    )


def _of_traces(power: Power) -> list[str]:
    others = [_things(trace) for trace in power.traces if trace != power.trace]
    if not others:
        return []
    return [
        f"This is for {_things(power.trace)}; {joined(others)} spread in their own way and were not tried."
    ]


def _things(trace: str) -> str:
    return trace_name(visible(trace, 40))


def _of_100(share: float) -> str:
    """`94 of 100`, `none`, `all`; shares that round to none or all and are not are said to be near it."""
    if share in (0.0, 1.0):
        return "none" if share == 0 else "all"
    return f"{min(max(round(100 * share), 1), 99)} of 100"


def _middle(values: Any) -> int:
    every = sorted(set(values))
    return int(every[len(every) // 2])


def power_view(power: Power) -> dict[str, Any]:
    """Everything that the templates show."""
    return {
        "sentences": sentences(power),
        "chart": _chart(power),
        "rows": [_row(row) for row in power.rows],
        "trace": _things(power.trace),
        "notes": list(power.notes),
        "repeats": plural(power.repeats, "time"),
        "camouflage": _of_100(power.rows[0].camouflage),
        "participation": _of_100(power.participation),
        "n_accounts": count(power.n_accounts),
        "n_objects": count(power.n_objects),
        "fdr": f"{power.fdr:g}",
        "seed": power.seed,
    }


def surface(power: Power) -> tuple[list[str], list[list[str]]]:
    """The share found as a small table: its columns, and a row per placement, size and number of objects."""
    jitters = sorted({row.jitter_s for row in power.rows})
    lines: dict[tuple[str, int, int], dict[float, str]] = {}
    for row in power.rows:
        shown = lines.setdefault((row.placement, row.size, row.n_objects), {})
        shown[row.jitter_s] = percent(row.share)
    rows = [
        [count(size), f"{count(n)}{' of their own' if placement == FIRST else ''}"]
        + [shown.get(jitter_s, "") for jitter_s in jitters]
        for (placement, size, n), shown in lines.items()
    ]
    return ["accounts", _things(power.trace), *(f"{duration(jitter_s)} apart" for jitter_s in jitters)], rows


def _chart(power: Power) -> Markup:
    inside = [row for row in power.rows if row.placement == INSIDE]
    pictures = [
        _panel(f"{plural(size, 'account')}", [row for row in inside if row.size == size])
        for size in sorted({row.size for row in inside})
    ]
    first = [row for row in power.rows if row.placement == FIRST]
    if first:
        pictures.append(_panel(f"{plural(first[0].size, 'account')}, on things of their own", first))
    return panels(pictures, "shared", "apart")


def _panel(title: str, rows: list[Row]) -> Panel:
    objects, jitters = sorted({row.n_objects for row in rows}), sorted({row.jitter_s for row in rows})
    at = {(row.n_objects, row.jitter_s): row for row in rows}
    cells = [[(at[n, j].share, _told(at[n, j])) for j in jitters] for n in objects]
    return Panel(title, [str(n) for n in objects], [duration(j) for j in jitters], cells)


def _told(row: Row) -> str:
    return f"{row.n_found} of {row.n_members} members found ({_interval(row)})"


def _interval(row: Row) -> str:
    return f"{round(100 * row.low)} to {round(100 * row.high)} %"


def _row(row: Row) -> dict[str, str]:
    return {
        "size": count(row.size),
        "objects": count(row.n_objects),
        "jitter": duration(row.jitter_s),
        "placement": "of this data" if row.placement == INSIDE else "of their own",
        "found": f"{count(row.n_found)} of {count(row.n_members)}",
        "share": percent(row.share),
        "interval": _interval(row),
        "range": f"{min(row.found)} to {max(row.found)}",
        "others": count(sum(row.others)),
    }


def write_page(power: Power, name: str, out: Path) -> Path:
    """Write power.html, one file that needs nothing else. name: the study's, written by a stranger."""
    from overt.publish.report import environment

    view = {"name": visible(name.removesuffix(".overt"), 80), "power": power_view(power)}
    html = environment().get_template("power_page.html.j2").render(view)
    with written_whole(out) as file:
        file.write(html)
    return out


def measured(folder: Path, out: Path, grid: Grid, trace: str | None, progress: Progress) -> Power:
    """Measure on the study at `folder`, as it was searched; write power.json and power.html to `out`."""
    from overt.detect.loaded import Settings, load
    from overt.detect.power.power import measure
    from overt.detect.traces.registry import chosen

    settings = Settings.of(manifest(folder)["steps"]["detect"]["parameters"])
    traces = [one for one in chosen(settings.traces) if settings.decides(one)]
    power = measure(load(folder / "tables", traces, progress), settings, grid, trace, progress)
    with written_whole(out / "power.json") as file:
        file.write(json.dumps(power.as_dict(), indent=1) + "\n")
    write_page(power, folder.resolve().name, out / "power.html")
    return power
