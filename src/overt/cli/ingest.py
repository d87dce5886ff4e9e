"""`overt ingest`: exports into the tables of a study."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overt.cli.options import AsJson, Columns, Files, Platform, Source, column_map, study_beside
from overt.cli.terminal import emit_json, progress, say, say_table

if TYPE_CHECKING:
    from overt.detect.sources.summary import FilePlan

__all__ = ["ingest"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS = {1: "millisecond", 1000: "second", 60_000: "minute", 3_600_000: "hour", 86_400_000: "day"}


def ingest(
    files: Files,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The study folder.  [default: FILE.overt beside FILE]"),
    ] = None,
    source: Source = None,
    columns: Columns = None,
    platform: Platform = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how each file would be read; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read exports into a study.

    \b
    Example:
      overt ingest "dump/*.ndjson" --out dump.overt
      overt ingest export.csv --dry-run
    """
    if dry_run:
        plans = _plans(files, source, column_map(columns), platform)
        if as_json:
            emit_json({"files": [one.as_dict() for one in plans]})
        else:
            _say_plans(plans)
        return
    import overt

    study = overt.open(out or study_beside(files))
    with progress() as show:
        summary = study.ingest(
            files, source=source, columns=column_map(columns), platform=platform, progress=show
        ).as_dict()
    if as_json:
        emit_json(summary)
    else:
        _say_ingested(summary, study.path)


def _plans(
    files: list[str], source: str | None, columns: dict[str, str] | None, platform: str | None
) -> list[FilePlan]:
    from overt.detect.sources.ingest import ReadOptions, plan

    return plan(files, ReadOptions(source, columns, platform))


def _say_ingested(summary: dict[str, Any], study: Path) -> None:
    say_table(
        ("file", "read as", "posts", "rejected"),
        [(f["file"], f["title"], f"{f['n_posts']:,}", f"{f['n_rejected']:,}") for f in summary["files"]],
        right=("posts", "rejected"),
    )
    for note in (f"{f['file']}: {note}" for f in summary["files"] for note in f["notes"]):
        say(note)
    say(f"{summary['n_posts']:,} posts of {summary['n_accounts']:,} accounts in {study}")
    if summary["n_rejected"]:
        say(f"{summary['n_rejected']:,} rows were set aside, with their reasons: {study / 'rejects.ndjson'}")
    say(f"next: overt detect {study}")


def _say_plans(plans: list[FilePlan]) -> None:
    for one in plans:
        say(f"{one.file}: {one.title} (--source {one.format})")
        say(f"  because: {one.reason}")
        say(f"  times:   by the {_CLOCKS.get(one.resolution_ms, f'{one.resolution_ms} ms')}")
        say_table(
            ("account", "time, UTC", "text"),
            [(post["account_id"], _utc(post["posted_at"]), (post["text"] or "")[:80]) for post in one.posts],
        )
        for reason in one.rejects:
            say(f"  would be set aside: {reason}")
    say("nothing was written")


def _utc(at: int) -> str:
    return (_EPOCH + timedelta(milliseconds=at)).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
