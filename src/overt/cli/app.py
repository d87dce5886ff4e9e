"""Every verb, in the order of the work.

in: the verbs' functions; out: `app`; why: the list of verbs is one page, and `overt --help` shows it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from overt.cli.calibrate import calibrate
from overt.cli.demo import demo
from overt.cli.detect import detect
from overt.cli.doctor import doctor
from overt.cli.explain import explain
from overt.cli.export import export
from overt.cli.formats import formats
from overt.cli.ingest import ingest
from overt.cli.power import power
from overt.cli.report import report
from overt.cli.simulate import simulate
from overt.cli.version import say_version, version

__all__ = ["app"]

app = typer.Typer(
    name="overt",
    help="Find accounts that act together, with an error rate and the evidence beside every finding.",
    epilog="Start with: overt demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: quick to start, easy to search, the same in a pipe
    pretty_exceptions_enable=False,
)


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=say_version, help="Print the version and stop."),
    ] = False,
) -> None:
    """Options that stand before the verb."""


for verb in (
    demo,
    detect,
    ingest,
    report,
    explain,
    calibrate,
    power,
    export,
    simulate,
    formats,
    doctor,
    version,
):
    app.command()(verb)
