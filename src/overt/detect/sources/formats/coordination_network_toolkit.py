"""The CSV of the coordination-network-toolkit, which others use as an interchange format.

in: a row with message_id, user_id, username, repost_id, reply_id, message, timestamp, urls; out: its row;
why: much published data lies about in it. The platform is not named, so ids stay as they are. `urls` are
separated by spaces, or a Python list literal, or empty.

The toolkit itself reads by position and ignores the first line, whatever it holds. A file whose first line
is data already is recognised and then refused row by row: its first row has become the column names, and
equal cells in it (two empty ids, say) have merged columns, so reading on would lose data in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import columns_of, documents, each, has, items_of, share
from overt.detect.sources.formats.marks import hashtags_in, mentions_in

__all__ = ["FORMAT"]

_COLUMNS = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls")
_EPOCH_S = re.compile(r"[0-9]{9,10}(?:\.[0-9]+)?")


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure with the eight names; nearly sure when the first line is data in the eight places."""
    names = {name.strip().lower() for name in columns_of(sample)}
    if names >= set(_COLUMNS) or share(documents(sample), lambda record: has(record, *_COLUMNS)) > 0.5:
        return 0.98, "columns of the coordination-network-toolkit (message_id, user_id, repost_id, ...)"
    if sample.kind == "csv" and _is_data(sample.columns):
        return (
            0.9,
            "eight columns as in the coordination-network-toolkit, but without the line of column names",
        )
    return 0.0, "not the columns of the coordination-network-toolkit"


def _is_data(first: tuple[str, ...]) -> bool:
    """Whether a first line is a row: a time in the seventh place, and no place holds its column's name."""
    return len(first) == 8 and _EPOCH_S.fullmatch(first[6].strip()) is not None and first[0].strip() != ""


def posts(record: Record) -> Iterator[Row | Reject]:
    """The message of one row."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row:
    if "message_id" not in record:
        record = {str(key).strip().lower(): value for key, value in record.items()}
    if "message_id" not in record:
        raise Reject(f"no column names: add the line {','.join(_COLUMNS)} at the top of the file")
    text = values.text_or_none(record.get("message"))
    return values.post(
        None,
        record.get("message_id"),
        record.get("user_id"),
        record.get("timestamp"),
        text=text,
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        links=values.unique(values.links(record.get("urls"))),
        repost_of=values.id_or_none(record.get("repost_id")),
        reply_to=values.id_or_none(record.get("reply_id")),
        handle=values.text_or_none(record.get("username")),
    )


FORMAT = Format("coordination-network-toolkit", "coordination-network-toolkit CSV", recognise, posts)
