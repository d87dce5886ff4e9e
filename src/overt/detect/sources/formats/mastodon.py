"""Mastodon statuses, one a line or as an array, from any server of the fediverse that speaks its API.

in: a status; out: its row; why: ids differ from server to server, so a post is its `uri` and an account is
`name@host`, also where the server that was asked leaves the host out. A boost repeats `reblog.uri` and
shows the original's text. `in_reply_to_id` is the id on the server that was asked and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.html_text import html_to_text
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.marks import in_text_order

__all__ = ["FORMAT"]


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the records are statuses with an account of the fediverse."""
    items = [item for record in documents(sample) for item in _statuses(record)]
    return 0.95 * share(items, _is_status), "Mastodon statuses (uri, account.acct, content)"


def _is_status(item: object) -> bool:
    return has(item, "uri", "account", "content") and has(values.path(item, "account"), "acct")


def _statuses(document: object) -> list[Any]:
    page = values.path(document, "statuses")
    return list(page) if isinstance(page, list) else [document]


def posts(record: Record) -> Iterator[Row | Reject]:
    """The statuses of a search page, or the one of a line."""
    for document in items_of(record):
        yield from each(_statuses(document), _row)


def _row(status: Mapping[str, Any]) -> Row:
    account = values.mapping(status.get("account"))
    original = values.mapping(status.get("reblog"))
    shown = original or status
    text, links = html_to_text(shown.get("content"))
    card = values.text_or_none(values.path(shown, "card", "url"))
    return values.post(
        "mastodon",
        status.get("uri"),
        _address(account),
        status.get("created_at"),
        text=_with_warning(shown, text),
        language=values.text_or_none(shown.get("language")),
        hashtags=in_text_order(_names(shown, "tags"), text),
        links=links or values.unique([card]),
        mentions=values.unique(
            _address(values.mapping(user)) for user in values.sequence(shown.get("mentions"))
        ),
        media=values.unique(_medium(item) for item in values.sequence(shown.get("media_attachments"))),
        repost_of=values.text_or_none(original.get("uri")),
        repost_of_at=values.time_or_none(original.get("created_at")),
        reply_to=values.id_or_none(status.get("in_reply_to_id")),
        n_likes=values.count(status.get("favourites_count")),
        n_comments=values.count(status.get("replies_count")),
        n_shares=values.count(status.get("reblogs_count")),
        client=values.text_or_none(values.path(status, "application", "name")),
        **_account(account),
    )


def _address(account: Mapping[str, Any]) -> str | None:
    """`name@host`; for an account of the server that was asked the host is in its address."""
    acct = values.text_or_none(account.get("acct")) or values.text_or_none(account.get("username"))
    if acct is None or "@" in acct:
        return acct
    for name in ("url", "uri"):
        if host := _host(account.get(name)):
            return f"{acct}@{host}"
    return acct


def _host(address: object) -> str | None:
    try:
        return urlsplit(address).netloc.lower() or None if isinstance(address, str) else None
    except ValueError:
        return None


def _with_warning(status: Mapping[str, Any], text: str | None) -> str | None:
    """The content warning is text that the author wrote, and stands before the rest."""
    return "\n".join(values.unique([values.text_or_none(status.get("spoiler_text")), text])) or None


def _names(status: Mapping[str, Any], kind: str) -> list[str]:
    return values.unique(
        values.text_or_none(values.path(item, "name")) for item in values.sequence(status.get(kind))
    )


def _medium(item: object) -> str | None:
    """The picture's blurhash would match too much; its address on the original server is exact."""
    return values.text_or_none(values.pick(item, "remote_url", "url"))


def _account(account: Mapping[str, Any]) -> Row:
    bio, links = html_to_text(account.get("note"))
    fields = [values.mapping(item) for item in values.sequence(account.get("fields"))]
    listed = [link for item in fields for link in html_to_text(item.get("value"))[1]]
    proven = any(values.time_or_none(item.get("verified_at")) for item in fields)
    return {
        "handle": _address(account),
        "display_name": values.text_or_none(account.get("display_name")),
        "bio": bio,
        "created_at": values.time_or_none(account.get("created_at")),
        "followers": values.count(account.get("followers_count")),
        "following": values.count(account.get("following_count")),
        "verified_kind": "verified link" if proven else None,
        "profile_links": values.unique([*links, *listed]),
    }


FORMAT = Format("mastodon", "Mastodon statuses", recognise, posts)
