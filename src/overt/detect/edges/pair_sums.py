"""Sums of pairs, on their way between tasks.

in: `PairCounts` of some objects, and the ids; out: rows by id, and again the sums of each pair; why: every
task numbers accounts by itself, so what travels is named by id, and no number is taken for another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.edges.actions import Laid
from overt.detect.edges.coaction import PairCounts
from overt.detect.edges.given_pairs import count_pairs
from overt.detect.edges.numbering import Numbering

__all__ = ["PairSums", "by_id", "in_order", "some_of"]


def by_id(counts: PairCounts, names: pa.Array) -> pa.Table:
    """Sums as rows: account_a < account_b in byte order, gap_min_ms, objects0, actions0, objects1, ..."""
    first, second = names.take(pa.array(counts.a)), names.take(pa.array(counts.b))
    ascending = pc.less(first, second)
    columns = {
        "account_a": pc.if_else(ascending, first, second).cast(pa.string()),
        "account_b": pc.if_else(ascending, second, first).cast(pa.string()),
        "gap_min_ms": pa.array(counts.gap_min_ms, pa.int64()),
    }
    for window in range(counts.n_objects.shape[1]):
        columns[f"objects{window}"] = pa.array(counts.n_objects[:, window])
        columns[f"actions{window}"] = pa.array(counts.n_actions[:, window])
    return pa.table(columns)


def some_of(counts: PairCounts, which: np.ndarray) -> PairCounts:
    return PairCounts(
        counts.a[which],
        counts.b[which],
        counts.n_objects[which],
        counts.n_actions[which],
        counts.gap_min_ms[which],
        counts.gap_median_ms[which],
    )


@dataclass(frozen=True, slots=True)
class PairSums:
    """The blocks' sums as numbers, a pair perhaps several times; counts as in `PairCounts`."""

    a: np.ndarray
    b: np.ndarray
    n_objects: np.ndarray
    n_actions: np.ndarray
    gap_min_ms: np.ndarray

    @classmethod
    def of(cls, sums: Sequence[pa.Table], accounts: Numbering, n_windows: int) -> PairSums:
        if not sums:
            none = np.empty((0, n_windows), np.int64)
            return cls(np.empty(0, np.int32), np.empty(0, np.int32), none, none, np.empty(0, np.int64))
        table = pa.concat_tables(sums)
        a, b = accounts.number(table["account_a"]), accounts.number(table["account_b"])
        objects, actions = _counts(table, "objects", n_windows), _counts(table, "actions", n_windows)
        return cls(a, b, objects, actions, table["gap_min_ms"].to_numpy())

    def numbered(self, number: np.ndarray) -> PairSums:
        """The same with other numbers of the accounts, the smaller first, and each pair once, in order."""
        if not len(self.a):
            return self
        a, b = number[self.a], number[self.b]
        a, b = np.minimum(a, b), np.maximum(a, b)
        order = np.lexsort((b, a))
        a, b = a[order], b[order]
        begin = np.flatnonzero(np.concatenate([[True], (a[1:] != a[:-1]) | (b[1:] != b[:-1])]))
        return PairSums(
            a[begin],
            b[begin],
            np.add.reduceat(self.n_objects[order], begin),
            np.add.reduceat(self.n_actions[order], begin),
            np.minimum.reduceat(self.gap_min_ms[order], begin),
        )

    def added(self, laid: Laid, found: PairCounts, windows_ms: tuple[int, ...], least: int) -> PairCounts:
        """These pairs with what they have on the split objects, and the others that were found there.

        A pair with enough objects in all either has a sum here, or has enough on the split objects alone.
        """
        there = count_pairs(laid, windows_ms, self.a, self.b)
        n_objects, n_actions = self.n_objects + there.n_objects, self.n_actions + there.n_actions
        gap = np.where(there.gap_min_ms < 0, self.gap_min_ms, np.minimum(self.gap_min_ms, there.gap_min_ms))
        enough = n_objects[:, -1] >= least
        both = PairCounts(self.a, self.b, n_objects, n_actions, gap, there.gap_median_ms)
        n = laid.n_accounts
        new = ~np.isin(_key(found.a, found.b, n), _key(self.a, self.b, n))
        parts = some_of(both, enough), some_of(found, new)
        return PairCounts(*(np.concatenate([getattr(p, name) for p in parts]) for name in _COUNTS))


_COUNTS = ("a", "b", "n_objects", "n_actions", "gap_min_ms", "gap_median_ms")


def _key(a: np.ndarray, b: np.ndarray, n_accounts: int) -> np.ndarray:
    key: np.ndarray = a.astype(np.int64) * n_accounts + b
    return key


def _counts(table: pa.Table, kind: str, n_windows: int) -> np.ndarray:
    """The columns of all windows, int64 (n, n_windows)."""
    return np.stack([table[f"{kind}{window}"].to_numpy() for window in range(n_windows)], axis=1)


def in_order(tables: list[pa.Table], n_windows: int) -> tuple[PairCounts, pa.Array]:
    """All pairs in order, their accounts by place in the ids, which are in byte order."""
    table = pa.concat_tables(tables)
    ids = pa.chunked_array([*table["account_a"].chunks, *table["account_b"].chunks], pa.string()).unique()
    ids = ids.take(pc.sort_indices(ids))
    place = [pc.index_in(table[name], value_set=ids).to_numpy() for name in ("account_a", "account_b")]
    order = np.lexsort((place[1], place[0]))
    objects, actions = (_counts(table, kind, n_windows)[order] for kind in ("objects", "actions"))
    gap = table["gap_min_ms"].to_numpy()[order]
    a, b = (column[order].astype(np.int32) for column in place)
    return PairCounts(a, b, objects, actions, gap, np.full(len(gap), np.nan)), ids
