"""`overt formats`: which exports can be read."""

from __future__ import annotations

from overt.cli.options import AsJson
from overt.cli.terminal import emit_json, say, say_table

__all__ = ["formats"]


def formats(as_json: AsJson = False) -> None:
    """List the formats that overt reads, plugins included.

    \b
    Example:
      overt formats
    """
    from overt.detect.sources.columns import NAME, TITLE
    from overt.detect.sources.registry import formats as known

    rows = [{"name": one.name, "title": one.title} for one in known().values()]
    rows.append({"name": NAME, "title": TITLE})
    if as_json:
        emit_json({"formats": rows})
        return
    say_table(("--source", "what it is"), [(row["name"], row["title"]) for row in rows])
    say("Each may be plain, .gz or .zst. The format is recognised: `overt ingest --dry-run FILE` says how.")
