"""Which column of a file holds what, by its name.

in: column names (or keys of JSON objects), some rows, and what the user said; out: a `ColumnMap`;
why: most tables name their columns alike, and the others can be named with `--map account=user_id`.

Names are compared without case, blanks, dashes, underscores and dots. Of several that fit, the first
in the list wins; an id is preferred to a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from overt.detect.sources.quoting import listed, plain
from overt.errors import InputError, SettingError

__all__ = ["FIELDS", "OUTER", "ColumnMap", "chosen", "found", "grown", "known_of", "left_out"]

_KNOWN: dict[str, str] = {
    "account_id": (
        "accountid userid authorid actorid useridstr uid did fromid senderid channelid pageid "
        "ownerid creatorid profileid externalauthorid account user author username screenname "
        "userscreenname userkey handle actor from sender channel channelname page owner creator "
        "profile publisher poster authorname accountname who"
    ),
    "posted_at": (
        "postedat unixtimestamp createdat timestampshare createdutc dateunixtime timestampms "
        "timestamp createdtime createtime tweettime posttime postedtime publishedat publishdate "
        "publishtime publisheddate publishedtime datetime postdate createdate creationdate "
        "sharedat actedat pubdate date time ts epoch"
    ),
    "post_id": (
        "postid tweetid statusid messageid videoid contentid commentid noteid itemid idstr id mid uri"
    ),
    "text": (
        "text fulltext tweettext posttext message body content caption desc tweet post comment "
        "title description"
    ),
    "hashtags": "hashtags hashtagnames hashtag tags challenges",
    "mentions": "mentions usermentions mentionedusers mentionedhandles mention",
    "links": (
        "links urls expandedurls outlinks sharedurls linkedurls url link expandedurl sharedurl articleurl"
    ),
    "repost_of": (
        "repostof repostid retweetid retweetof retweetedid retweettweetid retweetedtweetid "
        "retweetedstatusid retweetedstatusidstr reblogof reblogid sharedpostid originalpostid "
        "rtid"
    ),
    "reply_to": (
        "replyto replyid replytoid inreplyto inreplytoid inreplytotweetid inreplytostatusid "
        "inreplytostatusidstr parentid parentpostid"
    ),
    "repost_of_at": "repostofat repostedat originalpostedat originalcreatedat",
    "sound_id": "soundid musicid audioid sound music audio",
    "platform": "platform sourceplatform network socialnetwork service",
    "language": "language lang tweetlanguage languagecode",
    "region": "region regioncode",
    "transcript": "transcript voicetotext",
    "client": "client tweetclientname clientname app",
    "n_likes": "likes nlikes likecount likescount favoritecount favouritescount diggcount",
    "n_comments": "comments ncomments commentcount commentscount replycount",
    "n_shares": "shares nshares sharecount sharescount retweetcount repostscount repostcount",
    "n_views": "views nviews viewcount viewscount playcount impressioncount",
    "handle": ("handle username screenname userscreenname uniqueid authorusername accounthandle userhandle"),
    "display_name": "displayname userdisplayname authorfullname fullname nickname authorname name",
    "bio": "bio userprofiledescription userdescription signature biodescription",
    "created_at": "accountcreationdate accountcreatedat usercreatedat authorcreatedat",
    "followers": "followers nfollowers followercount followerscount userfollowerscount authorfollowers",
    "following": "following nfollowing followingcount friendscount",
    "verified": "verified isverified userverified",
    "verified_kind": "verifiedkind verifiedtype verificationkind verificationtype",
    "country": "country userreportedlocation",
    "collected_at": "collectedat timestampcollected retrievedat scrapedat",
}
_SHARED = frozenset({"handle", "display_name"})
"""May read a column that another field reads too: a user name can be the only id."""

_LISTS = frozenset({"hashtags", "mentions", "links"})
_NUMBERS_ONLY = frozenset({"n_likes", "n_comments", "n_shares", "n_views", "followers", "following"})
_OBJECT_KINDS = ("object", "url", "hashtag", "domain", "phash", "image")
_ALL_KNOWN = frozenset(" ".join(_KNOWN.values()).split()) | {f"{kind}id" for kind in _OBJECT_KINDS}

FIELDS: dict[str, str] = {
    "account": "account_id",
    "time": "posted_at",
    "text": "text",
    "post": "post_id",
    "link": "links",
    "links": "links",
    "hashtags": "hashtags",
    "mentions": "mentions",
    "repost": "repost_of",
    "reply": "reply_to",
    "sound": "sound_id",
    "object": "objects",
    "platform": "platform",
    "handle": "handle",
    "language": "language",
    "region": "region",
}
"""What `--map` can name -> the field of a raw row."""

OUTER = frozenset(
    ["account", "actor", "author", "channel", "from", "owner", "page", "profile", "sender", "user"]
)
"""Keys of JSON objects that hold an object with columns: `user` for `user.id`."""

NONE = "none"
"""`--map post=none` leaves a column out that would be taken by its name."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Field of a raw row -> column; object kind -> column; both in the order of the table."""

    fields: dict[str, str]
    objects: dict[str, str] = field(default_factory=dict)

    @property
    def is_enough(self) -> bool:
        """Whether there is an account and a time."""
        return "account_id" in self.fields and "posted_at" in self.fields

    def as_dict(self) -> dict[str, str]:
        """For `--dry-run`: field -> column."""
        return self.fields | {f"objects ({kind})": column for kind, column in self.objects.items()}


