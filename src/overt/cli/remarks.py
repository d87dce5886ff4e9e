"""What a reader of exports did that its user should know of.

in: the summary of an ingest; out: sentences; why: `ingest` and `detect` both read files, and what was set
aside or taken for granted there must not depend on which of them was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["remarks"]


def remarks(summary: Mapping[str, Any], study: Path) -> Iterator[str]:
    """Sentences on rejected rows, clashing ids, times without a zone and the files' own notes."""
    from overt.publish.text import conflict_note

    files = summary["files"]
    if summary["n_rejected"]:
        yield f"{summary['n_rejected']:,} rows were set aside, with their reasons: {study / 'rejects.ndjson'}"
    if summary["n_conflicting"]:
        yield conflict_note(summary["n_conflicting"])
    without_zone = sum(one["n_without_zone"] for one in files)
    if without_zone:
        yield f"{without_zone:,} times have no time zone and were taken as UTC"
    for one in files:
        for note in one["notes"]:
            yield f"{one['file']}: {note}"
