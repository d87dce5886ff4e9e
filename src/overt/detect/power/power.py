"""The surface of what could have been found here: campaigns over size, shared objects and jitter.

in: a study in memory, a `Grid`; out: `Power`, one row per kind of campaign; why: a report of "nothing
found" is worth as much as the chance that something would have been found. Each row repeats a kind of
campaign with different members, objects and moments.
"""

from __future__ import annotations

from collections.abc import Sequence

from overt.detect.loaded import Loaded, Settings
from overt.detect.power.grid import Grid
from overt.detect.power.inject import Campaign, Material, inject, material
from overt.detect.power.retest import Base, retest, search
from overt.detect.power.surface import FIRST, INSIDE, Power, Row, wilson
from overt.errors import NotEnoughData, SettingError
from overt.progress import Progress, silent

__all__ = ["measure"]


def measure(
    loaded: Loaded, settings: Settings, grid: Grid, trace: str | None = None, progress: Progress = silent
) -> Power:
    """Put campaigns into the data and search again; nothing of it is kept.

    trace: a deciding trace of the data; None for the one with most objects that have a spread. Raises
    SettingError for another trace, NotEnoughData when the data cannot hold the smallest campaign.
    """
    grid = grid.checked()
    base = search(loaded, settings, progress)
    found = _material(base, trace)
    name = base.traces[found.layer].name
    sizes, objects, notes = _possible(grid, found, name)
    kinds = [(INSIDE, n, k, jitter) for n in sizes for k in objects for jitter in grid.jitters_s]
    kinds += [(FIRST, _middle(sizes), _middle(objects), jitter) for jitter in grid.jitters_s]
    rows = []
    for number, kind in enumerate(kinds):
        progress("power", number, len(kinds))
        rows.append(_row(base, found, grid, kind))
    progress("power", len(kinds), len(kinds))
    return Power(
        trace=name,
        traces=tuple(one.name for one in base.traces),
        fdr=settings.fdr,
        participation=grid.participation,
        repeats=grid.repeats,
        seed=grid.seed,
        n_accounts=len(found.accounts),
        n_objects=len(found.objects),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _material(base: Base, trace: str | None) -> Material:
    names = [one.name for one in base.traces]
    if not names:
        raise NotEnoughData(
            "no trace in this data can decide, so no campaign could be found by one",
            hint="Name an open topic when you detect, for example: --trace hashtag",
        )
    if trace is not None and trace not in names:
        raise SettingError(
            f"{trace} is no trace that decides in this study; those that do: {', '.join(names)}",
            hint="Name another with --trace, or none for the one that the data has most of.",
        )
    shares = [test.shares for test in base.tests]
    taken = base.found.flagged | base.found.audience
    every = [material(number, shares, taken, one.offset_s) for number, one in enumerate(base.traces)]
    if trace is not None:
        return every[names.index(trace)]
    return max(every, key=lambda one: (one.n_spread, len(one.objects), -one.layer))


def _possible(grid: Grid, found: Material, trace: str) -> tuple[tuple[int, ...], tuple[int, ...], list[str]]:
    """The sizes and numbers of objects that the data can hold, and what has to be said of it."""
    sizes = tuple(n for n in grid.sizes if n <= len(found.accounts))
    objects = tuple(n for n in grid.objects if n <= len(found.objects))
    if not sizes or not objects:
        raise NotEnoughData(
            f"the smallest campaign asked for has {grid.sizes[0]} accounts and {grid.objects[0]} objects; "
            f"the data has {len(found.accounts)} unflagged accounts that act, and {len(found.objects)} "
            f"objects of the trace {trace} that two accounts share",
            hint="Ask for smaller ones with --sizes and --objects, or for another trace with --trace.",
        )
    notes = []
    for asked, kept, what in ((grid.sizes, sizes, "accounts"), (grid.objects, objects, "objects")):
        left_out = ", ".join(str(n) for n in asked if n not in kept)
        if left_out:
            notes.append(f"Campaigns of {left_out} {what} were left out: the data does not have as many.")
    if max(sizes) > found.n_active:
        notes.append(
            f"Only {found.n_active} accounts have three actions or more; larger campaigns take less active "
            "ones as well."
        )
    if max(objects) > found.n_spread:
        notes.append(
            f"Only {found.n_spread} objects were shared by five accounts or more; campaigns with more "
            "objects take less shared ones as well."
        )
    return sizes, objects, notes


def _middle(values: Sequence[int]) -> int:
    return values[len(values) // 2]


def _row(base: Base, found: Material, grid: Grid, kind: tuple[str, int, int, float]) -> Row:
    placement, size, n_objects, jitter_s = kind
    members_found, others = [], []
    for repeat in range(grid.repeats):
        campaign = Campaign(
            size, n_objects, jitter_s, grid.camouflage, grid.participation, placement, repeat, grid.seed
        )
        shares = [test.shares for test in base.tests]
        injected = inject(base.layers, shares, base.clock.resolution_s, found, campaign)
        flagged = retest(base, injected.layers, injected.members).flagged
        n = int(flagged[injected.members].sum())
        members_found.append(n)
        # no member was flagged before, so what is flagged anew and is no member is another account
        others.append(int((flagged & ~base.found.flagged).sum()) - n)
    share, low, high = wilson(sum(members_found), size * grid.repeats)
    return Row(
        size, n_objects, jitter_s, grid.camouflage, placement,
        tuple(members_found), tuple(others), share, low, high,
    )  # fmt: skip