def _bare(name: str) -> str:
    return re.sub(r"[\s_.\-]+", "", name).lower()


def known_of(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns whose names are known, one of each: a hostile file can spell a name in many ways."""
    by_bare: dict[str, str] = {}
    for column in columns:
        if (bare := _bare(column)) in _ALL_KNOWN:
            by_bare.setdefault(bare, column)
    return tuple(by_bare.values())


def found(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> ColumnMap:
    """The columns recognised by their names; `rows` are the first ones, as column -> cell."""
    return grown(ColumnMap({}), columns, rows)


def left_out(given: Mapping[str, str]) -> frozenset[str]:
    """The fields that the user decided on, `none` included: no name decides on them any more."""
    return frozenset(FIELDS[key] for key in given if key in FIELDS)


def grown(
    base: ColumnMap,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    without: frozenset[str] = frozenset(),
) -> ColumnMap:
    """A map with more columns recognised by their names; what it has stays, `without` is not added."""
    sample = list(rows)
    by_bare: dict[str, str] = {}
    for column in filter(None, columns):
        by_bare.setdefault(_bare(column), column)
    fields = dict(base.fields)
    for name, known in _KNOWN.items():
        if name in fields or name in without:
            continue
        taken = set() if name in _SHARED else set(fields.values()) | set(base.objects.values())
        for bare in known.split():
            column = by_bare.get(bare, "")
            if column and column not in taken and _fits(name, column, sample, fields):
                fields[name] = column
                break
    new = {kind: by_bare[f"{kind}id"] for kind in _OBJECT_KINDS if f"{kind}id" in by_bare}
    taken = set(fields.values())
    new = {kind: column for kind, column in new.items() if column not in taken and "objects" not in without}
    return ColumnMap(fields, new | base.objects)


def _fits(name: str, column: str, sample: list[Mapping[str, Any]], fields: dict[str, str]) -> bool:
    cells = [row[column] for row in sample if row.get(column) not in (None, "")]
    if name in _LISTS:
        return name != "links" or not _is_own_address(cells, column, sample, fields.get("post_id"))
    if name in _NUMBERS_ONLY:
        return not any(isinstance(cell, list | dict) for cell in cells)
    odd = (list, dict) if name == "verified" else (list, dict, bool)
    return not any(isinstance(cell, odd) for cell in cells)


def _is_own_address(cells: list[Any], column: str, sample: list[Mapping[str, Any]], post: str | None) -> bool:
    """A column `url` that holds the address of the post itself shares nothing with anybody."""
    if post is None or not cells:
        return False
    pairs = ((str(row.get(post) or ""), str(row.get(column))) for row in sample)
    own = sum(len(post_id) > 3 and post_id in cell for post_id, cell in pairs)
    return own * 2 > len(cells)


def chosen(given: Mapping[str, str], columns: Sequence[str], base: ColumnMap, file: str) -> ColumnMap:
    """The map with what the user said put over what was found.

    Raises
    ------
    SettingError: the user names a field that does not exist.
    InputError: the file has no such column.
    """
    fields, objects = dict(base.fields), dict(base.objects)
    said: dict[str, str] = {}
    for key, column in given.items():
        if key not in FIELDS:
            raise SettingError(
                f"--map does not know {plain(key)!r}.",
                hint=f"It knows: {', '.join(FIELDS)}. Example: --map account=user_id,time=created_at",
            )
        said[FIELDS[key]] = column
    taken = set(said.values())
    fields = {name: column for name, column in fields.items() if name in _SHARED or column not in taken}
    for name, column in said.items():
        fields.pop(name, None)
        if name == "objects":
            objects = {} if column == NONE else {"object": _column(column, columns, file, "object")}
        elif column != NONE:
            fields[name] = _column(column, columns, file, name)
    return ColumnMap(
        fields, {kind: column for kind, column in objects.items() if column not in set(fields.values())}
    )


def _column(name: str, columns: Sequence[str], file: str, what: str) -> str:
    if name in columns:
        return name
    alike = [column for column in columns if _bare(column) == _bare(name)]
    if len(alike) == 1:
        return alike[0]
    raise InputError(
        f"{file} has no column {plain(name)!r}, which --map names for {what}.",
        hint=f"It has: {listed(columns)}.",
    )
