"""`overt report`: the page that a person reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.cli.options import AsJson, StudyFolder
from overt.cli.terminal import emit_json, say

__all__ = ["report"]


def report(
    study: StudyFolder,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write it.  [default: STUDY/report.html]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a study's report: one HTML file, no network needed.

    \b
    Example:
      overt report export.overt --out export.html
    """
    import overt
    from overt.cli.studies import existing

    opened = overt.open(existing(study))
    path = opened.report(out)
    notes = opened.summary()["notes"]
    if as_json:
        emit_json({"report": str(path), "notes": notes})
        return
    for note in notes:
        say(f"note:   {note}")
    say(f"report: {path}")
