"""Who is flagged on a labelled set: recall by subgroup, false flags by source.

in: a folder with posts.parquet and labels.parquet (account_id, label, source, subgroup); out: a table and
the same as JSON; why: a pooled figure hides which kinds are found and which innocents are accused. Labels
are joined after the detector has run.

    python -m benchmarks.dev_set FOLDER [--json] [--shuffle SEED] [--trace NAME ...] [--keep STUDY]

--shuffle moves each account's times among its posts at random: what is still flagged then is not synchrony.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import overt

ACTIVE_TEXTS = 5
"""An account is active when it shares at least this many texts with others."""


def shuffled(path: Path, seed: int, out: Path) -> Path:
    """A copy of the posts in which each account's times are permuted among its own posts."""
    table = pq.read_table(path)
    account = table["account_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    times = table["posted_at"].to_numpy().copy()
    rng = np.random.default_rng(seed)
    for rows in np.split(np.argsort(account, kind="stable"), np.cumsum(np.bincount(account))[:-1]):
        times[rows] = times[rng.permutation(rows)]
    moved = table.set_column(table.column_names.index("posted_at"), "posted_at", pa.array(times))
    pq.write_table(moved, out)
    return out


def active(study: overt.Study) -> set[str]:
    """Accounts that share ACTIVE_TEXTS or more texts, word for word, with any other account."""
    from overt.detect.traces.text import normalised

    posts = pq.read_table(study.table("posts").path, columns=["account_id", "text"])
    words = normalised(posts["text"].combine_chunks())
    rows = pa.table({"account_id": posts["account_id"], "object_id": words})
    rows = rows.filter(pa.compute.not_equal(rows["object_id"], ""))
    pairs = rows.group_by(["object_id", "account_id"]).aggregate([])
    sharers = pairs.group_by("object_id").aggregate([("account_id", "count")])
    shared = sharers.filter(pa.compute.greater(sharers["account_id_count"], 1)).select(["object_id"])
    mine = (
        pairs.join(shared, "object_id", join_type="inner")
        .group_by("account_id")
        .aggregate([("object_id", "count")])
    )
    return set(
        mine.filter(pa.compute.greater_equal(mine["object_id_count"], ACTIVE_TEXTS))["account_id"].to_pylist()
    )


def counted(study: overt.Study, labels: Path) -> list[dict[str, Any]]:
    """One row per source and subgroup of what the study flagged."""
    flagged = {row["account_id"] for row in study.table("account_scores").rows() if row["flagged"]}
    return by_source(flagged, active(study), pq.read_table(labels).to_pylist())


def by_source(flagged: set[str], busy: set[str], labels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per source and subgroup ("(all)" for the whole source): accounts, active ones, flagged of each.

    labels: rows with account_id, source and subgroup. busy: the active accounts.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    counts = ("accounts", "flagged", "active", "active_flagged")
    for label in labels:
        account = label["account_id"]
        for subgroup in {"(all)", label["subgroup"] or "(all)"}:
            key = (label["source"], subgroup)
            row = rows.setdefault(key, {"source": key[0], "subgroup": key[1]} | dict.fromkeys(counts, 0))
            row["accounts"] += 1
            row["flagged"] += account in flagged
            row["active"] += account in busy
            row["active_flagged"] += account in flagged and account in busy
    return [rows[key] for key in sorted(rows)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--shuffle", type=int, metavar="SEED")
    parser.add_argument("--fdr", type=float, default=0.05)
    parser.add_argument("--trace", action="append", help="use this trace (repeatable); all when left out")
    parser.add_argument("--keep", type=Path, help="keep the study in this folder")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        posts = given.folder / "posts.parquet"
        if given.shuffle is not None:
            posts = shuffled(posts, given.shuffle, Path(scratch) / "posts.parquet")
        study = overt.open(given.keep or Path(scratch) / "study")
        study.ingest(posts)
        study.detect(fdr=given.fdr, traces=given.trace)
        rows, summary = counted(study, given.folder / "labels.parquet"), study.summary()
    if given.json:
        sys.stdout.write(json.dumps({"rows": rows, "seconds": summary["seconds"]}) + "\n")
        return 0
    sys.stdout.write(
        f"{'source':12} {'subgroup':14} {'flagged':>8} {'of':>6}   {'active flagged':>14} {'of':>5}\n"
    )
    for row in rows:
        sys.stdout.write(
            f"{row['source']:12} {row['subgroup']:14} {row['flagged']:8} {row['accounts']:6}   "
            f"{row['active_flagged']:14} {row['active']:5}\n"
        )
    sys.stdout.write(f"{len(summary['groups'])} groups; seconds {summary['seconds']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
