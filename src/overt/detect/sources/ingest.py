"""Files into the tables accounts and posts: the whole way, READ FIRST in this folder.

in: files and what the user said about them; out: posts.parquet, accounts.parquet, rejects.ndjson in a
staging folder, and `Ingested`; why: nothing of the study is touched until every file has been judged.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from overt.detect.sources.crew import Crew, processes
from overt.detect.sources.files import Input, Paths, inputs
from overt.detect.sources.merge import merge
from overt.detect.sources.moments import DAY_MS
from overt.detect.sources.normalise import Normaliser, Origin, Seen
from overt.detect.sources.platforms import platform_name
from overt.detect.sources.reading import Parts, Reading
from overt.detect.sources.recognise import ReadOptions, recognise
from overt.detect.sources.records import open_records
from overt.detect.sources.rejects import Rejects
from overt.detect.sources.summary import FilePlan, FileSummary, Ingested
from overt.engines.duckdb import Database
from overt.errors import SettingError, StorageError
from overt.progress import Progress, silent

__all__ = ["BYTES_EACH", "ReadOptions", "ingest", "plan"]

BYTES_EACH = 32 << 20
"""Bytes of a file for every process that reads it; a file for one is read without another process."""

_PLAN_ROWS = 1_000
_PLAN_POSTS = 3


def ingest(
    files: Sequence[Input],
    *,
    staging: Path,
    existing: Path | None = None,
    options: ReadOptions | None = None,
    progress: Progress = silent,
) -> Ingested:
    """Read files and merge them with the posts that a study has.

    Parameters
    ----------
    files: what `files.inputs` makes of paths, globs, folders or `-`.
    staging: an existing folder for the results: posts.parquet, accounts.parquet, rejects.ndjson.
    existing: the study's posts.parquet, with accounts.parquet beside it, or None.

    Raises
    ------
    InputError: a file is missing, broken, of no known format, or mostly unusable.
    SettingError: an option makes no sense.
    StorageError: the disk is full or read-only.
    """
    options = _checked(options or ReadOptions())
    with _storage(staging):
        # a name of its own: what a run that was killed left behind writes nothing into this one
        parts = Path(tempfile.mkdtemp(prefix="parts-", dir=staging))
        read = _read(files, staging, parts, options, progress)
        progress("merge", 0, 1)
        merged = merge(sorted(parts.iterdir()), _sources(read), existing, staging)
        shutil.rmtree(parts)
        progress("merge", 1, 1)
    return Ingested(
        files=read,
        n_posts=merged.n_posts,
        n_accounts=merged.n_accounts,
        n_rejected=sum(one.n_rejected for one in read),
        n_duplicates=merged.n_duplicates,
        n_conflicting=merged.n_conflicting,
        n_merged=merged.n_merged,
        first_at=merged.first_at,
        last_at=merged.last_at,
    )


def plan(paths: Paths, options: ReadOptions | None = None) -> list[FilePlan]:
    """What `ingest` would do with each file, from its beginning; nothing is written.

    Raises as `ingest` does for what shows at the beginning of a file.
    """
    options = _checked(options or ReadOptions())
    with Database("overt.detect.sources") as database, inputs(paths) as files:
        return [_planned(one, options, database) for one in files]


def _read(
    files: Sequence[Input], staging: Path, parts: Path, options: ReadOptions, progress: Progress
) -> tuple[FileSummary, ...]:
    """All files into parts. The processes have ended when it returns or raises."""
    n_bytes = sum(one.path.stat().st_size for one in files)
    with (
        Database("overt.detect.sources") as database,
        Rejects(staging / "rejects.ndjson") as rejects,
        Crew(processes()) as crew,
    ):
        run = _Run(options, database, rejects, progress, n_bytes, crew, Parts(parts), _latest_ms())
        return tuple(run.read(one, no) for no, one in enumerate(files))


@dataclass(slots=True)
class _Run:
    """What the files of one ingest share."""

    options: ReadOptions
    database: Database
    rejects: Rejects
    progress: Progress
    n_bytes: int
    crew: Crew
    parts: Parts
    latest_ms: int
    n_bytes_before: int = 0

    def read(self, one: Input, file_no: int) -> FileSummary:
        """One file into the parts; raises when it is no usable source."""
        origin = Origin(one.name, file_no, self.options.platform, self.latest_ms)
        normaliser = Normaliser(origin, self.database)
        self.rejects.start(one.name)
        n_posts, n_skipped = 0, 0
        with closing(open_records(one)) as records:
            n = records.done()[1] // BYTES_EACH
            spans = records.spans if n > 1 and records.spans and self.crew.start(n) else None
            recognised = recognise(one.name, records, records.first(), self.options)
            reading = Reading(one, records, recognised.reader, origin, normaliser, self.parts)
            for outcome in reading.together(self.crew, spans) if spans else reading.alone():
                n_posts += outcome.n_posts
                n_skipped += outcome.n_skipped
                self.rejects.add(outcome.rejected)
                self.progress("read", self.n_bytes_before + reading.n_bytes_read, self.n_bytes)
            self.n_bytes_before += records.done()[1]
        self.rejects.judge(n_posts, n_skipped, recognised.expected)
        seen = normaliser.seen
        return FileSummary(
            file=one.name,
            format=recognised.name,
            title=recognised.title,
            reason=recognised.reason,
            n_records=n_posts + n_skipped + self.rejects.n,
            n_posts=n_posts,
            n_rejected=self.rejects.n,
            n_skipped=n_skipped,
            n_without_zone=seen.n_without_zone,
            resolution_ms=seen.clock.resolution_ms,
            sha256=one.sha256,
            notes=_notes(seen),
        )


def _latest_ms() -> int:
    return int(time.time() * 1000) + DAY_MS


def _planned(one: Input, options: ReadOptions, database: Database) -> FilePlan:
    normaliser = Normaliser(Origin(one.name, 0, options.platform, _latest_ms()), database)
    with closing(open_records(one, rows=_PLAN_ROWS)) as records:
        recognised = recognise(one.name, records, records.first(), options)
        raw = recognised.reader.read(records.first())
        table, rejected = normaliser.clean(raw, 0)
        counted = Rejects(None)
        counted.start(one.name)
        counted.add(rejected)
        return FilePlan(
            file=one.name,
            kind=records.kind,
            format=recognised.name,
            title=recognised.title,
            reason=recognised.reason,
            columns=recognised.columns,
            posts=tuple(table.slice(0, _PLAN_POSTS).to_pylist()),
            rejects=tuple(counted.commonest()),
            n_read=table.num_rows + len(rejected) + raw.n_skipped,
            resolution_ms=normaliser.seen.clock.resolution_ms,
        )


def _checked(options: ReadOptions) -> ReadOptions:
    if options.platform is None:
        return options
    name = platform_name(options.platform)
    if name is None:
        raise SettingError(
            f"{options.platform[:80]!r} cannot be the name of a platform.",
            hint="Use letters, digits, dot or dash: tiktok, x.",
        )
    return ReadOptions(options.source, options.columns, name)


def _notes(seen: Seen) -> tuple[str, ...]:
    notes = []
    if seen.n_without_zone:
        notes.append(f"{seen.n_without_zone:,} times name no zone and were taken as UTC")
    if seen.n_lost_ids:
        notes.append(f"{seen.n_lost_ids:,} ids of other posts or sounds lost their digits and were left out")
    return tuple(notes)


def _sources(files: Sequence[FileSummary]) -> pa.Table:
    return pa.table(
        {
            "file_no": pa.array(range(len(files)), pa.int64()),
            "source": [one.format for one in files],
            "file": [one.file for one in files],
            "resolution_ms": pa.array([one.resolution_ms for one in files], pa.int64()),
        }
    )


_DISK = {
    errno.ENOSPC: "is full",
    errno.EDQUOT: "has no quota left",
    errno.EROFS: "is read-only",
    errno.EACCES: "may not be written",
}


@contextmanager
def _storage(folder: Path) -> Iterator[None]:
    """Errors of the disk in words."""
    try:
        yield
    except OSError as error:
        what = _DISK.get(error.errno or 0) or ("is full" if "No space left" in str(error) else None)
        if what is None:
            raise
        raise StorageError(
            f"The disk under {folder} {what}.", hint="Free some space and run again; nothing was changed."
        ) from error
