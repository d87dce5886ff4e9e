"""HTML of a post, made into text and links.

in: the HTML that Mastodon and Weibo give as a post's body; out: plain text and the addresses linked;
why: the same words must be the same text, whatever markup surrounds them. Nothing is rendered or run.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from overt.detect.sources.formats.values import text_or_none, unique

__all__ = ["html_to_text"]

_BREAKS = frozenset({"br", "p", "div", "li", "blockquote"})
_DROPPED = frozenset({"script", "style"})
# no post is this long
_LONGEST = 100_000
# Only whole tags reach html.parser: on broken ones it takes time in the square of the length and more, and it
# raises on some marked sections (`<![x[`). The pattern itself takes linear time.
_BROKEN = re.compile(r"<(?!/?[a-zA-Z](?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*>)")
_COMMENT = re.compile(r"<!--[^<]*?-->")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str | None] = []
        self._dropped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._dropped += tag in _DROPPED
        if tag in _BREAKS and self.parts:
            self.parts.append("\n")
        named = dict(attrs)
        kinds = (named.get("class") or "").split()
        if tag == "a" and not {"mention", "hashtag"} & set(kinds):
            self.links.append(named.get("href"))
        if tag == "img" and named.get("alt"):  # Weibo writes its emoji as pictures
            self.handle_data(named["alt"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._dropped = max(0, self._dropped - (tag in _DROPPED))
        if tag == "p":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self.parts.append(data)


def html_to_text(html: object) -> tuple[str | None, list[str]]:
    """Plain text with line breaks, and the http(s) links that are neither mention nor hashtag."""
    source = text_or_none(html)
    if source is None:
        return None, []
    reader = _Reader()
    whole = _BROKEN.sub("&lt;", _COMMENT.sub("", source[:_LONGEST]))
    reader.feed(whole)
    reader.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.parts).split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    found = [link for link in reader.links if link and link.startswith(("http://", "https://"))]
    return text_or_none(text), unique(map(text_or_none, found))
