"""`overt calibrate`: what the error rate is on this data."""

from __future__ import annotations

from typing import Annotated

import typer

from overt.cli.options import AsJson, Seed, StudyFolder
from overt.cli.terminal import emit_json, note, progress, say, say_table

__all__ = ["calibrate"]


def calibrate(
    study: StudyFolder,
    decoys: Annotated[int, typer.Option("--decoys", help="Decoys of each kind.")] = 20,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Search decoys of a study's data and say how much is chance.

    A decoy is the data with the fine coordination taken out. None is kept.

    \b
    Example:
      overt calibrate export.overt --decoys 20
    """
    import overt
    from overt.cli.studies import existing
    from overt.publish.calibration import table_rows

    opened = overt.open(existing(study))
    with progress() as show:
        found = opened.calibrate(decoys=decoys, seed=seed, progress=show)
    page = opened.path / "calibration.html"
    if as_json:
        emit_json({"study": str(opened.path), "page": str(page), **found.as_dict()})
        return
    say_table(
        ("decoys", "of", "in the data", "in a decoy, mean", "chance among those found"),
        [
            (row["kind"], row["what"], row["found"], row["mean"], row["realised"])
            for row in table_rows(found, found.fdr)
        ],
        right=("in the data",),
    )
    say(found.sentence())
    for group in found.groups:
        say(f"{group['group_id']}  q against decoys {group['decoy_q']:.2g}")
    for remark in found.notes:
        note(remark)
    say(f"page:   {page}")
    say(f"next:   overt report {opened.path}")
