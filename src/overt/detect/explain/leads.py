"""What a lead is, for a terminal and for programs.

in: the tables of a study, a lead's id; out: facts and text; why: who reads O1 in a report asks what it says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from overt.detect.groups.describe import duration

__all__ = ["lead_facts", "lead_text"]

MOST_OBJECTS = 5

LEAD = (
    "A lead is no finding, and nobody is flagged for it. These accounts were at the beginning of the same "
    "things together more often than accounts that share and start as much as they do. People of one party, "
    "one fan club or one newsroom start the same things too, in the open."
)


def lead_facts(tables: Path, name: str) -> dict[str, Any] | None:
    """The lead of this id with its members and objects; None when there is none."""
    if not (tables / "leads.parquet").exists():
        return None
    mine = ds.field("lead_id") == name
    members = ds.dataset(tables / "leads.parquet", format="parquet").to_table(filter=mine).to_pylist()
    if not members:
        return None
    posts = ds.dataset(tables / "lead_posts.parquet", format="parquet").to_table(filter=mine).to_pylist()
    objects: dict[int, dict[str, Any]] = {}
    for row in posts:
        about = {key: row[key] for key in ("trace", "object_id", "n_members", "n_sharers")}
        objects.setdefault(row["object_rank"], {**about, "posts": []})["posts"].append(
            {key: row[key] for key in ("account_id", "post_id", "acted_at", "after_first_s")}
        )
    return {
        "lead_id": name,
        "about": LEAD,
        "members": members,
        "objects": [objects[rank] for rank in sorted(objects)],
    }


def lead_text(facts: dict[str, Any]) -> str:
    """The same in words."""
    n_flagged = sum(member["flagged"] for member in facts["members"])
    lines = [f"{facts['lead_id']}: {len(facts['members'])} accounts that start the same things together.", ""]
    lines += [facts["about"], ""]
    if n_flagged:
        lines += [f"{n_flagged} of them are flagged by the search itself as well.", ""]
    lines.append("Members (partners in the lead, q-value):")
    lines += [
        f"  {member['account_id']}  {member['n_partners']} partners  q {member['q_value']:.2g}"
        for member in facts["members"][:15]
    ]
    if len(facts["members"]) > 15:
        lines.append(f"  and {len(facts['members']) - 15} more")
    lines += ["", "What most of them started:"]
    for number, found in enumerate(facts["objects"][:MOST_OBJECTS], 1):
        longest = max(post["after_first_s"] for post in found["posts"])
        lines.append(
            f"  {number}. {found['trace']} {found['object_id']!r}: {found['n_members']} of "
            f"{found['n_sharers']} accounts, the last of them {duration(longest)} after the first"
        )
    return "\n".join(lines)
