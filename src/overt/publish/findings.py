"""What a report shows, picked out of the tables and bounded.

in: a study folder; out: `Findings`, plain rows ready to be laid out; why: the report must not grow with
the data, so every list is cut here, in one place, and what was cut is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from overt.publish.shared_objects import Limits, Row, SharedObject, shared_objects
from overt.publish.study_rows import equals, is_in, manifest, reject_reasons, rows
from overt.schema import FUSED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Findings", "Group", "Pair", "read"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A significant pair of members: what was seen and what the null model expects, at its best scale."""

    a: str
    b: str
    n_close: int
    expected: float
    scale_s: float
    q_value: float
    p_value: float


@dataclass(slots=True)
class Group:
    """A group in detail: its row, the members shown (strongest first) and what they share."""

    row: Row
    members: list[Row]
    edges: list[Pair] = field(default_factory=list)
    n_edges_shown: int = 0
    objects: list[SharedObject] = field(default_factory=list)
    n_objects: int = 0
    posts_at: dict[str, NDArray[np.int64]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the report lays out.

    `groups` and `audiences` are cut to `limits`; the counts are of all. n_by_pairs: members of groups flagged
    by their own pairs; the other members were attached.
    """

    manifest: Row
    groups: list[Group]
    n_groups: int
    n_in_groups: int
    n_by_pairs: int
    audiences: list[Group]
    n_audiences: int
    n_in_audiences: int
    accounts: dict[str, Row]
    rejects: list[tuple[str, int]]
    limits: Limits


def read(folder: Path, limits: Limits | None = None) -> Findings:
    """Pick what a report shows from the study at `folder`.

    Raises `StudyError` when the folder is no study, has no findings, or a table is damaged.
    """
    limits = limits or Limits()
    found = manifest(folder)
    everyone = sorted(rows(folder, "groups").to_pylist(), key=lambda row: _group_number(row["group_id"]))
    all_groups = [row for row in everyone if not row["audience"]]
    all_audiences = [row for row in everyone if row["audience"]]
    groups = _with_objects(folder, all_groups[: limits.groups], limits)
    _edges(folder, groups, limits)
    _timelines(folder, groups)
    audiences = _with_objects(folder, all_audiences[: limits.audiences], limits.of_audiences())
    shown = [*groups, *audiences]
    wanted = {row["account_id"] for group in shown for row in group.members}
    wanted |= {post.account_id for group in shown for item in group.objects for post in item.posts}
    return Findings(
        manifest=found,
        groups=groups,
        n_groups=len(all_groups),
        n_in_groups=sum(row["n_accounts"] for row in all_groups),
        n_by_pairs=sum(row["n_flagged"] for row in all_groups),
        audiences=audiences,
        n_audiences=len(all_audiences),
        n_in_audiences=sum(row["n_accounts"] for row in all_audiences),
        accounts=_accounts(folder, wanted),
        rejects=reject_reasons(folder),
        limits=limits,
    )


def _group_number(group_id: str) -> tuple[int, str]:
    """G2 before G10."""
    digits = group_id[1:]
    return (int(digits) if digits.isdigit() else 1 << 62, group_id)


def _with_objects(folder: Path, chosen: list[Row], limits: Limits) -> list[Group]:
    """The chosen groups with their members and what these share."""
    groups = _members(folder, chosen, limits)
    shared = shared_objects(folder, [group.row["group_id"] for group in groups], limits)
    for group in groups:
        group.objects, group.n_objects = shared[group.row["group_id"]]
    return groups


def _members(folder: Path, chosen: list[Row], limits: Limits) -> list[Group]:
    ids = [row["group_id"] for row in chosen]
    members = rows(folder, "group_members", where=is_in("group_id", ids)) if ids else None
    by_group: dict[str, list[Row]] = {key: [] for key in ids}
    for row in members.to_pylist() if members is not None else []:
        by_group[row["group_id"]].append(row)
    for found in by_group.values():
        found.sort(key=lambda row: (-(row["score"] or 0.0), row["account_id"]))
    return [Group(row, by_group[row["group_id"]][: limits.members]) for row in chosen]


def _accounts(folder: Path, wanted: set[str]) -> dict[str, Row]:
    if not wanted:
        return {}
    columns = ["account_id", "handle", "display_name", "n_posts", "verified", "verified_kind", "created_at"]
    found = rows(folder, "accounts", columns, is_in("account_id", wanted)).to_pylist()
    return {row["account_id"]: row for row in found}


def _edges(folder: Path, groups: list[Group], limits: Limits) -> None:
    """The significant fused pairs among the members shown, least likely first."""
    group_of = {row["account_id"]: group for group in groups for row in group.members}
    if not group_of:
        return
    here = equals("trace", FUSED) & is_in("account_a", group_of) & is_in("account_b", group_of)
    columns = ["account_a", "account_b", "n_close", "expected", "scale_s", "q_value", "p_value"]
    found = rows(folder, "edges", columns, here).sort_by([("p_value", "ascending")]).to_pylist()
    fdr = _fdr(folder)
    for row in found:
        group = group_of[row["account_a"]]
        if group is not group_of[row["account_b"]] or (row["q_value"] or 0.0) > fdr:
            continue
        group.n_edges_shown += 1
        if len(group.edges) < limits.edges:
            group.edges.append(Pair(*(row[column] for column in columns)))


def _fdr(folder: Path) -> float:
    parameters = manifest(folder)["steps"]["detect"].get("parameters") or {}
    return float(parameters.get("fdr", 0.05))


def _timelines(folder: Path, groups: list[Group]) -> None:
    """When the members shown posted."""
    import numpy as np

    group_of = {row["account_id"]: group for group in groups for row in group.members}
    if not group_of:
        return
    table = rows(folder, "posts", ["account_id", "posted_at"], is_in("account_id", group_of))
    table = table.sort_by([("account_id", "ascending"), ("posted_at", "ascending")])
    ids = table["account_id"].to_numpy(zero_copy_only=False)
    at = np.asarray(table["posted_at"], dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]]) if len(ids) else np.array([], dtype=np.int64)
    for start, end in pairwise([*starts, len(ids)]):
        group_of[ids[start]].posts_at[ids[start]] = at[start:end]
