"""The caption of a TikTok video and the marks in it.

in: a caption and the site's `textExtra` list in either spelling; out: hashtags and mentions in the order of
the text; why: `start` and `end` give the order, count UTF-16 units, and are now and then wrong; the same
list serves TikTok's two layouts and Douyin's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from overt.detect.sources.formats.marks import in_text_order
from overt.detect.sources.formats.values import count, id_or_none, pick, sequence, text_or_none, unique

__all__ = ["marks_of", "plain_caption"]

# Some pages escape twice, so that the text holds a literal backslash, `u` and four digits. Without undoing
# it, one caption would be two texts.
_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


def plain_caption(value: object) -> str | None:
    """The caption with twice-escaped characters made whole; None when there is none."""
    found = text_or_none(value)
    if found is None or "\\u" not in found:
        return found
    return text_or_none(_ESCAPED.sub(lambda escaped: str(json.loads(f'"{escaped[0]}"')), found))


def marks_of(text: str | None, extra: object, listed: Iterable[object] = ()) -> tuple[list[str], list[str]]:
    """Hashtags and mentions by `start`; hashtags that only `listed` has follow in the order of the text.

    A listed hashtag that the text does not show was put there by an effect or a sound, not by the author,
    and is left out: else all who use one effect would seem to write one hashtag.
    Type 1 is a hashtag and 0 a mention. A mention is the handle where the text shows it, else the user's id.
    """
    units = (text or "").encode("utf-16-le", "replace")
    given = (item for item in sequence(extra) if isinstance(item, Mapping))
    marks = sorted(given, key=lambda mark: _place(mark, text or "", units))
    hashtags = unique(_name(mark) for mark in marks)
    known, shown = {tag.casefold() for tag in hashtags}, (text or "").casefold()
    others = [
        name
        for name in map(plain_caption, listed)
        if name and name.casefold() not in known and f"#{name.casefold()}" in shown
    ]
    mentions = unique(_mentioned(mark, units) for mark in marks if _name(mark) is None)
    return [*hashtags, *in_text_order(others, text)], mentions


def _place(mark: Mapping[str, Any], text: str, units: bytes) -> int:
    """Where the mark stands, in UTF-16 units; where `start` does not point at the hashtag, the text tells."""
    start, name = _start(mark), _name(mark)
    if name is None:
        return start
    sign = f"#{name}".lower()
    if units[2 * start : 2 * start + 2 * len(sign)].decode("utf-16-le", "ignore").lower() == sign:
        return start
    found = text.lower().find(sign)
    return start if found < 0 else len(text[:found].encode("utf-16-le", "replace")) // 2


def _start(mark: Mapping[str, Any]) -> int:
    return count(pick(mark, "start", "Start")) or 0


def _name(mark: Mapping[str, Any]) -> str | None:
    found = plain_caption(pick(mark, "hashtagName", "HashtagName", "hashtag_name"))
    return found.strip().lstrip("#") or None if found else None


def _mentioned(mark: Mapping[str, Any], units: bytes) -> str | None:
    start, end = _start(mark), count(pick(mark, "end", "End")) or 0
    shown = units[2 * start : 2 * end].decode("utf-16-le", "ignore")
    if shown.startswith("@") and len(shown) > 1:
        return text_or_none(shown[1:].strip())
    return id_or_none(pick(mark, "userUniqueId", "userId", "UserId", "user_id", "secUid", "sec_uid"))
