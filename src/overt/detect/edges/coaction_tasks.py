"""The co-action join in tasks: the pairs of `co_actions`, when the actions are on many machines.

in: rows (account, object, time) in parts; out: the same counts per pair; why: a platform's actions may
outgrow one machine. Every task runs the kernels of one machine on its share; nothing is capped, so no pair is
lost.

1. Objects are counted. Most have few actions, and a few have most of the pairs (10 million actions: 80 of
   561,408 objects have half of the actions, and all but 240,846 of the 65 million pairs that met).
2. Objects with few actions come in blocks, each whole in one block, and a block's pairs are summed there.
3. An object with many is split by account: accounts fall into groups by a hash, and a task has the actions of
   two groups. So a pair meets in one task with all of its actions, however hot its objects are, and what
   moves is some copies of an action instead of every pair that met on it.
4. The blocks' sums go to the task of their pair, which adds both: one sum per pair, none counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.edges.actions import UNKNOWN, Actions, Laid, in_order_of_time, laid_out
from overt.detect.edges.coaction import (
    PairCounts,
    check_least,
    co_actions,
    in_units,
    joined,
    walked,
)
from overt.detect.edges.numbering import Numbering
from overt.detect.edges.pair_sums import PairSums, by_id, in_order, some_of
from overt.detect.edges.windows import windows_of
from overt.engines.base import Rows
from overt.engines.grouped import map_groups, parts_of, split, sum_by

__all__ = ["COLUMNS", "Plan", "co_actions_in_tasks", "planned"]

COLUMNS = ("account_id", "object_id", "time_ms")


@dataclass(frozen=True, slots=True)
class Plan:
    """How the work is cut; the answer does not depend on it.

    n_blocks: of objects. most_actions: of an object that is not split. most_in_task: actions on split objects
    that one task gets, about.
    """

    n_blocks: int
    most_actions: int
    most_in_task: int


def planned(n_actions: int, n_tasks: int) -> Plan:
    """A task then holds some 4 million actions, 300 MB."""
    return Plan(max(2 * n_tasks, -(-n_actions // 2_000_000)), 10_000, 4_000_000)


@dataclass(frozen=True, slots=True)
class _Meeting:
    """The task where accounts of two groups meet, and those of the `whole` groups among themselves."""

    first: int
    second: int
    whole: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    """What every task needs to know. split_objects: their ids; an object's number is its place."""

    windows_ms: tuple[int, ...]
    least: int
    split_objects: pa.Array
    n_groups: int
    meetings: tuple[_Meeting, ...]


def co_actions_in_tasks(
    rows: Rows, windows_ms: tuple[int, ...], least_objects: int, plan: Plan
) -> tuple[PairCounts, pa.Array]:
    """All pairs with at least `least_objects` distinct objects within the largest window; the account ids.

    rows: COLUMNS, strings and int64 ms, no cell empty. As `co_actions`, but the median gap, which
    is no sum, is NaN. Accounts are those of the pairs, numbered in byte order.
    """
    check_least(least_objects)
    split_objects, n_split = _split_objects(rows, plan)
    n_groups = _n_groups(n_split, plan.most_in_task)
    work = _Work(windows_ms, least_objects, split_objects, n_groups, _meetings(n_groups))
    few = rows.map(lambda _, tables: (_on_others(table, split_objects) for table in tables))
    sums = map_groups(few, ["object_id"], plan.n_blocks, lambda table: _block_sums(table, work))
    many = rows.map(lambda _, tables: (_on_split(table, split_objects) for table in tables))
    sent = many.union(sums).send(lambda table: _to_meetings(table, work), len(work.meetings))
    found = sent.map(lambda part, tables: [_met(work, work.meetings[part], tables)])
    return in_order(list(found.tables()), len(windows_ms))


def _split_objects(rows: Rows, plan: Plan) -> tuple[pa.Array, int]:
    """The objects with more than plan.most_actions actions, and how many actions they have."""
    ones = rows.map(lambda _, tables: (_counted(table) for table in tables))
    per_object = sum_by(ones, ["object_id"], ["n"], plan.n_blocks)
    many = per_object.map(lambda _, tables: (_above(table, plan.most_actions) for table in tables))
    found = [
        pa.table({"object_id": pa.array([], pa.string()), "n": pa.array([], pa.int64())}),
        *many.tables(),
    ]
    table = pa.concat_tables(found)
    return table["object_id"].combine_chunks(), pc.sum(table["n"]).as_py() or 0


def _counted(table: pa.Table) -> pa.Table:
    counts = pc.value_counts(table["object_id"].combine_chunks())
    return pa.table({"object_id": counts.field("values"), "n": counts.field("counts")})


def _above(table: pa.Table, most: int) -> pa.Table:
    return table.filter(pc.greater(table["n"], most))


