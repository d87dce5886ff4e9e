"""The command line: one small file per verb.

in: arguments; out: an exit code, results on stdout, everything else on stderr; why: a verb parses,
calls one method of the Python API and prints one table, so that nothing can be done here alone.

Read app.py for the list of verbs and exits.py for what every ending looks like.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `overt ARGUMENTS` (default: those of the process) and return its exit code."""
    try:
        from overt.cli.app import app
        from overt.cli.exits import ended, run
    except KeyboardInterrupt:  # so soon that nobody is there yet to say so
        print("\nstopped; nothing was changed", file=sys.stderr)  # noqa: T201
        return 130
    code = run(app, arguments)
    if arguments is None:
        ended(code)
    return code
