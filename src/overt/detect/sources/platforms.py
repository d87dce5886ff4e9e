"""Names of platforms, and ids that carry them.

in: a platform as a source spells it, ids; out: one short name, and ids such as `tiktok:7012`; why: ids of
two platforms must not meet, and `Twitter`, `twitter.com` and `x.com` are one.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["platform_name", "platforms", "prefixed"]

_SAME = {
    "twitter": "x",
    "tw": "x",
    "fb": "facebook",
    "ig": "instagram",
    "yt": "youtube",
    "tg": "telegram",
    "vkontakte": "vk",
}
_SHAPE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_FEW = 20


def platform_name(text: str | None) -> str | None:
    """One lower-case name; None for what cannot be one."""
    name = (text or "").strip().lower().removeprefix("www.").removesuffix(".com").replace(" ", "-")
    name = _SAME.get(name, name)
    return name if _SHAPE.fullmatch(name) else None


def platforms(column: pa.Array) -> pa.Array:
    """A column of names, each distinct spelling read once."""
    encoded = column.dictionary_encode(null_encoding="encode")
    distinct = [platform_name(name) for name in encoded.dictionary.to_pylist()]
    return pa.array(distinct, pa.string()).take(encoded.indices)


def prefixed(ids: pa.Array, platform: pa.Array) -> pa.Array:
    """Ids with their platform before them; verbatim where it is unknown or already there."""
    joined = pc.coalesce(pc.binary_join_element_wise(platform, ids, ":"), ids)
    known = pc.unique(platform).drop_null()
    for name in known[:_FEW].to_pylist():
        has_it = pc.fill_null(pc.starts_with(ids, name + ":"), False)
        if pc.any(has_it).as_py():
            joined = pc.if_else(has_it, ids, joined)
    return joined
