"""A study folder made by hand: groups, audiences, hostile names and texts, exactly the tables of `schema`.

in: a folder and a few choices; out: the folder, filled; why: the report and the exports are tested
without the detector. Nothing is drawn at random: the same call gives the same rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from overt.schema import TABLES, TABLES_VERSION, arrow_schema

__all__ = ["HOSTILE_NAMES", "HOSTILE_TEXTS", "Plan", "build"]

START = 1_709_640_000_000  # 2024-03-05 12:00 UTC
HOUR, DAY = 3_600_000, 86_400_000

HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example")',
    "abc\u202egnp.exe",
    "line\nbreak\r\nname",
    "'; DROP TABLE accounts; --",
    "{{ 7 * 7 }}{% raw %}",
    "nul\x00bell\x07esc\x1b[31m",
    "</style><style>*{display:none}",
    "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309algo",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "&lt;b&gt; &amp; ]]> <!-- -->",
)
HOSTILE_TEXTS = (
    "Everyone is saying it: the bridge will close on Friday <b onmouseover=alert(1)>now</b>",
    "=cmd|' /C calc'!A0 the bridge will close",
    "the bridge\u202e will \u2066close\u2069\n\n\n on Friday",
    "the bridge will close on Friday " + "and again " * 200,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the study holds. sizes, audiences: accounts of each. `names` and `texts` are dealt out in turn."""

    sizes: Sequence[int] = (25, 8, 4)
    audiences: Sequence[int] = ()
    n_objects: int = 14
    n_organic: int = 60
    names: Sequence[str] = HOSTILE_NAMES
    texts: Sequence[str] = HOSTILE_TEXTS
    resolution_ms: int = 1000
    notes: Sequence[str] = (
        "The scale of 10 s was dropped: the clock of one file is exact to the minute only.",
    )


TRACES = ("link", "hashtag_sequence", "text", "sound", "repost")
OBJECTS = {
    "link": "https://news.example/bridge?<x>&n={}",
    "hashtag_sequence": "bridge close friday{}",
    "text": "9f86d081884c7d65{}",
    "sound": "70123{}",
    "repost": "tiktok:original{}",
}


@dataclass(slots=True)
class _Study:
    plan: Plan
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in TABLES})

    def account(self, i: int, prefix: str) -> str:
        account_id = f"tiktok:{prefix}{i:04d}"
        name = self.plan.names[i % len(self.plan.names)] if self.plan.names else None
        self.tables["accounts"].append(
            {
                "account_id": account_id,
                "platform": "tiktok",
                "display_name": name,
                "handle": None if i % 7 == 3 else name if i % 5 == 1 else f"{prefix}_user{i}",
                "n_posts": 0,
                "verified": i % 9 == 0,
                "verified_kind": "blue <b>" if i % 9 == 0 else None,
                "created_at": START - (i + 1) * 37 * DAY,
                "followers": 10 * i,
            }
        )
        return account_id

    def post(self, account_id: str, at: int, **more: Any) -> str:
        post_id = f"tiktok:p{len(self.tables['posts']):06d}"
        at -= at % self.plan.resolution_ms
        texts = self.plan.texts
        self.tables["posts"].append(
            {
                "post_id": post_id,
                "account_id": account_id,
                "platform": "tiktok",
                "posted_at": at,
                "resolution_ms": self.plan.resolution_ms,
                "source": "csv",
                "file": "dump <i>.csv",
                "line": len(self.tables["posts"]) + 2,
                "text": texts[len(self.tables["posts"]) % len(texts)] if texts else None,
            }
            | more
        )
        return post_id

    def act(self, account_id: str, trace: str, object_id: str, at: int) -> tuple[str, int]:
        post_id = self.post(account_id, at)
        at = self.tables["posts"][-1]["posted_at"]
        self.tables["traces"].append(
            {
                "trace": trace,
                "object_id": object_id,
                "account_id": account_id,
                "acted_at": at,
                "post_id": post_id,
            }
        )
        return post_id, at


