"""Why a group or an account stands out, for a terminal and for programs.

in: the tables of a study, a group id or an account; out: text and facts; why: `overt explain` answers the
question that a list of names raises, and says what else could be true.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from overt.detect.explain.leads import lead_facts, lead_text
from overt.detect.groups.describe import duration
from overt.errors import SettingError
from overt.schema import FUSED

__all__ = ["AUDIENCE", "OTHER_READINGS", "explain"]

MOST_OBJECTS = 5
MOST_POSTS = 8
MOST_PARTNERS = 10
EXCERPT = 100

OTHER_READINGS = (
    "Coordinated is not inauthentic: newsrooms of one company, fans, campaigners with a public call and "
    "give-aways act together in the open.",
    "Look for a public call, a common employer or feed, a scheduler, and whether the accounts say who "
    "they are.",
    "The finding is about timing on shared content. It says nothing about views, and names no principal.",
)

AUDIENCE = (
    "An audience acts together too, but the public acts at the same moments: more than twice as many others "
    "just after as just before. An outside event explains that better than a common hand, so its members are "
    "not flagged. A group that always acts just before things take off, whether it knows or causes it, looks "
    "the same: look at the posts if you know better."
)
"""What an audience is; the counts stand beside it."""


def explain(tables: Path, name: str) -> tuple[str, dict[str, Any]]:
    """(text, facts) for a group (G1), audience (A1), lead (O1), account or handle; else SettingError."""
    groups = _rows(tables / "groups.parquet", ds.field("group_id") == name)
    if groups:
        facts = _group_facts(tables, groups[0])
        return _group_text(facts), facts
    lead = lead_facts(tables, name)
    if lead is not None:
        return lead_text(lead), lead
    account = _account(tables, name)
    facts = _account_facts(tables, account)
    return _account_text(facts), facts


def _rows(path: Path, where: ds.Expression, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        ds.dataset(path, format="parquet").to_table(columns=columns, filter=where).to_pylist()
    )
    return rows


def _account(tables: Path, name: str) -> dict[str, Any]:
    wanted = name.removeprefix("@")
    where = (ds.field("account_id") == name) | (ds.field("handle") == wanted)
    found = _rows(tables / "accounts.parquet", where)
    if not found:
        ids = (
            ds.dataset(tables / "groups.parquet", format="parquet").to_table(columns=["group_id"]).to_pylist()
        )
        known = ", ".join(row["group_id"] for row in ids[:20]) or "none were found"
        raise SettingError(
            f"there is no group, account id or handle {name!r} in this study",
            hint=f"Groups and audiences: {known}.",
        )
    if len(found) > 1:
        ids = ", ".join(str(row["account_id"]) for row in found[:5])
        raise SettingError(f"{len(found)} accounts have the handle {name!r}", hint=f"Give an id: {ids}.")
    return found[0]


def _group_facts(tables: Path, group: dict[str, Any]) -> dict[str, Any]:
    mine = ds.field("group_id") == group["group_id"]
    members = _rows(tables / "group_members.parquet", mine)
    evidence = _rows(tables / "evidence.parquet", mine & (ds.field("object_rank") <= MOST_OBJECTS))
    handles = _handles(tables, [m["account_id"] for m in members])
    texts = _texts(tables, [row["post_id"] for row in evidence])
    objects: dict[int, dict[str, Any]] = {}
    for row in evidence:
        known = {k: row[k] for k in ("trace", "object_id", "n_members", "n_sharers", "span_s", "surprisal")}
        found = objects.setdefault(row["object_rank"], {**known, "posts": []})
        found["posts"].append(
            {
                "account_id": row["account_id"],
                "handle": handles.get(row["account_id"]),
                "post_id": row["post_id"],
                "acted_at": _iso(row["acted_at"]),
                "at_ms": row["acted_at"],
                "text": texts.get(row["post_id"]),
            }
        )
    shown = [{**member, "handle": handles.get(member["account_id"])} for member in members]
    return {
        **group,
        "first_at": _iso(group["first_at"]),
        "last_at": _iso(group["last_at"]),
        "members": shown,
        "objects": [objects[rank] for rank in sorted(objects)],
        "other_readings": list(OTHER_READINGS),
    }


def _account_facts(tables: Path, account: dict[str, Any]) -> dict[str, Any]:
    name = account["account_id"]
    score = _rows(tables / "account_scores.parquet", ds.field("account_id") == name)[0]
    mine = (ds.field("account_a") == name) | (ds.field("account_b") == name)
    edges = _rows(tables / "edges.parquet", (ds.field("trace") == FUSED) & mine)
    edges.sort(key=lambda row: (row["p_value"], row["account_a"], row["account_b"]))
    for row in edges:
        row["partner"] = row["account_b"] if row["account_a"] == name else row["account_a"]
    groups = _rows(tables / "groups.parquet", ds.field("group_id") == (score["group_id"] or ""))
    public = {name: groups[0][name] if groups else None for name in ("public_after", "public_before")}
    return {
        **score,
        **public,
        "handle": account["handle"],
        "display_name": account["display_name"],
        "edges": edges[:MOST_PARTNERS],
        "n_edges": len(edges),
        "other_readings": list(OTHER_READINGS),
    }


def _handles(tables: Path, ids: list[str]) -> dict[str, str | None]:
    rows = _rows(
        tables / "accounts.parquet",
        ds.field("account_id").isin(pa.array(ids, pa.string())),
        ["account_id", "handle"],
    )
    return {row["account_id"]: row["handle"] for row in rows}


def _texts(tables: Path, ids: list[str]) -> dict[str, str | None]:
    rows = _rows(
        tables / "posts.parquet", ds.field("post_id").isin(pa.array(ids, pa.string())), ["post_id", "text"]
    )
    return {row["post_id"]: row["text"] for row in rows}


def _iso(at: int | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _stability(stability: float | None) -> list[str]:
    if stability is None:
        return []
    return [f"With a fifth of these left out, two members come out together in {stability:.0%} of the tries."]


def _group_text(facts: dict[str, Any]) -> str:
    lines = [
        f"{facts['group_id']}: {facts['why']}",
        "",
        *_standing(facts),
        f"From {facts['first_at']} to {facts['last_at']}; {facts['n_edges']} of the possible pairs are "
        f"significant ({facts['density']:.0%}).",
        *_stability(facts["stability"]),
        "",
        "Members (significant partners in the group, account q-value):",
    ]
    for member in facts["members"][:15]:
        edge = "  at the edge" if member["core"] is False else ""
        lines.append(f"  {_who(member)}  {member['n_partners']} partners  q {member['q_value']:.2g}{edge}")
    if len(facts["members"]) > 15:
        lines.append(f"  and {len(facts['members']) - 15} more")
    lines += ["", "What they shared, most telling first:"]
    for number, found in enumerate(facts["objects"], 1):
        lines += _object_lines(number, found)
    return "\n".join([*lines, *_other_readings()])


def _standing(facts: dict[str, Any]) -> list[str]:
    """How sure the finding is; of an audience, why it is none."""
    if facts["audience"]:
        return [
            f"{facts['group_id']} is an audience, and not flagged. {_public(facts)}",
            AUDIENCE,
            f"By the timing alone (q {facts['q_value']:.2g}) it would be a group.",
        ]
    return [
        f"q-value {facts['q_value']:.2g}: of accounts flagged as strongly as these, about that share "
        f"is expected to be chance."
    ]


def _public(facts: dict[str, Any]) -> str:
    after, before = facts["public_after"], facts["public_before"]
    return (
        "Around its joint moments others acted on the same things "
        f"{_times(after)} just after and {_times(before)} just before, over equal times."
    )


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"


def _object_lines(number: int, found: dict[str, Any]) -> list[str]:
    lines = [
        f"{number}. {found['trace']}: {_short(found['object_id'])}",
        f"   {found['n_members']} members of {found['n_sharers']} accounts that shared it; "
        f"half of them within {duration(found['span_s'])}",
    ]
    previous = None
    for post in found["posts"][:MOST_POSTS]:
        gap = "" if previous is None else f"  +{duration((post['at_ms'] - previous) / 1000)}"
        previous = post["at_ms"]
        lines.append(f"     {post['acted_at']}{gap}  {_who(post)}  {_short(post['text'] or '')}")
    if len(found["posts"]) > MOST_POSTS:
        lines.append(f"     and {len(found['posts']) - MOST_POSTS} more posts")
    return lines


def _account_text(facts: dict[str, Any]) -> str:
    verdict = "flagged" if facts["flagged"] else "not flagged"
    lines = [
        f"{_who(facts)}: {verdict}, {_place(facts)}",
        f"account p {facts['p_value']:.2g}, q {facts['q_value']:.2g}; {facts['n_posts']} posts; tested "
        f"against the {facts['n_partners']} accounts with which it shares something",
        *_audience_lines(facts),
        *_why_not(facts),
        "",
        f"Strongest of {facts['n_edges']} pairs kept (coincidences seen, expected, at scale):",
    ]
    for edge in facts["edges"]:
        lines.append(
            f"  {edge['partner']}  {edge['n_close']} seen, {edge['expected']:.2g} expected within "
            f"{duration(edge['scale_s'])}  p {edge['p_value']:.2g}  q {edge['q_value']:.2g}"
        )
        lines += _rarity_lines(edge)
    if not facts["edges"]:
        lines.append("  none: it is no closer in time to anyone than chance allows")
    return "\n".join([*lines, *_other_readings()])


def _place(facts: dict[str, Any]) -> str:
    if facts["group_id"]:
        return f"in {'audience' if facts['audience'] else 'group'} {facts['group_id']}"
    return "in no group, acting as an audience does" if facts["audience"] else "in no group"


def _why_not(facts: dict[str, Any]) -> list[str]:
    if facts["flagged"] or facts["audience"]:
        return []
    return ["An account is flagged when its q is at most the rate asked for, and a partner's is as well."]


def _audience_lines(facts: dict[str, Any]) -> list[str]:
    """Of an account that acts as an audience does: what that means, with the counts of its audience."""
    if not facts["audience"]:
        return []
    return ["", *([_public(facts)] if facts["group_id"] else []), AUDIENCE]


def _rarity_lines(edge: dict[str, Any]) -> list[str]:
    """How much the two share at all, in the trace that says most about them: context, not a reason."""
    if edge["expected_shared"] is None:
        return []
    objects = "object" if edge["n_shared"] == 1 else "objects"
    return [
        f"    shared {edge['n_shared']} {objects}, {edge['expected_shared']:.2g} expected from what both "
        "usually post"
    ]


def _other_readings() -> list[str]:
    return ["", "What else could be true:", *(f"  - {reading}" for reading in OTHER_READINGS)]


def _who(row: dict[str, Any]) -> str:
    return f"@{row['handle']} ({row['account_id']})" if row.get("handle") else str(row["account_id"])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"
