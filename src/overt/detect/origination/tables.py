"""Leads as tables.

in: `Leads`, the layers, account ids; out: leads.parquet and lead_posts.parquet; why: numbers end here and
names begin, as in `detect.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from overt.detect.decision import Deciding
from overt.detect.origination.leads import Lead, Leads
from overt.schema import arrow_schema

__all__ = ["summary_of", "write_leads"]


def write_leads(
    out: Path, found: Leads, layers: Sequence[Deciding], names: Sequence[str], flagged: np.ndarray
) -> None:
    """flagged: bool (n_accounts,), who is flagged by the search itself."""
    members = [row for lead in found.leads for row in _members(lead, names, flagged)]
    posts = [row for lead in found.leads for row in _posts(lead, layers, names)]
    for name, rows in (("leads", members), ("lead_posts", posts)):
        table = pa.Table.from_pylist(rows, schema=arrow_schema(name))
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")


def summary_of(found: Leads) -> dict[str, object]:
    """What the manifest and `--json` say of leads."""
    return {
        "n_leads": len(found.leads),
        "n_in_leads": sum(len(lead.members) for lead in found.leads),
        "n_tests_leads": found.n_tests,
        "n_crowded_starts": found.n_crowded,
    }


def _members(lead: Lead, names: Sequence[str], flagged: np.ndarray) -> list[dict[str, object]]:
    rows = [
        {
            "lead_id": lead.id,
            "account_id": names[int(member)],
            "n_partners": int(lead.n_partners[i]),
            "q_value": float(lead.q[i]),
            "flagged": bool(flagged[member]),
        }
        for i, member in enumerate(lead.members)
    ]
    return sorted(rows, key=lambda row: (-int(str(row["n_partners"])), str(row["account_id"])))


def _posts(lead: Lead, layers: Sequence[Deciding], names: Sequence[str]) -> list[dict[str, object]]:
    """The first share of every member on each object of the lead."""
    rows: list[dict[str, object]] = []
    for rank, (number, o) in enumerate(lead.objects, 1):
        shares, actions = layers[number].test.shares, layers[number].actions
        if actions.objects is None or actions.posts is None:
            continue
        begin, end = int(shares.object_start[o]), int(shares.object_start[o + 1])
        mine = begin + np.flatnonzero(np.isin(shares.account[begin:end], lead.members))
        about = {
            "lead_id": lead.id,
            "object_rank": rank,
            "trace": layers[number].trace.name,
            "object_id": actions.objects[o].as_py(),
            "n_members": len(mine),
            "n_sharers": end - begin,
        }
        rows += [
            about
            | {
                "account_id": names[int(shares.account[place])],
                "post_id": actions.posts[int(shares.post[place])].as_py(),
                "acted_at": int(shares.time[place]),
                "after_first_s": float(shares.time[place] - shares.time[begin]) / 1000.0,
            }
            for place in mine
        ]
    return rows