def build(folder: Path, plan: Plan | None = None) -> Path:
    """Write a whole study to `folder` and return it."""
    study = _Study(plan or Plan())
    organic = [study.account(i, "o") for i in range(study.plan.n_organic)]
    for i, account_id in enumerate(organic):
        for k in range(6):
            study.post(account_id, START + (i * 7919 + k * 104729) % (20 * 24) * HOUR)
    for number, size in enumerate(study.plan.sizes, start=1):
        _group(study, f"G{number}", number, size, organic)
    for number, size in enumerate(study.plan.audiences, start=1):
        _group(study, f"A{number}", number, size, organic)
    _count_posts(study)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, rows in study.tables.items():
        pq.write_table(pa.Table.from_pylist(rows, arrow_schema(name)), folder / "tables" / f"{name}.parquet")
    (folder / "manifest.json").write_text(json.dumps(_manifest(study)), encoding="utf-8")
    rejects = [{"file": "dump <i>.csv", "line": 9, "reason": "no time: expected created_at, found ''"}] * 3
    rejects.append({"file": "dump <i>.csv", "line": 12, "reason": "account <script>x</script> is empty"})
    (folder / "rejects.ndjson").write_text("\n".join(map(json.dumps, rejects)), encoding="utf-8")
    return folder


def _group(study: _Study, group_id: str, number: int, size: int, organic: Sequence[str]) -> None:
    audience = group_id.startswith("A")
    members = [study.account(i, f"{'a' if audience else 'm'}{number}_") for i in range(size)]
    for i, account_id in enumerate(members):
        for k in range(20):
            study.post(account_id, START + (i * 6007 + k * 1_299_709) % (21 * 24 * 60) * 60_000)
    objects = [_shared(study, number, rank, members, organic) for rank in range(1, study.plan.n_objects + 1)]
    for rank, found in enumerate(objects, start=1):
        for account_id, post_id, at in found["acts"]:
            study.tables["evidence"].append(
                {
                    "group_id": group_id,
                    "object_rank": rank,
                    "trace": found["trace"],
                    "object_id": found["object_id"],
                    "n_members": len(found["acts"]),
                    "n_sharers": found["n_sharers"],
                    "span_s": 11.0 * number,
                    "surprisal": 400.0 / rank / number,
                    "account_id": account_id,
                    "post_id": post_id,
                    "acted_at": at,
                }
            )
    n_edges = _edges(study, group_id, members, number)
    times = [at for found in objects for _, _, at in found["acts"]]
    study.tables["groups"].append(
        {
            "group_id": group_id,
            "audience": audience,
            "public_after": 2236 if audience else 12,
            "public_before": 23 if audience else 14,
            "n_accounts": size,
            "n_flagged": max(size - 1, 0),
            "n_edges": n_edges,
            "density": n_edges / max(1, size * (size - 1) / 2),
            "traces": list(TRACES[: 4 - number]),
            "n_objects": len(objects),
            "n_close": 9.4 / number,
            "expected": 0.42,
            "gap_median_s": 19.0 * number**3,
            "first_at": min(times),
            "last_at": max(times),
            "q_value": 1e-8 * 300.0 ** (number - 1),
            "score": 900.0 / number,
            "why": f"{size} accounts used the same links and texts within seconds of each other on "
            f"{len(objects)} occasions over three weeks; {9.4 / number:.1f} were seen per pair where 0.4 "
            "were expected.",
        }
    )


def _shared(
    study: _Study, number: int, rank: int, members: Sequence[str], organic: Sequence[str]
) -> dict[str, Any]:
    trace = TRACES[(rank + number) % (4 - number) if number < 4 else 0]
    object_id = OBJECTS[trace].format(f"{number}_{rank}")
    moment = START + rank * 31 * HOUR + rank * 7 * 60_000
    acts = []
    for i, account_id in enumerate(members):
        if len(members) > 4 and (i + rank) % 6 == 5:
            continue
        late = 9 * HOUR if (i + rank) % 11 == 4 else 0
        post_id, at = study.act(account_id, trace, object_id, moment + (i * 4_700 * number) % 61_000 + late)
        acts.append((account_id, post_id, at))
    others = organic[rank::3] if rank % 4 else []
    for i, account_id in enumerate(others):
        study.act(account_id, trace, object_id, moment - 2 * HOUR + i * i * 911_000)
    acts.sort(key=lambda act: (act[2], act[0]))
    return {"trace": trace, "object_id": object_id, "acts": acts, "n_sharers": len(acts) + len(others)}


