"""`overt power`: what could have been found in this data."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overt.cli.options import AsJson, Seed, StudyFolder
from overt.cli.terminal import emit_json, progress, say, say_indented, say_table
from overt.errors import SettingError

if TYPE_CHECKING:
    from overt.detect.power.surface import Power

__all__ = ["power", "seconds"]

_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def power(
    study: StudyFolder,
    trace: Annotated[
        str | None,
        typer.Option(
            "--trace",
            metavar="NAME",
            help="What the campaigns share.  [default: what the data has most of]",
            show_default=False,
        ),
    ] = None,
    sizes: Annotated[
        str, typer.Option("--sizes", metavar="N,...", help="Accounts of a campaign.")
    ] = "10,25,50",
    objects: Annotated[
        str, typer.Option("--objects", metavar="N,...", help="Things that a campaign shares.")
    ] = "6,12,30",
    jitters: Annotated[
        str, typer.Option("--jitters", metavar="TIME,...", help="How far apart its accounts act.")
    ] = "20s,2min,10min,1h",
    camouflage: Annotated[
        float, typer.Option("--camouflage", help="The share of its own posts that an account keeps.")
    ] = 0.5,
    repeats: Annotated[int, typer.Option("--repeats", help="Campaigns of each kind.")] = 5,
    quick: Annotated[
        bool, typer.Option("--quick", help="The middle size only, two campaigns of a kind.")
    ] = False,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Put campaigns into a study's data and say how many are found.

    Nothing of them is kept. Run it when nothing was found, to know what that is worth.

    \b
    Example:
      overt power export.overt --trace text --sizes 10,25 --jitters 20s,10min
    """
    import overt
    from overt.cli.studies import existing
    from overt.detect.power.grid import Grid

    grid = Grid(
        _listed("--sizes", sizes, _whole), _listed("--objects", objects, _whole),
        _listed("--jitters", jitters, seconds), camouflage, repeats=repeats, seed=seed,
    ).checked()  # fmt: skip
    opened = overt.open(existing(study))
    with progress() as show:
        found = opened.power(grid.quick() if quick else grid, trace=trace, progress=show)
    if as_json:
        emit_json({"study": str(opened.path), "page": str(opened.path / "power.html"), **found.as_dict()})
        return
    _say(found)
    say(f"page:   {opened.path / 'power.html'}")
    say(f"next:   overt report {opened.path}")


def _say(found: Power) -> None:
    """The share found, a line for each size and number of things, a column for each jitter."""
    from overt.publish.power import sentences, surface

    columns, rows = surface(found)
    say_table(columns, rows, right=[columns[0], *columns[2:]])
    for sentence in sentences(found):
        say_indented(sentence)
    for remark in found.notes:
        say(f"note:   {remark}")


def _listed(option: str, text: str, read: Callable[[str], Any]) -> tuple[Any, ...]:
    """`10,25` as values; SettingError where one does not read so."""
    try:
        return tuple(read(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise SettingError(
            f"{option} expects values with commas between them; found {text!r}",
            hint="For example: --sizes 10,25,50 --objects 6,12,30 --jitters 20s,2min,10min,1h",
        ) from None


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise ValueError(text)
    return int(text)


def seconds(text: str) -> float:
    """`20s`, `2min`, `1.5h` or a bare number of seconds; ValueError for anything else."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([a-z]*)", text.strip())
    if not match or match[2] not in _UNITS:
        raise ValueError(text)
    value = float(match[1]) * _UNITS[match[2]]
    if not math.isfinite(value):
        raise ValueError(text)
    return value
