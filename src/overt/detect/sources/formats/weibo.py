"""Weibo statuses as the site or its mobile page loads them.

in: a status, or a page (`data.list`, `statuses`, `data.cards[].mblog`, a mobile page's `status`); out: one
row per status; why: what collectors of the site save. A repost shows what its author added; where that is
nothing, the original's text. `text_raw` is preferred to the HTML of `text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values, weibo_ced, weibo_crawler
from overt.detect.sources.formats.html_text import html_to_text
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.marks import links_in
from overt.detect.sources.formats.weibo_text import beijing, own_words, topics_in, weibo_mentions_in

__all__ = ["FORMAT", "FORMATS"]


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the records are statuses with Weibo's own names."""
    items = [item for record in documents(sample) for item in _statuses(record)]
    return 0.95 * share(
        items, _is_status
    ), "Weibo statuses (mid or mblogid, text_raw or text, attitudes_count)"


def _is_status(item: object) -> bool:
    return (
        has(item, "created_at", "user")
        and (has(item, "mid") or has(item, "mblogid") or has(item, "bid"))
        and (has(item, "text") or has(item, "text_raw"))
    )


def _statuses(document: object) -> list[Any]:
    """The statuses of a page in any of the known wrappings; the document itself when it is none."""
    page = values.mapping(document)
    if values.mapping(page.get("status")):
        return [page["status"]]
    for holder in (page, values.mapping(page.get("data"))):
        for name in ("statuses", "list", "cards"):
            if isinstance(holder.get(name), list):
                return _of_cards(holder[name]) if name == "cards" else list(holder[name])
    return [document]


def _of_cards(cards: list[Any]) -> list[Any]:
    """Cards hold a status in `mblog`, or further cards in `card_group`; others are no posts."""
    flat = [inner for card in cards for inner in (card, *values.sequence(values.path(card, "card_group")))]
    return [card["mblog"] for card in flat if has(card, "mblog")]


def posts(record: Record) -> Iterator[Row | Reject]:
    """The statuses of a page, or the one of a line."""
    for document in items_of(record):
        yield from each(_statuses(document), _row)


def _row(status: Mapping[str, Any]) -> Row:
    original = values.mapping(status.get("retweeted_status"))
    own = own_words(_text(status))
    text = own or (_text(original) if original else None)
    shown = text or ""
    return values.post(
        "weibo",
        _id(status),
        values.id_or_none(values.pick(status.get("user"), "idstr", "id")),
        beijing(status.get("created_at")),
        text=text,
        region=_region(status.get("region_name")),
        hashtags=topics_in(shown),
        links=values.unique([*_links(status), *links_in(shown)]),
        mentions=weibo_mentions_in(shown),
        media=values.unique(map(values.text_or_none, values.sequence(values.pick(status, "pic_ids")))),
        repost_of=_id(original),
        repost_of_at=_origin(original),
        n_likes=values.count(status.get("attitudes_count")),
        n_comments=values.count(status.get("comments_count")),
        n_shares=values.count(status.get("reposts_count")),
        client=html_to_text(status.get("source"))[0],
        **_account(values.mapping(status.get("user"))),
    )


def _id(status: Mapping[str, Any]) -> str | None:
    return values.id_or_none(values.pick(status, "mid", "idstr", "id"))


def _text(status: Mapping[str, Any]) -> str | None:
    raw = values.text_or_none(status.get("text_raw"))
    return raw or html_to_text(status.get("text"))[0]


def _origin(original: Mapping[str, Any]) -> str | int | float | None:
    try:
        return beijing(original.get("created_at"))
    except Reject:  # the repost itself has a time; only its origin's is not known
        return None


def _links(status: Mapping[str, Any]) -> list[str]:
    """Links that the site expanded; `http://t.cn/...` in the text hides where it leads."""
    listed = [values.mapping(item) for item in values.sequence(status.get("url_struct"))]
    return values.unique(values.text_or_none(values.pick(item, "ori_url", "long_url")) for item in listed)


def _region(value: object) -> str | None:
    found = values.text_or_none(value)
    return values.text_or_none(found.removeprefix("发布于").strip()) if found else None


def _account(user: Mapping[str, Any]) -> Row:
    link = values.text_or_none(user.get("url"))
    return {
        "handle": values.text_or_none(user.get("screen_name")),
        "display_name": values.text_or_none(user.get("screen_name")),
        "bio": values.text_or_none(user.get("description")),
        "created_at": values.time_or_none(user.get("created_at")),
        "followers": values.count(user.get("followers_count")),
        "following": values.count(values.pick(user, "friends_count", "follow_count")),
        "verified": values.flag(user.get("verified")),
        "verified_kind": values.id_or_none(user.get("verified_type"), zero=True),
        "country": values.text_or_none(user.get("location")),
        "profile_links": [link] if link else [],
    }


FORMAT = Format("weibo", "Weibo statuses", recognise, posts)

FORMATS = (FORMAT, weibo_ced.FORMAT, weibo_crawler.FORMAT)
"""All that overt reads of Weibo, this one first."""
