"""The detector's results as tables.

in: arrays by account number; out: Parquet files exactly as in `schema`; why: numbers end here and names
begin, so that the kernels need no strings and the tables no arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect.edges.actions import by_object
from overt.detect.edges.coaction import PairCounts
from overt.detect.edges.given_pairs import count_pairs
from overt.detect.groups.build import Group, Grouped
from overt.detect.groups.describe import GroupFigures, why
from overt.detect.significance.combine import benjamini_hochberg
from overt.detect.significance.fusion import AccountTests, Fused
from overt.detect.significance.timing import SCALES_S, Clock, PairTests
from overt.schema import FUSED, arrow_schema

if TYPE_CHECKING:
    from overt.detect.tested import Tested

__all__ = ["Further", "group_figures", "write_account_scores", "write_edges", "write_groups"]


@dataclass(frozen=True, slots=True)
class Further:
    """What else is asked of significant pairs; shape (n_pairs,), NaN for the others.

    p_habits: p with posting habits in the null; p_two_traces: p of being coordinated in two traces at least.
    """

    p_habits: np.ndarray
    p_two_traces: np.ndarray

    def standing(self, p_timing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which pairs stand by either: their p is still one that was accepted; two bool arrays."""
        limit = p_timing[~np.isnan(self.p_habits)].max(initial=0.0)
        return self.p_habits <= limit, self.p_two_traces <= limit


def write_edges(
    out: Path,
    fused: Fused,
    tested: Sequence[Tested],
    accounts: pa.Array,
    rarities: Sequence[Mapping[str, np.ndarray]],
    further: Further,
) -> None:
    """edges.parquet: the fused pairs first, then each trace's row for those that share something in it.

    rarities: per trace the columns that tell how rare it is to share so much.
    """
    schema = arrow_schema("edges")
    name_a, name_b = accounts.take(pa.array(fused.a)), accounts.take(pa.array(fused.b))
    windows = tuple(int(scale * 1000) for scale in SCALES_S)
    counts = [
        count_pairs(by_object(one.actions), windows, fused.a, fused.b) if one.actions is not None else None
        for one in tested
    ]
    with pq.ParquetWriter(out / "edges.parquet", schema, compression="zstd") as writer:
        rows = _fused_rows(fused, tested, counts, rarities, name_a, name_b, schema)
        for name in ("p_habits", "p_two_traces"):
            values = pa.array(getattr(further, name), from_pandas=True)
            rows = rows.set_column(schema.get_field_index(name), name, values)
        writer.write_table(rows)
        for one, test, count, rarity in zip(tested, fused.by_trace, counts, rarities, strict=True):
            shares = test.n_shared > 0
            columns = {
                "trace": pa.repeat(pa.scalar(one.name), len(test.p)),
                "account_a": name_a,
                "account_b": name_b,
                **_counts(test, count),
                **rarity,
                "p_value": test.p,
                "q_value": _trace_q(one, test),
            }
            writer.write_table(_table(columns, schema).filter(pa.array(shares)))


def _fused_rows(
    fused: Fused,
    tested: Sequence[Tested],
    counts: Sequence[PairCounts | None],
    rarities: Sequence[Mapping[str, np.ndarray]],
    name_a: pa.Array,
    name_b: pa.Array,
    schema: pa.Schema,
) -> pa.Table:
    """The deciding rows; counts, scale and gaps are those of the trace that says most about the pair."""
    per_trace = [
        {**_counts(test, count), **rarity}
        for one, test, count, rarity in zip(tested, fused.by_trace, counts, rarities, strict=True)
        if one.decides
    ]
    best = {
        name: np.choose(fused.best, [columns[name] for columns in per_trace]) if len(fused.p) else np.zeros(0)
        for name in (per_trace[0] if per_trace else {})
        if name != "n_objects_by_scale"
    }
    by_scale = _choose_rows(
        fused.best, [count.n_objects for count in counts[: len(per_trace)] if count is not None]
    )
    columns = {
        "trace": pa.repeat(pa.scalar(FUSED), len(fused.p)),
        "account_a": name_a,
        "account_b": name_b,
        **best,
        "n_objects_by_scale": _lists(by_scale),
        "p_timing": fused.p_timing,
        "p_value": fused.p,
        "q_value": fused.q,
    }
    return _table(columns, schema)