def _n_groups(n_split: int, most_in_task: int) -> int:
    """So many groups that two of them are no more than a task may have; two groups would be as one."""
    if n_split <= most_in_task:
        return 1
    return max(3, -(-2 * n_split // most_in_task))


def _meetings(n_groups: int) -> tuple[_Meeting, ...]:
    """Each two groups once; round a circle, so that each group comes first about as often as any other.

    A group is whole where it comes first with the next one: only the accounts of `first` are walked there.
    """
    if n_groups == 1:
        return (_Meeting(0, 0, (0,)),)
    found = []
    for step in range(1, n_groups // 2 + 1):
        for first in range(n_groups // 2 if 2 * step == n_groups else n_groups):
            found.append(_Meeting(first, (first + step) % n_groups, (first,) if step == 1 else ()))
    return tuple(found)


def _on_others(table: pa.Table, objects: pa.Array) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table["object_id"], value_set=objects)))


def _on_split(table: pa.Table, objects: pa.Array) -> pa.Table:
    """account_id, object (a place in `objects`), time_ms of the actions on objects that are split."""
    place = pc.index_in(table["object_id"], value_set=objects)
    found = pa.table({"account_id": table["account_id"], "object": place, "time_ms": table["time_ms"]})
    return found.filter(pc.is_valid(place))


def _block_sums(table: pa.Table, work: _Work) -> pa.Table:
    """The sums of all pairs that met in a block of objects."""
    accounts, objects = Numbering(), Numbering()
    columns = accounts.number(table["account_id"]), objects.number(table["object_id"])
    laid = _laid(*columns, table["time_ms"].to_numpy(), len(accounts), len(objects))
    return by_id(co_actions(laid, work.windows_ms, 1), accounts.names())


def _laid(
    account: np.ndarray, object_: np.ndarray, time_ms: np.ndarray, n_accounts: int, n_objects: int
) -> Laid:
    # origins and posts play no part here: one cell stands for all rows
    unknown = np.broadcast_to(np.int64(UNKNOWN), len(account))
    post = np.broadcast_to(np.int32(0), len(account))
    return laid_out(
        in_order_of_time(Actions(account, object_, time_ms, unknown, post, n_accounts, n_objects))
    )


def _to_meetings(table: pa.Table, work: _Work) -> Iterable[tuple[int, pa.Table]]:
    """Actions go to every task that has their account's group, sums to the one task of their pair."""
    if "account_a" in table.column_names:
        a, b = (parts_of(table, [name], work.n_groups) for name in ("account_a", "account_b"))
        yield from split(table, _place_of(work)[a, b], len(work.meetings))
        return
    for group, rows in split(table, parts_of(table, ["account_id"], work.n_groups), work.n_groups):
        for number, meeting in enumerate(work.meetings):
            if group in (meeting.first, meeting.second):
                yield number, rows


def _place_of(work: _Work) -> np.ndarray:
    """The number of the task where two groups meet, int64 (n_groups, n_groups)."""
    place = np.full((work.n_groups, work.n_groups), -1)
    for number, meeting in enumerate(work.meetings):
        place[[meeting.first, meeting.second], [meeting.second, meeting.first]] = number
    for number, meeting in enumerate(work.meetings):
        place[list(meeting.whole), list(meeting.whole)] = number
    return place


def _met(work: _Work, meeting: _Meeting, tables: Iterator[pa.Table]) -> pa.Table:
    """The pairs of one task with enough objects, all that they have in common added up."""
    accounts, actions, sums = Numbering(), [_NO_ACTIONS], []
    for table in tables:
        if "account_a" in table.column_names:
            sums.append(table)
            continue
        columns = table["object"].to_numpy(), table["time_ms"].to_numpy()
        actions.append((accounts.number(table["account_id"]), *columns))
    given = PairSums.of(sums, accounts, len(work.windows_ms))
    names = accounts.names()
    group = parts_of(pa.table({"account_id": names}), ["account_id"], work.n_groups)
    # those of the first group get the smaller numbers: a pair is walked from its smaller one
    order = np.argsort(group != meeting.first, kind="stable")
    number = np.empty(len(order), np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    names, group = names.take(pa.array(order)), group[order]
    account, object_, time_ms = (np.concatenate(column) for column in zip(*actions, strict=True))
    laid = _laid(number[account], object_, time_ms, len(names), len(work.split_objects))
    found = _walked(laid, work, group == meeting.first)
    here = (group[found.a] != group[found.b]) | np.isin(group[found.a], meeting.whole)
    return by_id(given.numbered(number).added(laid, some_of(found, here), work.windows_ms, work.least), names)


_NO_ACTIONS = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64))


def _walked(laid: Laid, work: _Work, wanted: np.ndarray) -> PairCounts:
    """The pairs with enough split objects, whose smaller account is wanted."""
    windows = in_units(work.windows_ms, laid)
    records = windows_of((laid.start, laid.account, laid.time), int(windows[-1]), work.least, wanted)
    return joined(walked(records, laid.account, laid.time, windows, work.least), len(windows), laid.unit_ms)
