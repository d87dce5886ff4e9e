"""`overt version`."""

from __future__ import annotations

import typer

from overt.cli.options import AsJson
from overt.cli.terminal import emit_json, say

__all__ = ["say_version", "version"]


def say_version(asked: bool) -> None:
    """Print the version when `--version` was typed before any verb, and stop."""
    if asked:
        version()
        raise typer.Exit


def version(as_json: AsJson = False) -> None:
    """Print the version of overt and of its tables.

    \b
    Example:
      overt version --json
    """
    from overt import __version__
    from overt.schema import TABLES_VERSION

    if as_json:
        emit_json({"overt": __version__, "tables_version": TABLES_VERSION})
    else:
        say(f"overt {__version__}, tables version {TABLES_VERSION}")
