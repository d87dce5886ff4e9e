"""Raw posts made into typed columns, and the rows that cannot be posts set aside.

in: `Raw` columns of one chunk; out: a table in the schema of `PART`, and rejects; why: ids, times, lists
and missing cells mean the same from here on, whatever the source.

A row is rejected when its account or time is missing or unreadable, when its own id has lost digits,
or when its text is above 1 MiB. A bad cell elsewhere is null; a post without id is named by file and line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.sources import platforms, times
from overt.detect.sources.cells import Cells, counts, flags, ids, is_empty, texts
from overt.detect.sources.clock import Clock
from overt.detect.sources.derive import filled
from overt.detect.sources.list_cells import Splitter, lists
from overt.detect.sources.raw import Raw
from overt.detect.sources.rejects import Rejected
from overt.engines.duckdb import Database

__all__ = ["PART", "TEXT_LIMIT", "Normaliser", "Origin", "Seen"]

TEXT_LIMIT = 1 << 20
"""Bytes of the longest text of a post."""

_STRING, _INT, _LIST = pa.string(), pa.int64(), pa.list_(pa.string())
PART = pa.schema(
    [
        *((name, _INT) for name in ("seq", "file_no", "line", "collected_at")),
        *((name, _STRING) for name in ("post_id", "account_id", "platform")),
        ("posted_at", _INT),
        *((name, _STRING) for name in ("text", "transcript", "language", "region")),
        *((name, _LIST) for name in ("hashtags", "links", "mentions")),
        ("sound_id", _STRING),
        ("media", _LIST),
        ("repost_of", _STRING),
        ("repost_of_at", _INT),
        ("reply_to", _STRING),
        ("objects", _LIST),
        *((name, _INT) for name in ("n_likes", "n_comments", "n_shares", "n_views")),
        *((name, _STRING) for name in ("paid_label", "client", "handle", "display_name", "bio")),
        *((name, _INT) for name in ("created_at", "followers", "following")),
        ("verified", pa.bool_()),
        *((name, _STRING) for name in ("verified_kind", "country")),
        ("profile_links", _LIST),
    ]
)
"""A post and its account as seen with it, before duplicates are dropped; `seq` is the order of reading."""

_PLACES = frozenset({"region", "country", "language"})
_LISTED_AS = {
    "hashtags": "hashtags",
    "links": "links",
    "mentions": "mentions",
    "media": "objects",
    "objects": "objects",
}
_TIMES_BESIDE = ("collected_at", "repost_of_at", "created_at")
_KEPT_APART = frozenset({"seq", "file_no", "line", "post_id", "account_id", "platform", "posted_at"})


@dataclass(slots=True)
class _Problems:
    """The first thing that is wrong with each row."""

    by_row: dict[int, str] = field(default_factory=dict)

    def where(self, mask: np.ndarray, reason: str) -> None:
        for row in np.flatnonzero(mask):
            self.by_row.setdefault(int(row), reason)

    def also(self, more: dict[int, str]) -> None:
        for row, reason in more.items():
            self.by_row.setdefault(row, reason)


@dataclass(frozen=True, slots=True)
class Origin:
    """What holds for every post of a file.

    Attributes
    ----------
    file, file_no: its name, and its number among the files that are read.
    platform: for posts that name none.
    latest_ms: later times are refused.
    """

    file: str
    file_no: int
    platform: str | None
    latest_ms: int


@dataclass(slots=True)
class Seen:
    """What a normaliser has seen of its file.

    Attributes
    ----------
    clock: how fine the times of the file are.
    n_without_zone: its times that were taken as UTC.
    n_lost_ids: references to other posts that were left out because they lost digits.
    separators: of the columns of lists, what stands between items; None where no cell has shown it.
    """

    clock: Clock = field(default_factory=Clock)
    n_without_zone: int = 0
    n_lost_ids: int = 0
    separators: dict[str, str | None] = field(default_factory=dict)


class Normaliser:
    """Cleans the chunks of one file, in their order.

    Parameters
    ----------
    separators: what earlier chunks have shown (`Seen.separators`).
    """

    def __init__(
        self, origin: Origin, database: Database, separators: dict[str, str | None] | None = None
    ) -> None:
        self._origin, self._database = origin, database
        known, kinds = separators or {}, {**_LISTED_AS, "profile_links": "links"}
        self._splitters = {name: Splitter(kind, known.get(name)) for name, kind in kinds.items()}
        self._clock = Clock()
        self._n_without_zone = self._n_lost_ids = 0

    @property
    def separators(self) -> dict[str, str | None]:
        """As the chunks so far have shown them."""
        return {name: splitter.separator for name, splitter in self._splitters.items()}

    @property
    def seen(self) -> Seen:
        """What the chunks so far held."""
        return Seen(self._clock, self._n_without_zone, self._n_lost_ids, self.separators)

    def agrees(self, found: dict[str, str | None]) -> bool:
        """Whether the next chunk, cleaned elsewhere with no more known than here, would be the same here.

        found: `Seen.separators` of that chunk. A sign other than the one that is known here was a guess.
        """
        now = self.separators
        return all(now[name] is None or found[name] in (None, now[name]) for name in now)

    def add(self, seen: Seen) -> None:
        """Take over what the next chunk held, which was cleaned elsewhere."""
        self._clock.add(seen.clock)
        self._n_without_zone += seen.n_without_zone
        self._n_lost_ids += seen.n_lost_ids
        for name, splitter in self._splitters.items():
            splitter.separator = splitter.separator or seen.separators[name]

    def clean(self, raw: Raw, seq: int) -> tuple[pa.Table, list[Rejected]]:
        """The posts of a chunk, numbered from `seq`, and its rejects, those of reading included."""
        n = len(raw.numbers)
        if n == 0:
            return PART.empty_table(), raw.rejects
        problems = _Problems()
        columns = self._keys(raw, n, problems)
        columns |= {
            name: self._column(name, raw.columns[name])
            for name in PART.names
            if name in raw.columns and name not in _KEPT_APART
        }
        self._references(columns, raw)
        long = (
            pc.fill_null(pc.greater(pc.binary_length(columns["text"]), TEXT_LIMIT), False)
            if "text" in columns
            else None
        )
        if long is not None:
            problems.where(long.to_numpy(zero_copy_only=False), f"text above {TEXT_LIMIT >> 20} MiB")
        columns["seq"] = pa.array(np.arange(seq, seq + n))
        columns["file_no"] = pa.array(np.full(n, self._origin.file_no))
        columns["line"] = pa.array(raw.numbers, _INT)
        table = pa.table(
            [columns.get(name, pa.nulls(n, PART.field(name).type)) for name in PART.names], schema=PART
        )
        if problems.by_row:
            keep = np.ones(n, bool)
            keep[list(problems.by_row)] = False
            table = table.filter(pa.array(keep))
        return filled(table, self._database), raw.rejects + _rejected(raw, problems)

    def _keys(self, raw: Raw, n: int, problems: _Problems) -> dict[str, pa.Array]:
        """Account, time, id and platform: what a post cannot do without."""
        nothing = pa.nulls(n, _STRING)
        account, lost = ids(raw.columns.get("account_id", nothing))
        problems.where(lost, "the account id lost its digits: it went through a spreadsheet or a float")
        problems.where(account.is_null().to_numpy(zero_copy_only=False), "no account: the account is missing")
        when = times.parse(raw.columns.get("posted_at", nothing), latest_ms=self._origin.latest_ms)
        problems.also(when.problems)
        post, lost = ids(raw.columns.get("post_id", nothing))
        problems.where(lost, "the post id lost its digits: it went through a spreadsheet or a float")
        self._clock.see(when.ms[when.known], when.written_ms)
        self._n_without_zone += when.n_without_zone
        platform = (
            platforms.platforms(texts(raw.columns["platform"])) if "platform" in raw.columns else nothing
        )
        if self._origin.platform:
            platform = pc.fill_null(platform, self._origin.platform)
        post = platforms.prefixed(post, platform)
        if post.null_count:
            here = pc.binary_join_element_wise(self._origin.file, pa.array(raw.numbers).cast(_STRING), ":")
            post = pc.coalesce(post, here)
        return {
            "platform": platform,
            "account_id": platforms.prefixed(account, platform),
            "post_id": post,
            "posted_at": when.array(),
        }

    def _column(self, name: str, cells: Cells) -> pa.Array:
        kind = PART.field(name).type
        if is_empty(cells):
            return pa.nulls(len(cells), kind)
        if name in _TIMES_BESIDE:
            return times.parse(cells, latest_ms=self._origin.latest_ms).array()
        if kind == _LIST:
            return lists(cells, self._splitters[name])
        if kind == _INT:
            return counts(cells)
        if kind == pa.bool_():
            return flags(cells)
        if name == "handle":
            return pc.utf8_ltrim(texts(cells), characters="@")
        return texts(cells, keep="NA" if name in _PLACES else None)

    def _references(self, columns: dict[str, pa.Array], raw: Raw) -> None:
        """Ids of other posts and of sounds; one that lost its digits is no object."""
        for name in ("repost_of", "reply_to", "sound_id"):
            if name in raw.columns:
                found, lost = ids(raw.columns[name], zero_is_missing=True)
                self._n_lost_ids += int(lost.sum())
                columns[name] = (
                    found if name == "sound_id" else platforms.prefixed(found, columns["platform"])
                )


def _rejected(raw: Raw, problems: _Problems) -> list[Rejected]:
    return [
        Rejected(raw.numbers[row], reason, _shown(raw, row))
        for row, reason in sorted(problems.by_row.items())
    ]


def _shown(raw: Raw, row: int) -> dict[str, Any]:
    """The row as it was read, for the reject."""
    cells = {name: column[row] for name, column in raw.columns.items()}
    cells = {name: cell.as_py() if isinstance(cell, pa.Scalar) else cell for name, cell in cells.items()}
    return {name: cell for name, cell in cells.items() if cell is not None}
