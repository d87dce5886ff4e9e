"""What an account itself wrote in a Weibo post, and the marks in it.

in: the text of a status or repost; out: its own part, hashtags `#tag#`, mentions; times with their zone;
why: a repost carries the chain of those before it (`//@name:text`), and often only the words that the app
puts there.
"""

from __future__ import annotations

import re

from overt.detect.sources.format import Reject
from overt.detect.sources.formats.values import text_or_none, time_or_none, unique

__all__ = ["beijing", "own_words", "topics_in", "weibo_mentions_in"]

_CHAIN = re.compile(r"/{2}\s*@")
_TOPIC = re.compile(r"[#＃]([^#＃\n]{1,60})[#＃]")
_MENTION = re.compile(r"@([\w一-鿿-]{1,40})")
# what the app writes when the person who reposts writes nothing
_STOCK = frozenset({"转发微博", "转发微博。", "轉發微博", "轉發微博。", "转发", "Repost", "repost"})
_WHOLE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_ZONED = re.compile(r".*(?:Z|[+-]\d{2}:?\d{2})(?:\s+\d{4})?")


def own_words(text: object) -> str | None:
    """The part before the chain; None when it is empty or only the app's stock phrase."""
    found = text_or_none(text)
    if found is None:
        return None
    own = _CHAIN.split(found, maxsplit=1)[0].strip()
    return None if own in _STOCK else text_or_none(own)


def topics_in(text: str | None) -> list[str]:
    """Hashtags, which Weibo writes between two number signs."""
    return unique(topic.strip() for topic in _TOPIC.findall(text or ""))


def weibo_mentions_in(text: str | None) -> list[str]:
    """Names after @."""
    return unique(_MENTION.findall(text or ""))


def beijing(time: object) -> str | int | float | None:
    """A time with its zone: a local one is Beijing's (no summer time). Rejects one without a year."""
    found = time_or_none(time)
    if not isinstance(found, str) or found.isdigit():
        return found
    if _WHOLE.fullmatch(found):
        day, _, clock = found.replace("T", " ").partition(" ")
        return f"{day}T{clock or '00:00'}+08:00"
    if _ZONED.fullmatch(found):
        return found
    raise Reject(f"a time without a year or zone: {found[:30]!r}; collect again with whole dates")
