"""Which columns 4CAT writes for which platform. Data, no logic.

in: nothing; out: `LAYOUTS`, in the order in which they are tried; why: nine tables differ in names only, so
they are one reader and nine entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["LAYOUTS", "Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One table of 4CAT.

    Attributes
    ----------
    marks: columns that only this table has together.
    account: the column of the account's id; `author` (a handle) is taken where it is empty.
    hashtags, links: columns of lists; None or () when the text has to tell.
    texts, ids, counts, flags, lists, times: raw column -> 4CAT's column.
    objects: kind -> column of an id that posts share.
    paid: columns of marks of paid content.
    """

    title: str
    platform: str
    marks: frozenset[str]
    account: str = "author"
    hashtags: str | None = None
    links: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, str] = field(default_factory=dict)
    paid: tuple[str, ...] = ()


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "TikTok comments",
        "tiktok",
        frozenset({"comment_url", "is_comment_on_comment", "unix_timestamp", "author"}),
        texts={"handle": "author", "display_name": "author_full", "language": "language_guess"},
        ids={"reply_to": "post_id"},
        counts={"n_likes": "likes", "n_comments": "replies"},
    ),
    Layout(
        "TikTok",
        "tiktok",
        frozenset({"tiktok_url", "music_id", "unix_timestamp", "author"}),
        hashtags="hashtags",
        texts={"handle": "author", "display_name": "author_full", "region": "location_created"},
        ids={"sound_id": "music_id"},
        counts={
            "n_likes": "likes",
            "n_comments": "comments",
            "n_shares": "shares",
            "n_views": "plays",
            "followers": "author_followers",
        },
        paid=("is_ad", "is_paid_partnership"),
    ),
    Layout(
        "X",
        "x",
        frozenset({"author_id", "retweeted_user", "quote_tweet_id", "replied_author"}),
        account="author_id",
        hashtags="hashtags",
        links=("urls",),
        texts={
            "handle": "author",
            "display_name": "author_fullname",
            "language": "language_guess",
            "client": "source",
        },
        counts={
            "n_likes": "like_count",
            "n_comments": "reply_count",
            "n_shares": "retweet_count",
            "n_views": "impression_count",
        },
        flags={"verified": "verified"},
        lists={"mentions": "mentions"},
        objects={"quote": "quote_tweet_id"},
    ),
    Layout(
        "Twitter (API v2)",
        "x",
        frozenset({"author_id", "retweeted_user", "quoted_user", "replied_user"}),
        account="author_id",
        hashtags="hashtags",
        links=("urls",),
        texts={
            "handle": "author",
            "display_name": "author_fullname",
            "language": "language_guess",
            "client": "source",
        },
        counts={
            "n_likes": "like_count",
            "n_comments": "reply_count",
            "n_shares": "retweet_count",
            "n_views": "impression_count",
            "followers": "author_followers",
        },
        lists={"mentions": "mentions"},
    ),
    Layout(
        "Douyin",
        "douyin",
        frozenset({"author_user_id", "author_is_ad_fake", "digg_count"}),
        account="author_user_id",
        hashtags="hashtags",
        texts={"display_name": "author_nickname", "region": "region", "country": "author_region"},
        counts={"n_likes": "digg_count", "n_comments": "comment_count", "n_shares": "share_count"},
        lists={"mentions": "mentions"},
        # the table has no id of the sound, and its address names the file
        ids={"sound_id": "music_url"},
    ),
    Layout(
        "Telegram",
        "telegram",
        frozenset({"chat", "author_is_bot", "message_noforwards", "entities_linked"}),
        links=("link_attached", "entities_linked"),
        texts={"handle": "author_username", "display_name": "author_name"},
        counts={"n_views": "views"},
        lists={"mentions": "entities_mentioned"},
        times={"repost_of_at": "unix_timestamp_forwarded_from"},
        objects={"forwarded_from": "author_forwarded_from_id"},
    ),
    Layout(
        "Bluesky",
        "bluesky",
        frozenset({"author_id", "replied_to_post", "repost_count", "author_profile"}),
        account="author_id",
        hashtags="tags",
        links=("links",),
        texts={
            "handle": "author",
            "display_name": "author_display_name",
            "language": "languages",
        },
        ids={"reply_to": "replied_to_post"},
        counts={"n_likes": "like_count", "n_comments": "reply_count", "n_shares": "repost_count"},
        lists={"mentions": "mentions"},
        times={"created_at": "author_created_at", "collected_at": "collected_at"},
        objects={"quote": "quoted_post"},
    ),
    Layout(
        "Instagram",
        "instagram",
        frozenset({"usertags", "num_media", "num_likes", "author"}),
        account="author_id",
        hashtags="hashtags",
        texts={"handle": "author", "display_name": "author_fullname"},
        counts={"n_likes": "num_likes", "n_comments": "num_comments", "n_views": "play_count"},
        flags={"verified": "verified"},
        lists={"mentions": "usertags"},
    ),
    Layout(
        "RedNote",
        "rednote",
        frozenset({"collected_from_url", "title", "image_urls", "author_avatar_url", "likes"}),
        hashtags="hashtags",
        texts={"display_name": "author"},
        counts={"n_likes": "likes"},
    ),
)
"""Every table that is known; the first whose marks are all there is taken."""
