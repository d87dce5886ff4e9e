"""Audiences: groups that act when the public does, shown apart from the groups and in less detail.

in: `Findings`; out: the dict that the template puts in place, and the sentence on audiences of the first
screen; why: nobody in an audience is flagged, and the page must not let it look as if somebody were.
"""

from __future__ import annotations

from typing import Any

from overt.publish.findings import Findings, Group
from overt.publish.group_page import details, summary
from overt.publish.text import count, plural

__all__ = ["audiences_view", "first_sentence"]


def audiences_view(found: Findings) -> dict[str, Any] | None:
    """Everything that the section on audiences shows; None when there is nothing to show."""
    alone = _alone(found)
    if not found.n_audiences and not alone:
        return None
    return {
        "shown": [_audience(group, found) for group in found.audiences],
        "more": found.n_audiences - len(found.audiences),
        "alone": alone,
    }


def first_sentence(found: Findings) -> str:
    """What the first screen says of audiences beside groups; empty when there are none."""
    if not found.n_audiences:
        return ""
    one = found.n_audiences == 1
    who = f"{plural(found.n_audiences, 'audience')} ({plural(found.n_in_audiences, 'account')})"
    return (
        f"{who} {'acts' if one else 'act'} together at moments when the public does too: "
        f"{'it is' if one else 'they are'} shown apart, and nobody in {'it' if one else 'them'} is flagged."
    )


def _audience(group: Group, found: Findings) -> dict[str, Any]:
    row = group.row
    return {
        **summary(row),
        **details(group, found.accounts, found.limits.of_audiences()),
        "close_up": None,
        "n_objects": count(row["n_objects"]),
        "after": plural(row["public_after"], "act"),
        "before": plural(row["public_before"], "act"),
    }


def _alone(found: Findings) -> str:
    """Accounts that act as an audience does, but with a partner only, so that they are in none."""
    detect = found.manifest["steps"]["detect"].get("summary") or {}
    n = (detect.get("n_in_audiences") or 0) - found.n_in_audiences
    if n <= 0:
        return ""
    return (
        f"{plural(n, 'account')} {'acts' if n == 1 else 'act'} so without being in an audience of three or "
        "more: the column audience of tables/account_scores.parquet says which."
    )
