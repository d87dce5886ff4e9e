"""What a source format is: how it is recognised, and how one record becomes posts.

in: one parsed record (a JSON value, or a CSV row as a dict); out: raw rows; why: every format is
one small file with two functions, and everything else (files, compression, times, rejects) is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["RAW_COLUMNS", "Format", "Record", "Reject", "Row", "Sample"]

Record = Mapping[str, Any]
"""One record as parsed: a JSON object, or a CSV row (column name -> text)."""

Row = dict[str, Any]
"""One raw post: keys of `RAW_COLUMNS`; what is absent is null. Ids without prefix, times unparsed."""

RAW_COLUMNS: tuple[str, ...] = (
    # the post: as in schema.posts; ids verbatim, times as the source has them
    "platform", "post_id", "account_id", "posted_at", "text", "transcript", "language", "region",
    "hashtags", "links", "mentions", "sound_id", "media", "repost_of", "repost_of_at", "reply_to",
    "objects", "n_likes", "n_comments", "n_shares", "n_views", "paid_label", "client",
    # when the record was collected or last updated: of two records of one post the later is kept
    "collected_at",
    # the account as seen with this post: as in schema.accounts
    "handle", "display_name", "bio", "created_at", "followers", "following", "verified",
    "verified_kind", "country", "profile_links",
)  # fmt: skip


class Reject(Exception):
    """A record that cannot become a post; the message is the reason shown to the user."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, for recognition.

    `kind` is "csv", "ndjson", "json" (one document) or "parquet"; `columns` the header of a CSV or
    Parquet file, else (); `records` the first records (at most 50), for "json" the whole document first.
    """

    kind: str
    columns: tuple[str, ...]
    records: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """A platform export that overt can read.

    Attributes
    ----------
    name: as users type it: `tiktok-research`.
    title: as users read it: `TikTok Research API`.
    recognise: Sample -> (sureness 0..1, reason in words); 0 when it is something else.
    posts: one top-level record -> its raw rows; a page yields many. A broken item inside a page is
        yielded as a `Reject` instance (not raised) so that its neighbours survive; a record that is
        broken as a whole raises `Reject`. A record that is no post (a service message) yields nothing.
    """

    name: str
    title: str
    recognise: Callable[[Sample], tuple[float, str]]
    posts: Callable[[Record], Iterator[Row | Reject]]
