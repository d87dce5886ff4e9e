"""The canonical form of a link.

in: links as posted; out: one spelling per page, or null; why: the same page must be one object whatever
tracking was hung on it, while a shortener's link stays what it is, for nothing is looked up on a network.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

import pyarrow as pa

__all__ = ["canonical", "canonical_column", "site", "site_column"]

_TRACKING = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "yclid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
        "ref_src",
        "ref_url",
        "s_cid",
        "cmpid",
        "spm",
        "share_id",
        "share_source",
        "is_from_webapp",
        "sender_device",
        "web_id",
    ]
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 4096


@lru_cache(maxsize=200_000)
def canonical(link: str) -> str | None:
    """Host and path in one spelling, without scheme, `www.`, fragment, tracking, trailing slash.

    None when it is no http(s) link with a host: then it is no object. Query parameters are sorted.
    """
    link = link.strip()
    if not link or len(link) > _LONGEST:
        return None
    if "://" not in link:
        link = f"https://{link.lstrip('/')}"
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in _DEFAULT_PORTS or "." not in host:
        return None
    host = _plain_host(host)
    if port is not None and port != _DEFAULT_PORTS[parts.scheme.lower()]:
        host = f"{host}:{port}"
    query = _kept_query(parts.query)
    return f"{host}{parts.path.rstrip('/')}{f'?{query}' if query else ''}"


def _plain_host(host: str) -> str:
    for prefix in ("www.", "m.", "mobile.", "amp."):
        if host.startswith(prefix) and host.count(".") > 1:
            return host.removeprefix(prefix)
    return host


def _kept_query(query: str) -> str:
    if not query:
        return ""
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name.lower() not in _TRACKING and not name.lower().startswith("utm_")
    ]
    return urlencode(sorted(kept))


def site(link: str) -> str | None:
    """The host of a link in one spelling; None when it is no link."""
    page = canonical(link)
    return None if page is None else page.partition("/")[0].partition("?")[0]


def canonical_column(links: pa.Array) -> pa.Array:
    """`canonical` of every value of a string array; each spelling is worked out once."""
    return _through_dictionary(links, canonical)


def site_column(links: pa.Array) -> pa.Array:
    """`site` of every value of a string array."""
    return _through_dictionary(links, site)


def _through_dictionary(values: pa.Array, function) -> pa.Array:  # type: ignore[no-untyped-def]
    coded = values.dictionary_encode()
    return pa.array([function(value) for value in coded.dictionary.to_pylist()], pa.string()).take(
        coded.indices
    )
