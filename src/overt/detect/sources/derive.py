"""Hashtags, mentions and links from the text, where the source does not list them.

in: columns text, hashtags, mentions, links; out: the three lists, filled; why: a bare table of texts has
the same traces as an export that lists them, and one place decides what a hashtag is (sql/derive.sql).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from overt.engines.duckdb import Database

__all__ = ["filled"]

_LISTS = ("hashtags", "mentions", "links")


def filled(posts: pa.Table, database: Database) -> pa.Table:
    """The table with the three lists filled where they are null and there is a text."""
    has_text = posts["text"].null_count < posts.num_rows
    if not has_text or not any(posts[name].null_count for name in _LISTS):
        return posts
    place = pa.array(np.arange(posts.num_rows))
    database.name_table("batch", posts.select(["text", *_LISTS]).append_column("place", place))
    found = database.table("derive")
    for name in _LISTS:
        column = found[name].cast(pa.list_(pa.string()))
        posts = posts.set_column(posts.schema.get_field_index(name), name, column)
    return posts
