"""Hashtags, links, mentions and media out of the `entities` of a tweet (v1.1 and GraphQL spell them alike).

in: a v1.1 status or a GraphQL `legacy`; out: row columns; why: three formats share the shape. The order is
that of the text by `indices`; links are the expanded ones, as a t.co address is unique to its tweet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.detect.sources.format import Row
from overt.detect.sources.formats.values import (
    id_or_none,
    mapping,
    path,
    pick,
    sequence,
    text_or_none,
    unique,
)

__all__ = ["entity_marks"]


def entity_marks(status: Mapping[str, Any]) -> Row:
    """Columns hashtags, links, mentions and media; what is empty is left out."""
    entities = mapping(path(status, "extended_tweet", "entities")) or mapping(status.get("entities"))
    media = sequence(path(status, "extended_entities", "media")) or sequence(entities.get("media"))
    found = {
        "hashtags": unique(text_or_none(path(tag, "text")) for tag in _ordered(entities.get("hashtags"))),
        "links": unique(
            text_or_none(pick(link, "unwound_url", "expanded_url", "url"))
            or text_or_none(path(link, "expanded_url"))
            for link in _ordered(entities.get("urls"))
        ),
        "mentions": unique(
            text_or_none(pick(user, "screen_name", "screen_name_h"))
            for user in _ordered(entities.get("user_mentions"))
        ),
        "media": unique(id_or_none(pick(item, "id_str", "id", "media_key")) for item in media),
    }
    return {column: value for column, value in found.items() if value}


def _ordered(marks: object) -> list[Any]:
    return sorted(sequence(marks), key=_start)


def _start(mark: object) -> int:
    indices = sequence(path(mark, "indices"))
    return indices[0] if indices and isinstance(indices[0], int) else 0
