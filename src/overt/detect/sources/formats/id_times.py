"""The time inside an id.

in: an id as text; out: milliseconds since 1970 UTC, or None; why: some sources give minutes, or no time at
all for the post that is repeated, and the id of it tells. Sources: Twitter's snowflake, checked on 19,981
tweets (-0.33 to +1.00 s of created_at); the ATProto TID (set by the client, so it can be false).
"""

from __future__ import annotations

__all__ = ["BLUESKY_BEGAN_MS", "bluesky_tid_ms", "tweet_ms"]

BLUESKY_BEGAN_MS = 1_640_995_200_000
"""2022-01-01: no ATProto post is older, so an earlier record key is not a time."""

_TWITTER_EPOCH_MS = 1_288_834_974_657
_FIRST_SNOWFLAKE = 2**40
_LAST_SNOWFLAKE = 2**63
_TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def tweet_ms(tweet_id: str | None) -> int | None:
    """When a tweet was made, ms UTC; None for ids before November 2010 and for what is no tweet id."""
    if tweet_id is None or not (tweet_id.isascii() and tweet_id.isdigit()) or len(tweet_id) > 19:
        return None
    number = int(tweet_id)
    return (number >> 22) + _TWITTER_EPOCH_MS if _FIRST_SNOWFLAKE < number < _LAST_SNOWFLAKE else None


def bluesky_tid_ms(uri: str | None, *, latest_ms: int | None = None) -> int | None:
    """When the record of an at-URI was made, ms UTC, by its key; None when the key is no sane time.

    A time before 2022 or later than `latest_ms` is not sane: the client chose the key.
    """
    key = (uri or "").rsplit("/", 1)[-1]
    if len(key) != 13 or any(digit not in _TID_DIGITS for digit in key):
        return None
    number = 0
    for digit in key:
        number = number << 5 | _TID_DIGITS.index(digit)
    made = (number >> 10) // 1000
    too_late = latest_ms is not None and made > latest_ms
    return None if made < BLUESKY_BEGAN_MS or too_late or number >> 63 else made
