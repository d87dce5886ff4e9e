"""What was tested and on how much: kept in the manifest, shown in the report and by `--json`.

in: the tested traces and the results; out: plain values; why: an error rate means nothing without the
number of tests, and a result nothing without what limited it.
"""

from __future__ import annotations

import numpy as np

from overt.detect.edges.partners import Partners
from overt.detect.groups.build import Grouped
from overt.detect.significance.combine import benjamini_hochberg
from overt.detect.significance.fusion import Fused
from overt.detect.significance.timing import SCALES_S, Clock, TimingTest
from overt.detect.tested import Tested

__all__ = ["summarise"]


def summarise(
    tested: list[Tested],
    everyone: Partners,
    fused: Fused,
    grouped: Grouped,
    clock: Clock,
    fdr: float,
) -> dict[str, object]:
    """What was tested, on how much, and what was found: kept in the manifest and shown in the report."""
    return {
        "traces": [_trace_summary(one, fdr) for one in tested],
        "n_tests": everyone.n_pairs,
        "n_tests_exact": everyone.exact,
        "n_accounts_tested": int((everyone.per_account > 0).sum()),
        "n_edges": int((fused.q <= fdr).sum()),
        "n_flagged": int(grouped.flagged.sum()),
        "n_attached": int(grouped.attached.sum()),
        "n_groups": sum(not group.response.audience for group in grouped.groups),
        "n_audiences": sum(group.response.audience for group in grouped.groups),
        "n_in_audiences": int(grouped.accounts.audience.sum()),
        "n_grid_accounts": int((clock.grid_s > 0).sum()),
        "resolution_s": float(clock.resolution_s.max(initial=0.0)),
        "notes": _notes(tested, everyone, clock),
    }


def _trace_summary(one: Tested, fdr: float) -> dict[str, object]:
    summary: dict[str, object] = {
        "trace": one.name,
        "decides": one.decides,
        "scales_s": one.test.scales_s.tolist(),
    }
    if one.actions is not None and one.trace is not None and isinstance(one.test, TimingTest):
        summary |= {
            "about": one.trace.about,
            "n_actions": len(one.actions.time),
            "n_objects": one.actions.n_objects,
            "n_accounts": int((np.diff(one.test.shares.account_start) > 0).sum()),
            "offset_s": one.trace.offset_s,
        }
    if one.screened is not None:
        pairs, partners = one.screened.pairs, one.screened.partners
        q = benjamini_hochberg(pairs.p, max(partners.n_pairs, len(pairs.p)))
        summary |= {
            "n_tests": partners.n_pairs,
            "n_tests_exact": partners.exact,
            "n_candidates": one.screened.n_candidates,
            "n_significant": int((q <= fdr).sum()),
        }
    return summary


def _notes(tested: list[Tested], everyone: Partners, clock: Clock) -> list[str]:
    """Sentences on what limits this result."""
    notes = []
    if not any(one.actions is not None for one in tested):
        notes.append("No two posts show a link, text, hashtag, sound, repost or other object to compare.")
    elif not any(one.decides for one in tested):
        notes.append(
            "No trace in this data can decide: only open topics (hashtags, mentions, sites, replies) were "
            "found. Name one with --trace to test it all the same; audiences are then found as readily as "
            "campaigns."
        )
    elif everyone.n_pairs == 0:
        notes.append("No two accounts share three objects of one kind, so there was nothing to test.")
    finest = float(clock.resolution_s.min(initial=0.0))
    dropped = [f"{scale:g} s" for scale in SCALES_S if scale < finest]
    if dropped:
        notes.append(
            f"The source's clock has steps of {finest:g} s, so scales were dropped: {', '.join(dropped)}."
        )
    n_grid = int((clock.grid_s > 0).sum())
    if n_grid:
        notes.append(
            f"{n_grid} accounts post on a scheduler's grid; between two of them the grid counts as the "
            "clock's step."
        )
    if not everyone.exact:
        notes.append(
            "Too many pairs share objects to count exactly those that share three; an upper bound was used, "
            "which is stricter."
        )
    return notes
