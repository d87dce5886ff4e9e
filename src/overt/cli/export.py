"""`overt export`: the findings as files for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overt.cli.options import AsJson, StudyFolder
from overt.cli.terminal import emit_json, say

__all__ = ["export"]


class Kind(StrEnum):
    """What can be written."""

    gexf = "gexf"
    graphml = "graphml"
    csv = "csv"


def export(
    study: StudyFolder,
    to: Annotated[Kind, typer.Option("--to", help="gexf and graphml: the network; csv: every table.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="PATH", help="Where to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the groups for Gephi, a spreadsheet, another program.

    \b
    Example:
      overt export export.overt --to gexf
    """
    import overt
    from overt.cli.studies import existing

    paths = overt.open(existing(study)).export(to.value, out)
    if as_json:
        emit_json({"files": [str(path) for path in paths]})
        return
    for path in paths:
        say(path)
