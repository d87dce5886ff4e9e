"""`overt doctor`: whether this machine can run overt, and how."""

from __future__ import annotations

from dataclasses import asdict

import typer

from overt.cli.checks import every_check
from overt.cli.exits import FAILED
from overt.cli.options import AsJson, Master
from overt.cli.terminal import emit_json, say_table

__all__ = ["doctor"]

_DISK_WANTED = 1 << 30


def doctor(master: Master = None, as_json: AsJson = False) -> None:
    """Check Python, packages, cores, memory, disk, caches and Spark.

    \b
    Example:
      overt doctor
      overt doctor --master spark://host:7077
    """
    checks = every_check(_DISK_WANTED, master)
    if as_json:
        emit_json({"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]})
    else:
        say_table(
            ("", "what", "found", "what to do"),
            [("ok" if c.ok else "FAILED", c.name, c.found, "" if c.ok else c.advice) for c in checks],
        )
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILED)
