"""One shared object, laid out: what it is, who of those who used it are members, and how close in time.

in: a `SharedObject`; out: a dict for the template, and the close-up of the strongest one; why: this is
the evidence; a reader must be able to look every line of it up in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from overt.publish.charts.axis import Axis, lapse_ticks
from overt.publish.charts.strips import Marks, Strip, strip
from overt.publish.shared_objects import Limits, Post, Row, SharedObject
from overt.publish.text import count, decimal, duration, gap, object_kind, plural, when
from overt.publish.visible import bdi, shortened, visible

__all__ = ["close_up", "label_of", "object_view"]

Names = Callable[[str, Mapping[str, Row]], str]

_CLOSE_UP_ROWS = 30
_AROUND = 1.5  # of the closest half's span is drawn before and after it


def object_view(
    item: SharedObject, accounts: Mapping[str, Row], name_of: Names, limits: Limits
) -> dict[str, Any]:
    """What the report says of one object."""
    n = len(item.member_at)
    return {
        "rank": item.row["object_rank"],
        "kind": object_kind(item.row["trace"]),
        "label": label(item, limits),
        "original": bdi(item.original, limits.text) if item.original else "",
        "shares": _shares(item),
        "closeness": _closeness(item),
        "others": _others(item),
        "same_as": "" if item.same_as is None else f"In the same posts as number {item.same_as}.",
        "surprisal": decimal(item.row["surprisal"]),
        "strip": _gap_strip(item),
        "outside": _outside(item),
        "posts": [_post(post, accounts, name_of, limits) for post in item.posts],
        "cut": f"{len(item.posts)} of {count(n)} posts are shown, those closest in time."
        if len(item.posts) < n
        else "",
    }


def label(item: SharedObject, limits: Limits) -> Markup:
    """The object as a reader knows it; a text is quoted from a post: the table has normalised words."""
    text = next((post.text for post in item.posts if post.text), None)
    return label_of(item.row["trace"], item.row["object_id"] or "", text, limits.text)


def label_of(trace: str, object_id: str, text: str | None, limit: int) -> Markup:
    """An object of a trace; text: of a post that shows it."""
    if trace == "text":
        return Markup("\u201c{}\u201d").format(bdi(text or object_id, limit // 2))
    if trace == "hashtag":
        return bdi("#" + object_id.lstrip("#"), 80)
    if trace == "hashtag_sequence":
        return bdi(" ".join("#" + tag.lstrip("#") for tag in object_id.split()), limit // 2)
    return bdi(object_id, limit // 2)


def _shares(item: SharedObject) -> str:
    members, sharers = item.row["n_members"], item.row["n_sharers"]
    if sharers <= members:
        return f"{plural(members, 'account')} used it, all of them members."
    return f"{count(members)} of the {count(sharers)} accounts that used it are members."


def _tick(item: SharedObject) -> int | None:
    """The resolution of the clock behind the posts shown, ms."""
    return next((post.resolution_ms for post in item.posts if post.resolution_ms), None)


def _closeness(item: SharedObject) -> str:
    n = len(item.member_at)
    if n < 2:
        return ""
    words = gap((item.closest[1] - item.closest[0]) / 1000, _tick(item))
    how = f"in the {words}" if words.startswith("same") else f"within {words}"
    if n == 2:
        return f"The two members used it {how}."
    return f"{count((n + 1) // 2)} of the {count(n)} members who used it did so {how}."


def _others(item: SharedObject) -> str:
    others = item.others_at
    if others is None or not len(others):
        return ""
    start, end = item.closest
    inside = int(((others >= start) & (others <= end)).sum())
    if len(others) == 1:
        return (
            f"The one other account that used it did so {'in' if inside else 'outside'} that stretch of time."
        )
    spread = duration(float(others[-1] - others[0]) / 1000)
    return (
        f"The {count(len(others))} other accounts that used it spread over {spread}; "
        f"{count(inside) if inside else 'none'} of them acted in that stretch of time."
    )


def _window(item: SharedObject) -> Axis:
    """The closest half of the members in the middle, everything near it on both sides."""
    start, end = item.closest
    tick = _tick(item) or 1000
    around = max((end - start) * _AROUND, tick * 2)
    low, high = max(start - around, item.member_at[0]), min(end + around, item.member_at[-1])
    pad = max((high - low) * 0.05, tick)
    return Axis(float(low - pad), float(high + pad))


def _inside(at: Any, axis: Axis) -> Any:
    return at[(at >= axis.start) & (at <= axis.end)]


def _gap_strip(item: SharedObject) -> Markup:
    axis = _window(item)
    names, rows = [Markup("members")], [[Marks("hit", _inside(item.member_at, axis))]]
    if item.others_at is not None and len(item.others_at):
        names.append(Markup("others"))
        rows.append([Marks("other", _inside(item.others_at, axis))])
    text = f"{_shares(item)} {_closeness(item)}"
    return strip(Strip(axis, names, rows, lapse_ticks(axis, float(item.closest[0])), text, [item.closest]))


def _outside(item: SharedObject) -> str:
    """What lies left and right of the picture."""
    axis, parts = _window(item), []
    for who, at in (("member", item.member_at), ("other", item.others_at)):
        if at is None:
            continue
        before, after = int((at < axis.start).sum()), int((at > axis.end).sum())
        if before:
            parts.append(f"{plural(before, who)} before")
        if after:
            parts.append(f"{plural(after, who)} after")
    return f"Outside the picture: {', '.join(parts)}." if parts else ""


def close_up(item: SharedObject, accounts: Mapping[str, Row], name_of: Names) -> dict[str, Any]:
    """The strongest object with one row for each member that acted near its closest moment, in order."""
    axis = _window(item)
    near = [
        (a, int(t))
        for a, t in zip(item.member_ids, item.member_at, strict=True)
        if axis.start <= t <= axis.end
    ]
    shown = near[:_CLOSE_UP_ROWS]
    names = [bdi(shortened(name_of(account_id, accounts))) for account_id, _ in shown]
    rows = [[Marks("hit", [at])] for _, at in shown]
    if item.others_at is not None and len(item.others_at):
        names.append(Markup("<i>all others</i>"))
        rows.append([Marks("other", _inside(item.others_at, axis))])
    start = item.closest[0]
    text = f"First action of each member on one object. {_closeness(item)}"
    return {
        "picture": strip(Strip(axis, names, rows, lapse_ticks(axis, float(start)), text, [item.closest])),
        "start": when(start, _tick(item)),
        "kind": object_kind(item.row["trace"]),
        "label": label(item, Limits()),
        "closeness": _closeness(item),
        "others": _others(item),
        "outside": _outside(item),
        "cut": f"The first {len(shown)} of {len(near)} are drawn." if len(near) > len(shown) else "",
    }


def _post(post: Post, accounts: Mapping[str, Row], name_of: Names, limits: Limits) -> dict[str, Any]:
    where = visible(post.file, 80)
    if post.gap_s is None:
        since = "first"
    else:
        words = gap(post.gap_s, post.resolution_ms)
        since = words if words.startswith("same") else f"+{words}"
    return {
        "account": bdi(name_of(post.account_id, accounts), 40),
        "at": when(post.at, post.resolution_ms),
        "gap": since,
        "text": bdi(post.text, limits.text) if post.text else Markup("<i>no text</i>"),
        "where": bdi(f"{where}, line {post.line}" if post.line is not None else where, 110) if where else "",
    }
