"""One group, laid out: every sentence, number and picture that the template only puts in place.

in: a `Group` of findings and the accounts' rows; out: a dict for the template; why: the template
computes nothing, so what a group's page says can be tested without HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from overt.publish.charts.axis import Axis, date_ticks
from overt.publish.charts.bars import Bar, bars
from overt.publish.charts.network import Dot, network
from overt.publish.charts.strips import Marks, Strip, strip
from overt.publish.findings import Group
from overt.publish.object_page import close_up, object_view
from overt.publish.shared_objects import Limits, Row
from overt.publish.text import count, decimal, duration, joined, plural, q_sentence, q_words, trace_name, when
from overt.publish.visible import bdi, shortened, visible

__all__ = ["day", "details", "group_view", "name_of", "summary"]

_TIMELINE_ROWS = 30
_TIMELINE_MARGIN = 0.15


def name_of(account_id: str, accounts: Mapping[str, Row]) -> str:
    """What an account is called in the report: @handle, else its display name, else its id; unescaped."""
    row = accounts.get(account_id, {})
    handle = visible(row.get("handle"), 40)
    return f"@{handle}" if handle else visible(row.get("display_name") or account_id, 40)


def group_view(group: Group, accounts: Mapping[str, Row], limits: Limits) -> dict[str, Any]:
    """Everything that the page of a group shows."""
    row = group.row
    return {
        **summary(row),
        "chance_sentence": q_sentence(row["q_value"]),
        "facts": _facts(row),
        "bars": _bars(group, accounts),
        "network": _network(group, accounts),
        "network_note": _network_note(group),
        "timeline": _timeline(group, accounts),
        "timeline_note": _timeline_note(group),
        "close_up": close_up(group.objects[0], accounts, name_of) if group.objects else None,
        **details(group, accounts, limits),
    }


def details(group: Group, accounts: Mapping[str, Row], limits: Limits) -> dict[str, Any]:
    """What the members of a group or an audience share, and who they are."""
    return {
        "objects": [object_view(item, accounts, name_of, limits) for item in group.objects],
        "more_objects": max(0, (group.row["n_objects"] or 0) - len(group.objects)),
        "n_objects_in_table": count(group.n_objects),
        "members": [_member(member, accounts) for member in group.members],
        "more_members": max(0, group.row["n_accounts"] - len(group.members)),
    }


def summary(row: Row) -> dict[str, Any]:
    """The line of a group in the table on the first screen."""
    return {
        "id": visible(row["group_id"], 12),
        "n_accounts": count(row["n_accounts"]),
        "accounts": plural(row["n_accounts"], "account"),
        "traces": joined([trace_name(trace) for trace in row["traces"] or []]) or "not given",
        "gap": duration(row["gap_median_s"]),
        "seen": decimal(row["n_close"]),
        "expected": decimal(row["expected"]),
        "chance": q_words(row["q_value"]),
        "why": bdi(row["why"], 600),
        "period": _period(row["first_at"], row["last_at"]),
    }


def day(at: int | None) -> Markup:
    """A date that is not broken at its hyphens."""
    return Markup('<span class="nb">{}</span>').format(when(at, 86_400_000))


def _period(first: int | None, last: int | None) -> Markup:
    start, end = when(first, 60_000), when(last, 60_000)
    if start[:10] != end[:10]:
        return Markup("{} to {}").format(day(first), day(last))
    return Markup("{} {}").format(day(first), start[11:] if start == end else f"{start[11:]} to {end[11:]}")


def _share(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.0f} %"


def _facts(row: Row) -> list[tuple[str, str]]:
    flagged = "all" if row["n_flagged"] == row["n_accounts"] else count(row["n_flagged"])
    n, possible = row["n_accounts"], row["n_accounts"] * (row["n_accounts"] - 1) // 2
    return [
        (count(n), f"accounts, {flagged} of them flagged by their own pairs"),
        (count(row["n_edges"]), f"linked pairs, of {count(possible)} possible"),
        (_share(row["stability"]), "of member pairs come out together when a fifth of the links is left out"),
        (count(row["n_objects"]), "things that three or more members shared"),
        (duration(row["gap_median_s"]), "typical time between two linked members"),
    ]


def _bars(group: Group, accounts: Mapping[str, Row]) -> Markup:
    row = group.row
    lines = [
        Bar(
            Markup("An average linked pair"),
            "each at the time scale where it stands out most",
            row["n_close"] or 0.0,
            row["expected"] or 0.0,
        )
    ]
    for pair in group.edges[: Limits().pairs]:
        name = Markup("{} and {}").format(
            bdi(name_of(pair.a, accounts), 24), bdi(name_of(pair.b, accounts), 24)
        )
        lines.append(Bar(name, f"within {duration(pair.scale_s)}", pair.n_close, pair.expected))
    return bars(lines, "Times that two members acted on the same thing close together")


def _network(group: Group, accounts: Mapping[str, Row]) -> Markup:
    most = max([1, *(member["n_partners"] or 0 for member in group.members)])
    dots = [
        Dot(name_of(m["account_id"], accounts), _place(m["x"]), _place(m["y"]), (m["n_partners"] or 0) / most)
        for m in group.members
    ]
    index = {member["account_id"]: i for i, member in enumerate(group.members)}
    # edges are sorted from the least likely on: the first third is drawn strongest
    n = max(1, len(group.edges))
    lines = [(index[e.a], index[e.b], 1 - i / n) for i, e in enumerate(group.edges)]
    return network(dots, lines, f"Network of {plural(len(dots), 'account')} and {plural(len(lines), 'link')}")


def _place(value: float | None) -> float:
    return 0.5 if value is None else value


def _network_note(group: Group) -> str:
    notes = []
    if len(group.members) < group.row["n_accounts"]:
        notes.append(f"the {len(group.members)} strongest of {count(group.row['n_accounts'])} accounts")
    if len(group.edges) < group.n_edges_shown:
        notes.append(f"the {count(len(group.edges))} strongest of their {count(group.n_edges_shown)} links")
    return f"Drawn: {joined(notes)}." if notes else ""


def _timeline_axis(group: Group) -> Axis:
    """The time of shared action with a margin, so that a busy week is not a hair in five years of posts."""
    hits = [int(at) for item in group.objects for at in (item.member_at[0], item.member_at[-1])]
    hits += [at for at in (group.row["first_at"], group.row["last_at"]) if at is not None]
    if not hits:  # no object of three members: then the time of their posts
        hits = [int(at) for posts in group.posts_at.values() for at in (posts[0], posts[-1])] or [0]
    margin = max((max(hits) - min(hits)) * _TIMELINE_MARGIN, 60_000)
    return Axis(min(hits) - margin, max(hits) + margin)


def _timeline(group: Group, accounts: Mapping[str, Row]) -> Markup:
    axis = _timeline_axis(group)
    hits: dict[str, list[int]] = {}
    for item in group.objects:
        for account_id, at in zip(item.member_ids, item.member_at, strict=True):
            hits.setdefault(account_id, []).append(int(at))
    shown = group.members[:_TIMELINE_ROWS]
    rows = []
    for member in shown:
        at = group.posts_at.get(member["account_id"])
        inside = [] if at is None else at[(at >= axis.start) & (at <= axis.end)].tolist()
        rows.append([Marks("post", inside), Marks("hit", hits.get(member["account_id"], []))])
    names = [bdi(shortened(name_of(member["account_id"], accounts))) for member in shown]
    label = f"Posts of {plural(len(shown), 'member')} over time; the shared moments line up across the rows."
    return strip(Strip(axis, names, rows, date_ticks(axis), label, [item.closest for item in group.objects]))


def _timeline_note(group: Group) -> str:
    axis, notes = _timeline_axis(group), []
    if len(group.members) > _TIMELINE_ROWS or group.row["n_accounts"] > len(group.members):
        n = min(_TIMELINE_ROWS, len(group.members))
        notes.append(f"{n} of {count(group.row['n_accounts'])} members are drawn.")
    shown = [group.posts_at.get(member["account_id"]) for member in group.members[:_TIMELINE_ROWS]]
    outside = sum(int(((at < axis.start) | (at > axis.end)).sum()) for at in shown if at is not None)
    if outside:
        notes.append(f"{plural(outside, 'post')} of these members before or after this time are not drawn.")
    return " ".join(notes)


def _member(member: Row, accounts: Mapping[str, Row]) -> dict[str, Any]:
    account = accounts.get(member["account_id"], {})
    handle = visible(account.get("handle"), 60)
    kind = visible(account.get("verified_kind"), 40)
    return {
        "handle": bdi(f"@{handle}" if handle else member["account_id"], 60),
        "display_name": bdi(account.get("display_name"), 80) if account.get("display_name") else "",
        "account_id": bdi(member["account_id"], 80),
        "n_posts": count(account.get("n_posts")),
        "n_partners": count(member["n_partners"]),
        "edge": member["core"] is False,
        "badge": bdi(kind or "verified") if account.get("verified") or kind else "",
        "made": when(account["created_at"], 86_400_000) if account.get("created_at") is not None else "",
        "chance": q_words(member["q_value"]),
    }
