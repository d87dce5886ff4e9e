"""What an ingest has read: per file, and in all.

in: counts of the reader; out: `FileSummary`, `Ingested`, `FilePlan`; why: the manifest, `--json`, the
report and the terminal show the same figures.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

__all__ = ["FilePlan", "FileSummary", "Ingested"]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """One input file.

    Attributes
    ----------
    file: its name as it stands in `posts.file`.
    format, title: the format's name as typed, and as read.
    reason: why this format, in words.
    n_records: posts, rejected and skipped records together.
    n_posts: records that became posts, before duplicates are dropped.
    n_rejected: records set aside with a reason.
    n_skipped: records that are no posts (service messages, likes).
    n_without_zone: times without a zone, taken as UTC.
    resolution_ms: how fine the clock of the file is.
    sha256: of the file as it lies on disk.
    notes: sentences on what was left out within rows that were kept.
    """

    file: str
    format: str
    title: str
    reason: str
    n_records: int
    n_posts: int
    n_rejected: int
    n_skipped: int
    n_without_zone: int
    resolution_ms: int
    sha256: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingested:
    """All files of one ingest, and the study's tables after it.

    `n_posts`, `n_accounts`, `first_at` and `last_at` (ms UTC) describe the tables, what was there before
    included. Of the records that repeat a post's id, `n_duplicates` say the same, `n_conflicting` say
    something else (the later collected was kept, else the first), and `n_merged` add objects to it.
    """

    files: tuple[FileSummary, ...]
    n_posts: int
    n_accounts: int
    n_rejected: int
    n_duplicates: int
    n_conflicting: int
    n_merged: int
    first_at: int
    last_at: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def after(self, earlier: Ingested) -> Ingested:
        """Both readings as one; the tables' own counts are those of this one, the later."""
        return replace(
            self,
            files=earlier.files + self.files,
            n_rejected=earlier.n_rejected + self.n_rejected,
            n_duplicates=earlier.n_duplicates + self.n_duplicates,
            n_conflicting=earlier.n_conflicting + self.n_conflicting,
            n_merged=earlier.n_merged + self.n_merged,
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Ingested:
        """What `as_dict` gave, from the manifest."""
        files = (one | {"notes": tuple(one["notes"])} for one in values["files"])
        return cls(**values | {"files": tuple(FileSummary(**one) for one in files)})


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What an ingest would do with one file: nothing is written.

    `columns` says which column of the file is read as what (empty for a platform format); `posts` are
    the first three posts as rows of the table; `rejects` the first reasons met in the first records.
    """

    file: str
    kind: str
    format: str
    title: str
    reason: str
    columns: dict[str, str]
    posts: tuple[dict[str, Any], ...]
    rejects: tuple[str, ...]
    n_read: int
    resolution_ms: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
