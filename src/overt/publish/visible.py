"""What people wrote, made harmless to look at.

in: any string of the tables; out: the same string with what is invisible or turns the reading
direction shown as a mark, and cut; why: escaping stops HTML, but not a name that reverses the line
behind it, hides letters, or is a megabyte long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["bdi", "shortened", "visible"]

_NEWLINES = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# more than four marks on one letter climb over the lines above and below
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def visible(text: str | None, limit: int = 120) -> str:
    """`text` on one line without invisible characters, at most `limit` characters; not escaped.

    The joiners U+200C and U+200D stay: Persian and emoji need them. Empty for None.
    """
    if not text:
        return ""
    head = text[: 2 * limit]  # bounds the work on a text of 50 MB; marks only make it longer
    head = _STACKED.sub(r"\1", _NEWLINES.sub(" \u23ce ", head))
    head = _INVISIBLE.sub(_mark, _BROKEN.sub("\ufffd", head)).strip()
    cut = len(head) > limit or len(text) > 2 * limit
    return head[: limit - 1].rstrip() + "\u2026" if cut else head


def bdi(text: str | None, limit: int = 120) -> Markup:
    """`visible(text)` escaped and isolated, so that its direction does not touch what is around it."""
    from markupsafe import Markup

    return Markup("<bdi>{}</bdi>").format(visible(text, limit))


def shortened(text: str, limit: int = 14) -> str:
    """A name cut in its middle: what tells made-up names apart is often a number at the end."""
    shown = visible(text, 200)
    if len(shown) <= limit:
        return shown
    tail = (limit - 1) // 2
    return f"{shown[: limit - 1 - tail]}\u2026{shown[-tail:]}"


def _mark(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 9:
        return " "
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"