def _edges(study: _Study, group_id: str, members: Sequence[str], number: int) -> int:
    partners = dict.fromkeys(members, 0)
    for i, a in enumerate(members):
        for j, b in enumerate(members[i + 1 :], start=i + 1):
            if (i * j + i + j) % 3 == 2 and len(members) > 4:
                continue
            partners[a] += 1
            partners[b] += 1
            row = {
                "account_a": a,
                "account_b": b,
                "n_shared": 12,
                "n_objects": 10,
                "n_actions": 14,
                "scale_s": 60.0,
                "n_close": 9 - (i + j) % 4,
                "expected": 0.2 + 0.05 * ((i + j) % 7),
                "gap_min_s": 1.0,
                "gap_median_s": 21.0,
                "p_value": 1e-12 * (1 + i + j),
                "q_value": 1e-9 * (1 + i + j),
            }
            study.tables["edges"] += [row | {"trace": "fused"}, row | {"trace": "link"}]
    for i, account_id in enumerate(members):
        angle = 2 * math.pi * i / len(members)
        radius = 0.5 if i % 2 else 0.36
        scores = {"score": 90.0 - i, "q_value": 1e-7 * 9.0 ** (i % 6)}
        study.tables["group_members"].append(
            {
                "group_id": group_id,
                "account_id": account_id,
                "n_partners": partners[account_id],
                "x": 0.5 + radius * math.cos(angle),
                "y": 0.5 + radius * math.sin(angle),
            }
            | scores
        )
        study.tables["account_scores"].append(
            {
                "account_id": account_id,
                "n_posts": 30,
                "n_partners": 80,
                "p_value": 1e-9,
                "flagged": group_id.startswith("G"),
                "attached": group_id.startswith("G") and i == 0,
                "audience": group_id.startswith("A"),
                "group_id": group_id,
            }
            | scores
        )
    return sum(partners.values()) // 2


def _count_posts(study: _Study) -> None:
    accounts = {row["account_id"]: row for row in study.tables["accounts"]}
    for post in study.tables["posts"]:
        row = accounts[post["account_id"]]
        row["n_posts"] += 1
        row["first_post_at"] = min(row.get("first_post_at") or post["posted_at"], post["posted_at"])
        row["last_post_at"] = max(row.get("last_post_at") or 0, post["posted_at"])


def _manifest(study: _Study) -> dict[str, Any]:
    plan, posts = study.plan, study.tables["posts"]
    times = [post["posted_at"] for post in posts] or [START]
    n_flagged = sum(1 for row in study.tables["account_scores"] if row["flagged"])
    file = {
        "file": "dump <i>.csv",
        "format": "csv",
        "title": "CSV with columns by name",
        "reason": "it has the columns post_id, account_id, created_at",
        "n_records": len(posts) + 6,
        "n_posts": len(posts),
        "n_rejected": 4,
        "resolution_ms": plan.resolution_ms,
        "sha256": "ab" * 32,
        "n_skipped": 2,
        "n_without_zone": 17,
        "notes": ["3 links were longer than 10,000 characters and left out"],
    }
    ingest = {
        "files": [file],
        "n_posts": len(posts),
        "n_accounts": len(study.tables["accounts"]),
        "n_rejected": 4,
        "n_duplicates": 2,
        "n_conflicting": 1,
        "n_merged": 0,
        "first_at": min(times),
        "last_at": max(times),
    }
    traces = [
        {
            "trace": trace,
            "n_actions": 400,
            "n_objects": 14,
            "n_accounts": 90,
            "n_tests": 3000,
            "n_tests_exact": trace != "text",
            "n_candidates": 200,
            "n_significant": 150,
            "offset_s": 60.0,
            "scales_s": [10.0, 60.0, 300.0, 1800.0],
            "decides": trace != "sound",
        }
        for trace in TRACES
    ]
    detect = {
        "traces": traces,
        "n_tests": 4321,
        "n_tests_exact": True,
        "n_edges": len(study.tables["edges"]) // 2,
        "n_flagged": n_flagged,
        "n_groups": len(plan.sizes),
        "n_audiences": len(plan.audiences),
        "n_in_audiences": sum(plan.audiences),
        "n_grid_accounts": 2,
        "resolution_s": plan.resolution_ms / 1000,
        "notes": list(plan.notes),
    }
    parameters = {"fdr": 0.05, "seed": 0, "traces": list(TRACES)}
    return {
        "overt": "0.1.0",
        "tables_version": TABLES_VERSION,
        "steps": {
            "ingest": {"key": "k1", "at": START + 30 * DAY, "seconds": 3.2, "summary": ingest},
            "traces": {"key": "k2", "of": "k1", "seconds": 1.0, "summary": {"n_actions": {"link": 400}}},
            "detect": {
                "key": "k3",
                "of": "k2",
                "seconds": 9.0,
                "parameters": parameters,
                "summary": detect,
            },
        },
    }
