"""Leads: accounts that start the same things together, shown apart, since nobody is flagged for it.

in: a study folder; out: the dict that the template puts in place; why: a campaign that starts its own things
escapes the timing test. What is left to show is who starts what, with the posts, and that it is no finding.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from overt.publish.object_page import label_of
from overt.publish.study_rows import is_in, rows
from overt.publish.text import count, duration, joined, object_kind, plural, trace_name, when
from overt.publish.visible import bdi

__all__ = ["leads_view"]

Row = dict[str, Any]

MOST_LEADS = 8
MOST_MEMBERS = 30
MOST_OBJECTS = 3
MOST_POSTS = 6
TEXT = 280


def leads_view(folder: Path, detect: Row) -> dict[str, Any] | None:
    """Everything that the section on leads shows; None when there are none."""
    if not detect.get("n_leads"):
        return None
    ids = [f"O{number}" for number in range(1, min(int(detect["n_leads"]), MOST_LEADS) + 1)]
    members = rows(folder, "leads", where=is_in("lead_id", ids)).to_pylist()
    posts = rows(folder, "lead_posts", where=is_in("lead_id", ids)).to_pylist()
    handles = _handles(folder, {row["account_id"] for row in [*members, *posts]})
    texts = _texts(folder, {row["post_id"] for row in posts})
    return {
        "shown": [_lead(lead_id, members, posts, handles, texts) for lead_id in ids],
        "more": int(detect["n_leads"]) - len(ids),
        "n_tests": count(detect.get("n_tests_leads")),
        "n_crowded": count(detect.get("n_crowded_starts")) if detect.get("n_crowded_starts") else "",
    }


def _lead(
    lead_id: str, members: list[Row], posts: list[Row], handles: dict[str, str], texts: dict[str, str]
) -> dict[str, Any]:
    mine = [row for row in members if row["lead_id"] == lead_id]
    shown = sorted(
        (r for r in posts if r["lead_id"] == lead_id), key=lambda r: (r["object_rank"], r["acted_at"])
    )
    n_flagged = sum(row["flagged"] for row in mine)
    return {
        "id": lead_id,
        "accounts": plural(len(mine), "account"),
        "traces": joined(list(dict.fromkeys(trace_name(row["trace"]) for row in shown))) or "the same things",
        "flagged": f"{count(n_flagged)} of them are flagged by the search above as well."
        if n_flagged
        else "",
        "members": [bdi(handles[row["account_id"]], 60) for row in mine[:MOST_MEMBERS]],
        "more_members": max(0, len(mine) - MOST_MEMBERS),
        "objects": [
            _object(list(found), handles, texts)
            for rank, found in groupby(shown, key=lambda row: int(row["object_rank"]))
            if rank <= MOST_OBJECTS
        ],
    }


def _object(found: list[Row], handles: dict[str, str], texts: dict[str, str]) -> dict[str, Any]:
    first = found[0]
    return {
        "kind": object_kind(first["trace"]),
        "label": label_of(first["trace"], first["object_id"] or "", texts.get(first["post_id"]), TEXT),
        "shares": f"{count(first['n_members'])} of the {plural(first['n_sharers'], 'account')} that used it.",
        "posts": [
            {
                "who": bdi(handles[row["account_id"]], 60),
                "at": when(row["acted_at"], 1000),
                "after": "first" if row["after_first_s"] == 0 else f"{duration(row['after_first_s'])} later",
            }
            for row in found[:MOST_POSTS]
        ],
        "more": max(0, len(found) - MOST_POSTS),
    }


def _handles(folder: Path, wanted: set[str]) -> dict[str, str]:
    found = rows(folder, "accounts", ["account_id", "handle"], is_in("account_id", wanted)).to_pylist()
    return {row["account_id"]: f"@{row['handle']}" if row["handle"] else row["account_id"] for row in found}


def _texts(folder: Path, wanted: set[str]) -> dict[str, str]:
    found = rows(folder, "posts", ["post_id", "text"], is_in("post_id", wanted)).to_pylist()
    return {row["post_id"]: row["text"] or "" for row in found}
