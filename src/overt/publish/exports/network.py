"""The network that both graph formats write: accounts, and significant fused pairs.

in: a study folder; out: nodes in memory, edges one by one; why: the accounts with a significant edge are
few, their edges may be many.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from overt.publish.study_rows import dataset, equals, is_in, manifest, rows
from overt.schema import FUSED

__all__ = ["EDGE_ATTRIBUTES", "NODE_ATTRIBUTES", "Network", "Node", "edge_weight", "open_network", "xml"]

Row = dict[str, Any]

NODE_ATTRIBUTES = {
    "handle": "string",
    "display_name": "string",
    "group": "string",
    "n_posts": "long",
    "n_partners": "long",
    "score": "double",
    "q_value": "double",
    "flagged": "boolean",
    "audience": "boolean",
}
EDGE_ATTRIBUTES = {
    "n_shared": "long",
    "n_objects": "long",
    "n_actions": "long",
    "scale_s": "double",
    "n_close": "long",
    "expected": "double",
    "gap_min_s": "double",
    "gap_median_s": "double",
    "p_value": "double",
    "q_value": "double",
}

_CELL, _ROOM = 1_000.0, 1_300.0  # side of a group's picture, and from one group to the next
_GOLDEN = math.pi * (3 - math.sqrt(5))
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAX_WEIGHT = 30.0  # as in account_scores.score: one pair cannot outweigh all others


@dataclass(frozen=True, slots=True)
class Node:
    """An account: its id, its name to show, its place in the plane, and `NODE_ATTRIBUTES`."""

    account_id: str
    label: str
    x: float
    y: float
    attributes: Row


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes by account id, and the folder and limit from which the edges are read."""

    folder: Path
    version: str
    fdr: float
    nodes: dict[str, Node]

    def edges(self) -> Iterator[Row]:
        """Significant fused pairs in the order of the table, read in batches."""
        columns = ["account_a", "account_b", *EDGE_ATTRIBUTES]
        for batch in dataset(self.folder, "edges").to_batches(columns=columns, filter=_significant(self.fdr)):
            yield from batch.to_pylist()


def open_network(folder: Path) -> Network:
    """Read the nodes: every account with a significant fused edge or in a group or an audience.

    Raises `StudyError`.
    """
    found = manifest(folder)
    fdr = float((found["steps"]["detect"].get("parameters") or {}).get("fdr", 0.05))
    members = {row["account_id"]: row for row in rows(folder, "group_members").to_pylist()}
    wanted = set(members)
    for batch in dataset(folder, "edges").to_batches(
        columns=["account_a", "account_b"], filter=_significant(fdr)
    ):
        wanted.update(batch["account_a"].to_pylist(), batch["account_b"].to_pylist())
    accounts = _by_account(folder, "accounts", ["account_id", "handle", "display_name", "n_posts"], wanted)
    scores = _by_account(
        folder, "account_scores", ["account_id", "score", "q_value", "flagged", "audience"], wanted
    )
    places = _places(sorted(wanted), members)
    nodes = {}
    for account_id in sorted(wanted):
        known = accounts.get(account_id, {}) | scores.get(account_id, {})
        member = members.get(account_id, {})
        known |= {"group": member.get("group_id"), "n_partners": member.get("n_partners")}
        label = known.get("handle") or known.get("display_name") or account_id
        nodes[account_id] = Node(account_id, label, *places[account_id], known)
    return Network(folder, str(found.get("overt", "unknown")), fdr, nodes)


def _significant(fdr: float) -> Any:
    import pyarrow.compute as pc

    return equals("trace", FUSED) & (pc.field("q_value") <= fdr)


def _by_account(folder: Path, table: str, columns: list[str], wanted: set[str]) -> dict[str, Row]:
    found = rows(folder, table, columns, is_in("account_id", wanted)).to_pylist()
    return {row["account_id"]: row for row in found}


def _places(account_ids: list[str], members: dict[str, Row]) -> dict[str, tuple[float, float]]:
    """Groups, then audiences, side by side in a square of squares; all other accounts in a spiral beneath."""
    groups = sorted({row["group_id"] for row in members.values()}, key=lambda g: (g[0] == "A", len(g), g))
    side = max(1, math.ceil(math.sqrt(len(groups))))
    corner = {g: ((i % side) * _ROOM, -(i // side) * _ROOM) for i, g in enumerate(groups)}
    below = -(len(groups) // side + 1) * _ROOM
    places, alone = {}, 0
    for account_id in account_ids:
        member = members.get(account_id)
        if member is None:
            radius = 40 * math.sqrt(alone)
            places[account_id] = (
                radius * math.cos(alone * _GOLDEN),
                below + radius * math.sin(alone * _GOLDEN),
            )
            alone += 1
            continue
        x, y = corner[member["group_id"]]
        places[account_id] = (x + _CELL * (member["x"] or 0.0), y + _CELL * (member["y"] or 0.0))
    return places


def edge_weight(p_value: float | None) -> float:
    """-log10 p, at most 30."""
    if p_value is None or p_value >= 1:
        return 0.0
    return _MAX_WEIGHT if p_value <= 10**-_MAX_WEIGHT else -math.log10(p_value)


def xml(value: Any) -> str:
    """A value inside an XML attribute or element: illegal characters left out, the rest escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = escape(_ILLEGAL.sub("", str(value)))
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
