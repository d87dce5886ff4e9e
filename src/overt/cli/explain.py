"""`overt explain`: why a group or an account was found."""

from __future__ import annotations

from typing import Annotated

import typer

from overt.cli.options import AsJson, StudyFolder
from overt.cli.terminal import emit_json, say

__all__ = ["explain"]


def explain(
    study: StudyFolder,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A group (G1), audience (A1), lead (O1) or account id.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show why a group or account was found: posts, times, odds.

    \b
    Example:
      overt explain export.overt G1
    """
    import overt
    from overt.cli.studies import existing

    explanation = overt.open(existing(study)).explain(name)
    if as_json:
        emit_json(explanation.as_dict())
    else:
        say(explanation.text)
