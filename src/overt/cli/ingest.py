"""`overt ingest`: exports into the tables of a study."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from overt.cli.options import AsJson, Columns, Files, OutFolder, Platform, Source, column_map, study_beside
from overt.cli.remarks import remarks
from overt.cli.terminal import emit_json, progress, say, say_table

if TYPE_CHECKING:
    from overt.detect.sources.summary import FilePlan

__all__ = ["ingest"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SINGLE = {"text": "text", "sound_id": "sound", "repost_of": "repost", "reply_to": "reply"}
_CLOCKS = {1: "millisecond", 1000: "second", 60_000: "minute", 3_600_000: "hour", 86_400_000: "day"}


def ingest(
    files: Files,
    out: OutFolder = None,
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
    say(f"{summary['n_posts']:,} posts of {summary['n_accounts']:,} accounts in {study}")
    for remark in remarks(summary, study):
        say(f"note: {remark}")
    say(f"next: overt detect {study}")


def _say_plans(plans: list[FilePlan]) -> None:
    for one in plans:
        say(f"{one.file}: {one.title} (--source {one.format})")
        say(f"  because: {one.reason}")
        if one.posts:
            say(f"  times:   by the {_CLOCKS.get(one.resolution_ms, f'{one.resolution_ms} ms')}")
            say_table(("account", "time, UTC", "can share", "text"), [_preview(post) for post in one.posts])
        else:
            say("  no post could be read from its first records: a run would stop here")
        for reason in one.rejects:
            say(f"  would be set aside: {reason}")
    say("nothing was written")


def _preview(post: Mapping[str, Any]) -> tuple[str, str, str, str]:
    text = post.get("text") or ""
    return post["account_id"], _utc(post["posted_at"]), _shareable(post), text[:80]


def _shareable(post: Mapping[str, Any]) -> str:
    """What of a post other accounts can share too: `text, 2 links`."""
    parts = [word for column, word in _SINGLE.items() if post.get(column)]
    for column in ("links", "hashtags", "mentions", "objects"):
        n = len(post.get(column) or ())
        if n:
            parts.append(f"{n} {column if n > 1 else column.removesuffix('s')}")
    return ", ".join(parts) or "nothing"


def _utc(at: int) -> str:
    return (_EPOCH + timedelta(milliseconds=at)).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
