"""TikTok's own web pages: the JSON that the site loads or embeds, in its current and its older layout.

in: a page (`data[]`, `itemList[]`, `itemInfo.itemStruct`, `SIGI_STATE`, the rehydration document) or one
item; out: one row per video; why: what browser collectors save. A search page of users holds no posts and
says so; a live room is a stream, not a post, and yields nothing. Which layout an item has is told by its
keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.tiktok_text import marks_of, plain_caption

__all__ = ["FORMAT", "item_row"]

_SCOPE = "__DEFAULT_SCOPE__"
_REHYDRATION = "__UNIVERSAL_DATA_FOR_REHYDRATION__"


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the items have TikTok's web keys, in either layout."""
    found = documents(sample)
    items = [item for record in found for item in _items(record) or [record]]
    if share(items, _is_user) > 0.5:
        return 0.9, "a TikTok page of users, which holds no posts"
    return 0.95 * share(
        items, _is_item
    ), "items with TikTok's web keys (desc, createTime, author, or itemInfos)"


def _is_item(item: object) -> bool:
    if has(item, "__import_meta"):  # Zeeschuimer's items as 4CAT unwraps them: that format reads them
        return False
    if has(item, "itemInfos"):
        return has(values.path(item, "itemInfos"), "createTime")
    return has(item, "createTime", "id") and (has(item, "liveRoomInfo") or has(item, "desc", "author"))


def _is_user(item: object) -> bool:
    return has(item, "user", "stats") and has(values.path(item, "user"), "uniqueId")


def _items(document: object) -> list[Any] | None:
    """The items of a page in any of the known wrappings; None when it is none of them."""
    page = values.mapping(document)
    if _REHYDRATION in page:
        page = values.mapping(page[_REHYDRATION])
    modules = values.path(values.mapping(page.get("SIGI_STATE")) or page, "ItemModule")
    if isinstance(modules, Mapping):
        return list(modules.values())
    if isinstance(page.get(_SCOPE), Mapping):
        return _of_scope(page[_SCOPE])
    return _of_response(page)


def _of_scope(scope: Mapping[str, Any]) -> list[Any]:
    updated = scope.get("webapp.updated-items")
    detail = values.path(scope, "webapp.video-detail", "itemInfo", "itemStruct")
    return [*values.sequence(updated), *([detail] if detail is not None else [])]


def _of_response(page: Mapping[str, Any]) -> list[Any] | None:
    for holder in (page, values.mapping(page.get("data"))):
        item = values.path(holder, "itemInfo", "itemStruct")
        if item is not None:
            return [item]
        for name in ("itemList", "item_list", "data"):
            if isinstance(holder.get(name), list):
                return list(holder[name])
    return None


def posts(record: Record) -> Iterator[Row | Reject]:
    """The videos of a page, or the one video of a line."""
    for document in items_of(record):
        items = _items(document)
        yield from each([document] if items is None else items, item_row)


def item_row(item: Mapping[str, Any]) -> Row | None:
    """One item in either layout -> its row; None for a live room. Raises `Reject` for a user."""
    if _is_user(item):
        raise Reject("a user, not a post: TikTok's user search holds no posts; collect the users' videos")
    if "itemInfos" in item:
        return _older(item)
    if "liveRoomInfo" in item:
        return None
    if "item" in item and "createTime" not in item:  # general search wraps each result once more
        return item_row(values.mapping(item["item"])) if values.mapping(item["item"]) else None
    return _current(item)


def _current(item: Mapping[str, Any]) -> Row:
    author = item.get("author")
    # in SIGI_STATE the author is the handle itself, and the rest stands beside it
    who = values.mapping(author)
    handle = values.text_or_none(author) or values.id_or_none(who.get("uniqueId"))
    text = plain_caption(item.get("desc"))
    stats = values.mapping(item.get("stats"))
    titles = [values.path(tag, "title") for tag in values.sequence(item.get("challenges"))]
    hashtags, mentions = marks_of(text, item.get("textExtra"), titles)
    return values.post(
        "tiktok",
        item.get("id"),
        values.id_or_none(who.get("id")) or values.id_or_none(item.get("authorId")) or handle,
        item.get("createTime"),
        text=text,
        language=values.text_or_none(item.get("textLanguage")),
        region=values.text_or_none(item.get("locationCreated")),
        hashtags=hashtags,
        mentions=mentions,
        sound_id=values.id_or_none(values.path(item, "music", "id")),
        objects=_duet(values.path(item, "duetInfo", "duetFromId")),
        n_likes=values.count(stats.get("diggCount")),
        n_comments=values.count(stats.get("commentCount")),
        n_shares=values.count(stats.get("shareCount")),
        n_views=values.count(stats.get("playCount")),
        paid_label=_paid(item),
        **_account(who, values.mapping(item.get("authorStats")), handle, item.get("nickname")),
    )


def _older(item: Mapping[str, Any]) -> Row:
    video, who = values.mapping(item.get("itemInfos")), values.mapping(item.get("authorInfos"))
    handle = values.id_or_none(who.get("uniqueId"))
    text = plain_caption(video.get("text"))
    names = [values.path(tag, "challengeName") for tag in values.sequence(item.get("challengeInfoList"))]
    hashtags, mentions = marks_of(text, item.get("textExtra"), names)
    return values.post(
        "tiktok",
        video.get("id"),
        values.id_or_none(video.get("authorId")) or values.id_or_none(who.get("userId")) or handle,
        video.get("createTime"),
        text=text,
        hashtags=hashtags,
        mentions=mentions,
        sound_id=values.id_or_none(video.get("musicId"))
        or values.id_or_none(values.path(item, "musicInfos", "musicId")),
        objects=_duet(item.get("duetInfo")),
        n_likes=values.count(video.get("diggCount")),
        n_comments=values.count(video.get("commentCount")),
        n_shares=values.count(video.get("shareCount")),
        n_views=values.count(video.get("playCount")),
        **_account(who, values.mapping(item.get("authorStats")), handle, None),
    )


def _account(who: Mapping[str, Any], stats: Mapping[str, Any], handle: str | None, name: object) -> Row:
    shown = who.get("nickname") or who.get("nickName") or name
    return {
        "handle": handle,
        "display_name": values.text_or_none(shown),
        "bio": plain_caption(who.get("signature")),
        "verified": values.flag(who.get("verified")),
        "followers": values.count(stats.get("followerCount")),
        "following": values.count(stats.get("followingCount")),
    }


def _duet(video_id: object) -> list[str]:
    """A duet is a video of its own beside another one, so that one is a shared object and not a repost."""
    found = values.id_or_none(video_id) if isinstance(video_id, (str, int)) else None
    return [f"duet:{found}"] if found else []


def _paid(item: Mapping[str, Any]) -> str | None:
    marks = [name for name in ("isAd", "adAuthorization") if values.flag(item.get(name))]
    return ",".join(marks) or None


FORMAT = Format("tiktok-web", "TikTok web pages", recognise, posts)
