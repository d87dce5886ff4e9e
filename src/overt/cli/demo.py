"""`overt demo`: a simulated platform, what is found in it, and what was there to find."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overt.cli.options import AsJson, Seed
from overt.cli.terminal import emit_json, progress, say, say_table
from overt.cli.truth import Comparison, compare, read_truth

if TYPE_CHECKING:
    from overt.results import Group
    from overt.study import Study

__all__ = ["demo"]


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write.")] = Path("demo"),
    seed: Seed = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report in a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a platform, find its groups, compare with the truth.

    \b
    Example:
      overt demo --out demo
    """
    import overt
    from overt.simulate import demo_world, simulate, write

    with progress() as show:
        show("simulating a platform", 0)
        written = write(simulate(demo_world(seed)), out)
        show("simulating a platform", 1, 1)
        study = overt.open(out / "study.overt")
        study.ingest([str(written.posts)], progress=show)
        study.detect(seed=seed, progress=show)
        report = study.report()
    found = study.found()
    lines = compare(
        read_truth(written.truth, _accounts(study)), _by_id(found.groups), _by_id(found.audiences)
    )
    if as_json:
        emit_json(study.summary() | {"truth": [_as_dict(line) for line in lines], "report": str(report)})
        return
    _say(study.summary(), lines)
    say(f"truth:  {written.truth}")
    say(f"report: {report}")
    if lines and lines[0].groups:
        say(f"next:   overt explain {study.summary()['study']} {lines[0].groups[0]}")
    if not no_open:
        _open(report)


def _accounts(study: Study) -> list[str]:
    return [row["account_id"] for row in study.table("accounts").rows()]


def _by_id(groups: Sequence[Group]) -> dict[str, tuple[str, ...]]:
    return {group.id: group.accounts for group in groups}


def _as_dict(line: Comparison) -> dict[str, Any]:
    return {
        "name": line.planted.name,
        "kind": line.planted.kind,
        "groups": list(line.groups),
        "audiences": list(line.audiences),
        "n_found": line.n_found,
        "n_planted": line.n_planted,
        "n_others": line.n_others,
    }


def _say(summary: dict[str, Any], lines: Sequence[Comparison]) -> None:
    say(f"A simulated platform: {summary['posts']:,} posts of {summary['accounts']:,} accounts.")
    say("What was planted, and what was found without knowing it:")
    say_table(
        ("planted", "what it is", "found in", "accounts found", "others in it"),
        [
            (
                line.planted.name,
                line.planted.meaning,
                line.found_in,
                f"{line.n_found}/{line.n_planted}" if line.n_planted else "",
                line.n_others if line.groups else "",
            )
            for line in lines
        ],
        right=("accounts found", "others in it"),
    )
    if any(line.audiences for line in lines):
        say("An audience acts together when the public does too: it is shown apart and not flagged.")
    say("An innocent group that is found does act together; whether it hides is for people to judge.")


def _open(report: Path) -> None:
    """Open the report where somebody is there to see it: a terminal with a desktop behind it."""
    desktop = sys.platform == "darwin" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if sys.stdout.isatty() and desktop:
        webbrowser.open(report.resolve().as_uri())
