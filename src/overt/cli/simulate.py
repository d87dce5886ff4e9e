"""`overt simulate`: an export of a platform that does not exist, and the truth about it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli.options import AsJson, Seed
from overt.cli.terminal import emit_json, say

__all__ = ["simulate"]


class Preset(StrEnum):
    """Which platform."""

    demo = "demo"
    null = "null"
    power = "power"


def simulate(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write.", show_default=False)],
    preset: Annotated[
        Preset,
        typer.Option(help="demo: campaigns and benign coordination; null: neither; power: one campaign."),
    ] = Preset.demo,
    seed: Seed = 0,
    accounts: Annotated[
        int | None, typer.Option(metavar="N", help="How many accounts.", show_default=False)
    ] = None,
    days: Annotated[
        float | None, typer.Option(metavar="N", help="How many days.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a simulated platform as an export, and its truth.

    \b
    Example:
      overt simulate --out platform --preset demo --seed 7
    """
    from overt import simulate as platform

    worlds = {"demo": platform.demo_world, "null": platform.null_world, "power": platform.power_world}
    asked: dict[str, Any] = {"n_accounts": accounts, "days": days}
    world = replace(worlds[preset.value](seed), **{name: n for name, n in asked.items() if n is not None})
    simulation = platform.simulate(world)
    written = platform.write(simulation, out)
    if as_json:
        paths = {"export": written.posts, "truth": written.truth, "world": written.world}
        counts = {"posts": simulation.posts.num_rows, "accounts": simulation.accounts.num_rows}
        emit_json(counts | {name: str(path) for name, path in paths.items()})
        return
    say(f"{simulation.posts.num_rows:,} posts of {simulation.accounts.num_rows:,} accounts")
    say(f"export: {written.posts}")
    say(f"truth:  {written.truth}")
    say(f"next:   overt detect {written.posts}")
