"""What of a finding is true: counts per level.

in: `Findings`, the campaigns; out: {level: (found, false)}; why: edges, accounts and groups each have a
promise, and an account that its own pairs flag is another matter than one that a group brought in.

An edge is true between two members of one campaign; an account is true when it is a member; a group is true
when more than half of it are members of one campaign. Everything else is false, however understandable:
people who react to the same event at the same time count as false, unless they are set aside as an audience.
"""

from __future__ import annotations

import numpy as np

from overt.detect.pipeline import Findings

__all__ = ["LEVELS", "Counts", "counted"]

LEVELS = ("edges", "edges_left", "accounts", "by_pairs", "attached", "groups", "set_aside")
"""edges: all significant pairs; edges_left: those without an account of an audience. accounts: all that are
flagged; by_pairs: those that their own pairs flag; attached: the others. groups: audiences not counted.
set_aside: accounts of audiences; false are the members of a campaign among them, who are thereby lost."""

Counts = dict[str, tuple[int, int]]


def counted(findings: Findings, group: np.ndarray, fdr: float) -> Counts:
    """(found, false) per level at the rate `fdr`, with which the findings were made.

    group: shape (n_accounts,), the campaign of each account, -1 for none.
    """
    fused, grouped = findings.fused, findings.grouped
    edge = fused.q <= fdr
    a, b = group[fused.a[edge]], group[fused.b[edge]]
    planted = group >= 0
    by_pairs = grouped.flagged & ~grouped.attached
    audience = grouped.accounts.audience
    false_edge = (a != b) | (a < 0)
    left = ~(audience[fused.a[edge]] | audience[fused.b[edge]])
    groups = [one.members for one in grouped.groups if not one.response.audience]
    return {
        "edges": (int(edge.sum()), int(false_edge.sum())),
        "edges_left": (int(left.sum()), int((left & false_edge).sum())),
        "accounts": _accounts(grouped.flagged, planted),
        "by_pairs": _accounts(by_pairs, planted),
        "attached": _accounts(grouped.attached, planted),
        "groups": (len(groups), sum(not _is_true(group[members]) for members in groups)),
        "set_aside": (int(audience.sum()), int((audience & planted).sum())),
    }


def _accounts(flagged: np.ndarray, planted: np.ndarray) -> tuple[int, int]:
    return int(flagged.sum()), int((flagged & ~planted).sum())


def _is_true(members: np.ndarray) -> bool:
    inside = members[members >= 0]
    return len(inside) > 0 and 2 * int(np.bincount(inside).max()) > len(members)
