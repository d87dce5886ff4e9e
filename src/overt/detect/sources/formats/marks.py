"""Hashtags, mentions and links as they stand in a text.

in: a text; out: names in the order of the text; why: several exports list hashtags without their
order, or not at all, and the order is what an ordered-hashtag trace needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from overt.detect.sources.formats.values import unique

__all__ = ["hashtags_in", "in_text_order", "links_in", "mentions_in"]

_LINK = re.compile(r"https?://[^\s<>\"'，。）】》]+", re.IGNORECASE)
# A tag ends at white space or punctuation. \w would cut Hindi and Thai tags at their vowel signs.
_TAG = re.compile(
    r"(?<!&)[#＃]([^\s#＃@.,;:!?…\"'()\[\]{}<>|/\\&+=*%$^~`，。！？、：；（）【】《》“”‘’-]{1,150})"
)
_MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,62}[A-Za-z0-9_])?)")
_LONGEST = 200_000


def links_in(text: str | None) -> list[str]:
    """Addresses that begin with http(s), without the punctuation that ends a sentence."""
    return unique(found.rstrip(".,;:!?)…'") for found in _LINK.findall((text or "")[:_LONGEST]))


def hashtags_in(text: str | None) -> list[str]:
    """Hashtags without #, once each; a number alone and the fragment of an address are none."""
    bare = _LINK.sub(" ", (text or "")[:_LONGEST])
    return unique(tag for tag in _TAG.findall(bare) if not tag.isdigit())


def mentions_in(text: str | None) -> list[str]:
    """Handles after @, once each; mail addresses are none."""
    return unique(_MENTION.findall((text or "")[:_LONGEST]))


def in_text_order(names: Iterable[str], text: str | None) -> list[str]:
    """Hashtags that a source lists, in the order of the text; those not found there follow as listed."""
    listed = unique(name.strip().lstrip("#＃") for name in names)
    place = {tag.casefold(): at for at, tag in reversed(list(enumerate(hashtags_in(text))))}
    return sorted(listed, key=lambda name: place.get(name.casefold(), len(place)))