def _choose_rows(best: np.ndarray, tables: list[np.ndarray]) -> np.ndarray:
    if not tables or not len(best):
        return np.zeros((0, len(SCALES_S)), np.int64)
    chosen: np.ndarray = np.stack(tables)[best, np.arange(len(best))]
    return chosen


def _counts(test: PairTests, count: PairCounts | None) -> dict[str, object]:
    """Columns of the test and, where there are objects, of the exact counts."""
    columns: dict[str, object] = {
        "n_shared": test.n_shared,
        "scale_s": test.scale_s,
        "n_close": test.n_close,
        "expected": test.expected,
    }
    if count is None:
        return columns
    gap_min = np.where(count.gap_min_ms >= 0, count.gap_min_ms / 1000.0, np.nan)
    return columns | {
        "n_objects": count.n_objects[:, -1],
        "n_objects_by_scale": _lists(count.n_objects),
        "n_actions": count.n_actions[:, -1],
        "gap_min_s": gap_min,
        "gap_median_s": count.gap_median_ms / 1000.0,
    }


def _trace_q(one: Tested, test: PairTests) -> np.ndarray:
    """The trace's own BH over all of its pairs; NaN (null) for context, tested on these pairs only."""
    if one.screened is None:
        return np.full(len(test.p), np.nan)
    q = np.ones(len(test.p))
    pairs = one.screened.pairs
    all_q = benjamini_hochberg(pairs.p, max(one.screened.partners.n_pairs, len(pairs.p)))
    key = pairs.a.astype(np.int64) << 32 | pairs.b
    order = np.argsort(key)
    wanted = test.a.astype(np.int64) << 32 | test.b
    at = np.minimum(np.searchsorted(key[order], wanted), max(len(key) - 1, 0))
    if len(key):
        hit = key[order][at] == wanted
        q[hit] = all_q[order][at[hit]]
    return q


def _lists(table: np.ndarray) -> pa.Array:
    flat = pa.array(table.ravel(), pa.int64())
    return pa.ListArray.from_arrays(np.arange(len(table) + 1, dtype=np.int32) * table.shape[1], flat)


def _table(columns: dict[str, object], schema: pa.Schema) -> pa.Table:
    """Columns in the schema's order and types; NaN becomes null, a missing column all null."""
    n = len(columns["account_a"])  # type: ignore[arg-type]
    arrays = []
    for field in schema:
        value = columns.get(field.name)
        if value is None:
            arrays.append(pa.nulls(n, field.type))
        elif isinstance(value, np.ndarray):
            arrays.append(pa.array(value, from_pandas=True).cast(field.type))
        else:
            arrays.append(value)
    return pa.table(arrays, schema=schema)


def write_account_scores(
    out: Path,
    table: Path,
    accounts: pa.Array,
    scores: AccountTests,
    grouped: Grouped,
    clock: Clock,
) -> None:
    """account_scores.parquet: every account, in order of q, then id."""
    about = pq.read_table(table, columns=["account_id", "n_posts"])
    n_posts = about["n_posts"].take(pc.index_in(accounts, value_set=about["account_id"].combine_chunks()))
    score, group = np.zeros(len(accounts)), np.full(len(accounts), None, object)
    for one in grouped.groups:
        score[one.members], group[one.members] = one.score, one.id
    columns = {
        "account_id": accounts,
        "n_posts": n_posts.combine_chunks(),
        "n_partners": pa.array(scores.n_partners),
        "grid_s": pa.array(np.where(clock.grid_s > 0, clock.grid_s, np.nan), from_pandas=True),
        "score": pa.array(score),
        "p_value": pa.array(grouped.accounts.p),
        "q_value": pa.array(grouped.accounts.q),
        "flagged": pa.array(grouped.flagged),
        "attached": pa.array(grouped.attached),
        "audience": pa.array(grouped.accounts.audience),
        "group_id": pa.array(group, pa.string()),
    }
    rows = pa.table(columns, schema=arrow_schema("account_scores"))
    rows = rows.sort_by([("q_value", "ascending"), ("account_id", "ascending")])
    pq.write_table(rows, out / "account_scores.parquet", compression="zstd")


def group_figures(
    group: Group, gap: np.ndarray, fused: Fused, standing: tuple[np.ndarray, np.ndarray]
) -> GroupFigures:
    """The figures of a group; gap: gap_median_s per fused pair; standing: see `Further`."""
    best = fused.best[group.pairs]
    close = np.array([fused.by_trace[t].n_close[p] for t, p in zip(best, group.pairs, strict=True)])
    expected = np.array([fused.by_trace[t].expected[p] for t, p in zip(best, group.pairs, strict=True)])
    gaps = gap[group.pairs]
    known = gaps[~np.isnan(gaps)]
    return GroupFigures(
        n_accounts=len(group.members),
        n_objects=group.evidence.n_objects,
        traces=group.traces,
        gap_median_s=float(np.median(known)) if len(known) else None,
        n_close=float(close.mean()),
        expected=float(expected.mean()),
        n_pairs=len(group.pairs),
        n_beyond_habits=int(standing[0][group.pairs].sum()),
        n_two_traces=int(standing[1][group.pairs].sum()),
    )


def write_groups(out: Path, grouped: Grouped, names: Sequence[str], fused: Fused, further: Further) -> None:
    """groups.parquet, group_members.parquet and evidence.parquet."""
    standing = further.standing(fused.p_timing)
    edges = pq.read_table(out / "edges.parquet", columns=["gap_median_s"], filters=[("trace", "=", FUSED)])
    gap = edges["gap_median_s"].to_numpy(zero_copy_only=False)
    group_rows, member_rows, evidence_rows = [], [], []
    for group in grouped.groups:
        figures = group_figures(group, gap, fused, standing)
        group_rows.append(_group_row(group, figures))
        member_rows += _member_rows(group, names, grouped.accounts.q)
        evidence_rows += [{"group_id": group.id, **row} for row in group.evidence.rows]
    for name, rows in (("groups", group_rows), ("group_members", member_rows), ("evidence", evidence_rows)):
        table = pa.Table.from_pylist(rows, schema=arrow_schema(name))
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")


def _group_row(group: Group, figures: GroupFigures) -> dict[str, object]:
    n = len(group.members)
    return {
        "group_id": group.id,
        "audience": group.response.audience,
        "public_after": group.response.n_after,
        "public_before": group.response.n_before,
        "n_accounts": n,
        "n_flagged": group.n_by_pairs,
        "n_edges": len(group.pairs),
        "n_edges_beyond_habits": figures.n_beyond_habits,
        "n_edges_two_traces": figures.n_two_traces,
        "density": len(group.pairs) / (n * (n - 1) / 2),
        "stability": group.stability,
        "traces": group.traces,
        "n_objects": figures.n_objects,
        "n_close": figures.n_close,
        "expected": figures.expected,
        "gap_median_s": figures.gap_median_s,
        "first_at": group.evidence.first_at,
        "last_at": group.evidence.last_at,
        "q_value": group.q,
        "score": float(group.score.sum()),
        "why": why(figures),
    }


def _member_rows(group: Group, names: Sequence[str], q: np.ndarray) -> list[dict[str, object]]:
    rows = [
        {
            "group_id": group.id,
            "account_id": names[int(member)],
            "n_partners": int(group.degree[i]),
            "core": bool(group.core[i]),
            "score": float(group.score[i]),
            "q_value": float(q[member]),
            "x": float(group.place[i, 0]),
            "y": float(group.place[i, 1]),
        }
        for i, member in enumerate(group.members)
    ]
    return sorted(rows, key=lambda row: (-float(str(row["score"])), str(row["account_id"])))
